"""The addressing catalogue (TAK): who may call what where, and where that leads."""

from simulator.addressing.catalogue import AddressingCatalogue, LookupRules
from simulator.addressing.hsa_tree import HsaTree
from simulator.addressing.rows import Authorisation, Filter, FilterCategory, Route

__all__ = [
    "AddressingCatalogue",
    "Authorisation",
    "Filter",
    "FilterCategory",
    "HsaTree",
    "LookupRules",
    "Route",
]

"""The names that RIV-TA makes by formula: of namespaces, files and releases, taken apart.

The patterns are loose, so that a name with one fault still says what it can; whether a name is
right is told by comparing it with the formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = [
    "REGISTRY",
    "SAML",
    "WSA",
    "Clue",
    "Identity",
    "ReleaseName",
    "agreed",
    "clue_of_action",
    "clue_of_domain",
    "clue_of_service",
    "clue_of_wsdl",
    "clue_of_wsdl_file",
    "is_called_release",
    "is_domain",
    "most",
    "release_name",
    "schema_file",
]

REGISTRY = "urn:riv:itintegration:registry:1"
WSA = "http://www.w3.org/2005/08/addressing"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"

_SERVICE = re.compile(
    r"urn:(?P<prefix>[^:]+):(?P<domain>.+):(?P<interaction>[^:]+?)(?P<role>Responder|Initiator)"
    r":(?P<major>[0-9]+)(?:\.(?P<minor>[0-9]+))?"
)
_ACTION = re.compile(_SERVICE.pattern + r"(?::(?P<operation>[^:]+))?")
_WSDL = re.compile(
    r"urn:(?P<prefix>[^:]+):(?P<domain>.+):(?P<interaction>[^:]+):(?P<major>[0-9]+)(?:\.[0-9]+)?"
    r":(?P<profile>[^:]+)"
)
_DOMAIN = re.compile(
    r"urn:(?P<prefix>[^:]+):(?P<domain>.+):(?P<major>[0-9]+)(?:\.(?P<minor>[0-9]+))?"
)
_WSDL_FILE = re.compile(
    r"(?P<interaction>.+)Interaction_(?P<major>[0-9]+)\.(?P<minor>[0-9]+)_(?P<profile>[^_.]+)"
    r"\.(?i:wsdl)"
)
_SCHEMA_FILE = re.compile(
    r"(?P<stem>.+)_(?P<major>[0-9]+)\.(?P<minor>[0-9]+)(?P<extension>_ext)?\.(?i:xsd)"
)
_LEVELS = range(2, 4)
_RELEASE_STARTS = ("ServiceContracts_", "TD_")
_Value = TypeVar("_Value")
_RELEASE = re.compile(
    r"ServiceContracts_(?P<domain>[A-Za-z][A-Za-z0-9._-]*?)_(?P<version>[0-9]+(?:\.[0-9]+)*)"
    r"(?P<stage>_RC[0-9]+)?"
)
_OLD_RELEASE = re.compile(
    r"(?:ServiceContracts_|TD_)?(?P<domain>[A-Za-z][A-Za-z0-9_-]*?)?[_-]?"
    r"(?P<version>[0-9]+[._][0-9]+(?:[._][0-9]+)*)(?P<stage>(?:[_-](?:RC|beta|r)[0-9]*)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What one name says of a contract; empty where it does not say it."""

    prefix: str = ""
    domain: str = ""
    interaction: str = ""
    role: str = ""
    major: str = ""
    minor: str = ""
    profile: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a contract is, by what most of its names say; a name in angles where none says it."""

    prefix: str = "riv"
    domain: str = "<domain>"
    interaction: str = "<X>"
    major: str = "<m>"

    def service(self, role: str) -> str:
        """Give the namespace of a service schema."""
        return f"urn:{self.prefix}:{self.domain}:{self.interaction}{role}:{self.major}"

    def wsdl(self, profile: str) -> str:
        """Give the namespace of the WSDL."""
        return f"urn:{self.prefix}:{self.domain}:{self.interaction}:{self.major}:{profile}"

    def action(self, role: str, operation: str) -> str:
        """Give the soapAction of an operation."""
        return f"{self.service(role)}:{operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseName:
    """The name of a release taken apart; ``old`` tells a form of the past."""

    domain: str
    version: str
    old: bool


def agreed(clues: Sequence[Clue]) -> Identity:
    """Give what most names say; between equals what the first says."""
    pairs = [(clue.prefix, clue.domain) for clue in clues if clue.domain]
    prefix, domain = most(pairs) or ("riv", "<domain>")
    return Identity(
        prefix=prefix,
        domain=domain,
        interaction=most(clue.interaction for clue in clues if clue.interaction) or "<X>",
        major=most(clue.major for clue in clues if clue.major) or "<m>",
    )


def most(values: Iterable[_Value]) -> _Value | None:
    """Give the commonest value, the first of several; None where there are none."""
    counted = Counter(values)
    return max(counted, key=lambda value: counted[value]) if counted else None


def clue_of_service(namespace: str) -> Clue:
    """Take the namespace of a service schema apart."""
    return _clue(_SERVICE, namespace)


def clue_of_action(action: str) -> Clue:
    """Take a soapAction apart."""
    return _clue(_ACTION, action)


def clue_of_wsdl(namespace: str) -> Clue:
    """Take the namespace of a WSDL apart."""
    return _clue(_WSDL, namespace)


def clue_of_domain(namespace: str) -> Clue:
    """Take the namespace of a domain schema apart."""
    return _clue(_DOMAIN, namespace)


def clue_of_wsdl_file(name: str) -> Clue:
    """Take the name of a WSDL file apart."""
    return _clue(_WSDL_FILE, name)


def schema_file(name: str) -> tuple[str, str, bool] | None:
    """Give stem, version and whether it is an extension, from the name of a schema file."""
    found = _SCHEMA_FILE.fullmatch(name)
    if found is None:
        return None
    return found["stem"], f"{found['major']}.{found['minor']}", bool(found["extension"])


def is_domain(name: str) -> bool:
    """Tell whether a domain has the two or three levels that it should have."""
    levels = name.split(":")
    return len(levels) in _LEVELS and all(levels)


def is_called_release(name: str) -> bool:
    """Tell whether a folder's name is meant as that of a release, right or wrong."""
    return name.startswith(_RELEASE_STARTS)


def release_name(name: str) -> ReleaseName | None:
    """Take the name of a release apart, of today's form or an old one; None for any other."""
    stem = name.removesuffix(".zip").removesuffix(".ZIP")
    if found := _RELEASE.fullmatch(stem):
        return ReleaseName(domain=found["domain"], version=found["version"], old=False)
    if found := _OLD_RELEASE.fullmatch(stem):
        version = found["version"].replace("_", ".")
        return ReleaseName(domain=found["domain"] or "", version=version, old=True)
    return None


def _clue(pattern: re.Pattern[str], text: str) -> Clue:
    found = pattern.fullmatch(text.strip())
    return (
        Clue(**{name: part or "" for name, part in found.groupdict().items()}) if found else Clue()
    )

"""Which service domains and contract versions are known, and what belongs to each."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from pathlib import Path

from contracts.errors import UnknownContract
from contracts.installed import Installed, installed_domains
from contracts.requirements import Requirements, read_requirements
from contracts.schema import Schema
from contracts.schematron import RuleSet
from contracts.wsdl import ServiceContract, read_wsdls

__all__ = ["Catalogue", "Domain", "bundled", "hidden_of", "known", "services_named"]

_DOMAINS = Path(__file__).resolve().parent / "domains"


@dataclass(frozen=True)
class Domain:
    """One version of a service domain: a folder with schemas, rules and requirements.

    Shape: every part is read when first asked for, and then kept; a part that the folder lacks is
           empty, for rules None. ``supporting`` tells a domain that the platform itself speaks
           from a service that regions are certified in. ``listed`` are contracts that were read
           before; None has the WSDL files tell. ``published`` gives how a text of a repaired
           schema was published.
    """

    name: str
    version: str
    folder: Path
    title: str = ""
    supporting: bool = False
    listed: tuple[ServiceContract, ...] | None = field(default=None, compare=False, repr=False)
    published: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def contracts(self) -> tuple[ServiceContract, ...]:
        """Give the service contracts, read from the WSDL files where they are not known."""
        if self.listed is not None:
            return self.listed
        return tuple(
            contract
            for path in sorted((self.folder / "schemas").rglob("*.wsdl"))
            for contract in read_wsdls(path, service_domain=self.name, version=self.version)
        )

    @cached_property
    def requirements(self) -> Requirements:
        """Give the requirement catalogue."""
        path = self.folder / "requirements.toml"
        return read_requirements(path) if path.exists() else Requirements((), where=str(path))

    @property
    def rules(self) -> RuleSet | None:
        """Give the compiled Schematron rules, None where the domain has none."""
        return self.rules_of("")

    def rules_of(self, phase: str) -> RuleSet | None:
        """Give the rules of one phase: by default the rule file's own choice.

        Raises: UsageError for a phase that the rules do not have.
        """
        if phase not in self._rules:
            path = self.folder / "rules.sch"
            self._rules[phase] = RuleSet(path, phase=phase) if path.exists() else None
        return self._rules[phase]

    @cached_property
    def _rules(self) -> dict[str, RuleSet | None]:
        return {}

    @cached_property
    def _schemas(self) -> dict[Path, Schema]:
        return {}

    def schema_of(self, contract: ServiceContract) -> Schema:
        """Give the compiled schema of one of the domain's contracts."""
        if contract.schema not in self._schemas:
            self._schemas[contract.schema] = Schema(contract.schema, published=self.published)
        return self._schemas[contract.schema]


class Catalogue:
    """The known domains, found by name and version or by the namespace of a message.

    Shape: where two domains have a contract of one namespace, the first one's counts; those of
           the other are ``hidden``.
    """

    def __init__(self, domains: tuple[Domain, ...]) -> None:
        self.domains = domains
        self.hidden: tuple[ServiceContract, ...] = ()
        self._by_namespace: dict[str, list[tuple[Domain, ServiceContract]]] = {}
        for domain in domains:
            for contract in domain.contracts:
                found = self._by_namespace.setdefault(contract.namespace, [])
                if found and found[0][0] is not domain:
                    self.hidden += (contract,)
                else:
                    found.append((domain, contract))

    def domain(self, name: str, version: str) -> Domain:
        """Give one domain version.

        Raises: UnknownContract where it is not in the catalogue.
        """
        for domain in self.domains:
            if (domain.name, domain.version) == (name, version):
                return domain
        raise UnknownContract(
            f"{name} {version} is not in the catalogue",
            where=str(_DOMAINS),
            mend=f"choose one of {', '.join(f'{d.name} {d.version}' for d in self.domains)}",
        )

    def contract_for(
        self, namespace: str, *, element: str = ""
    ) -> tuple[Domain, ServiceContract] | None:
        """Give domain and contract of a message by its payload's namespace, or None.

        Shape: ``element`` is the payload's ``{namespace}name``; it decides between operations that
               share a namespace, which few do, against BP-17.
        """
        found = self._by_namespace.get(namespace, [])
        for domain, contract in found:
            if element in (contract.request, contract.response):
                return domain, contract
        return found[0] if found else None

    def contract_named(self, text: str) -> ServiceContract:
        """Give the contract that a text means.

        Shape:  its interaction; or domain, version and interaction as people write them, where
                the version may be left out; or its namespace. Case does not matter.
        Raises: UnknownContract where it means none, or several.
        """
        wanted = text.casefold().split()
        found = [
            one
            for one in self.contracts
            if wanted
            in (
                [one.namespace.casefold()],
                [one.interaction.casefold()],
                [one.service_domain.casefold(), one.interaction.casefold()],
                str(one).casefold().split(),
            )
        ]
        if len(found) == 1:
            return found[0]
        every = {one.interaction for one in self.contracts}
        alike = [str(one) for one in found] or get_close_matches(text, every, n=3, cutoff=0.5)
        raise UnknownContract(
            f"{text} is {len(found)} contracts" if found else f"no known contract is called {text}",
            mend=f"write one of {', '.join(alike)}" if alike else "install the domain it is in",
        )

    @property
    def contracts(self) -> tuple[ServiceContract, ...]:
        """Give every known service contract."""
        return tuple(contract for found in self._by_namespace.values() for _, contract in found)


@cache
def bundled() -> Catalogue:
    """Give the catalogue of the domains that come with the product."""
    domains = []
    for head in sorted(_DOMAINS.glob("*/*/domain.toml")):
        told = tomllib.loads(head.read_text(encoding="utf-8"))
        domains.append(Domain(folder=head.parent, **told))
    return Catalogue(tuple(domains))


def known() -> Catalogue:
    """Give the catalogue of all domains, bundled or installed; a bundled contract comes first."""
    return _with(installed_domains())


@lru_cache(maxsize=1)
def _with(installed: tuple[Installed, ...]) -> Catalogue:
    return Catalogue(
        bundled().domains
        + tuple(
            Domain(one.name, one.version, one.folder, listed=one.contracts, published=one.published)
            for one in installed
        )
    )


def hidden_of(domain: Installed) -> tuple[ServiceContract, ...]:
    """Give the contracts of an installed domain that another domain answers for."""
    return tuple(one for one in known().hidden if one.wsdl.is_relative_to(domain.folder))


def services_named(text: str) -> tuple[Domain, ...]:
    """Give the services that a text means, by title or domain name; all for an empty text.

    Shape:  case and the dots over letters do not matter, and a part is enough.
    Raises: UnknownContract where it means none.
    """
    services = tuple(domain for domain in bundled().domains if not domain.supporting)
    wanted = _plain(text)
    found = tuple(
        domain for domain in services if wanted in _plain(f"{domain.title} {domain.name}")
    )
    if not found:
        known = ", ".join(_plain(domain.title) for domain in services)
        raise UnknownContract(f"there is no service {text}", mend=f"choose one of {known}")
    return found


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

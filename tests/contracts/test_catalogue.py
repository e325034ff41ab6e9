"""The catalogue finds domain and contract by name or by the namespace of a message."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import Catalogue, Domain, bundled
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.errors import UnknownContract, UsageError
from contracts.judge import judge_payload

NAME, VERSION = "financial:billing:claim", "1.1"


@pytest.fixture
def domain() -> Domain:
    """Give the bundled domain."""
    return bundled().domain(NAME, VERSION)


def test_the_bundled_domains_are_found_by_name_and_version() -> None:
    """A domain version is one of the catalogue's, with its folder."""
    domain = bundled().domain(NAME, VERSION)

    assert (domain.name, domain.version) == (NAME, VERSION)
    assert domain in bundled().domains
    assert (domain.folder / "rules.sch").is_file()


@pytest.mark.parametrize(
    ("name", "version"),
    [
        pytest.param(NAME, "2.0", id="another version"),
        pytest.param(NAME, "1.0.7", id="the version before"),
        pytest.param("financial:billing", VERSION, id="part of a name"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_an_unknown_domain_is_told_with_the_known_ones(name: str, version: str) -> None:
    """The error is the caller's to mend, and says what there is to choose from."""
    with pytest.raises(UnknownContract, match=f"{name} {version} is not in the catalogue") as told:
        bundled().domain(name, version)

    assert isinstance(told.value, UsageError)
    assert f"{NAME} {VERSION}" in told.value.mend


def test_a_contract_is_found_by_the_namespace_of_its_messages(domain: Domain) -> None:
    """The namespace of the first element in the Body is the contract's identity."""
    assert bundled().contract_for(RESPONDER) == (domain, domain.contracts[0])


@pytest.mark.parametrize("namespace", ["", "urn:riv:financial:billing:claim:1", RESPONDER + "0"])
def test_any_other_namespace_is_of_no_contract(namespace: str) -> None:
    """Nothing is guessed from a part of a namespace."""
    assert bundled().contract_for(namespace) is None


def test_the_catalogue_lists_its_contracts(domain: Domain) -> None:
    """Every contract of every domain is there once."""
    assert set(domain.contracts) <= set(bundled().contracts)
    assert len(set(bundled().contracts)) == len(bundled().contracts)


def test_parts_are_read_once(domain: Domain) -> None:
    """Schemas, rules and requirements are kept, since compiling them takes time."""
    contract = domain.contracts[0]

    assert domain.schema_of(contract) is domain.schema_of(contract)
    assert domain.rules is domain.rules
    assert domain.requirements is domain.requirements
    assert bundled() is bundled()


def test_a_catalogue_may_be_made_of_any_folders(
    domain: Domain, tmp_path: Path, a_claim: Callable[..., etree._Element], noon: datetime
) -> None:
    """A domain outside the product is judged by its own rules."""
    folder = tmp_path / "own"
    shutil.copytree(domain.folder, folder)
    rules = folder / "rules.sch"
    text = rules.read_text(encoding="utf-8")
    assert text.count("'1 2 3 4'") == 1
    rules.write_text(text.replace("'1 2 3 4'", "'1 2 3 4 5'"), encoding="utf-8")
    own = Catalogue((Domain("own:domain", "1.0", folder),))
    claim = a_claim("öppen vård", {"careLevel": "5"})

    judgement = judge_payload(claim, at=noon, catalogue=own)

    assert judgement.accepted
    assert str(judgement.contract) == "own:domain 1.0 ProcessClaimSpecification"
    assert judge_payload(claim, at=noon).failed_rules == ("R30",)


def test_a_catalogue_may_be_empty() -> None:
    """Without domains nothing is known, and nothing breaks."""
    empty = Catalogue(())

    assert empty.contracts == ()
    assert empty.contract_for(RESPONDER) is None
    with pytest.raises(UnknownContract):
        empty.domain(NAME, VERSION)


def test_services_are_told_from_what_the_platform_itself_speaks() -> None:
    """Regions are certified in services; the platform's own contracts stand beside them."""
    services = {
        domain.name: domain.version for domain in bundled().domains if not domain.supporting
    }
    supporting = {domain.name for domain in bundled().domains if domain.supporting}

    assert services == {
        "financial:billing:claim": "1.1",
        "financial:patientfees:exemption": "1.0",
    }
    assert supporting == {
        "infrastructure:itintegration:registry",
        "interoperability:headers",
        "itintegration:engagementindex",
        "itintegration:monitoring",
        "itintegration:registry",
    }


def test_a_domain_without_rules_is_judged_by_schema_alone() -> None:
    """What a folder lacks is empty."""
    domain = bundled().domain("itintegration:monitoring", "1.0")

    assert domain.rules is None
    assert len(domain.requirements) == 0

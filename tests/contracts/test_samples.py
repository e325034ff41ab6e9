"""An example message can be had of any contract, with the headers that its WSDL asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from lxml import etree

from contracts import installed
from contracts.catalogue import bundled, known
from contracts.errors import UnknownContract
from contracts.installed import install
from contracts.judge import judge, judge_payload
from contracts.samples import ADDRESS, sample, sample_envelope
from contracts.schema_model import SchemaModelError
from contracts.wsdl import WSA_TO, ServiceContract

HEADER = "{http://schemas.xmlsoap.org/soap/envelope/}Header"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a home of its own to each test."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path / "home"))
    yield
    installed._shelf.cache_clear()


def headers_of(message: bytes) -> list[etree._Element]:
    """Give the headers of an envelope."""
    return list(etree.fromstring(message).iterfind(f"{HEADER}/*"))


@pytest.mark.parametrize("contract", bundled().contracts, ids=str)
@pytest.mark.parametrize("response", [False, True], ids=["request", "response"])
def test_every_bundled_contract_has_examples(
    contract: ServiceContract, response: bool, noon: datetime
) -> None:
    """Minimal and full ones, bare and in an envelope, all valid by the schema."""
    for is_full in (False, True):
        message = sample(contract, response=response, is_full=is_full)
        enveloped = judge(sample_envelope(contract, message, response=response), at=noon)

        assert message.tag == (contract.response if response else contract.request)
        assert judge_payload(message, at=noon).schema_valid
        assert enveloped.schema_valid
        assert enveloped.contract == contract


def test_the_same_seed_gives_the_same_message() -> None:
    """Another gives another; structure does not depend on it."""
    contract = bundled().contract_named("ProcessClaimSpecification")
    one, again, other = (etree.tostring(sample(contract, seed=seed)) for seed in (1, 1, 2))

    assert one == again
    assert one != other


def test_the_address_stands_where_the_profile_has_it(packages: ModuleType, tmp_path: Path) -> None:
    """In profile 2.1 in LogicalAddress, in profile 2.0 in To of WS-Addressing."""
    for files, name in (
        (packages.clean(), f"{{{packages.REGISTRY}}}LogicalAddress"),
        (packages.old_profile(), WSA_TO),
    ):
        install(packages.zipped(files, tmp_path), replacing=True)
        contract = known().contract_named("GetThing")

        (header,) = headers_of(sample_envelope(contract, sample(contract), logical_address="SE1"))
        assert (header.tag, header.text) == (name, "SE1")


def test_other_headers_are_made_by_their_own_schema(packages: ModuleType, tmp_path: Path) -> None:
    """Every header that the WSDL binds is there, in its order."""
    install(packages.zipped(packages.three_headers(), tmp_path))
    contract = known().contract_named("GetThing")

    address, other = headers_of(sample_envelope(contract, sample(contract)))

    assert (address.tag, address.text) == (WSA_TO, ADDRESS)
    assert other.tag == f"{{{packages.ARGOS}}}ArgosHeader"
    assert other.text


def test_a_response_has_the_headers_of_responses(packages: ModuleType, tmp_path: Path) -> None:
    """The address is of requests alone."""
    install(packages.zipped(packages.clean(), tmp_path))
    contract = known().contract_named("GetThing")
    message = sample(contract, response=True)

    assert headers_of(sample_envelope(contract, message, response=True)) == []


@pytest.mark.parametrize("name", ["grundläggande typer", "50 % till"])
def test_file_names_need_not_be_plain(
    packages: ModuleType, tmp_path: Path, name: str, noon: datetime
) -> None:
    """A location is an address, so blanks and Swedish letters in it may be escaped."""
    files = {
        path.replace("made_up_things_1.0", name): data.replace(
            b"/made_up_things_1.0.xsd", f"/{quote(name)}.xsd".encode()
        )
        for path, data in packages.clean().items()
    }
    one = install(packages.zipped(files, tmp_path))

    assert one.manifest.problems == one.manifest.repairs == ()
    assert judge_payload(sample(known().contract_named("GetThing")), at=noon).accepted


def test_a_header_without_a_schema_is_told(packages: ModuleType, tmp_path: Path) -> None:
    """The payload can be had all the same."""
    path = packages.wsdl_of("GetThing", "rivtabp20")
    files = packages.three_headers()
    line = next(one for one in files[path].decode().splitlines() if "ArgosHeader_1.0.xsd" in one)
    install(packages.zipped(packages.changed(files, path, line, ""), tmp_path))
    contract = known().contract_named("GetThing")
    message = sample(contract)

    with pytest.raises(SchemaModelError, match=r"no schema for its header .*ArgosHeader"):
        sample_envelope(contract, message)


@pytest.mark.parametrize(
    "text",
    [
        "GetThing",
        "getthing",
        "made:up:things GetThing",
        "made:up:things 1.0 GetThing",
        " Made:Up:Things   1.0 GetThing ",
        "urn:riv:made:up:things:GetThingResponder:1",
    ],
)
def test_a_contract_is_found_by_its_names(packages: ModuleType, tmp_path: Path, text: str) -> None:
    """Interaction, with domain and version before it, or namespace."""
    install(packages.zipped(packages.clean(), tmp_path))

    assert str(known().contract_named(text)) == "made:up:things 1.0 GetThing"


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        ("GetThin", "no known contract is called GetThin", "GetThing"),
        ("xyzzy", "no known contract is called xyzzy", "install the domain"),
        ("GetSupportedServiceContracts", "is 2 contracts", "itintegration:registry 1.0 GetSupp"),
        ("", "no known contract", "install"),
    ],
)
def test_a_name_that_is_none_is_told_with_what_is_alike(
    packages: ModuleType, tmp_path: Path, text: str, what: str, mend: str
) -> None:
    """Of several, each is written so that it can be chosen."""
    install(packages.zipped(packages.clean(), tmp_path))

    with pytest.raises(UnknownContract) as refused:
        known().contract_named(text)

    assert what in refused.value.what
    assert mend in refused.value.mend

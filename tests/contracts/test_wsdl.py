"""A WSDL says which contract it is, whatever its prefixes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.errors import HarnessError
from contracts.wsdl import ServiceContract, read_wsdl

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASED = REPOSITORY.parent / "shared/reference"
NAME = "ProcessClaimSpecification"


@pytest.fixture
def contract() -> ServiceContract:
    """Give the contract of the bundled WSDL."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    return contract


def reread(text: str, folder: Path) -> ServiceContract:
    """Read a WSDL from its text."""
    path = folder / "contract.wsdl"
    path.write_text(text, encoding="utf-8")
    return read_wsdl(path, service_domain="financial:billing:claim", version="1.1")


def test_the_bundled_contract_is_read_from_its_own_text(contract: ServiceContract) -> None:
    """Namespace, elements, action and profile are those of the service contract description."""
    assert contract.interaction == NAME
    assert contract.namespace == RESPONDER
    assert contract.request == f"{{{RESPONDER}}}{NAME}"
    assert contract.response == f"{{{RESPONDER}}}{NAME}Response"
    assert contract.soap_action == f"{RESPONDER}:{NAME}"
    assert contract.profile == "rivtabp21"


def test_a_contract_names_the_schema_of_its_namespace(contract: ServiceContract) -> None:
    """The schema is found beside the WSDL by its import, not by a name we guess."""
    assert contract.schema.is_absolute()
    assert f'targetNamespace="{RESPONDER}"' in contract.schema.read_text(encoding="utf-8")


def test_the_schema_is_found_from_any_folder(
    contract: ServiceContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A WSDL named by a relative path has a schema that stays found when the folder changes."""
    monkeypatch.chdir(contract.wsdl.parent)

    again = read_wsdl(Path(contract.wsdl.name), service_domain="", version="")

    assert again.schema == contract.schema


def test_a_contract_calls_itself_by_domain_version_and_interaction(
    contract: ServiceContract,
) -> None:
    """People name a contract that way."""
    assert str(contract) == f"financial:billing:claim 1.1 {NAME}"


def test_prefixes_are_the_writers_own(contract: ServiceContract, tmp_path: Path) -> None:
    """Other prefixes, and WSDL as the default namespace, mean the same contract."""
    text = contract.wsdl.read_text(encoding="utf-8")
    text = text.replace("xmlns:wsdl=", "xmlns=").replace("<wsdl:", "<").replace("</wsdl:", "</")
    text = re.sub(r"\bpcs(?=[:=])", "payload", text).replace("xs:", "xsd:").replace(":xs=", ":xsd=")

    again = reread(text, tmp_path)

    assert (again.request, again.response) == (contract.request, contract.response)
    assert (again.soap_action, again.namespace) == (contract.soap_action, contract.namespace)


@pytest.mark.skipif(
    not RELEASED.is_dir(), reason="the released schemas are not beside the project (../shared)"
)
def test_released_wsdl_files_are_read() -> None:
    """Files as Inera publishes them give contracts whose schema is there."""
    paths = sorted(RELEASED.rglob("*.wsdl"))

    contracts = [read_wsdl(path, service_domain="", version="") for path in paths]

    assert len(contracts) >= 2
    assert all(contract.schema.is_file() for contract in contracts)
    assert all(contract.namespace in contract.soap_action for contract in contracts)


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        pytest.param("portType", "porttype", "operation", id="no port type"),
        pytest.param("soap:operation", "soap:action", "soap:operation", id="no SOAP operation"),
        pytest.param('name="parameters"', 'name="body"', "input message", id="no parameters"),
        pytest.param(f'name="{NAME}Response"', 'name="Answer"', "output message", id="no answer"),
        pytest.param(f'namespace="{RESPONDER}"', "", RESPONDER, id="no import"),
    ],
)
def test_a_wsdl_that_lacks_something_says_what(
    contract: ServiceContract, tmp_path: Path, old: str, new: str, lacks: str
) -> None:
    """The error names the file and the missing piece."""
    text = contract.wsdl.read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(HarnessError, match=re.escape(lacks)) as refused:
        reread(text.replace(old, new), tmp_path)

    assert refused.value.where == str(tmp_path / "contract.wsdl")


@pytest.mark.parametrize("text", ["<definitions>", "", "<!DOCTYPE a><a/>"])
def test_a_wsdl_that_is_no_xml_is_named(tmp_path: Path, text: str) -> None:
    """The error tells which file cannot be read."""
    with pytest.raises(HarnessError, match=r"contract\.wsdl:1"):
        reread(text, tmp_path)

"""The platform's own faults, to the byte."""

from __future__ import annotations

import pytest
from lxml import etree

from simulator.faults import fault, soap_fault
from simulator.mediation import Refusal

EXAMPLE = (
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">'
    "<SOAP-ENV:Header/><SOAP-ENV:Body><SOAP-ENV:Fault>"
    "<faultcode>SOAP-ENV:Server</faultcode>"
    "<faultstring>VP007 [NTJP-SIM] Tjänstekonsumenten saknar behörighet att anropa den logiska "
    "adressaten via detta tjänstekontrakt. Kontrollera uppgifterna och vid behov, tillse att det "
    "beställs konfiguration i aktuell tjänsteplattform.</faultstring>"
    "<detail><detailString>Authorization missing for serviceNamespace: "
    "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2, "
    "receiverId: SE2321000016-1234, senderId: SE5565594230-B9P</detailString></detail>"
    "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
).encode()
"""Platform facts, section 2.4."""

TEXTS = {
    Refusal.NO_PROFILE: (
        "VP001",
        "Client",
        "Rivta-version saknas i anrop eller stöds ej av tjänsteplattformen.",
    ),
    Refusal.WRONG_PROFILE: (
        "VP005",
        "Client",
        "Tjänsteproducenten stödjer inte anropets angivna rivta-version. Kontrollera uppgifterna.",
    ),
    Refusal.NO_CATALOGUE: (
        "VP008",
        "Server",
        "Internt fel i tjänsteplattformen. Ingen kontakt med tjänsteadresseringskatalogen. "
        "Informera tjänsteplattformsförvaltningen.",
    ),
    Refusal.NOT_WHITELISTED: (
        "VP011",
        "Client",
        "Anrop har gjorts utanför TLS vilket ej är tillåtet. Tjänstekonsumenten ska alltid "
        "använda TLS för säker kommunikation.",
    ),
    Refusal.NOT_CONVERTED: (
        "VP012",
        "Server",
        "Internt fel i tjänsteplattformen. Nödvändiga resurser saknas för att VP skall fungera.",
    ),
    Refusal.ORIGINAL_CONSUMER: (
        "VP013",
        "Client",
        "Enligt tjänsteplattformens konfiguration saknar tjänstekonsumenten rätt att använda "
        "headern x-rivta-original-serviceconsumer-hsaid. Kontakta tjänsteplattformsförvaltningen.",
    ),
    Refusal.LOOP: (
        "VP014",
        "Server",
        "Anropsförmedlingen för den logiska adressaten har givit upphov till rundgång mellan "
        "tjänsteplattformar. Rapportera felet till tjänsteplattformsförvaltningen.",
    ),
    Refusal.SENDER_UNKNOWN: (
        "VP002",
        "Client",
        "Fel i klientcertifikat. Saknas, är av felaktig typ, eller är felaktigt utformad.",
    ),
    Refusal.NO_RECEIVER: (
        "VP003",
        "Client",
        "Logisk adressat (ReceiverId) saknas i RivHeadern i inkommande meddelande.",
    ),
    Refusal.NO_ROUTE: (
        "VP004",
        "Client",
        "Det finns inget vägval i tjänsteadresseringskatalogen som matchar anropets logiska "
        "adressat (ReceiverId) och tjänstekontrakt. Kontrollera uppgifterna i anropet och vid "
        "behov, beställ konfigurering i aktuell tjänsteplattform.",
    ),
    Refusal.AMBIGUOUS_ROUTE: (
        "VP006",
        "Server",
        "Internt fel i tjänsteplattformen. Det finns fler än en tjänsteproducent definierad i "
        "tjänsteadresseringskatalogen som matchar logisk adressat (ReceiverId), tjänstekontrakt "
        "och dagens datum. Tyder på felkonfiguration. Rapportera felet till "
        "tjänsteplattformsförvaltningen.",
    ),
    Refusal.NOT_AUTHORISED: (
        "VP007",
        "Server",
        "Tjänstekonsumenten saknar behörighet att anropa den logiska adressaten via detta "
        "tjänstekontrakt. Kontrollera uppgifterna och vid behov, tillse att det beställs "
        "konfiguration i aktuell tjänsteplattform.",
    ),
    Refusal.PRODUCER_FAILED: ("VP009", "Server", "Fel vid kontakt med tjänsteproducenten."),
    Refusal.NO_ADDRESS: (
        "VP010",
        "Server",
        "Internt fel i tjänsteplattformen. URL saknas för tjänsteproducenten i "
        "tjänsteplattformens tjänsteadresseringskatalog.",
    ),
    Refusal.MALFORMED: (
        "VP015",
        "Client",
        "Anrop ej korrekt utformat och kan därför inte behandlas.",
    ),
}
"""Platform facts, section 2.2."""

EVERY_REFUSAL = pytest.mark.parametrize(
    "refusal", [pytest.param(refusal, id=refusal.value) for refusal in Refusal]
)


def test_fault_equals_the_example_of_the_platform_byte_for_byte() -> None:
    """VP007 with the values of the published example."""
    made = fault(
        Refusal.NOT_AUTHORISED,
        "Authorization missing for serviceNamespace: "
        "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2, "
        "receiverId: SE2321000016-1234, senderId: SE5565594230-B9P",
        platform_name="NTJP-SIM",
    )

    assert made == EXAMPLE


@EVERY_REFUSAL
def test_faultstring_and_faultcode_are_those_of_the_platform(refusal: Refusal) -> None:
    """Code, platform name in brackets, then the exact text; and who is to blame."""
    code, blames, text = TEXTS[refusal]

    root = etree.fromstring(fault(refusal, "why", platform_name="NTJP-SIM"))

    assert root.findtext(".//faultstring") == f"{code} [NTJP-SIM] {text}"
    assert root.findtext(".//faultcode") == f"SOAP-ENV:{blames}"
    assert root.findtext(".//detail/detailString") == "why"


@EVERY_REFUSAL
def test_fault_is_one_line_of_utf_8_without_declaration(refusal: Refusal) -> None:
    """No XML declaration and no line break is seen in the platform's own faults."""
    made = fault(refusal, "why", platform_name="PROVBANK")

    assert made.startswith(b"<SOAP-ENV:Envelope ")
    assert len(made.splitlines()) == 1
    assert TEXTS[refusal][2] in made.decode("utf-8")


@EVERY_REFUSAL
def test_detail_string_stands_even_when_there_is_nothing_to_say(refusal: Refusal) -> None:
    """The variable part is always there, sometimes empty, and in no namespace."""
    root = etree.fromstring(fault(refusal, "", platform_name="PROVBANK"))

    assert root.find(".//detail/detailString") is not None
    assert root.findtext(".//detail/detailString") == ""


def test_variable_part_stands_in_the_detail_alone() -> None:
    """The faultstring never holds what the caller sent."""
    root = etree.fromstring(fault(Refusal.NO_ROUTE, "receiverId: me", platform_name="PROVBANK"))

    assert "receiverId: me" not in (root.findtext(".//faultstring") or "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>&amp;</script>", id="markup"),
        pytest.param("a < b && c > d ]]>", id="signs"),
        pytest.param("Örebro läns åldringsvård 𝄞", id="letters"),
        pytest.param("first\nsecond", id="line break"),
    ],
)
def test_what_the_caller_wrote_cannot_change_the_fault(text: str) -> None:
    """Detail and platform name are text, whatever signs they hold."""
    root = etree.fromstring(fault(Refusal.NO_ROUTE, text, platform_name=text))

    assert root.findtext(".//detail/detailString") == text
    assert (root.findtext(".//faultstring") or "").startswith(f"VP004 [{text}] ")
    assert len(root.findall(".//detail/*")) == 1


@pytest.mark.parametrize("blames", ["Client", "Server"])
def test_soap_fault_of_a_system_has_the_same_form(blames: str) -> None:
    """Region systems write their faults as the platform does, with a text of their own."""
    root = etree.fromstring(soap_fault("Fel & fel", blames=blames))

    assert root.findtext(".//faultcode") == f"SOAP-ENV:{blames}"
    assert root.findtext(".//faultstring") == "Fel & fel"
    assert root.findtext(".//detail/detailString") == ""

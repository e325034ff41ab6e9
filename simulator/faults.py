"""A refusal as a SOAP fault with its VP code."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from contracts.envelope import SOAP_ENVELOPE
from simulator.mediation import Refusal

__all__ = ["fault", "plain_fault", "soap_fault"]


@dataclass(frozen=True, slots=True)
class _Text:
    blames: str
    says: str


_TEXTS = {
    Refusal.NO_PROFILE: _Text(
        "Client", "Rivta-version saknas i anrop eller stöds ej av tjänsteplattformen."
    ),
    Refusal.SENDER_UNKNOWN: _Text(
        "Client",
        "Fel i klientcertifikat. Saknas, är av felaktig typ, eller är felaktigt utformad.",
    ),
    Refusal.NO_RECEIVER: _Text(
        "Client",
        "Logisk adressat (ReceiverId) saknas i RivHeadern i inkommande meddelande.",
    ),
    Refusal.NO_ROUTE: _Text(
        "Client",
        "Det finns inget vägval i tjänsteadresseringskatalogen som matchar anropets logiska "
        "adressat (ReceiverId) och tjänstekontrakt. Kontrollera uppgifterna i anropet och vid "
        "behov, beställ konfigurering i aktuell tjänsteplattform.",
    ),
    Refusal.WRONG_PROFILE: _Text(
        "Client",
        "Tjänsteproducenten stödjer inte anropets angivna rivta-version. "
        "Kontrollera uppgifterna.",
    ),
    Refusal.AMBIGUOUS_ROUTE: _Text(
        "Server",
        "Internt fel i tjänsteplattformen. Det finns fler än en tjänsteproducent definierad i "
        "tjänsteadresseringskatalogen som matchar logisk adressat (ReceiverId), tjänstekontrakt "
        "och dagens datum. Tyder på felkonfiguration. Rapportera felet till "
        "tjänsteplattformsförvaltningen.",
    ),
    Refusal.NOT_AUTHORISED: _Text(
        "Server",
        "Tjänstekonsumenten saknar behörighet att anropa den logiska adressaten via detta "
        "tjänstekontrakt. Kontrollera uppgifterna och vid behov, tillse att det beställs "
        "konfiguration i aktuell tjänsteplattform.",
    ),
    Refusal.NO_CATALOGUE: _Text(
        "Server",
        "Internt fel i tjänsteplattformen. Ingen kontakt med tjänsteadresseringskatalogen. "
        "Informera tjänsteplattformsförvaltningen.",
    ),
    Refusal.PRODUCER_FAILED: _Text("Server", "Fel vid kontakt med tjänsteproducenten."),
    Refusal.NO_ADDRESS: _Text(
        "Server",
        "Internt fel i tjänsteplattformen. URL saknas för tjänsteproducenten i "
        "tjänsteplattformens tjänsteadresseringskatalog.",
    ),
    Refusal.NOT_WHITELISTED: _Text(
        "Client",
        "Anrop har gjorts utanför TLS vilket ej är tillåtet. Tjänstekonsumenten ska alltid "
        "använda TLS för säker kommunikation.",
    ),
    Refusal.NOT_CONVERTED: _Text(
        "Server",
        "Internt fel i tjänsteplattformen. Nödvändiga resurser saknas för att VP skall fungera.",
    ),
    Refusal.ORIGINAL_CONSUMER: _Text(
        "Client",
        "Enligt tjänsteplattformens konfiguration saknar tjänstekonsumenten rätt att använda "
        "headern x-rivta-original-serviceconsumer-hsaid. Kontakta "
        "tjänsteplattformsförvaltningen.",
    ),
    Refusal.LOOP: _Text(
        "Server",
        "Anropsförmedlingen för den logiska adressaten har givit upphov till rundgång mellan "
        "tjänsteplattformar. Rapportera felet till tjänsteplattformsförvaltningen.",
    ),
    Refusal.MALFORMED: _Text(
        "Client", "Anrop ej korrekt utformat och kan därför inte behandlas."
    ),
}  # fmt: skip


def fault(refusal: Refusal, detail: str, *, platform_name: str) -> bytes:
    """Write the platform's own fault: one line, UTF-8, without XML declaration.

    Source: platform facts, sections 2.1, 2.2 and 2.4.
    """
    text = _TEXTS[refusal]
    return soap_fault(
        f"{refusal.value} [{platform_name}] {text.says}", detail=detail, blames=text.blames
    )


def soap_fault(text: str, *, detail: str = "", blames: str = "Server") -> bytes:
    """Write a SOAP 1.1 fault; ``blames`` is Client or Server."""
    return (
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP_ENVELOPE}"><SOAP-ENV:Header/><SOAP-ENV:Body>'
        f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:{blames}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring>"
        f"<detail><detailString>{escape(detail)}</detailString></detail>"
        "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def plain_fault(text: str, *, blames: str = "Server") -> bytes:
    """Write a fault as the services behind the platform do: without detail."""
    return (
        f'<soap:Envelope xmlns:soap="{SOAP_ENVELOPE}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:{blames}</faultcode><faultstring>{escape(text)}</faultstring>"
        "</soap:Fault></soap:Body></soap:Envelope>"
    ).encode()

"""Known defects of what a discloser sends: its disclosures, when and where, and rule by rule."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    PROCESS,
    ActorType,
    Disclosure,
    payload_of,
)
from contracts.envelope import LOGICAL_ADDRESS
from contracts.judge import swedish_now
from contracts.parsing import readable
from simulator.faults import soap_fault
from simulator.regions.defect import Defect, Reply
from simulator.regions.directory import REGIONS
from simulator.regions.index_update import UPDATE
from simulator.regions.letter_flaws import (
    another_id,
    changing,
    child,
    dropping,
    hyphenated,
    moment,
    readdressing,
    remove_all,
    set_text,
    twice,
)
from simulator.regions.outbox import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["disclosing_defects"]

_HSA = "1.2.752.129.2.1.4.1"
_DAY = timedelta(days=1)
_SOMEBODY = REGIONS["01"].hsa_id


def disclosing_defects() -> Iterable[Defect]:
    """Make the defects; some hold state, so each table has its own."""
    yield from _of_the_exchange()
    yield from _of_the_content()
    yield from (
        Defect(
            name=f"discloses-against-{requirement.removeprefix('FPE-')}",
            says=says,
            breaks=requirement,
            also=_ALSO.get(requirement, frozenset()),
            on_sending=changing(PROCESS, change),
        )
        for requirement, says, change in _AGAINST_RULES
    )


# When, how often and where -----------------------------------------------------------------------


def _of_the_exchange() -> Iterable[Defect]:
    yield Defect(
        name="never-discloses",
        says="takes requests, and sends no disclosures",
        breaks="FPE-PAR",
        on_sending=dropping(PROCESS),
    )
    yield Defect(
        name="silent-about-nothing",
        says="sends no disclosure on a person that it holds nothing on",
        breaks="FPE-UTLAMNANDE-ETT",
        on_sending=dropping(PROCESS, lambda payload: payload.find("{*}feeExemption") is None),
    )
    yield Defect(
        name="discloses-twice",
        says="sends each disclosure twice",
        breaks="FPE-UTLAMNANDE-ETT",
        also=frozenset({"FPE-BEGARAN-FORST", "FPE-SLA-SAMTIDIGA"}),
        on_sending=twice(PROCESS),
    )
    yield Defect(
        name="makes-request-ids",
        says="gives a disclosure a request id of its own",
        breaks="FPE-UTLAMNANDE-REQUESTID",
        on_sending=changing(PROCESS, set_text("requestId/root", another_id)),
    )
    yield Defect(
        name="extends-request-ids",
        says="adds an extension to the request id",
        breaks="FPE-REQUESTID-FORM",
        on_sending=changing(PROCESS, _extended_id),
    )
    yield Defect(
        name="remembers-one-address",
        says="discloses to the address of the first request, whoever asks",
        breaks="FPE-UTLAMNANDE-ADRESS",
        on_sending=readdressing(PROCESS, _FirstAddress()),
    )
    yield Defect(
        name="discloses-unasked",
        says="discloses when something is registered, though nobody has asked",
        breaks="FPE-BEGARAN-FORST",
        on_sending=_unasked,
    )
    yield Defect(
        name="knows-its-county-code-alone",
        says="answers a fault to requests addressed to its HSA-id",
        breaks="FPE-ADRESS-KALLA",
        on_request=_refuses_its_hsa_id,
    )
    yield Defect(
        name="resends-what-was-answered",
        says="sends a disclosure again though it was answered",
        breaks="FPE-OMSANDNING-ALDRIG",
        in_full=True,
        on_sending=twice(PROCESS, delay=2.0),
    )


def _extended_id(payload: etree._Element) -> None:
    for found in payload.iterfind("{*}requestId"):
        etree.SubElement(found, f"{{{EXEMPTION}}}extension").text = "1"


class _FirstAddress:
    """A system that keeps where to disclose in one place."""

    def __init__(self) -> None:
        self._first = ""

    def __call__(self, letter: Letter) -> str:
        self._first = self._first or letter.logical_address
        return self._first


def _unasked(letter: Letter) -> Iterable[Letter]:
    if letter.contract != UPDATE:
        return (letter,)
    nothing = payload_of(Disclosure(request_id=str(uuid4())))
    return (letter, Letter(contract=PROCESS, logical_address=_SOMEBODY, payload=nothing))


def _refuses_its_hsa_id(body: bytes) -> Reply | None:
    root = readable(body)
    if root is not None and "-" in (root.findtext(f"*/{LOGICAL_ADDRESS}") or ""):
        return Reply(status=500, body=soap_fault("Okänd logisk adress", detail=f"logId {uuid4()}"))
    return None


# What is held, and who may see it ----------------------------------------------------------------


def _of_the_content() -> Iterable[Defect]:
    yield Defect(
        name="keeps-fees-from-residents",
        says="discloses the frikort alone to whoever asks",
        breaks="FPE-UTLAMNA-INVANARE",
        on_sending=changing(PROCESS, _card_alone),
    )
    yield Defect(
        name="does-not-ask-who-asks",
        says="discloses everything to whoever asks",
        breaks="FPE-UTLAMNA-VARDGIVARE",
        on_actor=lambda _actor: ActorType.CITIZEN,
    )
    yield Defect(
        name="leaves-out-linked-identities",
        says="discloses what stands on the identity that was asked for alone",
        breaks="FPE-UTLAMNA-ALLT",
        on_sending=changing(PROCESS, _one_identity),
    )
    yield Defect(
        name="leaves-out-the-anniversary",
        says="leaves out visits on the very day twelve months back",
        breaks="FPE-UTLAMNA-TOLV-MANADER",
        on_sending=changing(PROCESS, _without_anniversary),
    )
    yield Defect(
        name="discloses-two-cards",
        says="discloses the frikort twice, under two ids",
        breaks="FPE-UTLAMNA-ETT-FRIKORT",
        on_sending=changing(PROCESS, _two_cards),
    )
    yield Defect(
        name="forgets-cancellations",
        says="discloses visits that have been cancelled",
        breaks="FPE-UTLAMNA-MAKULERAD",
        forgets_cancellations=True,
    )
    yield Defect(
        name="writes-three-decimals",
        says="writes amounts with three decimals",
        breaks="FPE-FORMAT-BELOPP",
        on_sending=changing(PROCESS, set_text("amount", lambda text: f"{Decimal(text):.3f}")),
    )
    yield Defect(
        name="writes-times-in-utc",
        says="writes times of registration in UTC",
        breaks="FPE-FORMAT-TID",
        on_sending=changing(PROCESS, set_text("timeOfRegistration", _in_utc)),
    )
    yield Defect(
        name="writes-hyphens",
        says="writes identities with a hyphen",
        breaks="FPE-PATIENT-FORM",
        on_sending=changing(PROCESS, set_text("patientId/extension", hyphenated)),
    )


def _card_alone(payload: etree._Element) -> None:
    if payload.find(".//{*}exemptions") is not None:
        remove_all("transactions")(payload)


def _one_identity(payload: etree._Element) -> None:
    for found in payload.findall("{*}feeExemption")[1:]:
        payload.remove(found)


def _without_anniversary(payload: etree._Element) -> None:
    first = f"{a_year_from(swedish_now().date(), years=-1):%Y%m%d}"
    _remove_transactions(payload, lambda node: _text(node, "dateOfVisit") == first)


def _two_cards(payload: etree._Element) -> None:
    for card in payload.findall(".//{*}exemptions"):
        other = copy.deepcopy(card)
        _set(other, "id", "FK-2")
        card.addnext(other)


def _in_utc(text: str) -> str:
    ahead = swedish_now().utcoffset() or timedelta(hours=1)
    return f"{moment(text) - ahead:%Y%m%d%H%M%S}"


# Rules -------------------------------------------------------------------------------------------


def _one_more(change: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    """Disclose one transaction more: the first, changed."""

    def hook(payload: etree._Element) -> None:
        first = payload.find(".//{*}transactions")
        if first is not None:
            more = copy.deepcopy(first)
            change(more)
            first.addnext(more)

    return hook


def _on_day(days: Callable[[datetime], datetime]) -> Callable[[etree._Element], None]:
    def change(node: etree._Element) -> None:
        day = days(swedish_now().replace(tzinfo=None))
        _set(node, "dateOfVisit", f"{day:%Y%m%d}")
        _set(
            node,
            "timeOfRegistration",
            f"{min(day, swedish_now().replace(tzinfo=None)):%Y%m%d%H%M%S}",
        )

    return change


def _with_places(payload: etree._Element) -> None:
    """Tell care giver and care unit where there is no frikort, also to staff."""
    if payload.find(".//{*}exemptions") is not None:
        return
    for node in payload.iterfind(".//{*}transactions"):
        for name in ("careGiver", "careUnit"):
            if node.find(f"{{*}}{name}") is None:
                place = etree.SubElement(node, f"{{{EXEMPTION}}}{name}")
                etree.SubElement(place, f"{{{EXEMPTION}}}root").text = _HSA
                etree.SubElement(place, f"{{{EXEMPTION}}}extension").text = _SOMEBODY


def _fee_beside_card(payload: etree._Element) -> None:
    """Disclose a fee beside a frikort that stands alone."""
    card = payload.find(".//{*}exemptions")
    if card is None or payload.find(".//{*}transactions") is not None:
        return
    node = etree.Element(f"{{{EXEMPTION}}}transactions")
    today = swedish_now()
    for name, text in (
        ("dateOfVisit", f"{today:%Y%m%d}"),
        ("timeOfRegistration", f"{today:%Y%m%d}000000"),
        ("typeOfFee", "CARE_VISIT"),
    ):
        etree.SubElement(node, f"{{{EXEMPTION}}}{name}").text = text
    card.addprevious(node)


def _latest_alone(payload: etree._Element) -> None:
    """Disclose the last transaction alone where places are withheld: to staff."""
    if payload.find(".//{*}careUnit") is None:
        for node in payload.findall(".//{*}transactions")[:-1]:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)


def _named_currency(payload: etree._Element) -> None:
    for currency in payload.iterfind(".//{*}currency"):
        etree.SubElement(currency, f"{{{EXEMPTION}}}displayName").text = "Svenska kronor"


def _ends_later(payload: etree._Element) -> None:
    for end in payload.iterfind(".//{*}exemptionPeriod/{*}end"):
        end.text = f"{moment((end.text or '') + '000000') + _DAY:%Y%m%d}"


_AGAINST_RULES: tuple[tuple[str, str, Callable[[etree._Element], None]], ...] = (
    ("FPE-rule001", "discloses booked visits too", _one_more(_on_day(lambda now: now + 3 * _DAY))),
    ("FPE-rule002", "discloses visits of the last thirteen months",
     _one_more(_on_day(lambda now: now - 395 * _DAY))),
    ("FPE-rule003", "discloses frikort for journeys",
     set_text("typeOfExemption", lambda _text: "TRANSPORTATION")),
    ("FPE-rule004", "discloses fees for technical aids",
     set_text("typeOfFee", lambda _text: "TECHNICAL_AID")),
    ("FPE-rule005", "tells staff where visits were made", _with_places),
    ("FPE-rule006", "writes when a visit was booked as its registration",
     set_text("timeOfRegistration", lambda text: f"{moment(text) - 40 * _DAY:%Y%m%d%H%M%S}")),
    ("FPE-rule007", "writes times of registration ahead of the clock",
     set_text("timeOfRegistration", lambda text: f"{moment(text) + 2 * _DAY:%Y%m%d%H%M%S}")),
    ("FPE-rule008", "writes the OID of a region's own identities",
     set_text("patientId/root", lambda _text: "1.2.752.97.3.1.3")),
    ("FPE-rule009", "writes the currency as kr", set_text("currency/code", lambda _text: "kr")),
    ("FPE-rule010", "writes the code system of currencies as ISO-4217",
     set_text("currency/codeSystem", lambda _text: "ISO-4217")),
    ("FPE-rule011", "tells the currency's name", _named_currency),
    ("FPE-rule012", "leaves out when a fee was registered", remove_all("timeOfRegistration")),
    ("FPE-rule013", "leaves out the care unit", remove_all("careUnit")),
    ("FPE-rule014", "lets the frikort end a day after its period", _ends_later),
    ("FPE-rule015", "discloses visits without a fee",
     _one_more(lambda node: _set(node, "fee/amount", "0.00"))),
    ("FPE-rule016", "leaves out the care giver", remove_all("careGiver")),
    ("FPE-rule017", "discloses the latest visit alone to staff", _latest_alone),
    ("FPE-rule018", "discloses a fee to staff beside the frikort", _fee_beside_card),
)  # fmt: skip
"""A requirement, what the system does against it, and how that changes its disclosures."""

_OF_ONE_MORE = frozenset({"FPE-EI-TILLGANGLIG", "FPE-FORMAT-TID", "FPE-UTLAMNA-*", "FPE-rule017"})
_ALSO: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("FPE-rule001", "FPE-rule002", "FPE-rule015"), _OF_ONE_MORE),
    **dict.fromkeys(("FPE-rule006", "FPE-rule007", "FPE-rule012"), frozenset({"FPE-FORMAT-TID"})),
}
"""What else is wrong where one visit more is disclosed, or another time of registration."""


def _remove_transactions(payload: etree._Element, where: Callable[[etree._Element], bool]) -> None:
    for node in payload.findall(".//{*}transactions"):
        parent = node.getparent()
        if parent is not None and where(node):
            parent.remove(node)


def _text(node: etree._Element, path: str) -> str:
    found = child(node, path)
    return "" if found is None else found.text or ""


def _set(node: etree._Element, path: str, text: str) -> None:
    found = child(node, path)
    if found is not None:
        found.text = text

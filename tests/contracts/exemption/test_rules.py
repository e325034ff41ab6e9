"""The rules judge as the contract description says, down to its fine print."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import Domain
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import RULE_FAULTS, faulty
from contracts.judge import judge_payload
from contracts.schematron import RuleSet
from contracts.terms import SWEDISH_TIME

Failed = Callable[..., tuple[str, ...]]
Maker = Callable[..., etree._Element]

CITIZEN, CARD, STAFF, STAFF_CARD = (
    "transaktioner till invånare",
    "frikort och transaktioner till invånare",
    "transaktioner till vårdgivare",
    "frikort till vårdgivare",
)
RESIDENTS = ["CITIZEN", "GUARDIAN"]
ACTORS = [*RESIDENTS, "CAREGIVER", ""]
LEAP_DAY = datetime(2028, 2, 29, 12, tzinfo=SWEDISH_TIME)


@pytest.fixture
def a_message(inquiry: Inquiry) -> Maker:
    """Give a maker of messages: a valid kind, changed wherever the paths named lead.

    A path is local names, found wherever it stands. Its new text replaces the old; None takes the
    element away.
    """

    def build(kind: str, changes: dict[str, str | None] | None = None) -> etree._Element:
        payload = valid(kind, inquiry)
        for path, text in (changes or {}).items():
            *above, name = path.split("/")
            within = "".join(f"//{{*}}{step}" for step in above)
            found = payload.findall(f".{within}//{{*}}{name}")
            assert found, f"{kind} has no {path}"
            for element in found:
                element.text = text
                parent = element.getparent()
                if text is None and parent is not None:
                    parent.remove(element)
        return payload

    return build


def transactions(payload: etree._Element) -> list[etree._Element]:
    """Give the transactions of a message."""
    return list(payload.iter(f"{{{EXEMPTION}}}transactions"))


# Days and times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visited", "broken"),
    [
        pytest.param("20251122", (), id="on the day twelve months back"),
        pytest.param("20251121", ("rule002",), id="the day before"),
        pytest.param("20261122", (), id="today"),
        pytest.param("20261123", ("rule001",), id="tomorrow"),
        pytest.param("20260231", (), id="a day of no calendar"),
        pytest.param("20٢٦1001", ("rule001", "rule002"), id="digits of another script"),
    ],
)
def test_a_visit_is_at_most_twelve_months_old(
    visited: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """Both ends of the twelve months belong to them (rule001, rule002)."""
    message = a_message(CITIZEN, {"dateOfVisit": visited, "typeOfFee": "TECHNICAL_AID"})
    for element in message.findall(".//{*}timeOfRegistration"):
        element.getparent().remove(element)  # else rule006, and rule012 but for the type of fee

    assert failed(message, "CITIZEN") == tuple(sorted((*broken, "rule004")))


@pytest.mark.parametrize(
    ("visited", "broken"), [("20270228", ()), ("20270227", ("rule002",)), ("20280229", ())]
)
def test_twelve_months_back_from_a_leap_day(
    visited: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """29 February has no day of its own a year back; the 28th serves."""
    message = a_message(CITIZEN, {"dateOfVisit": visited, "timeOfRegistration": "20280229080000"})

    assert failed(message, "CITIZEN", at=LEAP_DAY) == broken


@pytest.mark.parametrize(
    ("registered", "broken"),
    [
        pytest.param("20261122120000", (), id="this second"),
        pytest.param("20261122120001", ("rule007",), id="the next second"),
        pytest.param("20261120000000", (), id="the first second of the visit's day"),
        pytest.param("20261119235959", ("rule006",), id="the second before it"),
    ],
)
def test_registration_is_between_the_visit_and_now(
    registered: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """Any time of the visit's day will do, and none later than now (rule006, rule007)."""
    message = a_message(CITIZEN, {"dateOfVisit": "20261120", "timeOfRegistration": registered})

    assert failed(message, "CITIZEN") == broken


@pytest.mark.parametrize("hours", [-9, 0, 9])
def test_the_clock_is_swedish_whatever_zone_it_is_told_in(
    hours: int, a_message: Maker, failed: Failed
) -> None:
    """Messages carry no zone, and the same instant gives the same verdict."""
    midnight = datetime(2026, 11, 22, tzinfo=SWEDISH_TIME)
    at = midnight.astimezone(timezone(timedelta(hours=hours)))
    day = {"dateOfVisit": "20261122", "timeOfRegistration": "20261122000000"}
    later = {"dateOfVisit": "20261122", "timeOfRegistration": "20261122000001"}

    assert failed(a_message(CITIZEN, day), "CITIZEN", at=at) == ()
    assert failed(a_message(CITIZEN, later), "CITIZEN", at=at) == ("rule007",)


@pytest.mark.parametrize("name", ["dateOfVisit", "timeOfRegistration"])
def test_date_rules_are_silent_without_a_date(name: str, a_message: Maker, failed: Failed) -> None:
    """Only rule012 asks for the field."""
    assert failed(a_message(CITIZEN, {name: None}), "CITIZEN") == ("rule012",)


@pytest.mark.parametrize("kind", ["TECHNICAL_AID", "TRANSPORTATION"])
def test_other_types_of_fee_need_neither_dates_nor_places(
    kind: str, a_message: Maker, failed: Failed
) -> None:
    """rule012 and rule013 speak of CARE_VISIT; the type itself breaks rule004."""
    changes: dict[str, str | None] = {
        "typeOfFee": kind,
        "dateOfVisit": None,
        "timeOfRegistration": None,
        "careUnit": None,
        "careGiver": None,
    }

    assert failed(a_message(CITIZEN, changes)) == ("rule004",)
    assert failed(a_message(CITIZEN, changes), "GUARDIAN") == ("rule004", "rule016")


# Who asks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["careUnit", "careGiver"])
@pytest.mark.parametrize(
    ("actor", "broken"),
    [
        ("CITIZEN", ("rule013", "rule016")),
        ("GUARDIAN", ("rule013", "rule016")),
        ("CAREGIVER", ("rule005",)),
        ("", ("rule013",)),
        ("citizen", ("rule013",)),
    ],
)
def test_a_place_left_out_is_judged_by_who_asks(
    missing: str, actor: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """A resident gets both places, staff none; unknown is judged as by the field table."""
    assert failed(a_message(CITIZEN, {missing: None}), actor) == broken


@pytest.mark.parametrize(
    ("actor", "broken"),
    [
        ("CITIZEN", ("rule013", "rule016")),
        ("GUARDIAN", ("rule013", "rule016")),
        ("CAREGIVER", ()),
        ("", ("rule013",)),
    ],
)
def test_a_disclosure_to_staff_suits_no_resident(
    actor: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """The same message is right for one actor and wrong for another."""
    assert failed(a_message(STAFF), actor) == broken


@pytest.mark.parametrize(
    ("actor", "broken"),
    [("CITIZEN", ()), ("GUARDIAN", ()), ("CAREGIVER", ("rule018",)), ("", ())],
)
def test_only_staff_gets_the_card_alone(
    actor: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """rule018 stands for rule005 where there is a card: places are not asked about then."""
    assert failed(a_message(CARD), actor) == broken


def test_without_context_the_actor_is_unknown(a_message: Maker, noon: datetime) -> None:
    """The rules that ask for the actor are silent, except rule013."""
    without = judge_payload(a_message(STAFF), at=noon)
    empty = judge_payload(a_message(STAFF), at=noon, context={"actor": ""})

    assert without.failed_rules == empty.failed_rules == ("rule013",)


def test_an_actor_does_not_stay_for_the_next_message(a_message: Maker, failed: Failed) -> None:
    """Every message is judged with its own context."""
    message = a_message(CARD)

    assert [failed(message, actor) for actor in ("CAREGIVER", "", "CITIZEN")] == [
        ("rule018",),
        (),
        (),
    ]


@pytest.mark.parametrize("actor", ACTORS)
def test_each_identity_of_a_person_is_judged_by_itself(
    actor: str, a_message: Maker, failed: Failed
) -> None:
    """A card under one identity leaves the transactions of another to rule005."""
    message = a_message(STAFF_CARD)
    (held,) = a_message(STAFF).iterfind("{*}feeExemption")
    message.append(held)

    broken = {"CAREGIVER": (), "": ("rule013",)}.get(actor, ("rule013", "rule016"))
    assert failed(message, actor) == broken


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("kind", ["ingenting till invånare", "begäran från vårdgivare"])
def test_nothing_to_judge_breaks_nothing(
    kind: str, actor: str, a_message: Maker, failed: Failed
) -> None:
    """An empty disclosure and a request are right for every actor."""
    assert failed(a_message(kind), actor) == ()


def test_an_empty_fee_exemption_breaks_nothing(a_message: Maker, failed: Failed) -> None:
    """A person of whom nothing is held may be named."""
    message = a_message(CITIZEN, {"transactions": None})

    for actor in ACTORS:
        assert failed(message, actor) == ()


def test_a_local_reserve_number_may_be_asked_about(a_message: Maker, failed: Failed) -> None:
    """rule008 is about disclosures: one source system may know an id of its own."""
    assert failed(a_message("begäran om lokalt reservnummer"), "CAREGIVER") == ()
    assert failed(a_message(CITIZEN, {"patientId/root": "1.2.752.97.3.1.3"}), "CITIZEN") == (
        "rule008",
    )


# Values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "broken"),
    [
        *((zero, ("rule015",)) for zero in ("0", "0.00", "-0", "+0", ".0", " 0 ", "0" * 40)),
        *((some, ()) for some in ("-300", "0.01", ".5", "+1", "7.", "9" * 40, f"0.{'0' * 40}1")),
    ],
)
def test_an_amount_is_not_zero(
    amount: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """However zero is written; a repaid fee is negative, and no amount is too small or large."""
    assert failed(a_message(CITIZEN, {"fee/amount": amount}), "CITIZEN") == broken


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        pytest.param({"currency/code": None}, (), id="no code"),
        pytest.param({"currency/codeSystem": None}, (), id="no code system"),
        pytest.param({"currency/code": ""}, ("rule009",), id="an empty code"),
        pytest.param({"currency/code": "sek"}, ("rule009",), id="lower case"),
        pytest.param({"currency/code": " SEK"}, ("rule009",), id="white space"),
        pytest.param({"currency/codeSystem": ""}, ("rule010",), id="an empty code system"),
        pytest.param(
            {"currency/code": "EUR", "currency/codeSystem": "1"}, ("rule009", "rule010"), id="both"
        ),
    ],
)
def test_a_currency_is_sek_where_it_says_something(
    changes: dict[str, str | None], broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """Code and code system are optional, and compared as they stand (rule009, rule010)."""
    assert failed(a_message(CITIZEN, changes), "CITIZEN") == broken


@pytest.mark.parametrize(
    "name", ["codeSystemName", "codeSystemVersion", "displayName", "originalText"]
)
@pytest.mark.parametrize(("text", "broken"), [("", ()), ("x", ("rule011",)), (" ", ("rule011",))])
def test_a_code_has_no_other_values(
    name: str, text: str, broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """An empty element carries no value; white space is one (rule011)."""
    message = a_message(CITIZEN)
    for currency in message.iter(f"{{{EXEMPTION}}}currency"):
        etree.SubElement(currency, f"{{{EXEMPTION}}}{name}").text = text

    assert failed(message, "CITIZEN") == broken


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        pytest.param({"exemptionPeriod/end": "20270601"}, ("rule014",), id="another day"),
        pytest.param({"exemptionPeriod/end": None}, (), id="one end missing"),
        pytest.param({"end": None}, (), id="both ends missing"),
        pytest.param({"start": None}, (), id="no start"),
    ],
)
def test_both_periods_of_a_card_end_together(
    changes: dict[str, str | None], broken: tuple[str, ...], a_message: Maker, failed: Failed
) -> None:
    """The rule is silent where an end is left out (rule014)."""
    assert failed(a_message(CARD, changes), "CITIZEN") == broken


# Places -------------------------------------------------------------------------------------


def test_every_transaction_is_judged(a_message: Maker, noon: datetime) -> None:
    """Each broken assertion is told with its place, and each rule once in the verdict."""
    message = a_message(CITIZEN, {"careUnit": None, "fee/amount": "0"})

    judgement = judge_payload(message, at=noon, context={"actor": "CITIZEN"})

    assert judgement.failed_rules == ("rule013", "rule015", "rule016")
    count = len(transactions(message))
    assert count == 2
    assert len(judgement.findings) == 3 * count
    assert len({(finding.rule, finding.where) for finding in judgement.findings}) == 3 * count


def test_extensions_are_no_part_of_the_contract(a_message: Maker, failed: Failed) -> None:
    """What looks like a field of the contract inside an extension is not judged."""
    message = a_message(CITIZEN)
    wrong = copy.deepcopy(message.find("{*}feeExemption"))
    assert wrong is not None
    for name, text in (("amount", "noll"), ("root", "1.2.3"), ("dateOfVisit", "i morgon")):
        for element in wrong.iter(f"{{{EXEMPTION}}}{name}"):
            element.text = text
    within = etree.SubElement(transactions(message)[0], "{urn:example:extension}more")
    within.append(copy.deepcopy(wrong))
    outside = etree.SubElement(message, "{urn:example:extension}more")
    outside.append(wrong)
    message.extend(copy.deepcopy(transactions(wrong)))  # no schema declares them here: lax

    for actor in RESIDENTS:
        assert failed(message, actor) == ()


def test_texts_name_no_person(inquiry: Inquiry, noon: datetime) -> None:
    """No finding repeats an identity, a date or an amount of the message."""
    for name, fault in RULE_FAULTS.items():
        message = faulty(name, inquiry)

        judgement = judge_payload(message, at=noon, context={"actor": fault.actor})

        values = {
            text
            for element in message.iter(f"{{{EXEMPTION}}}*")
            if (text := (element.text or "").strip())
            and etree.QName(element).localname not in {"root", "code", "codeSystem", "typeOfFee"}
        } - {"CARE_VISIT", "TECHNICAL_AID"}
        for finding in judgement.findings:
            assert finding.text.startswith(f"{finding.rule}: ")
            assert not [value for value in values if value in finding.text], name


# The rule file ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [f"rule{n:03}" for n in range(1, 19) if n != 17])
def test_a_rule_that_is_switched_off_is_missed(
    rule: str, domain: Domain, inquiry: Inquiry, noon: datetime, tmp_path: Path
) -> None:
    """Green can turn red: without its assertion, a rule's faults go unseen and no others do."""
    schema = etree.parse(str(domain.folder / "rules.sch"))
    (asserted,) = schema.findall(f".//{{*}}assert[@id='{rule}']")
    asserted.set("test", "true()")
    path = tmp_path / "rules.sch"
    schema.write(str(path), encoding="UTF-8")
    without = RuleSet(path)

    for name, fault in RULE_FAULTS.items():
        broken = without.broken(faulty(name, inquiry), at=noon, context={"actor": fault.actor})

        assert {item.rule for item in broken} == set(fault.breaks) - {rule}, name


def test_rules_are_judged_in_one_walk(domain: Domain) -> None:
    """One pattern, no context twice, and each context a full path."""
    schema = etree.parse(str(domain.folder / "rules.sch"))
    contexts = [rule.get("context") or "" for rule in schema.iterfind(".//{*}rule")]

    assert len(schema.findall("{*}pattern")) == 1
    assert len(set(contexts)) == len(contexts)
    assert all(context.startswith("/p:ProcessExemptionStatuses/") for context in contexts)
    assert schema.getroot().get("queryBinding") == "xslt3"

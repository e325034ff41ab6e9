"""Uncommon ways of a party that sends: order, splitting, spelling of values, and when."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, PROCESS
from simulator.regions import patient_fees
from simulator.regions.defect import Defect
from simulator.regions.index_update import UPDATE
from simulator.regions.letter_flaws import changing, set_text
from simulator.regions.outbox import Letter
from simulator.regions.surroundings import Resending
from tests.proof.false_alarms.manner import Manner, of_suites

__all__ = ["SENDING"]

_DISCLOSERS = of_suites({"hogkostnadsskydd/utlamnande"})
_REQUESTERS = of_suites({"hogkostnadsskydd/begarande"})
_EXEMPTIONS = _DISCLOSERS | _REQUESTERS


def _sends(change: Callable[[Letter], Iterable[Letter]]) -> Defect:
    return Defect(name="", says="", breaks="", on_sending=change)


def _later(letter: Letter) -> Iterable[Letter]:
    yield replace(letter, delay=letter.delay + 1.5)


def _backwards(payload: etree._Element) -> None:
    """Turn the order of what may come in any: transactions, and the identities they are under."""
    for held in payload.iter(f"{{{PROCESS}}}feeExemption"):
        transactions = held.findall(f"{{{EXEMPTION}}}transactions")
        places = [held.index(one) for one in transactions]
        for place, one in zip(places, reversed(transactions), strict=True):
            held.insert(place, one)
    everything = payload.findall(f"{{{PROCESS}}}feeExemption")
    for one in everything:
        payload.remove(one)
    payload.extend(reversed(everything))


def _apart(payload: etree._Element) -> None:
    """Disclose each transaction under an entry of its own, of the same person."""
    for held in payload.findall(f"{{{PROCESS}}}feeExemption"):
        patient = held.find(f"{{{EXEMPTION}}}patientId")
        for one in held.findall(f"{{{EXEMPTION}}}transactions")[1:]:
            made = etree.Element(held.tag)
            made.extend([copy.deepcopy(patient), one])
            held.addnext(made)


def _shortest(text: str) -> str:
    """Write an amount without the decimals that it can do without."""
    amount = Decimal(text)
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"


def _with_another(payload: etree._Element) -> None:
    """Tell of one more person in the same update."""
    made = copy.deepcopy(payload[0])
    for identity in made.iter("{*}registeredResidentIdentification"):
        identity.text = "191212121212"
    payload.append(made)


class _Capital:
    """Stands for a UUID that is written with capitals."""

    def __init__(self) -> None:
        self._made = uuid4()

    def __str__(self) -> str:
        return str(self._made).upper()


@contextmanager
def _capital_ids() -> Iterator[None]:
    with patch.object(patient_fees, "uuid4", _Capital):
        yield


SENDING: tuple[Manner, ...] = (
    Manner(name="sends-later", says="sends what it is to send after a while", suites=_EXEMPTIONS,
           system=_sends(_later)),
    Manner(name="discloses-backwards", says="discloses the oldest last", suites=_DISCLOSERS,
           system=_sends(changing(PROCESS, _backwards))),
    Manner(name="discloses-apart", says="discloses each fee under an entry of its own",
           suites=_DISCLOSERS, system=_sends(changing(PROCESS, _apart))),
    Manner(name="short-amounts", says="writes amounts with no more decimals than they need",
           suites=_DISCLOSERS, system=_sends(changing(PROCESS, set_text("amount", _shortest)))),
    Manner(name="tells-of-two", says="tells the index of two persons at once", suites=_DISCLOSERS,
           system=_sends(changing(UPDATE, _with_another))),
    Manner(name="capital-uuids", says="writes its request ids with capitals", suites=_REQUESTERS,
           within=_capital_ids),
    Manner(name="resends-late", says="waits longer than it says before it sends again",
           suites=_EXEMPTIONS, in_full=True,
           system=Defect(name="", says="", breaks="",
                         resending=Resending(after_fault=3.5, after_silence=3.5))),
)  # fmt: skip

"""The cases worth testing: who a person is, and which visits are made, counted from a day.

A table, so that a case is found by its name, and a new one is a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulator.regions.protection import FeeKind, twelve_months_back
from simulator.testdata.numbers import IdentityKind

__all__ = ["CASES", "Case", "Planned", "Rest"]

_DAY = timedelta(days=1)
_HOME, _STOCKHOLM, _SKANE, _VG = "03", "01", "12", "14"


@dataclass(frozen=True, slots=True)
class Rest:
    """A fee of what is left to the ceiling, less so much."""

    short: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One visit of a case.

    Shape: ``on`` gives its day from the day of the test. ``identity`` is the place among the
           person's identities. The fee is registered so many days ``later``; ``minute`` tells two
           of a day apart.
    """

    on: Callable[[date], date]
    fee: Decimal | Rest
    county: str = _HOME
    kind: FeeKind = FeeKind.CARE_VISIT
    cancelled: bool = False
    identity: int = 0
    later: int = 0
    minute: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person worth testing with.

    Shape: ``name`` is the case's id; children of one ``family`` have the same guardian.
           ``turned_adult`` is how many days ago a person came of age.
    """

    name: str
    title: str
    visits: tuple[Planned, ...] = ()
    identities: tuple[IdentityKind, ...] = (IdentityKind.ADULT,)
    family: str = ""
    turned_adult: int | None = None
    asylum_seeker: bool = False


def _ago(days: int) -> Callable[[date], date]:
    return lambda today: today - timedelta(days=days)


def _year_ago(today: date) -> date:
    return twelve_months_back(today)


def _day_more_than_a_year_ago(today: date) -> date:
    return twelve_months_back(today) - _DAY


def _day_less_than_a_year_ago(today: date) -> date:
    return twelve_months_back(today + _DAY)


def _last_december(today: date) -> date:
    return date(today.year - 1, 12, 31)


def _kr(text: str) -> Decimal:
    return Decimal(text)


def _visit(days: int, fee: str | Rest, county: str = _HOME, **more: object) -> Planned:
    amount = fee if isinstance(fee, Rest) else _kr(fee)
    return Planned(on=_ago(days), fee=amount, county=county, **more)  # type: ignore[arg-type]


def _on(day: Callable[[date], date], fee: str | Rest, county: str = _HOME) -> Planned:
    return Planned(on=day, fee=fee if isinstance(fee, Rest) else _kr(fee), county=county)


_CHILD, _COORDINATION = (IdentityKind.CHILD,), (IdentityKind.COORDINATION,)
_REST = Rest()

_ROWS = (
    Case(name="ingenting", title="Inga besök alls"),
    Case(name="under-taket", title="Två besök, under taket",
         visits=(_visit(120, "300"), _visit(40, "275"))),
    Case(name="besok-i-dag", title="Ett besök i dag", visits=(_visit(0, "300"),)),
    Case(name="en-krona-kort", title="En krona kvar till taket",
         visits=(_visit(200, "500"), _visit(100, "500"), _visit(30, Rest(_kr("1"))))),
    Case(name="femtio-ore-kort", title="Femtio öre kvar till taket",
         visits=(_visit(90, "600.25"), _visit(20, Rest(_kr("0.50"))))),
    Case(name="frikort", title="Frikort: taket nått i en region",
         visits=(_visit(200, "500"), _visit(100, "500"), _visit(30, _REST))),
    Case(name="frikort-kapad-avgift", title="Frikort: avgiften som når taket är kapad",
         visits=(_visit(200, "700"), _visit(100, "700"), _visit(30, "300"))),
    Case(name="frikort-i-dag", title="Frikort: taket nås i dag",
         visits=(_visit(60, "800"), _visit(0, _REST))),
    Case(name="frikort-sista-dagen", title="Frikort: gäller sin sista dag i dag",
         visits=(_on(_day_less_than_a_year_ago, "800"), _visit(100, _REST))),
    Case(name="frikort-slut-i-gar", title="Frikort som gick ut i går",
         visits=(_on(_year_ago, "800"), _visit(100, _REST))),
    Case(name="frikort-fria-besok", title="Frikort: besök efter att taket nåtts är utan avgift",
         visits=(_visit(200, "800"), _visit(100, _REST), _visit(50, "0"), _visit(10, "0"))),
    Case(name="ny-period", title="Ny högkostnadsperiod efter att ett frikort har gått ut",
         visits=(_visit(420, "800"), _visit(400, _REST), _visit(14, "250"))),
    Case(name="tolv-manader", title="Ett besök på dagen för tolv månader sedan",
         visits=(_on(_year_ago, "300"),)),
    Case(name="over-tolv-manader", title="Ett besök en dag mer än tolv månader tillbaka",
         visits=(_on(_day_more_than_a_year_ago, "300"),)),
    Case(name="over-arsskiftet", title="Perioden började förra året: det årets tak gäller",
         visits=(_on(_last_december, "400"), _visit(0, "200"))),
    Case(name="tva-regioner", title="Besök i två regioner, under taket",
         visits=(_visit(120, "300"), _visit(40, "400", _STOCKHOLM))),
    Case(name="tva-regioner-taket", title="Två regioners avgifter når taket, ingen har frikort",
         visits=(_visit(120, "800"), _visit(40, _REST, _STOCKHOLM))),
    Case(name="tre-regioner-krona", title="Tre regioner, en krona kvar till taket",
         visits=(_visit(150, "500"), _visit(90, "500", _SKANE), _visit(20, Rest(_kr("1")), _VG))),
    Case(name="frikort-annan-region", title="Frikort utfärdat i en annan region",
         visits=(_visit(150, "800", _SKANE), _visit(60, _REST, _SKANE), _visit(10, "0"))),
    Case(name="barn", title="Barn med vårdnadshavare, under taket", identities=_CHILD,
         family="ett barn", visits=(_visit(80, "150"), _visit(20, "150"))),
    Case(name="barn-frikort", title="Barn med vårdnadshavare, frikort", identities=_CHILD,
         family="ett annat barn", visits=(_visit(80, "800"), _visit(20, _REST))),
    Case(name="syskon-ett", title="Syskon delar tak: det första barnet", identities=_CHILD,
         family="syskon", visits=(_visit(90, "800"),)),
    Case(name="syskon-tva", title="Syskon delar tak: det andra barnet når det", identities=_CHILD,
         family="syskon", visits=(_visit(30, _REST),)),
    Case(name="nyss-arton", title="Nyss arton: avgifter före födelsedagen räknas för sig",
         turned_adult=60, visits=(_visit(100, "900"), _visit(30, "200"))),
    Case(name="samordningsnummer", title="Samordningsnummer", identities=_COORDINATION,
         visits=(_visit(120, "300"), _visit(40, "275"))),
    Case(name="samordningsnummer-frikort", title="Samordningsnummer, frikort",
         identities=_COORDINATION, visits=(_visit(120, "800"), _visit(40, _REST))),
    Case(name="lankade", title="Personnummer och samordningsnummer för samma person",
         identities=(IdentityKind.ADULT, IdentityKind.COORDINATION),
         visits=(_visit(120, "300", identity=1), _visit(40, "275"))),
    Case(name="lankade-frikort", title="Länkade identiteter når taket tillsammans",
         identities=(IdentityKind.ADULT, IdentityKind.COORDINATION),
         visits=(_visit(120, "800", identity=1), _visit(40, _REST))),
    Case(name="nationellt-reservnummer", title="Nationellt reserv-id, finns inte i index",
         identities=(IdentityKind.NATIONAL_RESERVE,), visits=(_visit(40, "275"),)),
    Case(name="lokalt-reservnummer", title="Lokalt reserv-id länkat till personnummer",
         identities=(IdentityKind.ADULT, IdentityKind.LOCAL_RESERVE),
         visits=(_visit(120, "300", identity=1), _visit(40, "275"))),
    Case(name="bara-lokalt-reservnummer", title="Bara lokalt reserv-id: kan inte lämnas ut",
         identities=(IdentityKind.LOCAL_RESERVE,), visits=(_visit(40, "275"),)),
    Case(name="makulerad", title="En av tre avgifter är makulerad",
         visits=(_visit(120, "300"), _visit(80, "200", cancelled=True), _visit(40, "275"))),
    Case(name="makulerat-frikort", title="Taket nåddes, men en avgift är makulerad",
         visits=(_visit(120, "800"), _visit(80, "300", cancelled=True), _visit(40, "350"))),
    Case(name="allt-makulerat", title="Allt är makulerat",
         visits=(_visit(120, "300", cancelled=True),)),
    Case(name="aterbetald", title="En återbetald avgift",
         visits=(_visit(120, "300"), _visit(40, "275"), _visit(40, "-275", minute=1))),
    Case(name="nollavgift", title="Ett besök utan avgift bland andra",
         visits=(_visit(120, "300"), _visit(80, "0"), _visit(40, "275"))),
    Case(name="oren", title="Avgifter med ören",
         visits=(_visit(120, "99.50"), _visit(80, "0.05"), _visit(40, "275.45"))),
    Case(name="tva-pa-en-dag", title="Två besök samma dag, det andra når taket",
         visits=(_visit(90, "900"), _visit(40, "300"), _visit(40, _REST, minute=1))),
    Case(name="sen-registrering", title="Avgiften registrerad en vecka efter besöket",
         visits=(_visit(60, "300", later=7),)),
    Case(name="raknas-inte", title="Uteblivet besök, intyg, vaccination och slutenvård räknas inte",
         visits=(
             _visit(90, "200", kind=FeeKind.MISSED_VISIT),
             _visit(80, "500", kind=FeeKind.CERTIFICATE),
             _visit(70, "400", kind=FeeKind.VACCINATION),
             _visit(60, "600", kind=FeeKind.INPATIENT),
             _visit(50, "100"),
         )),
    Case(name="asylsokande", title="Asylsökande omfattas inte", identities=_COORDINATION,
         asylum_seeker=True, visits=(_visit(60, "50"), _visit(30, "50"))),
    Case(name="manga-besok", title="Fyrtio besök med låg avgift",
         visits=tuple(_visit(5 * number + 5, "30") for number in reversed(range(40)))),
)  # fmt: skip

CASES: Mapping[str, Case] = {case.name: case for case in _ROWS}
"""Every case by its name."""

"""What a known defect is: a name, the requirement it breaks, and hooks where a message passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from lxml import etree

    from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
    from contracts.judge import Judgement
    from simulator.client import Answer
    from simulator.outbound import TlsMaterial
    from simulator.regions.billing import Numbered
    from simulator.regions.disclosed import Answered
    from simulator.regions.disclosing import Holding
    from simulator.regions.outbox import Ending, Letter, Wire
    from simulator.regions.surroundings import Resending
    from simulator.tls import ListenerTls

__all__ = ["FLAWLESS", "Defect", "Equivalent", "Reply", "defect_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer of a region's system; without content type where that is empty."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def _no_reply(_body: bytes) -> Reply | None:
    return None


def _no_early_reply(_headers: Mapping[str, str]) -> Reply | None:
    return None


def _same_body(body: bytes) -> bytes:
    return body


def _same_judgement(judgement: Judgement, _payload: etree._Element) -> Judgement:
    return judgement


def _same_comment(comment: str) -> str | None:
    return comment


def _same_reply(reply: Reply, _body: bytes) -> Reply:
    return reply


def _as_it_is(letter: Letter) -> Iterable[Letter]:
    return (letter,)


def _same_actor(actor: ActorType) -> ActorType:
    return actor


def _same_holding(holding: Holding) -> Holding:
    return holding


def _same_answers(answers: tuple[Answered, ...]) -> tuple[Answered, ...]:
    return answers


def _same_wire(wire: Wire) -> Wire:
    return wire


def _same_shown(shown: dict[str, Any]) -> dict[str, Any]:
    return shown


def _same_id(numbered: Numbered) -> str:
    return numbered.id


def _same_ending(ending: Ending, _answer: Answer) -> Ending:
    return ending


def _same_material(material: TlsMaterial) -> TlsMaterial:
    return material


def _same_listener(tls: ListenerTls) -> ListenerTls:
    return tls


def _as_asked(asked: Resending, _before: Resending) -> Resending:
    return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One way in which a system is wrong.

    Shape: ``breaks`` is the requirement a suite must fail it on, ``also`` what it breaks beside
           that by its nature (``FBC-R*`` means all that begin so), ``in_full`` that only load or
           waiting shows it. The hooks stand where a message
           passes: on the request, the judgement, the comment and the reply. For a system that
           sends: on each letter (none, changed, or several), on the actor it thinks has asked, on
           what it holds of a person, on the answers it adds up, and on what it shows of them;
           ``on_wire`` stands where a letter has become bytes, ``on_ending`` where an attempt has
           come to something. A seller also takes an id, and is set to send again;
           ``on_tls`` is what it presents to the platform, and whom it trusts; ``on_listener`` the
           same where it is called. On the HTTP request
           itself stand ``methods``, ``on_headers`` (names in lower case) and ``on_body``, which
           gives the bytes that the system reads.
    """

    name: str
    says: str
    breaks: str
    also: frozenset[str] = frozenset()
    in_full: bool = False
    methods: tuple[str, ...] = ("POST",)
    on_headers: Callable[[Mapping[str, str]], Reply | None] = _no_early_reply
    on_body: Callable[[bytes], bytes] = _same_body
    on_request: Callable[[bytes], Reply | None] = _no_reply
    on_judgement: Callable[[Judgement, etree._Element], Judgement] = _same_judgement
    on_comment: Callable[[str], str | None] = _same_comment
    on_reply: Callable[[Reply, bytes], Reply] = _same_reply
    keeps_refused: bool = False
    keeps_twice: bool = False
    keeps_nothing: bool = False
    ties_credits: bool = True
    matches_any_amount: bool = False
    takes_unknown: bool = False
    refuses_again: bool = False
    on_listener: Callable[[ListenerTls], ListenerTls] = _same_listener
    on_sending: Callable[[Letter], Iterable[Letter]] = _as_it_is
    on_actor: Callable[[ActorType], ActorType] = _same_actor
    on_holding: Callable[[Holding], Holding] = _same_holding
    on_answers: Callable[[tuple[Answered, ...]], tuple[Answered, ...]] = _same_answers
    on_shown: Callable[[dict[str, Any]], dict[str, Any]] = _same_shown
    on_wire: Callable[[Wire], Wire] = _same_wire
    on_claim_id: Callable[[Numbered], str] = _same_id
    on_ending: Callable[[Ending, Answer], Ending] = _same_ending
    on_settings: Callable[[Resending, Resending], Resending] = _as_asked
    on_tls: Callable[[TlsMaterial], TlsMaterial] = _same_material
    resending: Resending | None = None
    validates: bool = True
    divides: bool = True
    credits: frozenset[str] = frozenset({"accepted"})
    bills_anew: bool = True
    answers_repeats: bool = False
    forgets_cancellations: bool = False
    indexes_reserves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """A change of a system that leaves it right, or that nobody outside can tell from right.

    Shape: ``why`` says what it is that no message shows.
    """

    name: str
    says: str
    why: str


FLAWLESS = Defect(name="", says="has no known defect", breaks="")


def defect_named(name: str, defects: Mapping[str, Defect]) -> Defect:
    """Give the defect of this name out of a table; the flawless one where no name is given.

    Raises: UsageError for an unknown name, with the known ones.
    """
    if not name:
        return FLAWLESS
    if name in defects:
        return defects[name]
    raise UsageError(
        f"there is no defect named {name!r}",
        mend=f"choose one of: {', '.join(defects)}",
    )

"""How a contract answers, and which requirement each way of going wrong breaks."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["UNCALLED", "Answering", "Clauses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The requirements that stand behind the judgements, by what was wrong.

    Shape: ids of the domain's requirements. ``validation`` is broken too whenever a faulty message
           was taken, ``internals`` by a fault that shows the system's inside; both are empty
           where the domain says nothing of it.
    """

    form: str
    code: str
    taken: str
    refused: str
    schema: str
    remark: str
    place: str
    fault: str
    secrets: str
    mixed_up: str
    internals: str = ""
    validation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What the answers of one contract look like.

    Shape: ``takes`` and ``refuses`` are result codes; a contract without a result has none, and
           its response alone says that a message was taken. ``remark`` is the element that tells
           why it was not, and ``names_rules`` that it must name the broken rule.
           ``faults_schema`` lets a SOAP fault turn away what the schema forbids. ``valid`` and
           ``faulty`` name a message of either sort, in Swedish; ``identities`` are the elements
           that hold a person's id.
    Units: ``seconds`` is how soon a small message is to be answered.
    """

    takes: tuple[str, ...]
    refuses: tuple[str, ...]
    remark: str
    names_rules: bool
    faults_schema: bool
    valid: str
    faulty: str
    identities: tuple[str, ...]
    seconds: float
    clauses: Clauses

    @property
    def codes(self) -> tuple[str, ...]:
        """Give every result code that the contract uses."""
        return self.takes + self.refuses

    @property
    def taking(self) -> str:
        """Say in Swedish how a message is taken."""
        if not self.takes:
            return "HTTP 200 med kontraktets svar"
        return f"HTTP 200 med resultCode {' eller '.join(self.takes)}"

    @property
    def turning_away(self) -> str:
        """Say in Swedish how a message that the schema forbids is turned away."""
        ways = [f"resultCode {code}" for code in self.refuses]
        return " eller ".join([*ways, "SOAP Fault"] if self.faults_schema else ways)


UNCALLED = Answering(
    takes=(),
    refuses=(),
    remark="",
    names_rules=False,
    faults_schema=False,
    valid="",
    faulty="",
    identities=(),
    seconds=0.0,
    clauses=Clauses(
        form="",
        code="",
        taken="",
        refused="",
        schema="",
        remark="",
        place="",
        fault="",
        secrets="",
        mixed_up="",
    ),
)
"""Of a system that is never called in its role, and so answers nothing."""

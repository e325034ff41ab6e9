"""What an answer shows: pure judgements of what came back, as deviations and remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from contracts.catalogue import Domain
from contracts.envelope import body_of, is_envelope
from contracts.errors import MessageError
from contracts.judge import judge
from contracts.profile import profile
from contracts.requirements import Requirement
from contracts.terms import RequirementId
from contracts.wsdl import ServiceContract
from features.answering import Answering
from features.answers import (
    Result,
    all_text,
    http_refusal,
    identities_in,
    leaks_in,
    log_id_in,
    megabytes,
    of_producer,
    own_fault,
    producer_seconds,
    result_of,
    rules_named,
    short,
    stack_trace_in,
)
from reports.results import Deviation
from simulator.client import Answer

__all__ = ["Judge"]

_OK_STATUS, _FAULT_STATUS = 200, 500


class Judge:
    """Judges answers against the requirements of one contract."""

    def __init__(self, domain: Domain, contract: ServiceContract, answering: Answering) -> None:
        self._domain = domain
        self._contract = contract
        self._answering = answering
        self._clauses = answering.clauses
        self._rules = frozenset(item.rule for item in domain.requirements.rules())
        self._remark_at = f"/{contract.response.rpartition('}')[2]}/{answering.remark}"

    def requirement(self, name: str) -> Requirement:
        """Give a requirement of the domain, or of the profile."""
        key = RequirementId(name)
        return profile()[key] if key in profile() else self._domain.requirements[key]

    def deviation(
        self,
        requirement: str,
        text: str,
        *,
        where: str = "",
        expected: str = "",
        observed: str = "",
    ) -> Deviation:
        """Make a deviation from a requirement, with the catalogue's advice and source."""
        entry = self.requirement(requirement)
        return Deviation(
            requirement=requirement,
            text=text,
            where=where,
            expected=expected or entry.text,
            observed=observed,
            mend=entry.mend_sv,
            source=entry.source,
        )

    def result(self, answer: Answer) -> Result | None:
        """Give result code and remark, or None where the answer is something else."""
        return result_of(answer, self._contract, self._answering.remark)

    def told(self, answer: Answer) -> str:
        """Tell in a sentence what came back."""
        if answer.status is None:
            return answer.problem
        if (code := answer.platform_code) is not None:
            fault = own_fault(answer)
            own = f"SOAP Fault {fault.code}" if fault else of_producer(answer)
            return f"HTTP {answer.status}, {code} från plattformen: {own}"
        if (fault := answer.fault) is not None:
            return f"HTTP {answer.status}, SOAP Fault {fault.code}: {short(fault.text)}"
        if (result := self.result(answer)) is not None:
            if not self._answering.codes:
                return f"HTTP {answer.status}, kontraktets svar"
            remark = f": {short(result.remark)}" if result.remark else f" utan {self._remark}"
            return f"HTTP {answer.status}, {result.code or 'tom resultCode'}{remark}"
        return f"HTTP {answer.status}, inget svar enligt kontraktet"

    def of_form(self, answer: Answer) -> tuple[Deviation, ...]:
        """Judge the form that every answer of the contract must have.

        Shape: nothing for a well-formed answer with a code of the contract; a fault or a refusal of
               the platform is not judged here, since it is for the caller to say what it expected.
        """
        if answer.fault is not None or answer.status is None:
            return ()
        found: list[Deviation] = []
        if answer.status != _OK_STATUS:
            found.append(self._form("svarets HTTP-status är fel", "200", str(answer.status)))
        if answer.root is None or not is_envelope(answer.root):
            return (*found, self._form("svaret är inget SOAP 1.1-kuvert", "ett SOAP 1.1-kuvert",
                                       answer.problem or "något annat"))  # fmt: skip
        try:
            payload = body_of(answer.root)
        except MessageError as error:
            return (*found, self._form(error.what, "ett element i Body", ""))
        if payload.tag != self._contract.response:
            return (
                *found,
                self._form("svaret har fel element", self._contract.response, str(payload.tag)),
            )
        codes = self._answering.codes
        for fault in self._domain.schema_of(self._contract).findings(payload):
            if codes and fault.where.endswith("/resultCode"):
                continue  # told as a matter of the code below
            found.append(
                self._form(f"svaret är inte schemavalitt: {fault.text}", "", "", fault.where)
            )
        result = self.result(answer)
        if result is not None and codes and result.code not in codes:
            found.append(
                self.deviation(
                    self._clauses.code,
                    f'resultCode är "{short(result.code)}"',
                    where=f"/{self._contract.response.rpartition('}')[2]}/resultCode",
                    expected=_either(codes),
                    observed=short(result.code),
                )
            )
        return tuple(found)

    def takes(self, answer: Answer) -> bool:
        """Tell whether an answer says that the message was taken."""
        result = self.result(answer)
        takes = self._answering.takes
        return result is not None and (not takes or result.code in takes)

    def accepted(self, answer: Answer, requirement: str = "") -> tuple[Deviation, ...]:
        """Judge an answer that should take the message; what is wrong breaks the requirement."""
        if found := self.of_form(answer):
            return found
        if self.takes(answer) and answer.platform_code is None:
            return ()
        return (
            self.deviation(
                requirement or self._clauses.taken,
                f"{self._answering.valid} togs inte emot",
                expected=self._answering.taking,
                observed=self.told(answer),
            ),
        )

    def refused(
        self, answer: Answer, *requirements: str, context: Mapping[str, str] | None = None
    ) -> tuple[Deviation, ...]:
        """Judge an answer that should be ERROR: OK breaks the requirements, a fault the form.

        Shape: ``context`` is what the rules must know to point the place out.
        """
        if found := self.of_form(answer):
            return found
        result = self.result(answer)
        if result is not None and result.code in self._answering.refuses:
            return ()
        if result is not None:
            return self._let_through(
                answer, requirements, f"resultCode {_either(self._answering.refuses)}", context
            )
        by_schema = requirements == (self._clauses.schema,)
        return (
            self.deviation(
                self._clauses.schema if by_schema else self._clauses.refused,
                f"{self._answering.faulty} ska besvaras med ERROR i ett vanligt svar",
                expected="HTTP 200 med resultCode ERROR",
                observed=self.told(answer),
            ),
        )

    def refused_by_rules(
        self, answer: Answer, *rules: str, context: Mapping[str, str] | None = None
    ) -> tuple[Deviation, ...]:
        """Judge an answer to what breaks rules: ERROR, and a remark as the contract asks for."""
        broken = [str(self._domain.requirements.of_rule(rule).id) for rule in rules]
        if found := self.refused(answer, *broken, context=context):
            return found
        if self._answering.names_rules:
            return self.names_rule(answer, *rules)
        return self.has_remark(answer, self._clauses.remark)

    def turned_away(self, answer: Answer, requirement: str = "") -> tuple[Deviation, ...]:
        """Judge an answer to what the schema forbids, as the contract lets it be turned away."""
        schema = requirement or self._clauses.schema
        if not self._answering.faults_schema:
            return self.refused(answer, schema)
        if own_fault(answer) is not None:
            return self.faulted(answer)
        if found := self.of_form(answer):
            return found
        result = self.result(answer)
        if result is not None and result.code in self._answering.refuses:
            return ()
        if result is not None:
            return self._let_through(answer, (schema,), self._answering.turning_away, None)
        return (
            self.deviation(
                self._clauses.fault,
                f"{self._answering.faulty} ska avvisas enligt kontraktet",
                expected=self._answering.turning_away,
                observed=self.told(answer),
            ),
        )

    def names_rule(self, answer: Answer, *broken: str) -> tuple[Deviation, ...]:
        """Judge whether the remark points a broken rule out; of several, any of them.

        Shape: a few other rules beside it are for ``surplus`` to remark on; more than three
               point nothing out, and are a deviation.
        """
        result = self.result(answer)
        remark = result.remark if result else ""
        named = rules_named(remark) & self._rules
        rules = ", ".join(broken)
        if not named & set(broken):
            told = ", ".join(_in_order(named)) or "ingen regel"
            return (
                self.deviation(
                    self._clauses.remark,
                    f"kommentaren anger inte den brutna regeln {rules}",
                    where=self._remark_at,
                    expected=f"en kommentar som anger {rules}",
                    observed=f"{told}: {short(remark) or '(ingen kommentar)'}",
                ),
            )
        if len(others := named - set(broken)) > 3:  # noqa: PLR2004
            return (
                self.deviation(
                    self._clauses.remark,
                    f"kommentaren pekar inte ut {rules}, den räknar upp {len(others) + 1} regler",
                    where=self._remark_at,
                    expected=f"en kommentar som anger {rules} och inga regler som är uppfyllda",
                    observed=", ".join(_in_order(named)),
                ),
            )
        return ()

    def surplus(self, answer: Answer, rule: str) -> str | None:
        """Remark on rules that the comment names though the message keeps them."""
        result = self.result(answer)
        others = (rules_named(result.remark if result else "") & self._rules) - {rule}
        if not others:
            return None
        return (
            f"Kommentaren för {rule} nämner också {', '.join(_in_order(others))}, "
            "som meddelandet uppfyller."
        )

    def gives_place(self, answer: Answer, place: str) -> tuple[Deviation, ...]:
        """Judge whether the remark tells where in the message the fault is."""
        result = self.result(answer)
        remark = result.remark if result else ""
        if re.search(rf"(?<![\w]){re.escape(place)}(?!\w)", remark):
            return ()
        return (
            self.deviation(
                self._clauses.place,
                "kommentaren anger inte platsen för felet",
                where=self._remark_at,
                expected=f"en plats (XPath) som leder till {place}",
                observed=short(remark) or "(ingen kommentar)",
            ),
        )

    def has_remark(self, answer: Answer, requirement: str) -> tuple[Deviation, ...]:
        """Judge whether an ERROR carries a remark at all."""
        result = self.result(answer)
        if result is not None and result.remark.strip():
            return ()
        return (
            self.deviation(
                requirement,
                f"ERROR saknar {self._remark}",
                where=self._remark_at,
                expected=f"en {self._remark} som säger vad som är fel",
                observed=f"(ingen {self._remark})",
            ),
        )

    def faulted(self, answer: Answer) -> tuple[Deviation, ...]:
        """Judge an answer that should be the tested system's own SOAP fault.

        Shape:  a refusal by HTTP 400 is no deviation, but for the caller to remark on: WS-I asks
                for 400 to malformed XML, and practice for a fault with 500.
        Source: RIV-TA Basic Profile 2.1 BP-1 by WS-I BP 1.1 R1113, R1125, R1126.
        """
        if http_refusal(answer) is not None:
            return ()
        if own_fault(answer) is not None:
            if answer.status == _FAULT_STATUS:
                return ()
            return (
                self.deviation(
                    self._clauses.fault,
                    "SOAP Fault har fel HTTP-status",
                    expected="HTTP 500",
                    observed=f"HTTP {answer.status}",
                ),
            )
        return (
            self.deviation(
                self._clauses.fault,
                "ett anrop som inte kan läsas ska besvaras med SOAP Fault",
                expected="HTTP 500 med en SOAP Fault",
                observed=self.told(answer),
            ),
        )

    def has_log_id(self, answer: Answer, requirement: str) -> tuple[Deviation, ...]:
        """Judge whether a fault carries a log id, by which its details can be found."""
        if log_id_in(all_text(answer)) is not None:
            return ()
        return (
            self.deviation(
                requirement,
                "felet saknar logg-id",
                where="/Envelope/Body/Fault",
                expected="ett UUID i faultstring eller detail",
                observed=self.told(answer),
            ),
        )

    def keeps_secrets(self, answer: Answer) -> tuple[Deviation, ...]:
        """Judge whether a fault shows what it must not: stack traces or persons."""
        text = all_text(answer)
        found: list[Deviation] = []
        if self._clauses.internals and (kind := stack_trace_in(text)) is not None:
            found.append(
                self.deviation(
                    self._clauses.internals,
                    "felet visar en stackspårning",
                    where="/Envelope/Body/Fault",
                    expected="ingen teknisk insida i felet",
                    observed=f"en stackspårning ({kind})",
                )
            )
        if leaks_in(text, self.identities_in(answer.request)):
            found.append(
                self.deviation(
                    self._clauses.secrets,
                    "felet visar en patients identitet",
                    where="/Envelope/Body/Fault",
                    expected="inga personuppgifter i felet",
                    observed=f"identiteten från {' eller '.join(self._answering.identities)} "
                    "i anropet",
                )
            )
        return tuple(found)

    def identities_in(self, message: bytes) -> tuple[str, ...]:
        """Give the persons' identities that a message of the contract holds."""
        return identities_in(message, self._answering.identities)

    def in_time(self, answer: Answer, requirement: str, limit: float) -> tuple[Deviation, ...]:
        """Judge the tested system's response time, the platform's own time not counted.

        Units: seconds.
        """
        seconds = producer_seconds(answer)
        if seconds < limit:
            return ()
        return (
            self.deviation(
                requirement,
                "svaret tog för lång tid",
                expected=f"mindre än {limit:g} s för {megabytes(answer.request)}",
                observed=f"{seconds:.2f} s".replace(".", ","),
            ),
        )

    @staticmethod
    def among(first: Deviation, count: int, tried: int) -> Deviation:
        """Tell of the first of many alike, and of how many there are."""
        return replace(first, observed=f"{first.observed} ({count} av {tried} varianter)")

    @property
    def _remark(self) -> str:
        return {"comment": "kommentar"}.get(self._answering.remark, self._answering.remark)

    def _let_through(
        self,
        answer: Answer,
        requirements: Iterable[str],
        expected: str,
        context: Mapping[str, str] | None,
    ) -> tuple[Deviation, ...]:
        where = _place_of_fault(answer, context)
        found = [
            self.deviation(
                requirement,
                f"{self._answering.faulty} togs emot{self._with_code(answer)}",
                where=where,
                expected=expected,
                observed=self.told(answer),
            )
            for requirement in requirements
        ]
        if self._clauses.validation:
            found.append(
                self.deviation(
                    self._clauses.validation,
                    f"systemets validering släpper igenom {self._answering.faulty}",
                    expected="validering med både XSD och Schematron",
                    observed=self.told(answer),
                )
            )
        return tuple(found)

    def _with_code(self, answer: Answer) -> str:
        result = self.result(answer)
        return f" med {result.code}" if result is not None and result.code else ""

    def _form(self, text: str, expected: str, observed: str, where: str = "") -> Deviation:
        return self.deviation(
            self._clauses.form, text, where=where, expected=expected, observed=observed
        )


def _place_of_fault(answer: Answer, context: Mapping[str, str] | None) -> str:
    """Give the place in the sent message where our own judgement finds it wrong."""
    found = judge(answer.request, at=answer.started, context=context).findings
    return found[0].where if found else ""


def _either(codes: tuple[str, ...]) -> str:
    *most, last = codes
    return f"{', '.join(most)} eller {last}" if most else last


def _in_order(rules: frozenset[str]) -> list[str]:
    return sorted(rules, key=lambda rule: int(rule[1:]))

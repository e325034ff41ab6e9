"""What an answer shows: pure judgements of what came back, as deviations and remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.catalogue import Domain
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.envelope import SOAP_ENVELOPE, body_of, is_envelope
from contracts.errors import MessageError
from contracts.judge import judge
from contracts.terms import RequirementId
from contracts.wsdl import ServiceContract
from reports.results import Deviation
from simulator.client import Answer

__all__ = [
    "Judge",
    "Result",
    "http_refusal",
    "identities_in",
    "leaks_in",
    "never_reached",
    "result_of",
    "rules_named",
    "stack_trace_in",
]

_OK_STATUS, _FAULT_STATUS = 200, 500

_RULE = re.compile(
    r"(?<![\w.])(?:R[ _-]?|ÖR[ _-]?|OR|\w*regeln?(?: nr)?[ :_-]*|rules?(?: no)?[ :_-]*)"
    r"0*(\d{1,2})(?![\w.]\w|\w)",
    re.IGNORECASE,
)

_STACK_TRACES = (
    (re.compile(r"\bat [\w$.<>/]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)"), "Java"),
    (re.compile(r"\bat [\w$.<>`\[\], ]+\([^)]*\) in .+:line \d+"), ".NET"),
    (re.compile(r"\b(?:System|Microsoft)\.[\w.]*Exception\b"), ".NET"),
    (re.compile(r"\b(?:java|javax|jakarta|org|com|se)\.[\w.]+(?:Exception|Error)\b"), "Java"),
    (re.compile(r"Traceback \(most recent call last\)"), "Python"),
    (re.compile(r"\bat \S+ \(?[\w./\\:-]+\.[jt]s:\d+:\d+\)?"), "Node"),
    (re.compile(r"#\d+ [\w./\\]+\.php\(\d+\)"), "PHP"),
    (re.compile(r"\bORA-\d{5}\b|\bSQLSTATE\b"), "databas"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The contract's answer: result code and comment."""

    code: str
    comment: str


def result_of(answer: Answer) -> Result | None:
    """Give result code and comment, or None where the answer is something else."""
    if answer.root is None:
        return None
    found = answer.root.find(
        f"{{{SOAP_ENVELOPE}}}Body/{{{RESPONDER}}}ProcessClaimSpecificationResponse"
    )
    if found is None:
        return None
    return Result(
        code=(found.findtext(f"{{{RESPONDER}}}resultCode") or "").strip(),
        comment=found.findtext(f"{{{RESPONDER}}}comment") or "",
    )


def rules_named(comment: str) -> frozenset[str]:
    """Give the rules that a comment names, however it spells them: R5, ÖR5, R05, regel R-5."""
    return frozenset(f"R{int(number)}" for number in _RULE.findall(comment))


def identities_in(message: bytes) -> tuple[str, ...]:
    """Give the patient identities that a message holds, well-formed or not."""
    found = re.findall(
        rb"patientIdentity>\s*<[^>]*root>[^<]*<[^>]*>\s*<[^>]*extension>([^<]+)<", message
    )
    return tuple(dict.fromkeys(match.decode("utf-8", "replace").strip() for match in found))


def leaks_in(text: str, identities: tuple[str, ...]) -> bool:
    """Tell whether a text shows a patient identity, in full or without century or with hyphen."""
    bare = re.sub(r"[\s+-]", "", text)
    return any(
        form in bare
        for identity in identities
        for form in {
            re.sub(r"[\s+-]", "", identity),
            re.sub(r"[\s+-]", "", identity)[2:],
        }
    )


def stack_trace_in(text: str) -> str | None:
    """Say of which platform a stack trace in the text is, or None where there is none."""
    return next((name for pattern, name in _STACK_TRACES if pattern.search(text)), None)


def http_refusal(answer: Answer) -> int | None:
    """Give the status (400) by which the system turned a call away without SOAP, or None."""
    fault = answer.fault
    if answer.platform_code != "VP009" or fault is None:
        return None
    found = re.search(r"VP_PRODUCER_EXCEPTION_HTTP_STATUS=(400)\b", fault.detail)
    return int(found[1]) if found else None


_NO_CONNECTION = ("java.net.ConnectException", "javax.net.ssl.SSLHandshakeException")


def never_reached(answer: Answer) -> bool:
    """Tell whether the platform got no connection to the tested system, TLS and all."""
    fault = answer.fault
    return (
        answer.platform_code == "VP009"
        and fault is not None
        and any(kind in fault.detail for kind in _NO_CONNECTION)
    )


class Judge:
    """Judges answers against the requirements of one domain."""

    def __init__(self, domain: Domain, contract: ServiceContract) -> None:
        self._domain = domain
        self._contract = contract
        self._rules = frozenset(item.rule for item in domain.requirements.rules())

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
        entry = self._domain.requirements[RequirementId(requirement)]
        return Deviation(
            requirement=requirement,
            text=text,
            where=where,
            expected=expected or entry.text,
            observed=observed,
            mend=entry.mend_sv,
            source=entry.source,
        )

    def told(self, answer: Answer) -> str:
        """Tell in a sentence what came back."""
        if answer.status is None:
            return answer.problem
        if (code := answer.platform_code) is not None:
            return f"HTTP {answer.status}, {code} från plattformen: {_of_producer(answer)}"
        if (fault := answer.fault) is not None:
            return f"HTTP {answer.status}, SOAP Fault {fault.code}: {_short(fault.text)}"
        if (result := result_of(answer)) is not None:
            comment = f": {_short(result.comment)}" if result.comment else " utan kommentar"
            return f"HTTP {answer.status}, {result.code or 'tom resultCode'}{comment}"
        return f"HTTP {answer.status}, inget svar enligt kontraktet"

    def of_form(self, answer: Answer) -> tuple[Deviation, ...]:
        """Judge the form that every answer of the contract must have.

        Shape: nothing for a well-formed answer with OK or ERROR; a fault or a refusal of the
               platform is not judged here, since it is for the caller to say what it expected.
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
        for fault in self._domain.schema_of(self._contract).findings(payload):
            if fault.where.endswith("/resultCode"):
                continue  # told as a matter of the code below
            found.append(
                self._form(f"svaret är inte schemavalitt: {fault.text}", "", "", fault.where)
            )
        result = result_of(answer)
        if result is not None and result.code not in ("OK", "ERROR"):
            found.append(
                self.deviation(
                    "FBC-SVAR-KOD",
                    f'resultCode är "{_short(result.code)}"',
                    where="/ProcessClaimSpecificationResponse/resultCode",
                    expected="OK eller ERROR",
                    observed=_short(result.code),
                )
            )
        return tuple(found)

    def accepted(self, answer: Answer, requirement: str = "FBC-SVAR-OK") -> tuple[Deviation, ...]:
        """Judge an answer that should be OK; what is wrong breaks the given requirement."""
        if found := self.of_form(answer):
            return found
        result = result_of(answer)
        if result is not None and result.code == "OK" and answer.platform_code is None:
            return ()
        return (
            self.deviation(
                requirement,
                "ett giltigt fakturaunderlag togs inte emot",
                expected="HTTP 200 med resultCode OK",
                observed=self.told(answer),
            ),
        )

    def refused(self, answer: Answer, requirement: str) -> tuple[Deviation, ...]:
        """Judge an answer that should be ERROR: OK breaks the requirement, a fault the form."""
        if found := self.of_form(answer):
            return found
        result = result_of(answer)
        if result is not None and result.code == "ERROR":
            return ()
        if result is not None:
            return (
                self.deviation(
                    requirement,
                    "ett felaktigt fakturaunderlag togs emot med OK",
                    where=_place_of_fault(answer),
                    expected="resultCode ERROR",
                    observed=self.told(answer),
                ),
                self.deviation(
                    "FBC-VALIDERA-PRODUCENT",
                    "systemets validering släpper igenom ett felaktigt fakturaunderlag",
                    expected="validering med både XSD och Schematron",
                    observed=self.told(answer),
                ),
            )
        return (
            self.deviation(
                "FBC-SVAR-ERROR" if requirement != "FBC-SVAR-SCHEMA" else requirement,
                "ett felaktigt fakturaunderlag ska besvaras med ERROR i ett vanligt svar",
                expected="HTTP 200 med resultCode ERROR",
                observed=self.told(answer),
            ),
        )

    def names_rule(self, answer: Answer, rule: str) -> tuple[Deviation, ...]:
        """Judge whether the comment points the broken rule out.

        Shape: a few other rules beside it are for ``surplus`` to remark on; more than three
               point nothing out, and are a deviation.
        """
        result = result_of(answer)
        comment = result.comment if result else ""
        named = rules_named(comment) & self._rules
        where = "/ProcessClaimSpecificationResponse/comment"
        if rule not in named:
            told = ", ".join(_in_order(named)) or "ingen regel"
            return (
                self.deviation(
                    "FBC-SVAR-KOMMENTAR",
                    f"kommentaren anger inte den brutna regeln {rule}",
                    where=where,
                    expected=f"en kommentar som anger {rule}",
                    observed=f"{told}: {_short(comment) or '(ingen kommentar)'}",
                ),
            )
        if len(others := named - {rule}) > 3:  # noqa: PLR2004
            return (
                self.deviation(
                    "FBC-SVAR-KOMMENTAR",
                    f"kommentaren pekar inte ut {rule}, den räknar upp {len(others) + 1} regler",
                    where=where,
                    expected=f"en kommentar som anger {rule} och inga regler som är uppfyllda",
                    observed=", ".join(_in_order(named)),
                ),
            )
        return ()

    def surplus(self, answer: Answer, rule: str) -> str | None:
        """Remark on rules that the comment names though the message keeps them."""
        result = result_of(answer)
        others = (rules_named(result.comment if result else "") & self._rules) - {rule}
        if not others:
            return None
        return (
            f"Kommentaren för {rule} nämner också {', '.join(_in_order(others))}, "
            "som meddelandet uppfyller."
        )

    def gives_place(self, answer: Answer, place: str) -> tuple[Deviation, ...]:
        """Judge whether the comment tells where in the message the fault is."""
        result = result_of(answer)
        comment = result.comment if result else ""
        if re.search(rf"(?<![\w]){re.escape(place)}(?!\w)", comment):
            return ()
        return (
            self.deviation(
                "FBC-SVAR-PLATS",
                "kommentaren anger inte platsen för felet",
                where="/ProcessClaimSpecificationResponse/comment",
                expected=f"en plats (XPath) som leder till {place}",
                observed=_short(comment) or "(ingen kommentar)",
            ),
        )

    def has_comment(self, answer: Answer, requirement: str) -> tuple[Deviation, ...]:
        """Judge whether an ERROR carries a comment at all."""
        result = result_of(answer)
        if result is not None and result.comment.strip():
            return ()
        return (
            self.deviation(
                requirement,
                "ERROR saknar kommentar",
                where="/ProcessClaimSpecificationResponse/comment",
                expected="en kommentar med schemavalideringens fel",
                observed="(ingen kommentar)",
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
        if answer.fault is not None and answer.platform_code is None:
            if answer.status == _FAULT_STATUS:
                return ()
            return (
                self.deviation(
                    "FBC-SVAR-FAULT",
                    "SOAP Fault har fel HTTP-status",
                    expected="HTTP 500",
                    observed=f"HTTP {answer.status}",
                ),
            )
        return (
            self.deviation(
                "FBC-SVAR-FAULT",
                "ett anrop som inte kan läsas ska besvaras med SOAP Fault",
                expected="HTTP 500 med en SOAP Fault",
                observed=self.told(answer),
            ),
        )

    def keeps_secrets(self, answer: Answer) -> tuple[Deviation, ...]:
        """Judge whether a fault shows what it must not: stack traces or patients."""
        text = _all_text(answer)
        found: list[Deviation] = []
        if (kind := stack_trace_in(text)) is not None:
            found.append(
                self.deviation(
                    "FBC-SVAR-SEKRETESS",
                    "felet visar en stackspårning",
                    where="/Envelope/Body/Fault",
                    expected="ingen teknisk insida i felet",
                    observed=f"en stackspårning ({kind})",
                )
            )
        if leaks_in(text, identities_in(answer.request)):
            found.append(
                self.deviation(
                    "FBC-SVAR-SEKRETESS",
                    "felet visar en patients identitet",
                    where="/Envelope/Body/Fault",
                    expected="inga personuppgifter i felet",
                    observed="identiteten från patientInformation/patientIdentity i anropet",
                )
            )
        return tuple(found)

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

    def _form(self, text: str, expected: str, observed: str, where: str = "") -> Deviation:
        return self.deviation(
            "FBC-SVAR-FORMAT", text, where=where, expected=expected, observed=observed
        )


def producer_seconds(answer: Answer) -> float:
    """Give the producer's own response time where the platform told it, else the whole time."""
    told = answer.headers.get("x-skltp-prt", "")
    return int(told) / 1000 if told.isdigit() else answer.seconds


def megabytes(message: bytes) -> str:
    """Give a message's size the way the contract speaks of it."""
    return f"{len(message) / 1_000_000:.1f} MB".replace(".", ",")


_TROUBLES = (
    ("Empty message", "systemet gav ett tomt svar"),
    ("ReadTimeoutException", "systemet svarade inte i tid"),
    ("SSLHandshakeException", "TLS-handskakningen med systemet misslyckades"),
    ("Connection reset", "systemet bröt förbindelsen"),
    ("ConnectException", "systemet gick inte att nå"),
)


def _of_producer(answer: Answer) -> str:
    """Tell what the system did that made the platform answer in its place."""
    fault = answer.fault
    detail = fault.detail if fault else ""
    if status := re.search(r"VP_PRODUCER_EXCEPTION_HTTP_STATUS=(\d+)", detail):
        return f"systemet svarade HTTP {status[1]} utan en SOAP Fault med status 500"
    for marker, told in _TROUBLES:
        if marker in detail:
            return told
    return _short(fault.text if fault else "")


def _place_of_fault(answer: Answer) -> str:
    """Give the place in the sent message where our own judgement finds it wrong."""
    found = judge(answer.request, at=answer.started).findings
    return found[0].where if found else ""


def _all_text(answer: Answer) -> str:
    """Give everything readable of an answer: what people would see, and the body as it came."""
    texts = [answer.body.decode("utf-8", "replace")]
    if answer.root is not None:
        texts.append(" ".join(str(part) for part in answer.root.itertext()))
    return "\n".join(texts)


def _short(text: str, longest: int = 240) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _in_order(rules: frozenset[str]) -> list[str]:
    return sorted(rules, key=lambda rule: int(rule[1:]))

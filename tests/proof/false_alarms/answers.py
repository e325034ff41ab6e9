"""Uncommon ways to answer: what a comment says and how, codes, faults, and plain refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4
from xml.sax.saxutils import escape

from contracts.envelope import SOAP_ENVELOPE
from simulator.regions.defect import Defect, Reply
from simulator.regions.flaws import on_fault, replacing
from tests.proof.false_alarms.manner import Manner, of_suites
from tests.proof.false_alarms.messages import Message

__all__ = ["ANSWERS"]

_CLAIMS = of_suites({"utomlansfakturering/producent"})
_REQUESTERS = of_suites({"hogkostnadsskydd/begarande"})
_EXEMPTIONS = of_suites({"hogkostnadsskydd/begarande", "hogkostnadsskydd/utlamnande"})
_FOUND = re.compile(r"^(?P<text>.*) \[plats: (?P<place>[^;]*); regel: (?P<rule>[^;\]]*)", re.DOTALL)
_CLAIM = "urn:riv:financial:billing:claim:1"
_INTERNAL = 500
_BAD_REQUEST = 400
_BUSINESS = ("Bad value.", "Wrong sum.", "A value is missing or not allowed.")


# What a comment says -----------------------------------------------------------------------------


def _one_by_one(tell: Callable[[Mapping[str, str]], str], *, between: str = "\n") -> Defect:
    """Tell each finding of a comment in other words."""

    def on_comment(comment: str) -> str:
        found = [found.groupdict() for line in comment.split("\n") if (found := _FOUND.match(line))]
        return between.join(map(tell, found)) if found else comment

    return Defect(name="", says="", breaks="", on_comment=on_comment)


def _number(rule: str) -> str:
    return rule.removeprefix("R")


def _by_name(form: str) -> Defect:
    """Name the rule in a form, with the place as it was."""

    def tell(one: Mapping[str, str]) -> str:
        rule = one["rule"]
        name = form.format(number=int(_number(rule))) if _number(rule).isdigit() else rule
        return f"{name}: {one['place']}"

    return _one_by_one(tell)


def _steps(place: str) -> list[tuple[str, str]]:
    """Give the steps of a place, as names and positions."""
    found = re.findall(r"/@?([\w.-]+)(?:\[(\d+)\])?", place)
    return [(name, position or "1") for name, position in found]


def _by_place(write: Callable[[str, str], str], *, between: str = "/", first: str = "/") -> Defect:
    """Write the place in a form, a step after the other."""

    def tell(one: Mapping[str, str]) -> str:
        path = between.join(write(name, position) for name, position in _steps(one["place"]))
        return f"{one['rule']} {first}{path}"

    return _one_by_one(tell)


def _as_svrl(one: Mapping[str, str]) -> str:
    path = "".join(
        f"/*:{name}[namespace-uri()='{_CLAIM}'][{at}]" for name, at in _steps(one["place"])
    )
    return (
        f'<svrl:failed-assert xmlns:svrl="http://purl.oclc.org/dsdl/svrl" id="{one["rule"]}" '
        f'location="{path}" flag="error"><svrl:text>{escape(one["text"])}</svrl:text>'
        "</svrl:failed-assert>"
    )


def _as_json(one: Mapping[str, str]) -> str:
    return json.dumps(
        {"ruleId": one["rule"], "xpath": one["place"], "severity": "ERROR"}, ensure_ascii=True
    )


def _also_the_sums(comment: str) -> str:
    """Tell every finding in one breath, and once more what the first was."""
    return (
        "; ".join(line.strip() for line in comment.split("\n")) + f" -- {comment.partition(' ')[0]}"
    )


# Faults ------------------------------------------------------------------------------------------


def _fault(write: Callable[[str, str, str], str]) -> Defect:
    """Write faults in another form: whom they blame, what they say, and the log id."""

    def change(reply: Reply, _body: bytes) -> Reply:
        text = reply.body.decode()
        said = re.search(r"<faultstring>(.*)</faultstring>", text, re.DOTALL)
        blames = "Client" if ":Client<" in text else "Server"
        fault = write(blames, said[1] if said else "", str(uuid4()))
        envelope = f'<s:Envelope xmlns:s="{SOAP_ENVELOPE}"><s:Body>{fault}</s:Body></s:Envelope>'
        return replace(reply, body=envelope.encode())

    return Defect(name="", says="", breaks="", on_reply=on_fault(change))


def _own_code(_blames: str, said: str, log_id: str) -> str:
    return (
        '<s:Fault xmlns:v="urn:exempel:leverantor:1"><faultcode>v:OlasligtMeddelande</faultcode>'
        f'<faultstring xml:lang="sv">{said}</faultstring><detail><v:fel logg-id="{log_id}">'
        f"<v:nummer>4711</v:nummer><v:loggId>{log_id}</v:loggId></v:fel><v:mer/></detail></s:Fault>"
    )


def _without_detail(blames: str, said: str, log_id: str) -> str:
    return (
        f"<s:Fault><faultcode>\n  s:{blames}\n</faultcode><faultstring>VPN-tunnel [intern]: "
        f"{said}, urn:uuid:{log_id.upper()}</faultstring></s:Fault>"
    )


def _with_actor(_blames: str, said: str, log_id: str) -> str:
    return (
        f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{said}</faultstring>"
        f"<faultactor>http://esb.region.example/in</faultactor><detail>{{{log_id}}}</detail></s:Fault>"
    )


def _in_html_too(message: Message) -> Message:
    """Answer HTTP 400 with a web page, in place of a fault that blames the caller."""
    if b"Client<" not in message.body or not message.is_response or message.status != _INTERNAL:
        return message
    page = b"<!doctype html><title>400</title><h1>Bad Request</h1>"
    answered = replace(message, start=f"HTTP/1.1 {_BAD_REQUEST} Bad Request", body=page)
    return answered.with_header("Content-Type", "text/html")


_COMMENTS = (
    ("comments-in-english", "explains in English, with rule and place",
     _one_by_one(lambda one: f"Error: {_BUSINESS[len(one['text']) % 3]} Rule {one['rule']} at "
                             f"{one['place']}.")),
    ("rules-of-the-description", "names rules as the description does, ÖR5",
     _by_name("ÖR{number}")),
    ("rules-by-full-id", "names rules by their full id, FBC-R5", _by_name("FBC-R{number}")),
    ("rules-with-underscores", "names rules within an id of its own, UTL_R5_FEL",
     _by_name("UTL_R{number}_FEL")),
    ("rules-with-zeros", "names rules with two digits, R05", _by_name("R{number:02d}")),
    ("rules-in-words", "names rules as regel nr. 5", _by_name("Bruten regel nr. {number}")),
    ("rules-by-hash", "names rules as rule #5", _by_name("Violates business rule #{number}")),
    ("rule-before-its-text", "writes the rule with its text on, R5.Belopp",
     _one_by_one(lambda one: f"{one['rule']}.Fel vid {one['place']}")),
    ("places-with-prefixes", "writes places with prefixes and positions",
     _by_place(lambda name, at: f"fbc:{name}[{at}]")),
    ("places-with-wildcards", "writes places with wildcards for namespaces",
     _by_place(lambda name, at: f"*[local-name()='{name}'][{at}]")),
    ("places-with-braces", "writes places with whole namespaces",
     _by_place(lambda name, at: f"Q{{{_CLAIM}}}{name}[{at}]")),
    ("places-as-names", "writes places as names after each other",
     _by_place(lambda name, _at: name, between=" / ", first="")),
    ("places-with-dots", "writes places as paths of JSON",
     _by_place(lambda name, at: f"{name}[{int(at) - 1}]", between=".", first="$.")),
    ("comment-as-svrl", "gives the report as SVRL", _one_by_one(_as_svrl)),
    ("comment-as-json", "gives the report as JSON", _one_by_one(_as_json)),
    ("comment-in-one-breath", "tells all findings in one line, and the first rule twice",
     Defect(name="", says="", breaks="", on_comment=_also_the_sums)),
    ("long-comment", "ends its comment with ten thousand characters about whom to ask",
     Defect(name="", says="", breaks="",
            on_comment=lambda comment: comment + "\nKontakta förvaltningen. " * 400)),
)  # fmt: skip
"""Comments of a buyer, which must name rule and place; how they are worded is the vendor's."""

_FAULTS = (
    ("own-fault-code", "has a fault code of its own namespace, language and details", _own_code),
    (
        "fault-without-detail",
        "has a fault of code and text alone, with blanks around the code",
        _without_detail,
    ),
    ("fault-with-actor", "says which party failed, and blames itself", _with_actor),
)

ANSWERS: tuple[Manner, ...] = (
    *(Manner(name=name, says=says, system=row, suites=_CLAIMS) for name, says, row in _COMMENTS),
    *(Manner(name=name, says=says, system=_fault(write)) for name, says, write in _FAULTS),
    Manner(name="bad-request-page", says="answers HTTP 400 with a web page where the caller is "
           "to blame", on_answer=_in_html_too, suites=_CLAIMS),
    Manner(name="comment-though-ok", says="has a comment in OK too", suites=_CLAIMS,
           system=Defect(name="", says="", breaks="",
                         on_reply=replacing(b">OK</resultCode>",
                                            b">OK</resultCode><comment>Mottaget, ref R 5/11."
                                            b"</comment>"))),
    Manner(name="info", says="answers INFO with a text to every disclosure that it takes",
           suites=_REQUESTERS,
           system=Defect(name="", says="", breaks="",
                         on_reply=replacing(b">OK</resultCode>",
                                            b">INFO</resultCode><resultText>Mottaget"
                                            b"</resultText>"))),
    Manner(name="empty-text", says="has an empty text in OK", suites=_REQUESTERS,
           system=Defect(name="", says="", breaks="",
                         on_reply=replacing(b">OK</resultCode>",
                                            b">OK</resultCode><resultText/>"))),
)  # fmt: skip

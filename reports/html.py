"""A run as one page for people, in Swedish: self-contained, readable without scripts, printable."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree
from markupsafe import Markup, escape

from reports.results import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.results import (
        Body,
        Deviation,
        Exchange,
        RequirementResult,
        RunResult,
        ScenarioResult,
        Share,
        StepResult,
        VariantResult,
    )

__all__ = ["write_html"]

INDENTED_BELOW = 200_000  # bytes; larger XML is shown as it came
WHOLE_UP_TO = 100_000  # bytes; of a larger body only the beginning is shown
PREVIEW = 2_000  # characters
PRINTED_UP_TO = 12_000  # bytes; on paper a larger body is told by name, size and SHA-256
MINUTE = 60  # seconds
SWEDEN = ZoneInfo("Europe/Stockholm")
NO_BREAK = "\N{NO-BREAK SPACE}"

OUTCOME_WORDS = {
    Outcome.PASSED: "Uppfyllt",
    Outcome.FAILED: "Avviker",
    Outcome.NOT_TESTED: "Ej prövat",
    Outcome.BROKEN: "Trasigt",
}
VERDICT_WORDS = {
    Verdict.NO_DEVIATIONS: "Inga avvikelser",
    Verdict.DEVIATIONS: "Avvikelser",
    Verdict.INCOMPLETE: "Ofullständig",
    Verdict.BROKEN: "Provningen gick inte att genomföra",
}
VERDICT_MEANINGS = {
    Verdict.NO_DEVIATIONS: "Systemet visade inga avvikelser i det som prövades.",
    Verdict.DEVIATIONS: "Systemet avvek från det som kraven säger i minst ett scenario.",
    Verdict.INCOMPLETE: "Inga avvikelser i det som prövades, men hela sviten är inte genomförd.",
    Verdict.BROKEN: "Felet ligger i provbänken eller dess uppsättning och säger inget om systemet.",
}
VERDICT_OUTCOMES = {
    Verdict.NO_DEVIATIONS: Outcome.PASSED,
    Verdict.DEVIATIONS: Outcome.FAILED,
    Verdict.INCOMPLETE: Outcome.NOT_TESTED,
    Verdict.BROKEN: Outcome.BROKEN,
}


def write_html(result: RunResult, folder: Path) -> Path:
    """Write ``rapport.html`` into a folder and give its path.

    Shape:  the folder is the one that holds the bodies which the result names.
    Raises: OSError where the page cannot be written; a body that cannot be read is told of in it.
    """
    page = _environment().get_template("report.html").render(report=_Report(result, folder))
    path = folder / "rapport.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


# --- What the page shows, in the order it shows it ---------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownBody:
    """A body as far as the page shows it; ``href`` is empty where no file may be linked."""

    body: Body
    text: str
    href: str = ""
    problem: str = ""
    cut: bool = False
    printed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownExchange:
    anchor: str
    exchange: Exchange
    request: _ShownBody
    response: _ShownBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownDeviation:
    """A deviation with its number in this report."""

    anchor: str
    number: int
    deviation: Deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownVariant:
    """A variant, and where its messages are; a link is empty where no file may be linked."""

    variant: VariantResult
    request: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownStep:
    """A step; ``evidence`` is the id of the latest exchange up to it, or empty.

    Shape: variants that deviate come first.
    """

    step: StepResult
    evidence: str
    deviations: tuple[_ShownDeviation, ...]
    exchanges: tuple[_ShownExchange, ...]
    variants: tuple[_ShownVariant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownScenario:
    anchor: str
    scenario: ScenarioResult
    steps: tuple[_ShownStep, ...]

    @property
    def open(self) -> bool:
        """Tell whether the scenario lies open: people come for what went wrong."""
        return self.scenario.outcome in {Outcome.FAILED, Outcome.BROKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    anchor: str
    name: str
    scenarios: tuple[_ShownScenario, ...]

    def counted(self, outcome: Outcome) -> int:
        """Count the scenarios with an outcome."""
        return sum(1 for shown in self.scenarios if shown.scenario.outcome is outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SummaryRow:
    """One row of the summary: a deviation, or a failed scenario that names none."""

    number: int | None
    requirements: tuple[str, ...]
    where: str
    step: str
    cause: str
    anchor: str
    evidence: str
    shown: _ShownScenario


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    name: str
    outcomes: Counter[Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResponseTime:
    what: str
    calls: int
    unanswered: int
    mean: float
    longest: float


class _Report:
    """Everything the template asks for: the run, with an id for each thing that is linked to."""

    def __init__(self, result: RunResult, folder: Path) -> None:
        self.result = result
        self.subject = result.subject
        self.words = {str(outcome): word for outcome, word in OUTCOME_WORDS.items()}
        self.verdict = VERDICT_WORDS[result.verdict]
        self.verdict_outcome = VERDICT_OUTCOMES[result.verdict]
        self.meaning = VERDICT_MEANINGS[result.verdict]
        self._folder = folder
        self._anchors = _Anchors()
        self._deviations = 0
        self.requirements = [
            (self._anchors.take("krav", requirement.id), requirement)
            for requirement in result.requirements
        ]
        self.scenarios = [self._shown_scenario(scenario) for scenario in result.scenarios]
        self.features = self._grouped()
        self._requirement_anchors = {item.id: anchor for anchor, item in self.requirements}
        self._scenarios_by_id = {shown.scenario.id: shown for shown in reversed(self.scenarios)}

    def requirement_anchor(self, requirement: str) -> str:
        """Give the id of a requirement's row, or nothing where the catalogue lacks it."""
        return self._requirement_anchors.get(requirement, "")

    def requirement(self, requirement: str) -> RequirementResult | None:
        """Give a requirement of the catalogue."""
        return next((item for _, item in self.requirements if item.id == requirement), None)

    def scenario(self, scenario: str) -> _ShownScenario | None:
        """Give a scenario by its id, or nothing where the run lacks it."""
        return self._scenarios_by_id.get(scenario)

    @property
    def counts(self) -> list[_Count]:
        """Count requirements by level, and scenarios, by outcome."""
        levels = dict.fromkeys(requirement.level for _, requirement in self.requirements)
        rows = [
            _Count(
                name=f"{level}-krav",
                outcomes=Counter(
                    item.outcome for _, item in self.requirements if item.level == level
                ),
            )
            for level in levels
        ]
        scenarios = Counter(shown.scenario.outcome for shown in self.scenarios)
        return [*rows, _Count(name="Scenarier", outcomes=scenarios)]

    @property
    def deviations(self) -> list[_SummaryRow]:
        """List the deviations in the order of the run."""
        return [row for shown in self.scenarios for row in _summary_rows(shown)]

    @property
    def broken(self) -> list[_ShownScenario]:
        """List the scenarios that could not be carried out."""
        return [shown for shown in self.scenarios if shown.scenario.outcome is Outcome.BROKEN]

    @property
    def observations(self) -> list[tuple[str, _ShownScenario]]:
        """List the observations, each with its scenario."""
        return [(text, shown) for shown in self.scenarios for text in shown.scenario.observations]

    @property
    def response_times(self) -> list[_ResponseTime]:
        """Give mean and longest response time by kind of call."""
        exchanges = [exchange for shown in self.scenarios for exchange in _exchanges(shown)]
        return [
            _response_time(what, [exchange for exchange in exchanges if exchange.what == what])
            for what in dict.fromkeys(exchange.what for exchange in exchanges)
        ]

    def _grouped(self) -> list[_Feature]:
        names = dict.fromkeys(shown.scenario.feature for shown in self.scenarios)
        return [
            _Feature(
                anchor=self._anchors.take("egenskap", name),
                name=name,
                scenarios=tuple(s for s in self.scenarios if s.scenario.feature == name),
            )
            for name in names
        ]

    def _shown_scenario(self, scenario: ScenarioResult) -> _ShownScenario:
        anchor = self._anchors.take("scenario", scenario.id)
        steps: list[_ShownStep] = []
        latest = ""  # a deviation found in a Så belongs to the call of the När before it
        for step in scenario.steps:
            exchanges = tuple(self._shown_exchange(exchange, anchor) for exchange in step.exchanges)
            latest = exchanges[-1].anchor if exchanges else latest
            steps.append(
                _ShownStep(
                    step=step,
                    evidence=latest,
                    deviations=tuple(self._shown_deviation(found) for found in step.deviations),
                    exchanges=exchanges,
                    variants=tuple(
                        self._shown_variant(variant)
                        for variant in sorted(
                            step.variants, key=lambda one: one.outcome is not Outcome.FAILED
                        )
                    ),
                )
            )
        return _ShownScenario(anchor=anchor, scenario=scenario, steps=tuple(steps))

    def _shown_variant(self, variant: VariantResult) -> _ShownVariant:
        response = variant.exchange.response
        return _ShownVariant(
            variant=variant,
            request=_href(variant.exchange.request, self._folder),
            response=_href(response, self._folder) if response else "",
        )

    def _shown_deviation(self, deviation: Deviation) -> _ShownDeviation:
        self._deviations += 1
        return _ShownDeviation(
            anchor=self._anchors.take("avvikelse", str(self._deviations)),
            number=self._deviations,
            deviation=deviation,
        )

    def _shown_exchange(self, exchange: Exchange, scenario: str) -> _ShownExchange:
        name = exchange.correlation_id or f"{scenario} {exchange.started}"
        return _ShownExchange(
            anchor=self._anchors.take("anrop", name),
            exchange=exchange,
            request=_shown_body(exchange.request, self._folder),
            response=_shown_body(exchange.response, self._folder) if exchange.response else None,
        )


class _Anchors:
    """Ids for the page: ASCII, unique, and the same in every run as far as the name is."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, kind: str, name: str) -> str:
        """Give a free id for a thing of a kind."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:80].strip("-")
        anchor = f"{kind}-{slug}" if slug else kind
        if anchor in self._taken:  # two names that look alike when written plainly
            anchor += f"-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
        unique, count = anchor, 1
        while unique in self._taken:
            count += 1
            unique = f"{anchor}-{count}"
        self._taken.add(unique)
        return unique


def _summary_rows(shown: _ShownScenario) -> Iterator[_SummaryRow]:
    found = [(step, each) for step in shown.steps for each in step.deviations]
    for step, each in found:
        yield _SummaryRow(
            number=each.number,
            requirements=(each.deviation.requirement,) if each.deviation.requirement else (),
            where=each.deviation.where,
            step=f"{step.step.keyword} {step.step.text}",
            cause=each.deviation.text,
            anchor=each.anchor,
            evidence=step.evidence,
            shown=shown,
        )
    if shown.scenario.outcome is Outcome.FAILED and not found:
        failed = next((each for each in shown.steps if each.step.outcome is Outcome.FAILED), None)
        yield _SummaryRow(
            number=None,
            requirements=shown.scenario.requirements,
            where="",
            step=f"{failed.step.keyword} {failed.step.text}" if failed else "",
            cause=failed.step.error or failed.step.observed if failed else shown.scenario.reason,
            anchor=shown.anchor,
            evidence=failed.evidence if failed else "",
            shown=shown,
        )


def _exchanges(shown: _ShownScenario) -> Iterator[Exchange]:
    """Give every call of a scenario once; one that shows a deviating variant stands twice in it."""
    for step in shown.steps:
        tried = [variant.exchange for variant in step.step.variants]
        yield from tried
        yield from (exchange for exchange in step.step.exchanges if exchange not in tried)


def _response_time(what: str, exchanges: list[Exchange]) -> _ResponseTime:
    answered = [exchange.seconds for exchange in exchanges if exchange.status is not None]
    return _ResponseTime(
        what=what,
        calls=len(exchanges),
        unanswered=len(exchanges) - len(answered),
        mean=sum(answered) / len(answered) if answered else 0.0,
        longest=max(answered, default=0.0),
    )


# --- Bodies --------------------------------------------------------------------------------------


def _shown_body(body: Body, folder: Path) -> _ShownBody:
    try:
        place = (folder / body.file).resolve()
        if not place.is_relative_to(folder.resolve()):
            return _ShownBody(body=body, text="", problem="Filen ligger utanför rapportens mapp.")
        data = place.read_bytes()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return _ShownBody(body=body, text="", problem="Filen saknas i rapportens mapp.")
    indented = _indented(data) if len(data) < INDENTED_BELOW else None
    text = _decoded(data, body.content_type) if indented is None else indented
    cut = len(data) > WHOLE_UP_TO
    if cut:
        text = text[:PREVIEW]
    elif indented is not None:
        text = _with_values_marked(indented)
    changed = hashlib.sha256(data).hexdigest() != body.sha256
    return _ShownBody(
        body=body,
        text=text,
        href=_href(body, folder),
        problem="Filen har ändrats efter körningen: kontrollsumman stämmer inte."
        if changed
        else "",
        cut=cut,
        printed=len(data) <= PRINTED_UP_TO,
    )


def _href(body: Body, folder: Path) -> str:
    """Link to a body's file, or give nothing where its name leads out of the folder."""
    try:
        inside = (folder / body.file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return ""
    return "./" + "/".join(quote(part) for part in body.file.split("/")) if inside else ""


def _indented(data: bytes) -> str | None:
    """Give well-formed XML indented, or nothing: a DTD is shown as it came, never expanded."""
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        return None
    parser = etree.XMLParser(
        remove_blank_text=True, strip_cdata=False, resolve_entities=False, no_network=True
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        return None
    version = re.match(rb"(?:\xef\xbb\xbf)?(<\?xml [^>]*\?>)", data)
    declaration = version[1].decode("ascii", "replace") + "\n" if version else ""
    return declaration + etree.tostring(tree, encoding="unicode", pretty_print=True)


def _decoded(data: bytes, content_type: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    charset = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        return data.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _with_values_marked(text: str) -> Markup:
    """Set the values of an XML text apart from its tags, so that the eye finds them."""
    parts = re.split(r"(?<=>)(\s*[^<>\s][^<>]*)(?=</)", text)
    return Markup("").join(
        Markup("<b>{}</b>").format(_visible(part)) if index % 2 else escape(_visible(part))
        for index, part in enumerate(parts)
    )


# --- Words and numbers --------------------------------------------------------------------------


def _visible(value: object) -> object:
    """Show as a sign each character that a page would swallow, or that turns text around."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.translate(_SIGNS)
    return value


_SIGNS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    **dict.fromkeys(
        [*range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
    ),
    **{
        code: f"[U+{code:04X}]"
        for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    },
}


def _instant(text: str) -> str:
    """Give an instant in Swedish time; what is no instant is given as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(SWEDEN) if moment.tzinfo else moment:%Y-%m-%d %H:%M:%S}"


def _elapsed(started: str, finished: str) -> str:
    try:
        span = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return ""
    return _duration(span.total_seconds())


def _duration(seconds: float) -> str:
    """Give a duration as people read it: 12 ms, 1,2 s, 2 min 5 s."""
    if seconds < 1:
        return _milliseconds(seconds)
    if seconds < MINUTE:
        return f"{seconds:.1f}{NO_BREAK}s".replace(".", ",")
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes}{NO_BREAK}min {rest}{NO_BREAK}s"


def _milliseconds(seconds: float) -> str:
    return f"{_number(round(seconds * 1000))}{NO_BREAK}ms"


def _size(count: int) -> str:
    for unit, worth in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= worth:
            return f"{count / worth:.1f}{NO_BREAK}{unit}".replace(".", ",")
    return f"{count}{NO_BREAK}byte"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", NO_BREAK)


def _share(share: Share) -> str:
    """Give a share as people read it: 329 av 334 (99 %), never 100 % where anything is missing."""
    if not share.total:
        return "–"
    percent = 100 * share.done // share.total
    return f"{_number(share.done)} av {_number(share.total)} ({percent}{NO_BREAK}%)"


def _counted(count: int, one: str, many: str) -> str:
    return f"{_number(count)}{NO_BREAK}{one if count == 1 else many}"


def _path(text: str) -> Markup:
    """Let a long path or address break before its slashes."""
    parts = re.split(r"(?<=[^/])(?=/[^/])", text)
    return Markup("<wbr>").join(escape(_visible(part)) for part in parts)


def _sha256_source(text: str) -> str:
    """Name a style or script by its hash, so that the page runs it and nothing else."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        counted=_counted,
        duration=_duration,
        instant=_instant,
        milliseconds=_milliseconds,
        number=_number,
        path=_path,
        sha256_source=_sha256_source,
        share=_share,
        size=_size,
    )
    environment.globals.update(elapsed=_elapsed, outcomes=list(Outcome))
    return environment

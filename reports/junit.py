"""A run as JUnit XML, for build servers: one suite a feature, one case a scenario."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

from reports.first_line import deviation_line, first_line, rerun_command
from reports.results import Outcome
from reports.summary import proof_line, verdict_line
from reports.waivers import waiving
from reports.words import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reports.provenance import Waiver
    from reports.results import QuestionResult, RunResult, ScenarioResult, StepResult

__all__ = ["write_junit"]

_COUNTED = {
    "failures": (Outcome.FAILED,),
    "errors": (Outcome.BROKEN,),
    "skipped": (Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE),
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(result: RunResult, folder: Path) -> Path:
    """Write ``junit.xml`` into a folder and give its path.

    Shape: a case is named by its scenario's title; rows of an outline that share a title get their
           values after it. Characters that XML cannot hold become U+FFFD.
    """
    root = etree.Element("testsuites", _totals(result.scenarios), name=_safe(result.suite))
    root.set("timestamp", _safe(result.started))
    for feature in dict.fromkeys(scenario.feature for scenario in result.scenarios):
        _add_suite(root, result, feature)
    path = folder / "junit.xml"
    etree.indent(root)
    path.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
    return path


def _add_suite(root: etree._Element, result: RunResult, feature: str) -> None:
    scenarios = [scenario for scenario in result.scenarios if scenario.feature == feature]
    suite = etree.SubElement(root, "testsuite", _totals(scenarios), name=_safe(feature))
    suite.set("timestamp", _safe(result.started))
    _add(
        suite,
        [
            ("run", result.run),
            ("verdict", verdict_line(result).sv),
            ("proof", proof_line(result).sv),
        ],
    )
    titles = Counter(scenario.title for scenario in scenarios)
    for scenario in scenarios:
        name = scenario.title if titles[scenario.title] == 1 else _title_with_values(scenario)
        case = etree.SubElement(
            suite,
            "testcase",
            classname=_safe(feature),
            name=_safe(name),
            time=f"{scenario.seconds:.3f}",
            file=_safe(scenario.file),
            line=str(scenario.line),
        )
        _add_properties(case, scenario, result.waivers)
        _add_outcome(case, scenario, result.run)
        told = [
            *(f"Observation: {text}" for text in scenario.observations),
            *(_asked(question) for question in scenario.questions),
        ]
        if told:
            etree.SubElement(case, "system-out").text = _safe("\n".join(told))


def _add_properties(
    case: etree._Element, scenario: ScenarioResult, waivers: Sequence[Waiver]
) -> None:
    """Tell how the case came out in the words of every report, and what it is about."""
    told = [("outcome", OUTCOMES[scenario.outcome].sv)]
    told += [("requirement", requirement) for requirement in scenario.requirements]
    told += [
        ("waiver", f"{each.requirement}: {each.reason} ({each.owner}, t.o.m. {each.expires})")
        for each in waiving(waivers, scenario)
    ]
    _add(case, told)


def _add(element: etree._Element, told: Sequence[tuple[str, str]]) -> None:
    properties = etree.SubElement(element, "properties")
    for name, value in told:
        etree.SubElement(properties, "property", name=name, value=_safe(value))


def _add_outcome(case: etree._Element, scenario: ScenarioResult, run: str) -> None:
    match scenario.outcome:
        case Outcome.PASSED | Outcome.OBSERVATION:
            return
        case Outcome.NOT_TESTED | Outcome.NOT_APPLICABLE:
            message = f"{OUTCOMES[scenario.outcome].sv}: {scenario.reason}"
            etree.SubElement(case, "skipped", message=_safe(message))
            return
        case Outcome.FAILED:
            told = etree.SubElement(case, "failure", message=_safe(first_line(scenario)))
            told.set("type", "deviation")
        case Outcome.BROKEN:
            told = etree.SubElement(case, "error", message=_safe(first_line(scenario)))
            told.set("type", "broken")
    told.text = _safe("\n".join([rerun_command(run, scenario), "", *_story(scenario)]))


def _story(scenario: ScenarioResult) -> list[str]:
    lines = []
    for step, deviation in scenario.deviating_steps:
        lines.append(deviation_line(deviation, step))
        lines += _told("Förväntat", deviation.expected)
        lines += _told("Iakttaget", deviation.observed)
        lines += _told("Så åtgärdas det", deviation.mend)
        lines += _told("Källa", deviation.source)
        lines.append("")
    for step in scenario.steps:
        lines += _step_lines(step)
    return lines


def _step_lines(step: StepResult) -> list[str]:
    return [
        f"{OUTCOMES[step.outcome].sv}: {step.keyword} {step.text}",
        *_told("Förväntat", step.expected),
        *_told("Iakttaget", step.observed),
        *_told("Orsak", "" if step.deviations else step.error),
    ]


def _asked(question: QuestionResult) -> str:
    """Tell a question to the tester in one line, with who answered what, and when."""
    answered = f"{question.answer} ({question.name}, {question.time})" if question.answer else "-"
    remark = f" Anmärkning: {question.remark}" if question.remark else ""
    return f"Fråga: {question.text} Förväntat: {question.expected} Svar: {answered}{remark}"


def _told(label: str, text: str) -> list[str]:
    return [f"  {label}: {text}"] if text else []


def _totals(scenarios: Sequence[ScenarioResult]) -> dict[str, str]:
    counts = Counter(scenario.outcome for scenario in scenarios)
    return {
        "tests": str(len(scenarios)),
        **{name: str(sum(counts[each] for each in those)) for name, those in _COUNTED.items()},
        "time": f"{sum(scenario.seconds for scenario in scenarios):.3f}",
    }


def _title_with_values(scenario: ScenarioResult) -> str:
    values = ", ".join(f"{name}={value}" for name, value in scenario.example.items())
    return f"{scenario.title} [{values}]" if values else f"{scenario.title} [{scenario.id}]"


def _safe(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)

"""A comparison told to people, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.markup import escape
from rich.text import Text

from contracts.compatibility.results import (
    Change,
    Comparison,
    Disagreement,
    Fate,
    Matched,
    Severity,
    Use,
)
from contracts.compatibility.rules import Verdict

__all__ = ["told"]

_COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "green",
}
_MOST_PATHS = 3


def told(comparison: Comparison, *, strict: bool = False) -> Iterator[Text]:
    """Tell a comparison line by line, what weighs most first.

    Shape: changes that no message shows are counted, not told; the JSON lists them. ``strict`` is
           as in the exit status: a warning keeps the release from being made too.
    """
    for line in _lines(comparison, strict=strict):
        yield Text.from_markup(line, emoji=False)  # made:up:things is a domain, not a picture


def _lines(comparison: Comparison, *, strict: bool) -> Iterator[str]:
    versions = _arrow(comparison.old.version, comparison.new.version)
    yield f"[bold]{escape(comparison.new.name)}[/] {versions}"
    for one in (comparison.old, comparison.new):
        if count := len(one.repairs):
            told_of = f"{count} {_plural('repair', count)} in memory, to read {one.source}"
            yield f"  [dim]{escape(told_of)}[/]"
    yield ""
    for contract in comparison.contracts:
        yield from _contract(contract)
    shown = [one for one in comparison.changes if one.verdict is not Verdict.NONE]
    for change in shown:
        yield ""
        yield from _change(change)
    for disagreement in comparison.disagreements:
        yield ""
        yield from _disagreement(disagreement)
    yield ""
    hidden = len(comparison.changes) - len(shown)
    if hidden:
        yield f"{hidden} {_plural('change', hidden)} that no message shows"
    yield from _verdict(comparison, strict=strict)


def _verdict(comparison: Comparison, *, strict: bool) -> Iterator[str]:
    errors, warnings = (comparison.counted(one) for one in (Severity.ERROR, Severity.WARNING))
    counts = f"{errors} {_plural('error', errors)}, {warnings} {_plural('warning', warnings)}"
    name = escape(str(comparison.new))
    if comparison.releasable and not (strict and warnings):
        yield f"[green]{name} may be released under its version[/]: {counts}"
    else:
        yield f"[bold red]{name} may not be released as it is[/]: {counts}"


def _contract(contract: Matched) -> Iterator[str]:
    versions = _arrow(contract.old_version, contract.new_version)
    fate = str(contract.fate)
    if contract.fate is Fate.CHANGED:
        fate = (
            f"changed: {contract.verdict}"
            if contract.verdict is not Verdict.NONE
            else ("changed, but no message shows it")
        )
    says = f" - {escape(contract.says)}" if contract.says else ""
    yield f"{escape(contract.name)}  {versions}  {fate}{says}"


def _arrow(old: str, new: str) -> str:
    if not old or not new or old == new:
        return escape(old or new)
    return f"{escape(old)} → {escape(new)}"


def _change(change: Change) -> Iterator[str]:
    colour = _COLOURS[change.severity]
    yield f"[{colour}]{change.verdict}[/]  {escape(change.kind)}  ({change.rule})"
    yield f"  {escape(change.what)}"
    yield f"  old {escape(change.old or '-')}   new {escape(change.new or '-')}"
    sure = "" if change.certain else "   (could not be compared in full)"
    yield (
        f"  backward compatible: {_yes(change.backward)}   "
        f"forward compatible: {_yes(change.forward)}{sure}"
    )
    for uses in _alike(change.uses):
        yield from _uses(uses)
    for label, text in (("mend", change.mend), ("note", change.note)):
        if text:
            yield f"  {label}: {escape(text)}"


def _alike(uses: Iterable[Use]) -> list[list[Use]]:
    """Put uses together that differ in the contract alone."""
    found: dict[tuple[object, ...], list[Use]] = {}
    for use in uses:
        key = use.direction, use.verdict, tuple(effect.says for effect in use.effects)
        found.setdefault(key, []).append(use)
    return [*found.values()]


def _uses(uses: list[Use]) -> Iterator[str]:
    first = uses[0]
    names = ", ".join(dict.fromkeys(use.contract for use in uses))
    more = len(first.paths) - _MOST_PATHS
    places = ", ".join(first.paths[:_MOST_PATHS]) + (f" and {more} more" if more > 0 else "")
    at = f" at {escape(places)}" if places else ""
    yield f"  {first.direction} of {escape(names)}{at}: {first.verdict}"
    for effect in first.effects:
        if effect.works:
            yield f"    {effect.consumer} consumer, {effect.producer} producer: work together"
            continue
        shown = f" [dim](shown by {effect.file})[/]" if effect.witness is not None else ""
        pair = f"{effect.consumer} consumer, {effect.producer} producer"
        yield f"    {pair}: [red]{escape(effect.says)}[/]{shown}"


def _disagreement(one: Disagreement) -> Iterator[str]:
    yield f"[{_COLOURS[one.severity]}]{one.severity}[/]  {escape(one.rule)}"
    yield f"  {escape(one.where)}: {escape(one.what)}"
    yield f"  mend: {escape(one.mend)}"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"

"""What became of contracts that only one release has, and of the release's own version.

Source: RIV-TA Configuration management; the reading of what a withdrawn contract takes is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.compatibility.matching import Pair, identity
from contracts.compatibility.releases import Release
from contracts.compatibility.results import Disagreement, Fate, Matched, Severity
from contracts.compatibility.rules import Verdict
from contracts.compatibility.versions import numbers
from contracts.schema_parts import Where
from contracts.wsdl import ServiceContract

__all__ = ["alone", "release_versions", "short_name"]


def short_name(contract: ServiceContract) -> str:
    """Give the short name of a contract with its major version, as in ``MakeBooking:1``."""
    major = identity(contract)[1]
    return f"{contract.interaction}:{major}" if major else contract.interaction


def alone(pair: Pair, old: Release, new: Release) -> tuple[Matched, Disagreement | None]:
    """Tell what became of a contract that one release has, and what that asks for."""
    if pair.old is not None:
        return _gone(pair.old, pair.relatives, old, new)
    assert pair.new is not None  # noqa: S101 - a pair has one at least
    return _come(pair.new, pair.relatives, old), None


def _gone(
    contract: ServiceContract, relatives: Iterable[ServiceContract], old: Release, new: Release
) -> tuple[Matched, Disagreement | None]:
    name, major = short_name(contract), _major(contract)
    newer = [_major(other) for other in relatives if _major(other) > major]
    where = old.place(Where(contract.wsdl, 1))
    if lost := _problem(new, contract):
        return _matched(contract, Fate.UNREADABLE, Verdict.MAJOR, f"in the new release: {lost}"), (
            Disagreement(
                rule="contract lost",
                severity=Severity.ERROR,
                where=where,
                what=f"{name} cannot be used in the new release: {lost}",
                mend="mend the new release",
            )
        )
    if newer:
        says = f"by major {max(newer)}; its endpoint stays beside the new one for a time agreed"
        return _matched(contract, Fate.SUCCEEDED, Verdict.NONE, says), None
    raised = numbers(new.version)[:1] > numbers(old.version)[:1]
    says = "consumers that call it find no producer of the new release"
    return _matched(contract, Fate.REMOVED, Verdict.MAJOR, says), Disagreement(
        rule="contract removed",
        severity=Severity.WARNING if raised else Severity.ERROR,
        where=where,
        what=f"{name} is not in the new release",
        mend="keep it, or give the release a new major version",
    )


def _come(contract: ServiceContract, relatives: Iterable[ServiceContract], old: Release) -> Matched:
    if lost := _problem(old, contract):
        says = f"in the old release: {lost}"
        return _matched(contract, Fate.UNREADABLE, Verdict.NONE, says, is_new=True)
    if any(_major(other) < _major(contract) for other in relatives):
        says = "nothing is broken; it needs an endpoint of its own beside the old one"
        return _matched(contract, Fate.NEW_MAJOR, Verdict.NONE, says, is_new=True)
    return _matched(contract, Fate.ADDED, Verdict.NONE, "nobody calls it yet", is_new=True)


def _matched(
    contract: ServiceContract, fate: Fate, verdict: Verdict, says: str, *, is_new: bool = False
) -> Matched:
    return Matched(
        name=short_name(contract),
        namespace=contract.namespace,
        fate=fate,
        old_version="" if is_new else contract.version,
        new_version=contract.version if is_new else "",
        verdict=verdict,
        says=says,
    )


def _major(contract: ServiceContract) -> int:
    return int(identity(contract)[1] or 0)


def _problem(release: Release, contract: ServiceContract) -> str:
    """Tell why a release lost a contract, empty where it simply has none."""
    for problem in release.problems:
        if contract.interaction in problem.lost:
            return f"{problem.file}:{problem.line}: {problem.what}"
    return ""


def release_versions(
    old: Release, new: Release, contracts: Iterable[Matched]
) -> Iterator[Disagreement]:
    """Compare the versions of the releases with whether anything changed between them."""
    shows = any(
        one.fate is not Fate.UNCHANGED
        and (one.fate is not Fate.CHANGED or one.verdict is not Verdict.NONE)
        for one in contracts
    )
    if old.name != new.name:
        yield _of_release(
            Severity.WARNING,
            new,
            f"{new.name} is another service domain than {old.name}",
            "compare two releases of one domain",
        )
    elif shows and old.version == new.version:
        yield _of_release(
            Severity.ERROR,
            new,
            f"contracts changed, and the release is still version {new.version}",
            "give the release another version",
        )
    elif numbers(new.version)[:2] < numbers(old.version)[:2]:
        yield _of_release(
            Severity.ERROR,
            new,
            f"the release went back from {old.version} to {new.version}",
            "name the older release first",
        )


def _of_release(severity: Severity, release: Release, what: str, mend: str) -> Disagreement:
    return Disagreement(
        rule="release version", severity=severity, where=release.source, what=what, mend=mend
    )

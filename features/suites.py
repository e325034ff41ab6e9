"""Which suites there are: a folder a service and role, found by its ``suite.py``."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.catalogue import Domain
from contracts.errors import UsageError
from contracts.profile import profile
from contracts.requirements import Requirement, Role
from contracts.terms import HsaId, LogicalAddress
from contracts.wsdl import ServiceContract
from features.answering import UNCALLED, Answering
from features.fields import Field
from features.messages import Messages, NoMessages
from features.surroundings import Service
from simulator.regions.parts import Part

if TYPE_CHECKING:
    from features.asking import Asking
    from features.bench import Bench
    from features.listening import Listening
    from features.target import RoleTarget, Target

__all__ = [
    "PROFILE_FOLDERS",
    "Suite",
    "chosen_requirement",
    "feature_files",
    "step_modules",
    "suite_at",
    "suite_for",
    "suite_named",
    "suites",
]

_HERE = Path(__file__).resolve().parent
PROFILE_FOLDERS: Mapping[Role, Path] = {
    "consumer": _HERE / "plattform" / "konsument",
    "producer": _HERE / "plattform" / "producent",
}


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One service and role that can be certified.

    Shape: ``part`` says which contract the role answers, and how the bundled system is made;
           ``role`` is the role in the field's words, ``key`` its name in a target file, and
           ``binds`` its role in the requirement catalogue. ``fields`` are the settings of the
           target file that this role has beside the common ones, ``example`` its tables there.
           ``senders`` gives who calls, the usual one first, ``address`` at which logical address,
           ``also`` at which others it may be called, and ``messages`` what they send.
           ``services`` are those that the tested system calls in its role, if any, and ``sends``
           has it send them a message. ``profile_roles`` are the roles of the technical profile
           that it plays: a producer answers, a consumer calls. ``bundled``
           gives the settings that lead to the bundled system, from the system and the URL of its
           region. ``early`` begins what lasts long, before the first scenario, from the texts of
           the steps to come; what it gives is the fixture ``early``.
           A system that only calls (``part.called``) has no senders, address and messages.
    """

    part: Part
    role: str
    key: str
    binds: Role
    example: str
    answering: Answering = UNCALLED
    senders: Callable[[Target], tuple[HsaId, ...]] = lambda _target: ()
    address: Callable[[Target, RoleTarget], LogicalAddress] = lambda target, _role: (
        target.region.logical_address
    )
    messages: Callable[[Target, RoleTarget], Messages] = lambda _target, _role: NoMessages()
    fields: Mapping[str, Field] = field(default_factory=dict)
    also: Callable[[Target], tuple[LogicalAddress, ...]] = lambda _target: ()
    services: Callable[[Target, RoleTarget], tuple[Service, ...]] = lambda _target, _role: ()
    sends: Callable[[Bench, Asking, Listening], None] | None = None
    profile_roles: tuple[Role, ...] = ("producer",)
    bundled: Callable[[Any, str], Mapping[str, Any]] = lambda _system, _url: {}
    early: Callable[[Bench, Sequence[str]], object] = lambda _bench, _steps: None

    def __str__(self) -> str:
        """Name service and role, as a heading does."""
        return f"{self.role} of {self.domain.title} {self.domain.version}"

    @property
    def name(self) -> str:
        """Give the suite's folder, relative to this one: service and role."""
        return self.part.name

    @property
    def service(self) -> str:
        """Give the service's name in target files and on the command line."""
        return self.name.partition("/")[0]

    @property
    def folder(self) -> Path:
        """Give where the feature files are."""
        return _HERE / self.name

    @property
    def domain(self) -> Domain:
        """Give the service domain."""
        return self.part.domain

    @property
    def contract(self) -> ServiceContract:
        """Give the contract that the tested system answers, or calls where it only calls."""
        return self.part.contract

    @property
    def called(self) -> bool:
        """Tell whether the tested system is called in its role, and does not only call."""
        return self.part.called

    @property
    def label(self) -> str:
        """Give the tag of the suite's features that names the contract: FBC-1.1."""
        prefix = next(iter(self.domain.requirements)).partition("-")[0]
        return f"{prefix}-{self.domain.version}"

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Give the requirements that bind the tested role: the domain's, then the profile's."""
        of_profile = dict.fromkeys(
            item.id for role in self.profile_roles for item in profile().binding(role)
        )
        return (
            *self.domain.requirements.binding(self.binds),
            *(profile()[each] for each in of_profile),
        )

    @property
    def feature_files(self) -> tuple[Path, ...]:
        """Give the feature files in the order they run: the suite's own, then the profile's."""
        return feature_files(self.folder, *self.profile_roles)

    def untested(self, requirement: Requirement) -> str:
        """Say why no scenario of the suite checks a requirement, or nothing where one does."""
        if requirement.id not in profile():
            return requirement.untested.get(self.binds, "")
        roles = [role for role in self.profile_roles if role in requirement.binds]
        reasons = [requirement.untested.get(role, "") for role in roles]
        return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""


@cache
def suites() -> tuple[Suite, ...]:
    """Give every suite, in the order of their folders: the ``SUITE`` of each package."""
    found = sorted(_HERE.glob("*/*/suite.py"))
    return tuple(
        import_module(f"features.{path.parent.parent.name}.{path.parent.name}").SUITE
        for path in found
    )


def feature_files(folder: Path, *roles: Role) -> tuple[Path, ...]:
    """Give the feature files of a suite's folder, then those of the profile for some roles."""
    folders = (folder, *(PROFILE_FOLDERS[role] for role in roles))
    return tuple(path for each in folders for path in sorted(each.glob("*.feature")))


def step_modules(service: str) -> list[str]:
    """Name the modules of a service's steps: those that all suites share, and its own.

    Shape: no other service's, since pytest-bdd goes through them all for every step.
    """
    return [
        ".".join(("features", *path.relative_to(_HERE).with_suffix("").parts))
        for folder in (_HERE, _HERE / "plattform", _HERE / service)
        for path in sorted(folder.glob("steps/*.py"))
        if path.name != "__init__.py"
    ]


def suite_at(path: Path) -> Suite:
    """Give the suite that a feature's binding belongs to.

    Raises: UsageError where the path is in no suite.
    """
    for suite in suites():
        if path.resolve().is_relative_to(suite.folder):
            return suite
    raise UsageError(f"{path} belongs to no suite", mend="run the folder of one suite")


def suite_named(name: str) -> Suite:
    """Give the suite of a name, as ``utomlansfakturering/producent``.

    Raises: UsageError where there is none.
    """
    for suite in suites():
        if suite.name == name:
            return suite
    raise UsageError(f"there is no suite {name}", mend=_choices(list(suites())))


def suite_for(service: str = "", role: str = "", *, claimed: tuple[str, ...] = ()) -> Suite:
    """Give the suite that a service and a role mean, each by any part of its name.

    Shape:  case and the dots over letters do not matter. ``claimed`` are the names of the suites
            that a target file speaks of; where there is none, all suites count, and where nothing
            is chosen the first, also where its service alone is.
    Raises: UsageError where they mean none, or more than one.
    """
    among = [suite for suite in suites() if not claimed or suite.name in claimed]
    found = [suite for suite in among if _means(service, suite) and _is_role(role, suite)]
    if len(found) == 1:
        return found[0]
    first = next(suite for suite in suites() if suite.name == _FIRST)
    if not (role or claimed) and first in found:
        return first
    asked = " ".join(
        f"--{name} {text}" for name, text in (("service", service), ("role", role)) if text
    )
    if not found:
        where = " in the target file" if claimed else ""
        raise UsageError(f"there is no suite for {asked}{where}", mend=_choices(among))
    what = asked or "the target file"
    raise UsageError(f"{what} means more than one suite", mend=_choices(found))


def chosen_requirement(text: str, suite: Suite) -> str:
    """Give the requirement that --only means: FBC-R5, also where fbc-r5 or R5 is written.

    Raises: UsageError where no scenario checks it, with the nearest ids there are.
    """
    checked = {
        _plain(item.id): str(item.id) for item in suite.requirements if not suite.untested(item)
    }
    prefix = suite.label.partition("-")[0]
    for name in (text, f"{prefix}-{text}", f"RIV-{text}"):
        if _plain(name) in checked:
            return checked[_plain(name)]
    near = difflib.get_close_matches(_plain(text), checked, n=3)
    raise UsageError(
        f"no scenario checks {text}",
        mend=f"did you mean {' or '.join(checked[one] for one in near)}?"
        if near
        else "see the requirement table of a full report",
    )


_FIRST = "utomlansfakturering/producent"  # what `certify` meant before there were others


def _means(text: str, suite: Suite) -> bool:
    return _plain(text) in _plain(f"{suite.service} {suite.domain.title} {suite.domain.name}")


def _is_role(text: str, suite: Suite) -> bool:
    return any(_plain(name).startswith(_plain(text)) for name in (suite.role, suite.key))


def _choices(among: list[Suite]) -> str:
    return "choose " + ", or ".join(
        f"--service {suite.service} --role {suite.name.partition('/')[2]}" for suite in among
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

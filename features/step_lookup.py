"""Finding the function of a step, without asking pytest about every fixture for each step.

pytest-bdd goes through all fixtures there are, and asks of each what the scenario can see of it.
That took a quarter of a short run. Every scenario sees our steps, so that is asked once a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import pytest

__all__ = ["quick_lookup"]

_Step = tuple[str | None, Any, Any]


def quick_lookup(patch: pytest.MonkeyPatch) -> None:
    """Have pytest-bdd find steps by what it knows of them; as it is where it knows otherwise."""
    module = import_module("pytest_bdd.scenario")  # the package has a function of that name
    try:
        from pytest_bdd.compat import get_fixture_names, getfixturedefs  # noqa: PLC0415
        from pytest_bdd.steps import step_function_context_registry  # noqa: PLC0415

        thorough = module.find_fixturedefs_for_step
    except (ImportError, AttributeError):  # another version of pytest-bdd
        return

    def steps_of(manager: Any, session: pytest.Session) -> Iterator[_Step]:
        for name in get_fixture_names(manager):
            for fixture in getfixturedefs(manager, name, session) or ():
                if (context := step_function_context_registry.get(fixture.func)) is not None:
                    yield context.type, context.parser, fixture

    known: WeakKeyDictionary[Any, tuple[_Step, ...]] = WeakKeyDictionary()

    def quick(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
        if fixturemanager not in known:
            known[fixturemanager] = tuple(steps_of(fixturemanager, node.session))
        found = [
            fixture
            for kind, parser, fixture in known[fixturemanager]
            if kind in {None, step.type} and parser.is_matching(step.name)
        ]
        return found or thorough(step, fixturemanager, node)

    patch.setattr(module, "find_fixturedefs_for_step", quick)

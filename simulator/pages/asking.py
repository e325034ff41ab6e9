"""The pages that ask all regions about a person: a form, and the answers as they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from flask import Blueprint, redirect, request, url_for

from contracts.judge import swedish_now
from simulator.pages.forms import Filled, asked_in
from simulator.pages.language import known_language
from simulator.pages.lookups import Lookup, Lookups, Question, Viewer
from simulator.pages.rendering import page
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from simulator.pages.figures import Answer, Asking
    from simulator.pages.persons import Persons

__all__ = ["AskingPages", "Patience"]

_WRONG = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long answers are waited for.

    Units:  seconds; ``at_once`` before the page is shown at all, ``pause`` between the times that
            it is fetched anew, ``longest`` from the question until that is given up.
    """

    at_once: float = 1.5
    pause: int = 2
    longest: float = 30.0


@dataclass(frozen=True, kw_only=True)
class AskingPages:
    """For residents, guardians and care givers: the same question, told in their words."""

    asking: Asking
    persons: Persons
    patience: Patience = field(default_factory=Patience)
    lookups: Lookups = field(default_factory=Lookups)
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = swedish_now

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the pages' addresses."""
        viewers = f"<any({', '.join(Viewer)}):viewer>"
        blueprint.add_url_rule(f"/<language>/{viewers}", "ask", self.form)
        blueprint.add_url_rule(f"/<language>/{viewers}", "send", self.send, methods=["POST"])
        blueprint.add_url_rule(f"/<language>/{viewers}/<lookup_id>", "answers", self.answers)

    def form(self, language: str, viewer: str) -> ResponseReturnValue:
        """Show what to fill in."""
        return self._form(language, Viewer(viewer), Filled())

    def send(self, language: str, viewer: str) -> ResponseReturnValue:
        """Ask, and lead to where the answers come; they are waited for a little."""
        viewers = Viewer(viewer)
        asked, filled = asked_in(request.form, viewers, self.persons)
        if asked is None:
            return self._form(language, viewers, filled, status=_WRONG)
        lookup = Lookup(
            id=str(uuid4()),
            viewer=viewers,
            county=asked.county,
            actor=asked.actor,
            questions=tuple(
                Question(patient=each, request_id=self.asking.ask(asked.county, each, asked.actor))
                for each in asked.patients
            ),
            begun=self.clock(),
        )
        self.lookups.keep(lookup)
        while self.clock() - lookup.begun < self.patience.at_once:
            if not any(answer.waits for _, answer in self._answers(lookup)):
                break
            time.sleep(0.05)
        return redirect(
            url_for("pages.answers", language=language, viewer=viewer, lookup_id=lookup.id),
            code=303,
        )

    def answers(self, language: str, viewer: str, lookup_id: str) -> ResponseReturnValue:
        """Show how those asked about stand; the page comes anew while more may come."""
        lookup = self.lookups.find(Viewer(viewer), lookup_id)
        if lookup is None:
            return page("gone.html", known_language(language), status=404, viewer=viewer)
        answers = self._answers(lookup)
        waits = any(answer.waits for _, answer in answers)
        in_time = self.clock() - lookup.begun < self.patience.longest
        return page(
            "answers.html",
            known_language(language),
            viewer=viewer,
            lookup=lookup,
            answers=answers,
            persons=self.persons,
            now=self.now(),
            waits=waits and in_time,
            late=waits and not in_time,
            pause=self.patience.pause if waits and in_time and "still" not in request.args else 0,
        )

    def _form(
        self, language: str, viewer: Viewer, filled: Filled, *, status: int = 200
    ) -> ResponseReturnValue:
        return page(
            "ask.html",
            known_language(language),
            status=status,
            viewer=str(viewer),
            filled=filled,
            regions=REGIONS,
            persons=self.persons,
        )

    def _answers(self, lookup: Lookup) -> list[tuple[Question, Answer]]:
        return [
            (each, self.asking.answer(lookup.county, each.patient, each.request_id))
            for each in lookup.questions
        ]

"""Allure results with the Gherkin steps and the messages of each exchange.

allure-pytest writes one result a scenario but knows nothing of its steps; this plugin tells it,
through the hooks of pytest-bdd.
"""

from __future__ import annotations

from pathlib import Path

import allure
import pytest
from allure_commons import plugin_manager
from allure_commons.types import AttachmentType
from allure_commons.utils import uuid4
from pytest_bdd.parser import Feature, Scenario, Step

from reports.collector import EVIDENCE, REQUIREMENTS
from reports.results import Body

__all__ = ["AllureSteps"]

_LARGEST_ATTACHMENT = 1_000_000


class AllureSteps:
    """Reports each Gherkin step to Allure, with what was sent and what came back.

    Shape: ``folder`` is the run's folder, where the bodies of messages are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._step: str | None = None

    def pytest_bdd_before_scenario(
        self, request: pytest.FixtureRequest, feature: Feature, scenario: Scenario
    ) -> None:
        """Name the result after the scenario, and label it with feature and requirements."""
        allure.dynamic.title(scenario.name)
        allure.dynamic.feature(feature.name)
        marked = {mark.name for mark in request.node.iter_markers()}  # Allure tags these itself
        for requirement in request.node.stash.get(REQUIREMENTS, ()):
            if requirement not in marked:
                allure.dynamic.tag(requirement)

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_before_step(self, step: Step) -> None:
        """Begin a step."""
        self._step = uuid4()
        plugin_manager.hook.start_step(
            uuid=self._step, title=f"{step.keyword} {step.name}", params={}
        )

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest) -> None:
        """End a step that held."""
        self._end(request.node, None)

    def pytest_bdd_step_error(
        self, request: pytest.FixtureRequest, exception: BaseException
    ) -> None:
        """End a step that did not hold."""
        self._end(request.node, exception)

    def pytest_bdd_after_scenario(self, request: pytest.FixtureRequest) -> None:
        """End a step that was left by a skip."""
        if self._step is not None:
            self._end(request.node, None)

    def _end(self, node: pytest.Item, error: BaseException | None) -> None:
        seen = node.stash[EVIDENCE].step
        if seen.variants:
            lines = [
                f"{variant.outcome}\t{variant.name}\t{variant.where}\t{variant.expected}\t"
                f"{variant.observed}\t{variant.exchange.request.file}"
                for variant in seen.variants
            ]
            allure.attach("\n".join(lines), name="Varianter", attachment_type=AttachmentType.TSV)
        for question in seen.questions:
            lines = [question.text, question.expected, question.answer or "-", question.name,
                     question.time, question.remark]  # fmt: skip
            allure.attach("\n".join(lines), name="Fråga till provaren",
                          attachment_type=AttachmentType.TEXT)  # fmt: skip
        for exchange in seen.exchanges:
            self._attach("Begäran", exchange.request)
            if exchange.response is not None:
                self._attach(f"Svar, HTTP {exchange.status}", exchange.response)
        plugin_manager.hook.stop_step(
            uuid=self._step,
            exc_type=type(error) if error else None,
            exc_val=error,
            exc_tb=error.__traceback__ if error else None,
        )
        self._step = None

    def _attach(self, name: str, body: Body) -> None:
        if body.bytes <= _LARGEST_ATTACHMENT:
            content = (self._folder / body.file).read_bytes()
            allure.attach(content, name=name, attachment_type=AttachmentType.XML)
        else:
            told = f"{body.bytes} byte, sha256 {body.sha256}, {body.file}"
            allure.attach(told, name=name, attachment_type=AttachmentType.TEXT)

"""The result model in JSON and back, and the schema that documents it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reports import results
from reports.provenance import MadeWith, Proof, WaiverState
from reports.results import (
    Exercised,
    Outcome,
    Share,
    Sides,
    VariantResult,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reports.provenance import Waiver
    from reports.results import (
        Exchange,
        QuestionResult,
        RunResult,
        ScenarioResult,
        StepResult,
    )

SCHEMA = json.loads(
    (Path(results.__file__).parent / "result.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture
def document(a_mixed_run: RunResult, tmp_path: Path) -> dict[str, Any]:
    """Give a written run, read as plain JSON."""
    path = tmp_path / "result.json"
    results.write_result(a_mixed_run, path)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_run_survives_the_way_to_json_and_back(a_mixed_run: RunResult, tmp_path: Path) -> None:
    """What is read equals what was written."""
    results.write_result(a_mixed_run, tmp_path / "result.json")

    assert results.read_result(tmp_path / "result.json") == a_mixed_run


def test_call_without_answer_survives(
    a_run: Callable[..., RunResult],
    a_scenario: Callable[..., ScenarioResult],
    a_step: Callable[..., StepResult],
    an_exchange: Callable[..., Exchange],
    tmp_path: Path,
) -> None:
    """Neither status nor response is made up for a call that got no answer."""
    silent = an_exchange(status=None, response=None, problem="Inget svar inom 27 s")
    run = a_run(a_scenario(steps=(a_step(exchanges=(silent,)),)))
    path = tmp_path / "result.json"

    results.write_result(run, path)

    assert results.read_result(path) == run
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_text_is_written_as_readable_utf_8(a_mixed_run: RunResult, tmp_path: Path) -> None:
    """Swedish letters are letters in the file."""
    results.write_result(a_mixed_run, tmp_path / "result.json")

    assert "Utomlänsfakturering" in (tmp_path / "result.json").read_text(encoding="utf-8")


def test_other_format_is_refused(document: dict[str, Any], tmp_path: Path) -> None:
    """A file of another format is not guessed at."""
    document["format"] = "provbank-result/1"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(ValueError, match="'provbank-result/1', not 'provbank-result/4'"):
        results.read_result(path)


def test_schema_is_a_schema() -> None:
    """The schema keeps to JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_written_run_is_valid(document: dict[str, Any]) -> None:
    """What write_result writes is what the schema says."""
    VALIDATOR.validate(document)


def change(document: dict[str, Any], path: str, value: object) -> None:
    """Set one value deep in a document."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    at: Any = document
    for part in parents:
        at = at[part]
    at[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("format", "provbank-result/1", id="another format"),
        pytest.param("verdict", "approved", id="an approval"),
        pytest.param("interrupted", "no", id="a word for a boolean"),
        pytest.param("started", "22 november", id="no instant"),
        pytest.param("started", "2026-11-22T12:00:05", id="an instant without offset"),
        pytest.param("suite_sha256", "abc", id="no SHA-256"),
        pytest.param("surprise", 1, id="an unknown field"),
        pytest.param("subject.surprise", 1, id="an unknown field of the subject"),
        pytest.param("subject.county_code", "9", id="a county code of one digit"),
        pytest.param("scenarios.1.outcome", "ok", id="an unknown outcome"),
        pytest.param("scenarios.1.seconds", -1, id="negative time"),
        pytest.param("scenarios.1.example.rad", 2, id="an example that is no text"),
        pytest.param("scenarios.1.steps.0.surprise", 1, id="an unknown field of a step"),
        pytest.param("scenarios.1.steps.1.deviations.0.text", "", id="a silent deviation"),
        pytest.param("scenarios.1.steps.0.exchanges.0.status", 42, id="no HTTP status"),
        pytest.param("scenarios.1.steps.0.exchanges.0.request", None, id="no request"),
        pytest.param("scenarios.1.steps.0.exchanges.0.request.file", "/etc/passwd", id="absolute"),
        pytest.param("scenarios.1.steps.0.exchanges.0.request.file", "a/../../b", id="outside"),
        pytest.param("scenarios.1.steps.0.exchanges.0.request.file", "a\\b", id="backslash"),
        pytest.param("requirements.0.level", "KAN", id="an unknown level"),
    ],
)
def test_schema_refuses(document: dict[str, Any], path: str, value: object) -> None:
    """The schema turns red on a document that is wrong in one place."""
    change(document, path, value)

    (error, *_) = sorted(VALIDATOR.iter_errors(document), key=str)
    assert [str(part) for part in error.absolute_path] in (path.split("."), path.split(".")[:-1])


def schemas_of_objects(schema: dict[str, Any] = SCHEMA) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each object of the schema with the class it documents."""
    yield "RunResult", schema
    classes = {
        "scenario": "ScenarioResult",
        "step": "StepResult",
        "requirement": "RequirementResult",
        "variant": "VariantResult",
        "question": "QuestionResult",
        "made_with": "MadeWith",
    }
    for name, definition in schema["$defs"].items():
        if name != "outcome":
            yield classes.get(name, name.capitalize()), definition


@pytest.mark.parametrize(
    ("name", "schema"), [pytest.param(*each, id=each[0]) for each in schemas_of_objects()]
)
def test_schema_has_the_fields_of_the_model(name: str, schema: dict[str, Any]) -> None:
    """Every field of the model is required, described in words, and no other is let in."""
    fields = [field.name for field in dataclasses.fields(getattr(results, name))]

    assert list(schema["properties"]) == schema["required"]
    assert set(schema["required"]) == set(fields)
    assert schema["additionalProperties"] is False
    for field in fields:
        assert schema["properties"][field]["description"].endswith(".")


def test_variants_and_shares_are_written_and_read_back(
    a_run: Callable[..., RunResult],
    a_scenario: Callable[..., ScenarioResult],
    a_step: Callable[..., StepResult],
    an_exchange: Callable[..., Exchange],
    tmp_path: Path,
) -> None:
    """As the schema says, and the same afterwards."""
    variant = VariantResult(
        name="okänt attribut",
        where="/Claim",
        outcome=Outcome.FAILED,
        expected="resultCode ERROR",
        observed="HTTP 200, OK",
        exchange=an_exchange(),
    )
    sides = Sides(valid=Share(done=1, total=2), invalid=Share(done=0, total=2))
    run = a_run(
        a_scenario(steps=(a_step(variants=(variant,)),)),
        exercised=(
            Exercised(
                interaction="ProcessClaimSpecification",
                contract="financial:billing:claim",
                contract_version="1.1",
                messages=1,
                elements=sides,
                facets=sides,
                bounds=sides,
                missing=("/Claim: element, invalid",),
            ),
        ),
        seed=7,
    )
    results.write_result(run, tmp_path / "result.json")

    VALIDATOR.validate(json.loads((tmp_path / "result.json").read_text(encoding="utf-8")))
    assert results.read_result(tmp_path / "result.json") == run


def test_waivers_proof_and_what_it_was_made_with_are_written_and_read_back(
    a_run: Callable[..., RunResult], a_waiver: Callable[..., Waiver], tmp_path: Path
) -> None:
    """As the schema says, and the same afterwards."""
    run = a_run(
        waivers=(a_waiver(), a_waiver(scenario="regler-fel", state=WaiverState.STALE, told="Nej")),
        made_with=MadeWith(
            target="../region.toml",
            target_sha256="0" * 64,
            scenarios=("regler-fel",),
            allow=("10.",),
            tls_port=0,
            certs="../provbank-certs",
        ),
        proof=Proof(
            systems=2, caught=2, right=1, equivalents=0, made="2026-11-23", suite_sha256="0" * 64
        ),
    )
    path = tmp_path / "result.json"

    results.write_result(run, path)

    assert results.read_result(path) == run
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_questions_and_platform_are_written_and_read_back(
    a_run: Callable[..., RunResult],
    a_scenario: Callable[..., ScenarioResult],
    a_step: Callable[..., StepResult],
    a_question: Callable[..., QuestionResult],
    tmp_path: Path,
) -> None:
    """Answered or not, as the schema says, and the same afterwards."""
    unanswered = a_question(
        id="summa-2", outcome=Outcome.NOT_TESTED, answer="", name="", time="", source=""
    )
    run = a_run(a_scenario(steps=(a_step(questions=(a_question(), unanswered)),)))
    run = dataclasses.replace(
        run, subject=dataclasses.replace(run.subject, platform="http://127.0.0.1:8090/vp")
    )
    path = tmp_path / "result.json"

    results.write_result(run, path)

    assert results.read_result(path) == run
    assert [asked.id for asked in run.scenarios[0].questions] == ["summa-1", "summa-2"]
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))

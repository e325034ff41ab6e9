"""The file of waivers: what is right is read, and every mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import UsageError
from features.suites import suite_named, suites
from features.waivers import read_waivers
from reports.provenance import Waiver, WaiverState

CLAIMS = suite_named("utomlansfakturering/producent")
DISCLOSING = suite_named("hogkostnadsskydd/utlamnande")
DOCS = Path(__file__).resolve().parents[2] / "docs"
GOOD = """\
[[waiver]]
requirement = "FBC-R5"
reason = "Rättas i nästa version"
owner = "Karin Berg"
expires = 2026-12-31
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_waiver_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Nothing is said of its state before a run."""
    assert read_waivers(write(tmp_path, GOOD), CLAIMS) == (
        Waiver(
            requirement="FBC-R5",
            reason="Rättas i nästa version",
            owner="Karin Berg",
            expires="2026-12-31",
            state=WaiverState.UNTRIED,
        ),
    )


def test_a_waiver_concerns_the_suites_that_know_its_requirement(tmp_path: Path) -> None:
    """Or the one that it names."""
    path = write(tmp_path, GOOD)
    assert read_waivers(path, DISCLOSING) == ()

    for suite in suites():
        named = write(tmp_path, GOOD + 'suite = "utomlansfakturering/producent"\n')
        assert len(read_waivers(named, suite)) == (suite is CLAIMS)


def test_an_empty_file_waives_nothing(tmp_path: Path) -> None:
    """It is what is left when all is mended."""
    assert read_waivers(write(tmp_path, "# inget\n"), CLAIMS) == ()


def test_the_page_s_example_can_be_used(tmp_path: Path) -> None:
    """Both waivers of docs/waivers.md concern the suite of claims."""
    text = (DOCS / "waivers.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]

    assert [each.requirement for each in read_waivers(write(tmp_path, example), CLAIMS)] == [
        "FBC-SLA-5MB",
        "FBC-R5",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('owner = "Karin Berg"\n', "", "owner is missing", id="no owner"),
        pytest.param('"Rättas i nästa version"', '" "', "reason is missing", id="no reason"),
        pytest.param("2026-12-31", '"2026-12-31"', "is no day", id="a day in quotes"),
        pytest.param("2026-12-31", "2026-12-31T12:00:00", "is no day", id="an instant"),
        pytest.param("expires = 2026-12-31", "", "expires is missing", id="no day"),
        pytest.param("FBC-R5", "FBC-R555", "did you mean FBC-R5", id="unknown requirement"),
        pytest.param("owner", "Owner", "there is no Owner in a waiver", id="unknown key"),
        pytest.param("[[waiver]]", "[[waver]]", "no others", id="unknown table"),
        pytest.param("[[waiver]]", "[waiver]", "no others", id="one table"),
        pytest.param("FBC-R5", "FBC-R5\n", "not TOML", id="no TOML"),
        pytest.param("owner =", "scenario = 5\nowner =", "scenario is no text", id="no text"),
        pytest.param('owner =', 'suite = "alla"\nowner =', "no suite alla", id="unknown suite"),
        pytest.param(
            "owner =",
            'suite = "hogkostnadsskydd/utlamnande"\nowner =',
            "no suite knows the requirement FBC-R5",
            id="a requirement of another suite",
        ),
    ],
)  # fmt: skip
def test_a_mistake_ends_it(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Before anything runs, with the file and what is wrong."""
    assert old in GOOD

    with pytest.raises(UsageError, match=told) as caught:
        read_waivers(write(tmp_path, GOOD.replace(old, new, 1)), CLAIMS)

    assert "waivers.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Who names a file wants it read."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_waivers(tmp_path / "borta.toml", CLAIMS)

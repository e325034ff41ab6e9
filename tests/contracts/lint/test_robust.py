"""Whatever a package holds, the linter says what is wrong in it, and goes on with the rest."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import bundled
from contracts.errors import PackageError
from contracts.installed import install
from contracts.lint import linter
from contracts.lint.linter import lint, subject_named
from contracts.lint.rules import Severity

REPOSITORY = Path(__file__).resolve().parents[3]
RELEASED = REPOSITORY.parent / "shared/reference"
ACCEPTED = {  # what is true of them, file by file, by the profile sheet
    "financial_patientfees_exemption_enum_1.0.xsd": "DS-2",
    "interoperability_headers_1.0.xsd": "CROSS-3",
}
FAULTS = [
    "missing import", "missing file", "missing file, as on Windows",
    "missing file, outside schemas", "location outside", "wrong namespace",
    "wrong namespace throughout", "wrong namespace in WSDL", "ambiguous any",
    "ambiguous any of a base", "pattern anchors", "ISO-8859-1", "UTF-16 that is not", "two files",
    "xml:base", "WSDL without schemas", "schema of another domain", "names without namespace",
    "not well-formed", "document type", "content model bomb", "message not declared",
]  # fmt: skip


@pytest.fixture(scope="session")
def packages() -> ModuleType:
    """Give the maker of faulty release archives that the tests of installing use."""
    name = "provbank_tests_packages"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "packages.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_repaired_or_lost_when_installed_is_an_error(
    packages: ModuleType, fault: str, tmp_path: Path
) -> None:
    """At the file that the installation tells, and the other interaction is still judged."""
    make, *told = {**packages.REPAIRED, **packages.LOST}[fault]
    file = next(text for text in told if text.startswith("schemas/"))
    folder = packages.laid_out(make(), tmp_path / "schemas-alone")

    findings = lint(subject_named(str(folder))).findings

    assert file in {one.file for one in findings if one.severity is Severity.ERROR}
    assert any("ListThings" in one.file for one in findings)


def test_every_fault_that_is_known_of_is_tried(packages: ModuleType) -> None:
    """A byte order mark alone is but a note."""
    assert {*FAULTS, "byte order mark"} == {*packages.REPAIRED, *packages.LOST}


def test_a_file_that_cannot_be_read_is_one_finding_and_the_rest_is_judged(
    made: ModuleType, tmp_path: Path
) -> None:
    """The schema is cut off; what its WSDL does wrong is told all the same."""
    release = made.clean().having(made.SCHEMA, made.clean().text(made.SCHEMA)[:700])
    release = release.changed(made.WSDL, "soap/http", "soap/smtp")

    report = release.linted(tmp_path)

    assert {one.rule.id for one in report.findings} == {"FILE-1", "BP-1"}
    assert any("CROSS-3" in reason for reason in report.unjudged)


@settings(
    max_examples=80, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data())
def test_no_damage_makes_the_linter_break(
    made: ModuleType, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Words and lines are taken out of any file; there are findings, never an exception."""
    release = made.clean()
    path = data.draw(st.sampled_from([made.WSDL, made.SCHEMA, made.CORE]))
    text = release.text(path)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        kind = data.draw(st.sampled_from(["line", "word", "element"]))
        end = text.find({"line": "\n", "word": '"', "element": ">"}[kind], start) + 1
        text = text[:start] + text[end if end else len(text) :]

    report = release.having(path, text).linted(tmp_path_factory.mktemp("damaged"))

    assert report.findings == () or report.findings[0].text


@pytest.mark.parametrize("domain", bundled().domains, ids=str)
def test_the_bundled_domains_have_no_errors(domain: object) -> None:
    """They are linted by name, and what is told of them is true."""
    report = lint(subject_named(f"{domain.name} {domain.version}"))  # type: ignore[attr-defined]

    assert report.domain == domain.name  # type: ignore[attr-defined]
    told = {(one.file.rpartition("/")[2], one.rule.id) for one in report.findings}
    if report.domain == "interoperability:headers":  # the released record has no xs:any either
        assert told == {("interoperability_headers_1.0.xsd", "DS-5")}
    else:
        assert told <= set(ACCEPTED.items())


@pytest.mark.skipif(not RELEASED.is_dir(), reason="the released schemas are not at ../shared")
@pytest.mark.parametrize(
    "name", ["financial_billing_claim", "financial_patientfees_exemption"]
)  # fmt: skip
def test_the_released_schemas_have_no_errors(name: str) -> None:
    """The official ones and ours are told the same."""
    report = lint(subject_named(str(RELEASED / name)))
    ours = lint(subject_named(name))

    told = [(one.file.rpartition("/")[2], one.rule.id) for one in report.findings]
    assert set(told) <= set(ACCEPTED.items())
    assert told == [(one.file.rpartition("/")[2], one.rule.id) for one in ours.findings]


# What can be named -----------------------------------------------------------------------------


def test_an_installed_domain_is_linted_as_it_was_released(
    made: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, with the name of the archive that it came in, and from its original files."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path / "home"))
    release = made.BROKEN["LOAD-7"]().named("ServiceContracts_made_up_things_2.0.zip")
    install(release.laid_out(tmp_path))

    report = lint(subject_named("made:up:things"))

    assert {one.rule.id for one in report.findings} == {"LOAD-7", "PKG-3"}
    assert report.scope == "release"


@pytest.mark.parametrize("name", ["financial:billing:claim", "Financial_Billing_Claim_1.1"])
def test_a_bundled_domain_has_several_names(name: str) -> None:
    """With or without version, by colons or underscores."""
    assert subject_named(name).shown == "financial:billing:claim 1.1"


def test_a_name_that_means_nothing_is_usage() -> None:
    """What could be named is told."""
    with pytest.raises(PackageError, match=r"no such domain.*financial:billing:claim"):
        subject_named("crm:scheduling")


def test_a_hostile_archive_is_refused(packages: ModuleType, tmp_path: Path) -> None:
    """Nothing in it is judged."""
    path = tmp_path / "ServiceContracts_made_up_things_1.0.zip"
    path.write_bytes(packages.packed({"../evil.xsd": b""}))

    with pytest.raises(PackageError, match="leads out"):
        lint(subject_named(str(path)))


def test_a_folder_without_schemas_is_usage(tmp_path: Path) -> None:
    """There is nothing to judge."""
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")

    with pytest.raises(PackageError, match="neither WSDL nor schema"):
        lint(subject_named(str(tmp_path)))


def test_a_folder_of_packages_is_usage(made: ModuleType, tmp_path: Path) -> None:
    """One at a time: their versions would be taken for one package's."""
    files = {
        f"{name}/{path}": data
        for name in ("one", "two")
        for path, data in made.clean().files.items()
    }

    with pytest.raises(PackageError, match="2 packages"):
        made.Release(name="both", files=files).linted(tmp_path)


def test_a_folder_in_the_archive_is_left_away(made: ModuleType, tmp_path: Path) -> None:
    """Findings are told by the path in the package; where it lies in the archive is kept."""
    release = made.BROKEN["LOAD-7"]()
    wrapped = {f"top/{path}": data for path, data in release.files.items()}
    release = made.Release(name=f"{release.name}.zip", files=wrapped)

    report = release.linted(tmp_path)

    assert [one.file for one in report.findings] == [made.CORE]
    assert report.within == "top/"


def test_schemas_that_no_compiler_ends_with_are_one_error(
    made: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Time is limited; whatever needs no compiler is judged all the same."""
    head = '<xs:element name="h"/>' + "".join(
        f'<xs:element name="s{one}" substitutionGroup="tns:h"/>' for one in range(5000)
    )
    users = "".join(
        f'<xs:complexType name="c{one}"><xs:sequence>'
        + '<xs:element ref="tns:h" minOccurs="0"/><xs:element name="q"/>' * 5
        + "</xs:sequence></xs:complexType>"
        for one in range(400)
    )
    release = made.clean().changed(made.CORE, "</xs:schema>", f"{head}{users}</xs:schema>")
    release = release.changed(made.WSDL, "soap/http", "soap/smtp")
    monkeypatch.setattr(linter, "_LONGEST", 1.0)

    report = release.linted(tmp_path)

    told = {one.rule.id: one for one in report.findings if one.severity is Severity.ERROR}
    assert set(told) == {"LOAD-8", "BP-1"}
    assert "longer than 1 seconds" in told["LOAD-8"].text


def test_wsdl_of_test_suites_do_not_make_another_package(made: ModuleType, tmp_path: Path) -> None:
    """What lies in schemas counts, where there is such a folder."""
    release = made.clean()
    release = release.having("test-suite/mock/schemas/mock.wsdl", release.text(made.WSDL))

    assert release.linted(tmp_path).findings == ()

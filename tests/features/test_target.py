"""The target file: what is right is read, and every mistake has its line and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import TargetError
from features.suites import Suite, suite_for, suites
from features.target import RoleTarget, Target
from features.target_file import example, read_target

EXAMPLE = example(suite_for("utomlansfakturering"))


def write(folder: Path, text: str) -> Path:
    path = folder / "region.toml"
    path.write_text(text, encoding="utf-8")
    return path


def role_of(target: Target) -> RoleTarget:
    return target.roles["utomlansfakturering/producent"]


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(TargetError) as caught:
        read_target(write(folder, text))
    return caught.value.problems


def test_the_example_is_a_good_target_file(tmp_path: Path) -> None:
    """What `provbank target init` writes can be used as it is."""
    target = read_target(write(tmp_path, EXAMPLE))

    assert target.region.name == "Region Uppsala"
    assert role_of(target).endpoint == "http://127.0.0.1:9090/regions/03/claim"
    assert role_of(target).settings == {}


def test_every_commented_line_of_the_example_works_too(tmp_path: Path) -> None:
    """Taking the # away from the optional settings gives a good file."""
    text = EXAMPLE.replace("# observe", "observe").replace(
        "http://127.0.0.1:9090/regions/03/claim", "https://x/claim"
    )
    for line in (
        "[services.utomlansfakturering.producer.tls]",
        "certificate",
        "key",
        "authority",
        "verify",
    ):
        text = text.replace(f"\n# {line}", f"\n{line}")
    for name in ("platform.pem", "platform.key", "authority.pem"):
        (tmp_path / name).write_text("", encoding="utf-8")

    target = read_target(write(tmp_path, text))

    assert role_of(target).tls is not None
    assert role_of(target).tls.certificate == str(tmp_path.resolve() / "platform.pem")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param(
            'name = "Faktura',
            'nam = "Faktura',
            5,
            ["system.nam", "did you mean name"],
            id="misspelt key",
        ),
        pytest.param(
            'version = "1.0"',
            "version = 1.0",
            6,
            ["not a text", "quotation marks"],
            id="number for text",
        ),
        pytest.param(
            'county_code = "03"',
            'county_code = "3"',
            10,
            ["county code", "two digits"],
            id="county",
        ),
        pytest.param(
            'county_code = "03"',
            'county_code = "12"',
            11,
            ["2321000024", "2321000255"],
            id="county and number disagree",
        ),
        pytest.param('"2321000024"  #', '"2321000025"  #', 11, ["check digit"], id="check digit"),
        pytest.param(
            '"2321000024"  #', "2321000024  #", 11, ["quotation marks"], id="number without quotes"
        ),
        pytest.param("SE2321000024-EXEMPEL", "2321000024", 12, ["HSA-id"], id="HSA-id"),
        pytest.param(
            '["producer"]', '["producent"]', 15, ['"producent" is no role'], id="unknown role"
        ),
        pytest.param(
            '["producer"]',
            '["buyer"]',
            15,
            ["no role that has a suite"],
            id="a role without suite",
        ),
        pytest.param('["producer"]', "[]", 15, ["roles"], id="no role"),
        pytest.param(
            '"http://127.0.0.1:9090/regions/03/claim"',
            '"127.0.0.1:9090"',
            19,
            ["no address"],
            id="no scheme",
        ),
        pytest.param(
            '"http://127.0.0.1:9090/regions/03/claim"',
            '"http://h:99999/"',
            19,
            ["no address"],
            id="impossible port",
        ),
        pytest.param(
            "connect_timeout = 2.0", "connect_timeout = 0", 20, ["seconds"], id="zero seconds"
        ),
        pytest.param(
            "connect_timeout = 2.0", 'connect_timeout = "2"', 20, ["seconds"], id="seconds as text"
        ),
        pytest.param(
            "connect_timeout = 2.0",
            "connect_timeout = true",
            20,
            ["seconds"],
            id="seconds as truth",
        ),
        pytest.param(
            "[region]", "[regoin]", 9, ["regoin", "did you mean region"], id="misspelt table"
        ),
        pytest.param("[system]", "[system", 4, ["not TOML"], id="broken TOML"),
    ],
)
def test_a_mistake_is_told_with_line_cause_and_mend(
    tmp_path: Path, old: str, new: str, line: int, words: list[str]
) -> None:
    """One message a mistake, with the line it stands on."""
    assert old in EXAMPLE

    first = problems(tmp_path, EXAMPLE.replace(old, new, 1))[0]

    assert f"region.toml:{line}:" in first
    assert all(word in first for word in words), first
    assert " - " in first


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one mistake at a time."""
    text = EXAMPLE.replace('version = "1.0"', "").replace('"03"', '"99"').replace("2.0", "-1")

    found = problems(tmp_path, text)

    assert [problem.split(": ")[1] for problem in found] == [
        "system.version",
        "region.county_code",
        "services.utomlansfakturering.producer.connect_timeout",
    ]


def test_an_empty_file_lacks_every_table(tmp_path: Path) -> None:
    """Nothing is assumed."""
    assert [problem.split(": ")[1] for problem in problems(tmp_path, "")] == [
        "system",
        "region",
        "services",
    ]


def test_latin_1_is_told_with_its_line(tmp_path: Path) -> None:
    """A file saved by an old editor is refused, and the line of the first such letter told."""
    path = tmp_path / "region.toml"
    path.write_bytes(EXAMPLE.encode("latin-1", "replace"))

    with pytest.raises(TargetError, match=r"region\.toml:1: the file is not UTF-8.*Latin-1"):
        read_target(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows editors write one."""
    path = tmp_path / "region.toml"
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.encode())

    assert read_target(path).system == "Fakturasystemet"


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    """The first mistake of all has its mend too."""
    with pytest.raises(TargetError, match="provbank target init"):
        read_target(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        pytest.param('certificate = "a.pem"', "needs key", id="certificate without key"),
        pytest.param('authority = "none.pem"', "no file", id="no such file"),
        pytest.param('verify = "no"', "true or false", id="truth as text"),
        pytest.param('cert = "a.pem"', "no such key", id="unknown key"),
    ],
)
def test_tls_material_is_checked(tmp_path: Path, tls: str, words: str) -> None:
    """TLS material must be whole and there."""
    (tmp_path / "a.pem").write_text("", encoding="utf-8")
    text = EXAMPLE.replace("http://127.0.0.1:9090/regions/03/claim", "https://x/claim")

    found = problems(tmp_path, f"{text}\n[services.utomlansfakturering.producer.tls]\n{tls}\n")

    assert words in found[0]


def test_tls_without_https_is_a_mistake(tmp_path: Path) -> None:
    """Material that would never be used is a misunderstanding."""
    text = EXAMPLE + "\n[services.utomlansfakturering.producer.tls]\nverify = false\n"

    assert "https" in problems(tmp_path, text)[0]


# --- Högkostnadsskydd ----------------------------------------------------------------------------

EXEMPTION = example(suite_for("hogkostnad", "begarande"), suite_for("hogkostnad", "utlamnande"))


def test_a_file_can_claim_both_roles_of_a_service(tmp_path: Path) -> None:
    """Each has its endpoint; the requester says which requests it has sent."""
    target = read_target(write(tmp_path, EXEMPTION))

    requester = target.roles["hogkostnadsskydd/begarande"]
    assert set(target.roles) == {"hogkostnadsskydd/begarande", "hogkostnadsskydd/utlamnande"}
    assert [request.actor for request in requester.settings["requests"]] == [
        "CITIZEN", "GUARDIAN", "CAREGIVER",
    ]  # fmt: skip
    assert requester.settings["requests"][0].patient.root == "1.2.752.129.2.1.3.1"


@pytest.mark.parametrize("chosen", suites(), ids=lambda suite: suite.name)
def test_an_example_of_every_suite_is_a_good_target_file(tmp_path: Path, chosen: Suite) -> None:
    """Only what is chosen is claimed; the rest stands there as comments."""
    text = example(chosen)

    assert list(read_target(write(tmp_path, text)).roles) == [chosen.name]
    assert all(f"[services.{suite.service}.{suite.key}]" in text for suite in suites())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('"CITIZEN"', '"DOCTOR"', ["request 1", '"DOCTOR" is no actor'], id="actor"),
        pytest.param("7f0c0f8e-", "", ["request 1", "no UUID"], id="request id"),
        pytest.param('"191001209814"', '"19100120"', ["request 1", "12 characters"], id="patient"),
        pytest.param("actor = ", "aktor = ", ["request 1", "nothing else"], id="misspelt key"),
        pytest.param("requests = [", "requests = []\nold = [", ["no list of requests"], id="none"),
        pytest.param('"begarande", ', "", ['the role is not claimed - add "begarande"'], id="role"),
    ],
)
def test_a_mistake_in_a_request_is_told(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    """By its number in the list; an identity is never shown."""
    assert old in EXEMPTION

    told = " ".join(problems(tmp_path, EXEMPTION.replace(old, new, 1)))

    assert all(word in told for word in words), told
    assert '"19100120"' not in told


DECLARED = """
[services.utomlansfakturering.producer.not_applicable]
FBC-SLA-5MB = "Systemet tar bara emot små underlag"
"FBC-ÖR6" = "Ersatt"
"""


def test_what_does_not_apply_is_read_with_its_reason(tmp_path: Path) -> None:
    """Each requirement by its id."""
    target = read_target(write(tmp_path, EXAMPLE + DECLARED))

    assert role_of(target).not_applicable == {
        "FBC-SLA-5MB": "Systemet tar bara emot små underlag",
        "FBC-ÖR6": "Ersatt",
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("FBC-SLA-5MB", "FBC-SLA-6MB", "did you mean FBC-SLA-", id="misspelt"),
        pytest.param("FBC-SLA-5MB", "RYMD", "`provbank requirements` lists", id="unknown"),
        pytest.param('"Ersatt"', '""', "is not a text", id="no reason"),
        pytest.param('"Ersatt"', "true", "is not a text", id="no text"),
        pytest.param("FBC-SLA-5MB", "FPE-KVITTENS", "there is no such key", id="another suite's"),
    ],
)
def test_a_declaration_must_name_a_requirement_of_the_role_and_a_reason(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """A mistake is told by its line."""
    (problem,) = problems(tmp_path, EXAMPLE + DECLARED.replace(old, new))

    assert told in problem
    assert f"region.toml:{(EXAMPLE + DECLARED).count(chr(10)) - ('Ersatt' not in old)}:" in problem

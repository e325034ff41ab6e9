"""Files and folders of messages are judged in their order, on one processor or on many."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.errors import UsageError
from contracts.files import judge_file, judge_files, message_files
from contracts.judge import judge
from contracts.parsing import LARGEST_MESSAGE

Maker = Callable[..., etree._Element]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with messages at two levels, and with other files."""
    for name in ("b.xml", "a.xml", "inner/c.xml", "inner/notes.txt", "inner/d.xml.bak"):
        path = tmp_path / "messages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<a/>")
    (tmp_path / "messages" / "folder.xml").mkdir()
    return tmp_path / "messages"


# Which files --------------------------------------------------------------------------------


def test_a_folder_stands_for_the_messages_below_it(folder: Path) -> None:
    """Every *.xml at any depth, in the order of their names; a folder is no message."""
    found = message_files([folder])

    assert [path.relative_to(folder).as_posix() for path in found] == [
        "a.xml",
        "b.xml",
        "inner/c.xml",
    ]


def test_a_file_named_is_taken_whatever_its_name(folder: Path) -> None:
    """Only folders are searched for *.xml."""
    notes = folder / "inner" / "notes.txt"

    assert message_files([notes]) == (notes,)


def test_files_stand_in_the_order_they_are_named_and_once(folder: Path) -> None:
    """A file named twice, or named and found, is judged where it first stands."""
    named = folder / "inner" / "c.xml"

    assert message_files([named, folder, named]) == (named, folder / "a.xml", folder / "b.xml")


def test_nothing_named_is_nothing() -> None:
    """No paths, no files."""
    assert message_files([]) == ()


def test_a_path_that_does_not_exist_is_told(folder: Path) -> None:
    """A misspelt name stops the run instead of passing unseen."""
    with pytest.raises(UsageError, match="no such file or folder") as refused:
        message_files([folder, folder / "none.xml"])

    assert refused.value.where == str(folder / "none.xml")


@pytest.mark.parametrize("name", [None, "notes.txt"])
def test_a_folder_without_messages_is_told(tmp_path: Path, name: str | None) -> None:
    """Nothing to judge would look like nothing wrong."""
    if name:
        (tmp_path / name).write_text("notes")

    with pytest.raises(UsageError, match=r"no \*\.xml") as refused:
        message_files([tmp_path])

    assert refused.value.where == str(tmp_path)


# One file -----------------------------------------------------------------------------------


def test_a_file_is_judged_as_its_content_is(a_claim: Maker, tmp_path: Path, noon: datetime) -> None:
    """A file adds nothing to the verdict."""
    message = etree.tostring(a_claim("öppen vård", {"careLevel": "5"}))
    path = tmp_path / "claim.xml"
    path.write_bytes(message)

    assert judge_file(path, at=noon) == judge(message, at=noon)
    assert judge_file(path, at=noon).failed_rules == ("R30",)


def test_a_file_that_is_too_large_is_told_without_being_read(
    tmp_path: Path, noon: datetime
) -> None:
    """The size alone is enough: the file is said to be too large, not the message."""
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(LARGEST_MESSAGE + 1)

    judgement = judge_file(path, at=noon)

    (finding,) = judgement.findings
    assert not judgement.accepted
    assert finding.text == "the file is 52,428,801 bytes, more than the 52,428,800 accepted"


def test_a_file_of_the_largest_size_is_read(tmp_path: Path, noon: datetime) -> None:
    """The limit itself is within the limit."""
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(LARGEST_MESSAGE)

    (finding,) = judge_file(path, at=noon).findings

    assert "nothing but blanks" in finding.text


def test_a_file_that_is_gone_is_a_finding(tmp_path: Path, noon: datetime) -> None:
    """What vanishes during a run does not stop it."""
    (finding,) = judge_file(tmp_path / "gone.xml", at=noon).findings

    assert finding.rule == "xml"
    assert finding.text == "the file cannot be read: No such file or directory"


def test_what_cannot_be_read_is_a_finding(tmp_path: Path, noon: datetime) -> None:
    """A folder in a file's place cannot be read by anyone."""
    judgement = judge_file(tmp_path, at=noon)

    assert not judgement.accepted
    assert "the file cannot be read" in judgement.findings[0].text


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_a_file_without_permission_is_a_finding(tmp_path: Path, noon: datetime) -> None:
    """Another person's file is told, not guessed at."""
    path = tmp_path / "closed.xml"
    path.write_text("<a/>")
    path.chmod(0)

    assert "cannot be read" in judge_file(path, at=noon).findings[0].text


# Many files ---------------------------------------------------------------------------------


@pytest.fixture
def many(a_claim: Maker, tmp_path: Path) -> tuple[Path, ...]:
    """Give more files than go to one worker at a time, right and wrong in turn."""
    right, wrong = (
        etree.tostring(a_claim("öppen vård", {"careLevel": level})) for level in ("1", "5")
    )
    contents = (right, wrong, b"", b"<a/>")
    for number in range(100):
        (tmp_path / f"{number:03}.xml").write_bytes(contents[number % 4])
    return message_files([tmp_path])


def test_files_are_judged_in_their_order(many: tuple[Path, ...], noon: datetime) -> None:
    """Each verdict stands with its file."""
    judged = list(judge_files(tuple(reversed(many)), at=noon))

    assert [path for path, _ in judged] == list(reversed(many))
    assert [judgement.failed_rules for _, judgement in judged] == [None, None, ("R30",), ()] * 25


def test_many_processes_judge_as_one(many: tuple[Path, ...], noon: datetime) -> None:
    """The verdicts, and their order, do not hang on how the work is shared."""
    alone = list(judge_files(many, at=noon, workers=1))

    shared = list(judge_files(many, at=noon, workers=2))

    assert shared == alone


def test_verdicts_come_one_by_one(many: tuple[Path, ...], noon: datetime) -> None:
    """The first verdict is there before the last file is."""
    judged = judge_files((many[0], many[0].with_name("later.xml")), at=noon)

    assert next(judged)[1].accepted
    many[0].with_name("later.xml").write_bytes(many[1].read_bytes())
    assert next(judged)[1].failed_rules == ("R30",)


def test_no_files_give_no_verdicts(noon: datetime) -> None:
    """Nothing named, nothing said."""
    assert list(judge_files((), at=noon)) == []


# By rules that a person names -------------------------------------------------------------------

NAMED = """<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
<sch:ns prefix="c" uri="urn:riv:financial:billing:claim:1"/>
<sch:phase id="mild"><sch:active pattern="mild"/></sch:phase>
<sch:pattern id="mild"><sch:rule context="c:careLevel">
<sch:assert id="R30" test="false()" role="warning">mild</sch:assert></sch:rule></sch:pattern>
<sch:pattern><sch:rule context="/*"><sch:assert id="N1" test="false()">strict</sch:assert>
</sch:rule></sch:pattern></sch:schema>"""


@pytest.mark.parametrize(
    ("phase", "failed", "findings"), [("", ("N1",), 2), ("mild", (), 1)], ids=["all", "a phase"]
)
def test_rules_that_a_person_names_stand_in_for_the_contracts_own(
    a_claim: Maker,
    noon: datetime,
    tmp_path: Path,
    phase: str,
    failed: tuple[str, ...],
    findings: int,
) -> None:
    """They judge alone, and what we know of our own rules is not told of theirs."""
    (tmp_path / "rules.sch").write_text(NAMED, encoding="utf-8")
    message = tmp_path / "claim.xml"
    message.write_bytes(etree.tostring(a_claim("öppen vård", {"careLevel": "5"})))

    judged = judge_file(message, at=noon, rules=tmp_path / "rules.sch", phase=phase)

    assert judged.failed_rules == failed
    assert judged.accepted is (failed == ())
    assert len(judged.findings) == findings
    assert not any(one.expected or one.source for one in judged.findings)


def test_many_processes_judge_by_the_rules_that_are_named(
    a_claim: Maker, noon: datetime, tmp_path: Path
) -> None:
    """Each reads them for itself."""
    (tmp_path / "rules.sch").write_text(NAMED, encoding="utf-8")
    message = tmp_path / "claim.xml"
    message.write_bytes(etree.tostring(a_claim("öppen vård")))

    judged = list(
        judge_files((message,) * 3, at=noon, rules=tmp_path / "rules.sch", phase="mild", workers=2)
    )

    assert [one.accepted for _, one in judged] == [True] * 3
    assert [len(one.findings) for _, one in judged] == [1] * 3

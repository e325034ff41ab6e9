"""The command line as its users meet it: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
import requests
from lxml import etree

import contracts
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from contracts.terms import OrganisationNumber
from features.suites import suite_for
from features.target_file import example
from reports.results import Outcome, Verdict, read_result
from simulator.engagement_index.messages import UPDATE
from simulator.server import Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EXAMPLE = example(suite_for("utomlansfakturering"))
COMMAND = [sys.executable, "-m", "provbank"]
ENVIRONMENT = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def provbank(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603
        [*COMMAND, *arguments],
        env=ENVIRONMENT,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@contextmanager
def running(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command that goes on until it is stopped."""
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, *arguments],
        env=ENVIRONMENT,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def interrupt(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C."""
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))


def lines_until(process: subprocess.Popen[str], pattern: str) -> str:
    """Read what a command prints up to a line that matches."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if re.search(pattern, line):
            return seen
    raise AssertionError(f"{pattern!r} was never printed:\n{seen}")


def target_at(folder: Path, endpoint: str, more: str = "") -> Path:
    path = folder / "region.toml"
    path.write_text(
        EXAMPLE.replace("http://127.0.0.1:9090/regions/03/claim", endpoint) + more, encoding="utf-8"
    )
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- certify ------------------------------------------------------------------------------------


def test_answers_that_cannot_be_read_end_the_command(tmp_path: Path) -> None:
    """Before the report folder of the run that asked is emptied."""
    ended = provbank("certify", "--quick", "--answers", "svar.toml", cwd=tmp_path)

    assert ended.returncode == 2
    assert "the answers cannot be read" in ended.stderr
    assert not (tmp_path / "provbank-report").exists()


def test_certify_tells_where_a_system_is_to_send(tmp_path: Path) -> None:
    """Address, sender and whom it may call, on the screen and in the report."""
    ended = provbank(
        "certify", "--service", "hogkostnad", "--role", "utl", "--only", "FPE-PAR",
        "--no-questions", cwd=tmp_path,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout + ended.stderr
    (line,) = [line for line in ended.stdout.splitlines() if "calls the platform" in line]
    assert "https://127.0.0.1:" in line  # the bundled system has a certificate
    assert "SE2321000024-PROVBANK1" in line
    assert "  Update to 5565594230" in ended.stdout
    result = json.loads((tmp_path / "provbank-report/result.json").read_text(encoding="utf-8"))
    assert result["subject"]["platform"] in line


def test_certify_tells_progress_verdict_and_report(tmp_path: Path) -> None:
    """Each scenario has a line; the end says the verdict and where the report lies."""
    ended = provbank("certify", "--quick", "--only", "FBC-R27", cwd=tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert re.search(r"^1/3 passed +FBC-R27 bruten: ", ended.stdout, re.MULTILINE)
    assert "Verdict: Incomplete" in ended.stdout
    report = tmp_path / "provbank-report" / "rapport.html"
    assert f"Report: {report.resolve()}" in ended.stdout
    assert report.exists()


def test_a_target_file_with_mistakes_runs_nothing(tmp_path: Path) -> None:
    """Each mistake is a line of its own, and the status is usage."""
    path = tmp_path / "region.toml"
    path.write_text(EXAMPLE.replace('"03"', '"3"').replace("2.0", "-1"), encoding="utf-8")

    ended = provbank("certify", "--target", str(path), cwd=tmp_path)

    assert ended.returncode == 2
    assert len(re.findall(r"^error: .*region\.toml:\d+: ", ended.stderr, re.MULTILINE)) == 2
    assert not (tmp_path / "provbank-report").exists()


def test_a_latin_1_target_file_is_usage(tmp_path: Path) -> None:
    """The encoding is named, and the line."""
    path = tmp_path / "region.toml"
    path.write_bytes(EXAMPLE.encode("latin-1"))

    ended = provbank("certify", "--target", str(path), cwd=tmp_path)

    assert ended.returncode == 2
    assert "not UTF-8" in ended.stderr


def test_an_endpoint_that_does_not_answer_is_told_before_anything_runs(tmp_path: Path) -> None:
    """Nobody waits for a hundred failures of a system that is not there."""
    path = target_at(tmp_path, f"http://127.0.0.1:{free_port()}/claim")

    ended = provbank("certify", "--target", str(path), cwd=tmp_path)

    assert ended.returncode == 4
    assert "cannot be reached" in ended.stderr
    assert not re.search(r"(?<!\d)1/\d", ended.stdout), "a scenario was run"


def test_a_report_folder_that_cannot_be_written_is_usage(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("", encoding="utf-8")

    ended = provbank("certify", "--quick", "--out", "taken/report", cwd=tmp_path)

    assert ended.returncode == 2
    assert "cannot be written" in ended.stderr
    assert "--out" in ended.stderr


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    """Nobody's files are removed, whatever they are called."""
    mine = tmp_path / "report" / "meddelanden" / "mitt.xml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mitt", encoding="utf-8")

    ended = provbank("certify", "--only", "R5", "--out", "report", cwd=tmp_path)

    assert ended.returncode == 2
    assert "no run of provbank has written" in ended.stderr
    assert mine.read_text(encoding="utf-8") == "mitt"


def test_an_earlier_report_is_never_taken_for_this_one_s(tmp_path: Path) -> None:
    """A run that comes to nothing leaves no green report of the run before."""
    assert provbank("certify", "--only", "R5", "--out", "report", cwd=tmp_path).returncode == 0
    assert (tmp_path / "report" / "result.json").exists()
    path = target_at(tmp_path, f"http://127.0.0.1:{free_port()}/claim")

    misspelt = provbank("certify", "--only", "R555", "--out", "report", cwd=tmp_path)
    assert misspelt.returncode == 2
    assert (tmp_path / "report" / "result.json").exists()

    ended = provbank("certify", "--target", str(path), "--out", "report", cwd=tmp_path)
    assert ended.returncode == 4
    assert not (tmp_path / "report" / "result.json").exists()
    assert not (tmp_path / "report" / "rapport.html").exists()


def test_a_wrong_observation_point_breaks_the_scenario_and_blames_nobody(tmp_path: Path) -> None:
    """An address that answers 404 is a mistake in the set-up: neither passed nor failed."""
    with running("region", "--port", "0", cwd=tmp_path) as region:
        endpoint = re.search(r'endpoint = "(.*)"', lines_until(region, "observe = "))
        assert endpoint is not None
        more = endpoint[1].replace("/claim", "/wrong")
        path = target_at(tmp_path, endpoint[1])
        path.write_text(
            re.sub(r"# observe = .*", f'observe = "{more}"', path.read_text(encoding="utf-8")),
            encoding="utf-8",
        )

        ended = provbank("certify", "--only", "SVAR-INGET-SPARAT", "--target", str(path),
                         cwd=tmp_path)  # fmt: skip

    result = read_result(tmp_path / "provbank-report" / "result.json")
    assert ended.returncode == 3
    assert {scenario.outcome for scenario in result.scenarios} == {Outcome.BROKEN}
    assert "observe" in ended.stdout


def test_the_bundled_system_alone_sends_through_the_platform_it_is_given(tmp_path: Path) -> None:
    """As the run or the simulator prints its address."""
    came: queue.Queue[tuple[str, str]] = queue.Queue()

    def platform(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        came.put((environ["PATH_INFO"], environ["HTTP_X_VP_SENDER_ID"]))
        start("500 Internal Server Error", [])
        return []

    command = ("region", "--service", "hogkostnadsskydd", "--role", "utlamnande", "--port", "0")
    with (
        Server(platform) as server,
        running(*command, "--platform", f"{server.url}/vp", cwd=tmp_path) as region,
    ):
        found = re.search(r'endpoint = "(.*)"', lines_until(region, "endpoint = "))
        assert found is not None
        document = {
            "patientId": {"root": "1.2.752.129.2.1.3.1", "extension": "191001209814"},
            "date": "2026-01-02",
            "fee": "100",
        }
        with requests.Session() as http:
            http.trust_env = False
            answer = http.post(f"{found[1]}/trigger/visit", json=document, timeout=30)
        assert answer.status_code == 201

        assert came.get(timeout=30) == (
            "/vp/itintegration/engagementindex/Update/1/rivtabp21",
            "SE2321000024-PROVBANK1",
        )


def test_a_run_in_which_nothing_could_be_tested_is_not_well(tmp_path: Path) -> None:
    """Not tested is not passed: the status says so."""
    ended = provbank("certify", "--quick", "--only", "FBC-SLA-5MB", cwd=tmp_path)

    assert ended.returncode == 3
    assert "Nothing could be tested" in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="head and its broken pipe are of POSIX")
def test_a_reader_that_leaves_does_not_end_the_run(tmp_path: Path) -> None:
    """`provbank certify | head` goes on quietly, and the report is whole."""
    with running("certify", "--quick", "--out", "report", cwd=tmp_path) as process:
        lines_until(process, r"^ *3/")
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        process.stdout = None

    result = read_result(tmp_path / "report" / "result.json")
    assert result.counted(Outcome.PASSED) > 100


@pytest.mark.parametrize("after", [0.2, 0.6, 0.9, 1.2])
def test_ctrl_c_during_the_start_ends_at_once(tmp_path: Path, after: float) -> None:
    """Whenever it comes, the command ends by itself, and not as if all were well."""
    with running("certify", "--out", "report", cwd=tmp_path) as process:
        threading.Event().wait(after)
        interrupt(process)
        process.communicate(timeout=30)

    assert process.returncode not in (0, 1, 4)


def test_an_unknown_requirement_is_usage(tmp_path: Path) -> None:
    """--only with a misspelt id runs nothing and says so."""
    ended = provbank("certify", "--only", "FBC-R6", cwd=tmp_path)

    assert ended.returncode == 2
    assert "no scenario checks FBC-R6" in ended.stderr
    assert "did you mean" in ended.stderr


def test_an_unknown_defect_is_usage_and_lists_the_known(tmp_path: Path) -> None:
    """The mend is in the message."""
    ended = provbank("certify", "--defect", "none-such", cwd=tmp_path)

    assert ended.returncode == 2
    assert "accepts-everything" in ended.stderr


def test_ctrl_c_keeps_what_was_learnt(tmp_path: Path) -> None:
    """A run that is stopped has its report: what ran, and what did not and why."""
    with running("certify", "--out", "report", cwd=tmp_path) as process:
        lines_until(process, r"^ *20/")
        interrupt(process)
        output, _ = process.communicate(timeout=60)

    result = read_result(tmp_path / "report" / "result.json")
    assert process.returncode == 3
    assert "Stopped before the end" in output
    assert result.interrupted
    assert result.verdict is Verdict.INCOMPLETE
    assert result.counted(Outcome.PASSED) >= 20
    assert result.counted(Outcome.NOT_TESTED) >= 50
    assert (tmp_path / "report" / "rapport.html").exists()


class _Stub(BaseHTTPRequestHandler):
    """A system that answers what the test says, and then goes away."""

    answers_left = 0

    def do_POST(self) -> None:
        """Answer a few calls, then close the server."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = (
            b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            b'<r:ProcessClaimSpecificationResponse xmlns:r="urn:riv:financial:billing:claim:'
            b'ProcessClaimSpecificationResponder:1"><r:resultCode>OK</r:resultCode>'
            b"</r:ProcessClaimSpecificationResponse></e:Body></e:Envelope>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        type(self).answers_left -= 1
        if type(self).answers_left == 0:
            threading.Thread(target=self.server.shutdown).start()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def test_a_system_that_goes_away_ends_the_run_with_what_was_learnt(tmp_path: Path) -> None:
    """After a few calls that cannot be made the run stops, and its report says so."""
    _Stub.answers_left = 5
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)

    def serve() -> None:
        server.serve_forever(poll_interval=0.01)
        server.server_close()

    thread = threading.Thread(target=serve)
    thread.start()
    path = target_at(tmp_path, f"http://127.0.0.1:{server.server_port}/claim")

    ended = provbank("certify", "--target", str(path), "--out", "report", cwd=tmp_path)
    thread.join()

    result = read_result(tmp_path / "report" / "result.json")
    assert ended.returncode == 4, ended.stdout + ended.stderr
    assert "stopped answering" in ended.stderr
    assert result.counted(Outcome.PASSED) == 5
    assert result.counted(Outcome.FAILED) == 0
    assert result.counted(Outcome.NOT_TESTED) == len(result.scenarios) - 5


def test_without_an_observation_point_what_cannot_be_seen_is_not_tested(tmp_path: Path) -> None:
    """Never passed: the report says that the system cannot be seen from outside."""
    with running("region", "--port", "0", cwd=tmp_path) as region:
        endpoint = re.search(r'endpoint = "(.*)"', lines_until(region, "observe = "))
        assert endpoint is not None
        path = target_at(tmp_path, endpoint[1])

        ended = provbank("certify", "--quick", "--target", str(path), cwd=tmp_path)

    result = read_result(tmp_path / "provbank-report" / "result.json")
    outcomes = {item.id: item for item in result.requirements}
    assert ended.returncode == 0, ended.stderr
    assert outcomes["FBC-SVAR-INGET-SPARAT"].outcome is Outcome.NOT_TESTED
    assert "observationspunkt" in outcomes["FBC-SVAR-INGET-SPARAT"].reason
    assert outcomes["FBC-MATCHA"].outcome is Outcome.NOT_TESTED
    assert outcomes["FBC-R5"].outcome is Outcome.PASSED


# --- simulate -----------------------------------------------------------------------------------


def test_simulate_can_be_used_with_what_it_prints(tmp_path: Path) -> None:
    """Fetch the example, send it, read the journal: the three lines it prints work.

    The regions tell the index of the test persons meanwhile; the journal's line shows none of it.
    """
    with running("simulate", "--port", "0", cwd=tmp_path) as process:
        printed = lines_until(process, "journal")
        example, service, journal = re.findall(r'"(http://[^"]+)"', printed)
        message = urlopen(example, timeout=60).read()  # noqa: S310
        headers = {"Content-Type": "text/xml; charset=UTF-8"}
        answer = urlopen(Request(service, message, headers), timeout=60)  # noqa: S310
        assert b"resultCode>OK</" in answer.read()
        update = f"{journal.partition('?')[0]}?contract={UPDATE}"
        deadline = time.monotonic() + 60
        while not json.loads(urlopen(update, timeout=60).read()):  # noqa: S310
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (entry,) = json.loads(urlopen(journal, timeout=60).read())  # noqa: S310
        interrupt(process)
        output, _ = process.communicate(timeout=60)

    assert "2321000024  03  SE2321000024-PROVBANK1  Region Uppsala" in printed
    assert (entry["decision"], entry["sender_known_by"]) == ("forwarded", "default sender")
    assert process.returncode == 0
    assert "Stopped." in output


def test_a_port_in_use_is_usage(tmp_path: Path) -> None:
    """The message names the port and how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = provbank("simulate", "--port", str(port), cwd=tmp_path)

    assert ended.returncode == 2
    assert str(port) in ended.stderr
    assert "--port" in ended.stderr


# --- validate -----------------------------------------------------------------------------------


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A folder with one of each: valid, a broken rule, schema-invalid, no XML."""
    deal = Deal(
        seller=OrganisationNumber("2321000016"),
        buyer=OrganisationNumber("2321000024"),
        county="03",
        municipality="0380",
        today=date(2026, 11, 22),
    )
    folder = tmp_path / "meddelanden"
    folder.mkdir()
    (folder / "a-giltig.xml").write_bytes(envelope(valid("DRG", deal), logical_address="x"))
    (folder / "b-regel.xml").write_bytes(etree.tostring(faulty("kön 3", deal)))
    (folder / "c-schema.xml").write_bytes(etree.tostring(faulty("radnummer noll", deal)))
    (folder / "d-trasig.xml").write_bytes(b"<trasig")
    return folder


def test_validate_prints_one_json_object_a_line(tmp_path: Path, messages: Path) -> None:
    """The form that programs read."""
    ended = provbank(
        "validate", "--json", "--at", "2026-11-22T12:00:00", str(messages), cwd=tmp_path
    )

    documents = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 1
    assert [
        (Path(each["file"]).name, each["schema_valid"], each["failed_rules"]) for each in documents
    ] == [
        ("a-giltig.xml", True, []),
        ("b-regel.xml", True, ["R10"]),
        ("c-schema.xml", False, None),
        ("d-trasig.xml", False, None),
    ]
    assert all(set(each) >= {"file", "contract", "findings"} for each in documents)
    assert documents[1]["findings"][0]["line"] == 1
    assert documents[0]["contract"] == "financial:billing:claim 1.1 ProcessClaimSpecification"


def test_validate_goes_by_the_clock_it_is_given(tmp_path: Path, messages: Path) -> None:
    """A message dated after the given time breaks R2."""
    file = str(messages / "a-giltig.xml")

    assert provbank("validate", file, "--at", "2026-11-22T12:00:00", cwd=tmp_path).returncode == 0
    ended = provbank("validate", file, "--at", "2026-11-01T12:00:00", cwd=tmp_path)

    assert ended.returncode == 1
    assert "R2 " in ended.stdout


RULES = """<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
<sch:ns prefix="c" uri="urn:riv:financial:billing:claim:1"/>
<sch:phase id="strict"><sch:active pattern="strict"/>
  <sch:active pattern="gone"/></sch:phase>
<sch:phase id="mild"><sch:active pattern="mild"/>
  <sch:active pattern="gone"/></sch:phase>
<sch:phase id="odd"><sch:active pattern="odd"/>
  <sch:active pattern="gone"/></sch:phase>
<sch:pattern id="strict"><sch:rule context="c:id"><sch:assert id="S1" test="false()" flag="own"
  diagnostics="d">Ej <sch:value-of select="."/>.</sch:assert></sch:rule></sch:pattern>
<sch:pattern id="mild"><sch:rule context="c:id">
  <sch:assert id="M1" test="false()" role="warning">Lite fel.</sch:assert></sch:rule></sch:pattern>
<sch:pattern id="odd"><sch:rule context="c:id">
  <sch:assert id="O1" test="xs:integer(.) = 1">Udda.</sch:assert></sch:rule></sch:pattern>
<sch:pattern id="gone" is-a="none"/>
<sch:diagnostics><sch:diagnostic id="d">Det är ett id.</sch:diagnostic></sch:diagnostics>
</sch:schema>"""


@pytest.mark.parametrize(
    ("phase", "status", "said"),
    [
        pytest.param("strict", 1, "a-giltig.xml: 1 deviating", id="an error"),
        pytest.param("mild", 0, "a-giltig.xml: ok (financial:billing:claim 1.1 "
                     "ProcessClaimSpecification), 1 to note", id="a warning"),
        pytest.param("odd", 3, "a-giltig.xml: not judged in full", id="not evaluated"),
    ],
)  # fmt: skip
def test_validate_by_a_rule_file_and_one_of_its_phases(
    tmp_path: Path, messages: Path, phase: str, status: int, said: str
) -> None:
    """An error deviates, a warning is noted, and what the rules cannot compute blames nobody."""
    rules = tmp_path / "regler.sch"
    rules.write_text(RULES, encoding="utf-8")
    file = str(messages / "a-giltig.xml")

    ended = provbank("validate", "--rules", str(rules), "--phase", phase, file, cwd=tmp_path)

    assert ended.returncode == status
    assert said in ended.stdout
    assert "; patterns of the rules left out: 1" in ended.stdout
    assert ended.stderr == f"pattern left out: {rules}:15: is-a='none' names no pattern\n"


def test_validate_by_a_rule_file_shows_no_value_of_a_message(
    tmp_path: Path, messages: Path
) -> None:
    """Nobody has read the file for personal data, so its texts give the length of what stood."""
    rules = tmp_path / "regler.sch"
    rules.write_text(RULES, encoding="utf-8")
    file = str(messages / "a-giltig.xml")
    arguments = ("validate", "--json", "--rules", str(rules), "--phase", "strict", file)

    (document,) = map(json.loads, provbank(*arguments, cwd=tmp_path).stdout.splitlines())

    (finding,) = document["findings"]
    assert document["failed_rules"] == ["S1"]
    assert finding["text"] == "Ej ett värde på 23 tecken."
    assert finding["where"] == "/ProcessClaimSpecification/claimSpecification/id"
    assert (finding["severity"], finding["flag"]) == ("error", "own")
    assert finding["diagnostics"] == ["Det är ett id."]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rules", "none.sch"), "there is no such rule file"),
        (("--rules", "regler.sch", "--phase", "x"), "choose one of strict, mild, odd, #ALL"),
        (("--phase", "x"), "the rules have no phase x"),
    ],
    ids=["no file", "no phase of a file", "no phase of the contract's own rules"],
)
def test_validate_by_rules_that_are_not_there_is_usage(
    tmp_path: Path, messages: Path, options: tuple[str, ...], said: str
) -> None:
    """The person is told what there is, before anything is judged."""
    (tmp_path / "regler.sch").write_text(RULES, encoding="utf-8")

    ended = provbank("validate", *options, str(messages / "a-giltig.xml"), cwd=tmp_path)

    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stdout == ""


def test_validate_by_rules_that_cannot_be_run_is_their_fault(
    tmp_path: Path, messages: Path
) -> None:
    """File, line and cause; no message is judged by half a rule file."""
    rules = tmp_path / "regler.sch"
    rules.write_text(RULES.replace('prefix="c"', 'prefix="1"'), encoding="utf-8")

    ended = provbank("validate", "--rules", str(rules), str(messages), cwd=tmp_path)

    assert ended.returncode == 3
    assert f"{rules}:2: ns prefix='1' is no prefix" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"hej", "not well-formed", id="no XML"),
        pytest.param(b"<x xmlns='urn:fel'/>", "no known contract", id="wrong namespace"),
        pytest.param('<?xml version="1.0"?><x>å</x>'.encode("latin-1"), "not well-formed",
                     id="wrong encoding"),
        pytest.param(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "DTD", id="a DTD"),
    ],
)  # fmt: skip
def test_bad_messages_are_told_apart(tmp_path: Path, content: bytes, words: str) -> None:
    """Each is one clear message, and the tested thing deviates."""
    file = tmp_path / "x.xml"
    file.write_bytes(content)

    ended = provbank("validate", str(file), cwd=tmp_path)

    assert ended.returncode == 1
    assert words in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_100_megabytes_of_nothing_is_refused_unread(tmp_path: Path) -> None:
    """The size is told, and nothing is read into memory."""
    file = tmp_path / "stor.xml"
    with file.open("wb") as out:
        out.truncate(100 * 1024 * 1024)

    ended = provbank("validate", str(file), cwd=tmp_path)

    assert ended.returncode == 1
    assert "104,857,600 bytes" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["validate", "none.xml"], id="no such file"),
        pytest.param(["validate"], id="no file at all"),
        pytest.param(["validate", ".", "--at", "igår"], id="no time"),
        pytest.param(["validate", ".", "--actor", "DOCTOR"], id="no such actor"),
        pytest.param(["certify", "--nonsense"], id="no such option"),
        pytest.param(["nonsense"], id="no such command"),
        pytest.param(["region", "--county", "99"], id="no such county"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    """The message is on standard error, and short."""
    ended = provbank(*arguments, cwd=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr
    assert "Traceback" not in ended.stderr


# --- target -------------------------------------------------------------------------------------


def test_target_init_writes_a_good_file_once(tmp_path: Path) -> None:
    """It is not written over unless asked."""
    assert provbank("target", "init", cwd=tmp_path).returncode == 0
    assert provbank("target", "check", "region.toml", cwd=tmp_path).returncode == 0

    (tmp_path / "region.toml").write_text("mine", encoding="utf-8")
    assert provbank("target", "init", cwd=tmp_path).returncode == 2
    assert (tmp_path / "region.toml").read_text(encoding="utf-8") == "mine"
    assert provbank("target", "init", "--force", cwd=tmp_path).returncode == 0


def test_the_command_works_from_any_folder_and_says_its_version(tmp_path: Path) -> None:
    """What is installed is complete."""
    ended = provbank("--version", cwd=tmp_path)

    assert ended.returncode == 0
    assert "0.1.0" in ended.stdout


# --- requirements -------------------------------------------------------------------------------


def test_requirements_are_listed_with_their_scenarios_or_reasons(tmp_path: Path) -> None:
    """Every requirement of both services has, per role it binds, a scenario or a reason."""
    ended = provbank("requirements", "--json", cwd=tmp_path)

    listed = {each["id"]: each for each in map(json.loads, ended.stdout.splitlines())}
    assert ended.returncode == 0
    assert any("totalbelopp" in title for title in listed["FBC-R5"]["scenarios"])
    assert "Ersatt av R28" in listed["FBC-ÖR6"]["untested"].values()
    assert "FPE-rule017" in listed
    for item in listed.values():
        for role in item["binds"]:
            assert item["scenarios"] or role in item["untested"], item["id"]


@pytest.mark.parametrize("name", ["utomlansfakturering", "Utomlänsfakturering", "billing:claim"])
def test_requirements_of_one_service_are_found_by_its_name(tmp_path: Path, name: str) -> None:
    """Title or domain, with or without the dots."""
    ended = provbank("requirements", "--service", name, "--role", "producer", cwd=tmp_path)

    assert ended.returncode == 0
    assert "FBC-R5" in ended.stdout
    assert "FPE-" not in ended.stdout
    assert "FBC-KREDIT-EJ-STOPPAD" not in ended.stdout  # binds the consumer alone


def test_an_unknown_service_is_usage(tmp_path: Path) -> None:
    """The known ones are told."""
    ended = provbank("requirements", "--service", "recept", cwd=tmp_path)

    assert ended.returncode == 2
    assert "hogkostnadsskydd" in ended.stderr


# --- domain -------------------------------------------------------------------------------------


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Make a release folder of a domain that is not bundled, from the bundled one's schemas."""
    bundled = Path(contracts.__file__).parent / "domains" / "itintegration_monitoring" / "v1_0"
    folder = tmp_path / "ServiceContracts_crm_key_ping_1.0"
    shutil.copytree(bundled / "schemas", folder / "schemas")
    for file in folder.rglob("*.*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            file.write_text(
                text.replace("riv:itintegration:monitoring", "riv:crm:key:ping"), encoding="utf-8"
            )
    return folder


def test_an_installed_domain_is_known_until_it_is_removed(
    tmp_path: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its messages are judged without a line of code, and by nobody once it is gone."""
    monkeypatch.setitem(ENVIRONMENT, "PROVBANK_HOME", str(tmp_path / "home"))
    message = tmp_path / "ping.xml"
    message.write_text(
        '<p:PingForConfiguration xmlns:p="urn:riv:crm:key:ping:PingForConfigurationResponder:1">'
        "<p:serviceContractNamespace>urn:x</p:serviceContractNamespace>"
        "<p:logicalAddress>SE1</p:logicalAddress></p:PingForConfiguration>",
        encoding="utf-8",
    )

    assert provbank("validate", str(message), cwd=tmp_path).returncode == 1
    installed = provbank("domain", "install", str(release), cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    assert "crm:key:ping 1.0 from" in installed.stdout, "not as a picture of a key"
    assert "PingForConfiguration" in installed.stdout
    listed = provbank("domain", "list", cwd=tmp_path).stdout
    judged = provbank("validate", str(message), cwd=tmp_path)
    assert judged.returncode == 0, judged.stdout
    name = listed.split()[0]
    assert provbank("domain", "show", name, cwd=tmp_path).returncode == 0
    assert provbank("domain", "remove", name, cwd=tmp_path).returncode == 0
    assert provbank("domain", "show", name, cwd=tmp_path).returncode == 2
    assert provbank("validate", str(message), cwd=tmp_path).returncode == 1


def test_an_example_of_an_installed_contract_is_accepted(
    tmp_path: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `example` writes goes through `validate`, bare or in an envelope."""
    monkeypatch.setitem(ENVIRONMENT, "PROVBANK_HOME", str(tmp_path / "home"))
    assert provbank("domain", "install", str(release), cwd=tmp_path).returncode == 0
    name = "crm:key:ping PingForConfiguration"
    (tmp_path / "messages").mkdir()

    for number, options in enumerate(
        ([], ["--minimal"], ["--response"], ["--envelope", "--to", "SE1"], ["--seed", "7"])
    ):
        made = provbank("example", name, *options, cwd=tmp_path)
        assert (made.returncode, made.stderr) == (0, "")
        path = tmp_path / "messages" / f"{number}.xml"
        path.write_text(made.stdout, encoding="utf-8")
        assert ("SE1</" in made.stdout) == ("--to" in options)

    judged = provbank("validate", "messages", cwd=tmp_path)
    assert judged.returncode == 0, judged.stdout
    assert judged.stdout.count("crm:key:ping 1.0 PingForConfiguration") == 5


def test_an_example_tells_the_rules_it_breaks(tmp_path: Path) -> None:
    """It is made by the schema, which knows nothing of rules; the message itself stays clean."""
    made = provbank("example", "ProcessClaimSpecification", "--minimal", cwd=tmp_path)

    assert made.returncode == 0
    assert made.stdout.startswith("<?xml")
    assert "breaks the rules R1, R3" in made.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["PingForConfig"], "no known contract"),
        (["PingForConfiguration", "--to", "SE1"], "add --envelope"),
        (["PingForConfiguration", "--seed", "x"], "not a valid integer"),
    ],
)
def test_an_example_of_nothing_is_usage(tmp_path: Path, arguments: list[str], why: str) -> None:
    """The error says what could have been meant."""
    ended = provbank("example", *arguments, cwd=tmp_path)

    assert ended.returncode == 2
    assert why in ended.stderr


def test_several_packages_are_installed_in_one_call(
    tmp_path: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is refused does not keep the others out, and is told in the exit status."""
    monkeypatch.setitem(ENVIRONMENT, "PROVBANK_HOME", str(tmp_path / "home"))
    (tmp_path / "x.zip").write_bytes(b"no zip")

    ended = provbank("domain", "install", "x.zip", str(release), cwd=tmp_path)

    assert ended.returncode == 2
    assert "x.zip: this is no zip archive" in ended.stderr
    assert "crm_key_ping" in provbank("domain", "list", cwd=tmp_path).stdout


def test_what_is_no_archive_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another kind is usage, and nothing is installed."""
    monkeypatch.setitem(ENVIRONMENT, "PROVBANK_HOME", str(tmp_path / "home"))
    (tmp_path / "x.zip").write_bytes(b"no zip")

    ended = provbank("domain", "install", "x.zip", cwd=tmp_path)

    assert ended.returncode == 2
    assert "no zip archive" in ended.stderr
    assert "No domain" in provbank("domain", "list", cwd=tmp_path).stdout

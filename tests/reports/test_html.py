"""The run as a page for people."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from lxml import html

from reports.html import write_html
from reports.provenance import Proof, Waiver, WaiverState
from reports.results import (
    Body,
    Deviation,
    Exchange,
    Exercised,
    Outcome,
    QuestionResult,
    RunResult,
    ScenarioResult,
    Share,
    Sides,
    StepResult,
    VariantResult,
    Verdict,
)

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., RunResult]
Scenario = Callable[..., ScenarioResult]

WORDS = {
    Outcome.PASSED: "Uppfyllt",
    Outcome.FAILED: "Avviker",
    Outcome.OBSERVATION: "Observation",
    Outcome.NOT_TESTED: "Ej prövat",
    Outcome.NOT_APPLICABLE: "Ej tillämpligt",
    Outcome.BROKEN: "Trasigt",
}
INLINE = {"a", "b", "span", "strong", "svg", "time", "use", "wbr"}
LARGE = b"<a>" + b"<b>1</b>" * 13_000 + b"</a>"  # 104 kB: cut, yet indented
HUGE = b"<a>" + b"<b>1</b>" * 26_000 + b"</a>"  # 208 kB: cut, as it came


def page_of(run: RunResult, folder: Path) -> html.HtmlElement:
    """Write a run and read it as a browser does."""
    path = write_html(run, folder)
    assert path == folder / "rapport.html"
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(path.read_bytes(), parser=parser)


def words(element: html.HtmlElement) -> str:
    """Give the text of an element as it is read: blocks apart, white space single."""
    return " ".join("".join(pieces(element)).split())


def pieces(element: html.HtmlElement) -> Iterator[str]:
    """Give the pieces of an element's text, with a space around each block."""
    edge = "" if element.tag in INLINE else " "
    yield edge + (element.text or "")
    for child in element:
        yield from pieces(child)
        yield child.tail or ""
    yield edge


def section(page: html.HtmlElement, anchor: str) -> str:
    """Give the text of what has an id."""
    return words(page.get_element_by_id(anchor))


@pytest.fixture
def page(a_mixed_run: RunResult, tmp_path: Path) -> html.HtmlElement:
    """Give the page of a run in which every outcome occurs."""
    return page_of(a_mixed_run, tmp_path)


@pytest.fixture
def page_with_body(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    an_exchange: Callable[..., Exchange],
    tmp_path: Path,
) -> Callable[[Body], html.HtmlElement]:
    """Give a maker of pages whose one call has a body as its request."""

    def build(body: Body) -> html.HtmlElement:
        call = an_exchange(request=body, response=None, status=None, problem="Inget svar")
        return page_of(a_run(a_scenario(steps=(a_step(exchanges=(call,)),))), tmp_path)

    return build


def shown(page: html.HtmlElement) -> str:
    """Give the body that a page shows."""
    (found,) = page.iter("pre")
    return str(found.text_content())


# --- The page as a document ----------------------------------------------------------------------


def test_page_is_one_file_that_needs_no_network(page: html.HtmlElement) -> None:
    """Nothing is fetched: links lead within the page or to a file beside it."""
    addresses = page.xpath("//@href | //@src | //@action | //@data | //@poster | //@srcset")
    styles = " ".join(page.xpath("//style/text()"))

    assert addresses
    assert [each for each in addresses if not each.startswith(("#", "./"))] == []
    assert "@import" not in styles
    assert "url(" not in styles
    assert page.xpath("//link | //iframe | //object | //embed | //base") == []


def test_every_link_leads_somewhere(page: html.HtmlElement, tmp_path: Path) -> None:
    """Each link within the page has its target, each link to a file its file; ids are unique."""
    ids = page.xpath("//@id")
    links = page.xpath("//@href")

    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    files = [unquote(link) for link in links if link.startswith("./")]
    assert files
    assert all((tmp_path / file).is_file() for file in files)
    referred = " ".join(page.xpath("//@aria-labelledby")).split()
    assert set(referred) <= set(ids)


def test_page_runs_only_its_own_script_and_style(page: html.HtmlElement) -> None:
    """The policy in the page names its script and style by hash and lets in nothing else."""
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        (text,) = page.xpath(f"//{kind}/text()")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert page.xpath("//@style | //@onclick | //@onload") == []


def test_page_is_marked_up_for_assistive_technology(page: html.HtmlElement) -> None:
    """Language, skip link, one h1, no skipped heading levels, and scope on every table header."""
    levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]

    assert page.get("lang") == "sv"
    assert page.xpath("//body/a[1]/@href") == ["#innehall"]
    assert levels.count(1) == 1
    assert page.xpath("//th[not(@scope)]") == []
    assert page.xpath("//svg[not(@aria-hidden='true')]") == []
    unnamed = "//textarea[not(@aria-label)] | //input[not(ancestor::label)]"
    assert page.xpath(unnamed) == []


def test_filters_wait_for_the_script(page: html.HtmlElement) -> None:
    """Without JavaScript no filter is seen, and every row and scenario is."""
    forms = page.xpath("//form[contains(@class, 'filter')]")

    assert len(forms) == 2
    assert all(form.get("hidden") is not None for form in forms)
    assert page.xpath("//*[@data-outcome][@hidden]") == []
    for form in forms:
        assert page.get_element_by_id(form.get("data-list")).xpath(".//*[@data-outcome]")


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [pytest.param(0, id="light"), pytest.param(1, id="dark")])
def test_colours_keep_the_contrast_of_wcag_aa(page: html.HtmlElement, palette: int) -> None:
    """Text has at least 4.5 to 1 against each ground it stands on; outlines of fields 3 to 1."""
    (style,) = page.xpath("//style/text()")
    light, dark = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\n *\}", style, re.DOTALL)
    ]
    colours = (light, dark)[palette]
    tones = ("passed", "failed", "not_tested", "broken", "observation")
    grounds = ("paper", "panel", "code", *(f"{tone}-bg" for tone in tones))

    def contrast(text: str, ground: str) -> float:
        dim, bright = sorted((luminance(colours[text]), luminance(colours[ground])))
        return (bright + 0.05) / (dim + 0.05)

    assert set(light) == set(dark)
    pairs = [(text, ground) for text in ("ink", "muted", "link") for ground in grounds]
    pairs += [(tone, f"{tone}-bg") for tone in tones] + [(tone, "paper") for tone in tones]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []
    assert contrast("edge", "paper") >= 3


# --- Verdict and identity ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        pytest.param(Verdict.NO_DEVIATIONS, "Inga avvikelser", id="no deviations"),
        pytest.param(Verdict.DEVIATIONS, "Avvikelser", id="deviations"),
        pytest.param(Verdict.INCOMPLETE, "Ofullständig", id="incomplete"),
        pytest.param(Verdict.BROKEN, "Provningen gick inte att genomföra", id="broken"),
    ],
)
def test_verdict_is_told_in_words_and_is_no_approval(
    a_run: Run, tmp_path: Path, verdict: Verdict, text: str
) -> None:
    """The verdict stands in large, with what it is not."""
    page = page_of(a_run(verdict=verdict), tmp_path)
    (block,) = page.find_class("verdict")

    assert words(block.find(".//h2")) == text
    assert page.findtext(".//title").startswith(text)
    assert "Rapporten är aldrig ett godkännande; det ges av granskaren." in words(block)


def test_counts_are_told_by_outcome(page: html.HtmlElement) -> None:
    """Requirements by level and scenarios are counted by outcome."""
    (block,) = page.find_class("verdict")
    rows = [[words(cell) for cell in row.iter("th", "td")] for row in block.iter("tr")]

    assert rows == [
        ["Utfall", "SKA-krav", "Scenarier"],
        ["Uppfyllt", "1", "2"],
        ["Avviker", "1", "1"],
        ["Observation", "1", "1"],
        ["Ej prövat", "1", "1"],
        ["Ej tillämpligt", "1", "1"],
        ["Trasigt", "1", "1"],
        ["Totalt", "6", "7"],
    ]
    assert "1 avvikelse och 1 observation i 7 scenarier." in words(block)


def test_identity_is_whole(a_run: Run, tmp_path: Path) -> None:
    """A reviewer finds what was tested, by what, when and where."""
    run = a_run(selection="-m FBC-R5")
    (block,) = page_of(run, tmp_path).find_class("identity")
    told = words(block)

    for value in (
        *("Fakturanavet", "4.2.1", "Exempelbolaget AB", "Region Exempellän (länskod 98)"),
        *("2321000016", "SE2321000016-1A2B", "Utomlänsfakturering", "financial:billing:claim"),
        *(
            "1.1",
            "Roll producent",
            "https://faktura.example/claim",
            run.run,
            run.suite_sha256,
        ),
        *("utomlansfakturering", "Provbänk 0.1.0", "Leverantörens testmiljö", "-m FBC-R5"),
        *("Start 2026-11-22 12:00:05", "Slut 2026-11-22 12:02:11", "Tidsåtgång 2 min 6 s"),
    ):
        assert value in told


def test_interruption_and_selection_are_told_only_where_they_hold(
    a_run: Run, tmp_path: Path
) -> None:
    """A page of half a run says so at the top."""
    whole = section(page_of(a_run(), tmp_path), "innehall")
    part = section(page_of(a_run(interrupted=True, selection="-m FBC-R5"), tmp_path), "innehall")

    assert "Körningen avbröts innan alla scenarier var genomförda." in part
    assert "Ett urval av sviten kördes: -m FBC-R5." in part
    assert "avbröts" not in whole
    assert "Ett urval" not in whole
    assert "Urval Hela sviten" in whole


# --- Deviations, observations, requirements ------------------------------------------------------


def test_summary_has_a_row_for_each_deviation(page: html.HtmlElement) -> None:
    """Requirement, place, cause, and links to the deviation and to the call that shows it."""
    (row,) = page.xpath("//*[@id='avvikelser']//tbody/tr")
    requirement, place, cause, motive = row

    assert words(requirement) == "FBC-R5 SKA · Avvikelse 1"
    assert words(place) == "/claim[1]/amount[1]"
    assert words(cause.find("p")) == "Underlaget togs emot fast summan är fel"
    to_requirement, to_deviation, to_call = row.xpath(".//@href")
    assert words(page.get_element_by_id(to_requirement[1:])).startswith("FBC-R5")
    assert words(page.get_element_by_id(to_deviation[1:])).startswith("Avvikelse 1")
    assert words(page.get_element_by_id(to_call[1:])).startswith("Anrop: ProcessClaimSpecification")
    assert motive.find("textarea") is not None


def test_deviation_is_told_whole(page: html.HtmlElement) -> None:
    """What, where, expected, observed, how to mend it, and by which clause."""
    told = section(page, "avvikelse-1")

    assert told == (
        "Avvikelse 1 FBC-R5 Underlaget togs emot fast summan är fel"
        " Plats /claim[1]/amount[1] Förväntat resultCode ERROR Iakttaget resultCode OK"
        " Så åtgärdas det Jämför med summan av alla rader Källa TKB 1.1, ÖR5"
        " Underlag Anropet som visar avvikelsen"
    )


def test_failed_step_without_deviation_is_in_the_summary(
    a_run: Run, a_scenario: Scenario, a_step: Callable[..., StepResult], tmp_path: Path
) -> None:
    """A scenario that failed by comparison alone is not lost."""
    step = a_step(
        text="kommer svaret inom 15 s",
        outcome=Outcome.FAILED,
        expected="Svar inom 15 s",
        observed="Inget svar inom 27 s",
    )
    run = a_run(a_scenario(Outcome.FAILED, steps=(step,)))
    page = page_of(run, tmp_path)
    (row,) = page.xpath("//*[@id='avvikelser']//tbody/tr")

    assert words(row).startswith("FBC-R5 SKA Så kommer svaret inom 15 s Inget svar inom 27 s")
    told = section(page, "scenario-regler-failed")
    assert "Förväntat Svar inom 15 s Iakttaget Inget svar inom 27 s" in told


def test_no_deviations_are_told_as_such(a_run: Run, tmp_path: Path) -> None:
    """An empty summary says that it is empty."""
    page = page_of(a_run(), tmp_path)

    assert "Inga avvikelser hittades i det som prövades." in section(page, "avvikelser")
    assert section(page, "observationer") == "Observationer Inga observationer."
    assert page.xpath("//*[@id='trasigt']") == []


def test_observations_are_listed_and_stand_in_their_scenario(page: html.HtmlElement) -> None:
    """An observation is found from the list and from the scenario."""
    assert "Kommentaren är tom" in section(page, "observationer")
    assert "Observation: Kommentaren är tom" in section(page, "scenario-regler-observation")


def test_broken_scenarios_are_listed_with_their_reason(page: html.HtmlElement) -> None:
    """What could not be carried out is kept apart from deviations."""
    assert "Certifikatet har gått ut" in section(page, "trasigt")
    assert "Certifikatet har gått ut" not in section(page, "avvikelser")


def test_requirement_rows_tell_outcome_reason_and_scenarios(page: html.HtmlElement) -> None:
    """Every outcome appears in words, beside a sign, with its reason where there is one."""
    rows = page.xpath("//table[@id='kravlista']/tbody/tr")
    told = [words(row) for row in rows]

    assert [row.get("data-outcome") for row in rows] == [str(outcome) for outcome in Outcome]
    for row, outcome in zip(rows, Outcome, strict=True):
        (badge,) = row.find_class("badge")
        assert words(badge) == WORDS[outcome]
        assert badge.xpath("svg/use/@href") == [f"#tecken-{outcome}"]
        assert f"Fel summa avvisas ({outcome})" in words(row)
    assert told[1].startswith("FBC-R5 SKA Beloppet stämmer med summan Beloppet avviker med högst")
    assert "TKB 1.1, ÖR5" in told[1]
    assert "Ej prövat Systemet saknar läsning" in told[3]
    assert "Ej tillämpligt Systemet har inga krediter" in told[4]
    assert "Trasigt Certifikatet har gått ut" in told[5]


def test_requirement_without_scenario_says_why(
    a_run: Run, a_requirement: Callable[..., object], tmp_path: Path
) -> None:
    """A requirement that no scenario checks is in the table, with the catalogue's reason."""
    catalogue = [a_requirement("FBC-SLA-24H", level="BÖR", reason="Styrks med driftstatistik")]
    page = page_of(a_run(catalogue=catalogue), tmp_path)

    told = section(page, "krav-FBC-SLA-24H")
    assert "BÖR" in told
    assert "Ej prövat Styrks med driftstatistik Inget" in told


def test_names_that_look_alike_get_ids_of_their_own(
    a_run: Run,
    a_scenario: Scenario,
    a_requirement: Callable[..., object],
    tmp_path: Path,
) -> None:
    """FBC-ÖR6 and FBC-OR6 are two rows; links lead to the right one, also in a later run."""
    scenario = a_scenario(requirements=("FBC-ÖR6",))
    catalogue = [a_requirement("FBC-OR6"), a_requirement("FBC-ÖR6")]
    page = page_of(a_run(scenario, scenario, catalogue=catalogue), tmp_path)

    assert len(set(page.xpath("//@id"))) == len(page.xpath("//@id"))
    link = page.xpath("//ul[@class='tags']//a[.='FBC-ÖR6']/@href")[0]
    assert words(page.get_element_by_id(link[1:]).find("th")) == "FBC-ÖR6"
    catalogue.insert(1, a_requirement("FBC-ÓR6"))
    larger = page_of(a_run(scenario, catalogue=catalogue), tmp_path)
    assert words(larger.get_element_by_id(link[1:]).find("th")) == "FBC-ÖR6"


def test_requirement_outside_the_catalogue_is_named_without_link(
    a_run: Run, a_scenario: Scenario, tmp_path: Path
) -> None:
    """An id that the catalogue lacks is shown, and leads nowhere."""
    page = page_of(a_run(a_scenario(requirements=("FBC-R99",))), tmp_path)

    assert "FBC-R99" in section(page, "scenario-regler-passed")
    assert page.xpath("//a[.='FBC-R99']") == []


# --- Scenarios and calls -------------------------------------------------------------------------


def test_scenarios_are_grouped_by_feature(page: html.HtmlElement) -> None:
    """Each feature has a heading, its counts and its scenarios."""
    features = page.find_class("feature")

    assert [words(each.find(".//h3")) for each in features] == ["Affärsregler", "Fält och format"]
    assert [len(each.find_class("scenario")) for each in features] == [6, 1]
    counts = words(features[0].find("header/p"))
    assert counts == " · ".join(f"{word} 1" for word in WORDS.values())


def test_what_went_wrong_lies_open(page: html.HtmlElement) -> None:
    """Failed and broken scenarios are open, all others closed, and each tells its outcome."""
    scenarios = page.find_class("scenario")

    for each in scenarios:
        outcome = Outcome(each.get("data-outcome"))
        wrong = outcome in {Outcome.FAILED, Outcome.BROKEN}
        assert (each.get("open") is not None) == wrong
        assert words(each.find("summary")).find(WORDS[outcome]) > 0
    assert {each.get("data-outcome") for each in scenarios} == set(map(str, Outcome))


def test_steps_are_told_with_word_text_and_outcome(page: html.HtmlElement) -> None:
    """A step reads as in the feature file, with how it came out and how long it took."""
    steps = [words(each) for each in page.get_element_by_id("scenario-regler-failed").iter("li")]

    assert any(each.startswith("När konsumenten anropar Uppfyllt 2 ms") for each in steps)
    assert any(each.startswith("Så avvisas underlaget Avviker 2 ms") for each in steps)


def test_reason_and_example_values_are_told(page: html.HtmlElement) -> None:
    """An untested scenario says why; a row of an outline shows its values."""
    assert "Orsak: Systemet saknar läsning" in section(page, "scenario-regler-not-tested")
    row = page.get_element_by_id("scenario-regler-rad-2")
    (table,) = row.find_class("values")
    assert words(table) == "Exempelvärden element county/code"


def test_call_is_told_whole(page: html.HtmlElement) -> None:
    """Who was called, how it went, and both bodies, each at an address of its own."""
    (told, *_) = [
        words(each)
        for each in page.get_element_by_id("scenario-regler-failed").find_class("exchange")
    ]

    for text in (
        "Anrop: ProcessClaimSpecification HTTP-status 200 · svarstid 12 ms · 2026-11-22 12:00:06",
        "Adress (URL) https://platform.example/vp/claim/1/rivtabp21",
        "Logisk adress 2321000016",
        "Korrelations-id 7d0f6a52-1b0e-4c0e-9a55-0d3b6a1c2f10",
        "Begäran 37 byte · text/xml <claim> <amount>12.50</amount> </claim>",
        "Svar 44 byte · text/xml <answer> <resultCode>OK</resultCode> </answer>",
        hashlib.sha256(b"<claim><amount>12.50</amount></claim>").hexdigest(),
    ):
        assert text in told


def test_call_without_answer_says_so(
    page_with_body: Callable[[Body], html.HtmlElement], a_body: Callable[..., Body]
) -> None:
    """No status and no response are made up."""
    page = page_with_body(a_body())
    (told,) = [words(each) for each in page.find_class("exchange")]

    assert "Inget svar efter 12 ms" in told
    assert "Problem Inget svar" in told
    assert "HTTP-status" not in told
    assert "Svar " not in told.replace("Inget svar", "")


def test_response_times_are_summed_up(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    an_exchange: Callable[..., Exchange],
    tmp_path: Path,
) -> None:
    """By kind of call: how many, how many without answer, mean and longest of the others."""
    calls = (
        an_exchange(seconds=0.1),
        an_exchange(seconds=1.5),
        an_exchange(seconds=27, status=None, response=None),
        an_exchange(what="GetX", seconds=27, status=None, response=None),
    )
    page = page_of(a_run(a_scenario(steps=(a_step(exchanges=calls),))), tmp_path)
    rows = page.xpath("//*[@id='svarstider']//tbody/tr")

    assert [[words(cell) for cell in row] for row in rows] == [
        ["ProcessClaimSpecification", "3", "1", "800 ms", "1 500 ms"],
        ["GetX", "1", "1", "–", "–"],
    ]


# --- Bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        pytest.param(b"<a><b>1</b></a>", "text/xml", "<a>\n  <b>1</b>\n</a>\n", id="indented"),
        pytest.param(
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>å</a>'.encode("latin-1"),
            "text/xml",
            '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>å</a>\n',
            id="declared encoding",
        ),
        pytest.param(b"<a><b> </b></a>", "text/xml", "<a>\n  <b> </b>\n</a>\n", id="blank value"),
        pytest.param(
            b"<a>x<b/>y</a>", "text/xml", "<a>x<b/>y</a>\n", id="mixed content is left alone"
        ),
        pytest.param(b"<a><![CDATA[<b>]]></a>", "text/xml", "<a><![CDATA[<b>]]></a>\n", id="CDATA"),
        pytest.param(b"<a><b></a>", "text/xml", "<a><b></a>", id="not well-formed"),
        pytest.param(b"not XML & <b>", "text/plain", "not XML & <b>", id="no XML"),
        pytest.param("åäö".encode("latin-1"), "text/plain; charset=latin-1", "åäö", id="charset"),
        pytest.param("åäö".encode(), "text/plain; charset=klingon", "åäö", id="unknown charset"),
        pytest.param("åäö".encode("utf-16"), "text/plain", "åäö", id="byte order mark"),
        pytest.param(b"\xff\xff", "text/plain", "\ufffd\ufffd", id="no text"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            "text/xml",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            id="a DTD is never expanded",
        ),
    ],
)
def test_body_is_shown(
    page_with_body: Callable[[Body], html.HtmlElement],
    a_body: Callable[..., Body],
    data: bytes,
    content_type: str,
    text: str,
) -> None:
    """Well-formed XML is indented, all else shown as it came."""
    assert shown(page_with_body(a_body(data, content_type=content_type))) == text


@pytest.mark.parametrize(
    ("data", "beginning", "size"),
    [
        pytest.param(LARGE, "<a>\n  <b>1</b>\n  <b>1</b>", "104,0 kB", id="indented, then cut"),
        pytest.param(HUGE, "<a><b>1</b><b>1</b>", "208,0 kB", id="cut as it came"),
    ],
)
def test_large_body_is_shown_by_its_beginning(
    page_with_body: Callable[[Body], html.HtmlElement],
    a_body: Callable[..., Body],
    data: bytes,
    beginning: str,
    size: str,
) -> None:
    """The first 2 000 characters stand in the page; size, checksum and a link lead to the rest."""
    body = a_body(data, file="meddelanden/stor å.xml")
    page = page_with_body(body)

    assert shown(page).startswith(beginning)
    assert len(shown(page)) == 2_001  # with the dots that tell of more
    told = words(page)
    assert f"Här visas början av {size}" in told
    assert body.sha256 in told
    assert page.xpath("//a[.='meddelanden/stor å.xml']/@href") == [
        "./meddelanden/stor%20%C3%A5.xml"
    ]


def test_values_of_a_body_stand_out(
    page_with_body: Callable[[Body], html.HtmlElement], a_body: Callable[..., Body]
) -> None:
    """Values are marked, tags are not, and what looks like markup in a value stays text."""
    page = page_with_body(a_body(b"<a><b>1</b><c>x &lt;b&gt; y</c><d/></a>"))

    assert [each.text for each in page.iter("b")] == ["1", "x &lt;b&gt; y"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"file": "meddelanden/borta.xml"}, "Filen saknas", id="gone"),
        pytest.param({"file": "../hemligt.xml"}, "Filen ligger utanför", id="outside"),
        pytest.param({"sha256": "0" * 64}, "Filen har ändrats efter körningen", id="changed"),
    ],
)
def test_body_that_is_not_as_it_was_is_told_of(
    page_with_body: Callable[[Body], html.HtmlElement],
    a_body: Callable[..., Body],
    tmp_path: Path,
    change: dict[str, Any],
    told: str,
) -> None:
    """Evidence that is missing, outside the folder or altered is never passed over in silence."""
    (tmp_path.parent / "hemligt.xml").write_text("<hemligt/>", encoding="utf-8")
    page = page_with_body(replace(a_body(), **change))

    assert told in words(page)
    assert "hemligt/>" not in words(page)
    assert not [link for link in page.xpath("//@href") if ".." in link or "borta" in link]


def test_unaltered_body_raises_no_doubt(page: html.HtmlElement) -> None:
    """Where all is well nothing is said of files."""
    assert page.find_class("problem") == []


def test_only_small_bodies_of_failed_scenarios_are_printed(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    an_exchange: Callable[..., Exchange],
    a_body: Callable[..., Body],
    tmp_path: Path,
) -> None:
    """Paper gets every scenario, and of bodies those that show a deviation and fit."""
    calls = (an_exchange(request=a_body(b"<a>" + b" " * 20_000 + b"</a>"), response=a_body()),)
    step = a_step(outcome=Outcome.FAILED, exchanges=calls)
    run = a_run(a_scenario(), a_scenario(Outcome.FAILED, steps=(step,)))
    passed, failed = page_of(run, tmp_path).find_class("scenario")

    def printed(scenario: html.HtmlElement) -> list[bool]:
        return ["printed" in each.get("class", "") for each in scenario.iter("details")]

    assert printed(passed) == [True, False, False]
    assert printed(failed) == [True, False, True]


# --- Hostile content -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostile", "seen"),
    [
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="a script"),
        pytest.param("\"><img src=x onerror='x'>", "\"><img src=x onerror='x'>", id="an attribute"),
        pytest.param("]]></pre></details>", "]]></pre></details>", id="closing tags"),
        pytest.param("{{ 7 * 7 }}{% raw %}", "{{ 7 * 7 }}{% raw %}", id="a template"),
        pytest.param("a\x00\x1b[2Jb", "a␀␛[2Jb", id="control characters"),
        pytest.param("a\ud800\uffffb", "a\ufffd\ufffdb", id="what is no character"),
        pytest.param("a\u202eb\u2066", "a[U+202E]b[U+2066]", id="turned text"),
        pytest.param("javascript:alert(1)", "javascript:alert(1)", id="an address"),
        pytest.param("ö" * 200_000, "ö" * 200_000, id="very long"),
    ],
)
def test_hostile_text_is_only_text(
    a_run: Run,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    a_deviation: Callable[..., Deviation],
    an_exchange: Callable[..., Exchange],
    a_requirement: Callable[..., object],
    a_body: Callable[..., Body],
    tmp_path: Path,
    hostile: str,
    seen: str,
) -> None:
    """Whatever a system or a suite says is shown as text, wherever it stands."""
    found = a_deviation(
        **dict.fromkeys(
            ("requirement", "text", "where", "expected", "observed", "mend", "source"), hostile
        )
    )
    call = an_exchange(
        **dict.fromkeys(
            ("what", "url", "logical_address", "correlation_id", "started", "problem"), hostile
        ),
        request=a_body(hostile.encode("utf-8", "replace"), content_type=hostile),
        response=replace(a_body(), file=hostile[:200], sha256=hostile, content_type=hostile),
    )
    texts = dict.fromkeys(("keyword", "text", "expected", "observed", "error"), hostile)
    failed = a_step(**texts, outcome=Outcome.FAILED, deviations=(found,), exchanges=(call,))
    broken = a_step(**texts, outcome=Outcome.BROKEN)
    names = dict.fromkeys(("id", "feature", "title", "file", "reason"), hostile)
    more = {
        "requirements": (hostile,),
        "observations": (hostile,),
        "example": {hostile: hostile},
    }
    scenarios = (
        a_scenario(Outcome.FAILED, steps=(failed,), **names, **more),
        a_scenario(Outcome.BROKEN, steps=(broken,), **names, **more),
    )
    plain = a_run()
    subject = replace(
        plain.subject, **dict.fromkeys(("system", "version", "county_code", "endpoint"), hostile)
    )
    row = a_requirement(hostile, **dict.fromkeys(("title", "text", "source", "level"), hostile))
    facts = dict.fromkeys(
        ("run", "started", "finished", "suite", "suite_sha256", "environment", "selection"), hostile
    )
    run = a_run(*scenarios, subject=subject, catalogue=[row], **facts)

    page = page_of(run, tmp_path)

    def bones(page: html.HtmlElement) -> tuple[int, ...]:
        return tuple(len(page.xpath(f"//{tag}")) for tag in ("script", "style", "img", "form"))

    assert bones(page) == (1, 1, 0, 2)
    assert page.xpath("//@onerror") == []
    assert all(link.startswith(("#", "./")) for link in page.xpath("//@href"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//@href") if link.startswith("#")} <= set(ids)
    assert page.text_content().count(seen) > 40


# --- Variants, and what share of the schema they exercised ---------------------------------------


@pytest.fixture
def a_variant(an_exchange: Callable[..., Exchange]) -> Callable[..., VariantResult]:
    """Give a maker of variants."""

    def build(outcome: Outcome = Outcome.PASSED, **values: Any) -> VariantResult:
        defaults: dict[str, Any] = {
            "name": "obligatoriskt element saknas",
            "where": "/Claim/id",
            "expected": "resultCode ERROR",
            "observed": "HTTP 200, ERROR",
            "exchange": an_exchange(correlation_id=f"variant-{values.get('where', '')}"),
        }
        return VariantResult(outcome=outcome, **{**defaults, **values})

    return build


def test_variants_stand_in_a_table_those_that_deviate_first(
    a_run: Run, a_scenario: Scenario, a_step: Callable[..., StepResult],
    a_variant: Callable[..., VariantResult], tmp_path: Path,
) -> None:  # fmt: skip
    """Each with its place, what was expected and seen, and links to its two messages."""
    wrong = a_variant(Outcome.FAILED, where="/Claim/total", observed="HTTP 200, OK")
    step = a_step(variants=(a_variant(), wrong), exchanges=(wrong.exchange,))
    page = page_of(a_run(a_scenario(steps=(step,))), tmp_path)

    (table,) = page.cssselect("details.variants table")
    rows = [words(row) for row in table.cssselect("tbody tr")]
    assert words(page.cssselect("details.variants summary")[0]) == "2 varianter"
    assert "/Claim/total" in rows[0]
    assert "Avviker" in rows[0]
    assert "HTTP 200, OK" in rows[0]
    assert "Uppfyllt" in rows[1]
    links = [unquote(link.get("href")) for link in table.cssselect("a")]
    assert len(links) == 4
    assert all((tmp_path / link).is_file() for link in links)
    assert "2" in section(page, "svarstider")  # each call once, though one stands twice


def test_share_of_the_schema_is_told_with_the_seed(a_run: Run, tmp_path: Path) -> None:
    """Never 100 % where anything is missing, and nothing where there is nothing to do."""
    row = Exercised(
        interaction="ProcessClaimSpecification",
        contract="financial:billing:claim",
        contract_version="1.1",
        messages=1234,
        elements=Sides(valid=Share(done=999, total=1000), invalid=Share(done=0, total=8)),
        facets=Sides(valid=Share(done=3, total=3), invalid=Share(done=0, total=0)),
        bounds=Sides(valid=Share(done=1, total=3), invalid=Share(done=2, total=3)),
    )
    page = page_of(a_run(exercised=(row,), seed=42), tmp_path)

    told = section(page, "provat")
    assert "ProcessClaimSpecification 1.1: 1 234 meddelanden nådde systemet" in told
    assert "Element 999 av 1 000 (99 %) 0 av 8 (0 %)" in told
    assert "3 av 3 (100 %) –" in told
    assert "--seed 42" in told


def test_a_run_that_reached_nobody_exercised_nothing(a_run: Run, tmp_path: Path) -> None:
    """The section says so."""
    assert "Inga meddelanden nådde systemet" in section(page_of(a_run(), tmp_path), "provat")


def test_a_question_stands_with_its_answer_name_time_and_remark(
    a_run: Run, a_scenario: Callable[..., ScenarioResult], a_step: Callable[..., StepResult],
    a_question: Callable[..., QuestionResult], tmp_path: Path,
) -> None:  # fmt: skip
    """And one that nobody answered says so."""
    silent = a_question(outcome=Outcome.NOT_TESTED, answer="", name="", time="", remark="")
    page = page_of(
        a_run(a_scenario(steps=(a_step(questions=(a_question(source="file"), silent)),))), tmp_path
    )

    answered, unanswered = (words(each) for each in page.cssselect("dl.question"))
    assert "Vilken summa visar systemet?" in answered
    assert "Förväntat på skärmen 850,00 kr" in answered
    assert "ja (Karin Berg, " in answered
    assert "ur fil" in answered
    assert "efter omladdning" in answered
    assert "Inget svar" in unanswered


# --- The head, the first line and the waivers ----------------------------------------------------


def test_the_head_says_how_well_the_suite_is_proven(a_run: Run, tmp_path: Path) -> None:
    """By its figures, by those of another wording, or by saying that there are none."""
    run = a_run()
    proof = Proof(
        systems=214,
        caught=213,
        right=211,
        equivalents=9,
        made="2026-11-23",
        suite_sha256=run.suite_sha256,
    )

    def head(run: RunResult) -> str:
        (block,) = page_of(run, tmp_path).find_class("verdict")
        return words(block)

    assert (
        "Sviten är prövad mot 214 kända felaktiga system: 213 fångades, 211 av dem på just det "
        "krav som bröts (2026-11-23)." in head(replace(run, proof=proof))
    )
    other = head(replace(run, proof=replace(proof, suite_sha256="")))
    assert "Den här sviten är inte prövad mot kända felaktiga system" in other
    assert "(213 av 214 fångade) gäller en annan lydelse" in other
    assert "ingen uppgift om hur sviten är prövad" in head(run)


def test_each_failure_has_its_first_line_and_the_command_that_repeats_it(
    page: html.HtmlElement,
) -> None:
    """In the list of deviations, in that of broken scenarios, and in the scenario."""
    command = "provbank rerun 2026-11-22T120005-fakturanavet regler-"

    assert f"{command}failed" in section(page, "avvikelser")
    assert f"{command}broken" in section(page, "trasigt")
    assert (
        "FBC-R5: /claim[1]/amount[1]: Underlaget togs emot fast summan är fel "
        f"{command}failed" in section(page, "scenario-regler-failed")
    )
    assert "provbank rerun" not in section(page, "scenario-regler-passed")


def test_a_waiver_stands_beside_its_requirement_and_in_a_list(
    a_run: Run, a_scenario: Scenario, a_waiver: Callable[..., Waiver], tmp_path: Path
) -> None:
    """The requirement is as failed as before, and the verdict counts the waiver."""
    page = page_of(a_run(a_scenario(Outcome.FAILED), waivers=(a_waiver(),)), tmp_path)

    told = section(page, "krav-FBC-R5")
    assert "Avviker" in told
    assert "Undantag, gäller: Rättas i nästa version" in told
    assert "Karin Berg" in section(page, "undantag")
    assert "Undantag" in section(page, "avvikelser")
    assert "Undantag, gäller: Rättas" in section(page, "scenario-regler-failed")
    assert "Avvikelser, alla med undantag (1 undantag)" in words(page.find_class("verdict")[0])


def test_a_stale_waiver_is_told_in_the_head(
    a_run: Run, a_waiver: Callable[..., Waiver], tmp_path: Path
) -> None:
    """It fails the run, so whoever reads must not have to look for it."""
    waiver = a_waiver(state=WaiverState.STALE, told="Kravet är uppfyllt")
    page = page_of(a_run(waivers=(waiver,)), tmp_path)

    assert any("Inaktuella undantag" in words(each) for each in page.find_class("notice"))
    assert "Undantag, inaktuellt" in section(page, "krav-FBC-R5")


def test_a_page_without_waivers_has_no_list_of_them(page: html.HtmlElement) -> None:
    """Nobody needs to read that there are none."""
    assert page.xpath("//*[@id='undantag']") == []

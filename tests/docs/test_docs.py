"""The pages are kept true: links lead somewhere, commands and examples are the tool's own."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

import click
import pytest

import provbank
from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.boundaries import BOUNDARIES
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, SCHEMA_FAULTS
from contracts.domains.financial_patientfees_exemption.v1_0 import (
    boundaries as exemption_boundaries,
)
from contracts.domains.financial_patientfees_exemption.v1_0 import kinds as exemption_kinds
from contracts.domains.financial_patientfees_exemption.v1_0 import (
    near_misses as exemption_near_misses,
)
from contracts.domains.financial_patientfees_exemption.v1_0 import (
    single_faults as exemption_faults,
)
from contracts.errors import TargetError
from contracts.findings import Finding
from contracts.lint.rules import Judged, all_rules
from features.answers import rules_named
from features.suites import chosen_requirement, suite_for
from features.target_file import example, read_target
from simulator.regions.answer_defects import answer_defects
from simulator.regions.buyer import Buyer
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.claim_limit_defects import limit_defects
from simulator.regions.claim_strictness_defects import strictness_defects
from simulator.regions.defect import defect_named
from simulator.regions.directory import REGIONS
from simulator.regions.disclosure_limit_defects import disclosure_limit_defects
from simulator.regions.exemption_defects import OF_DISCLOSERS, OF_REQUESTERS
from simulator.regions.ledger import Ledger
from simulator.regions.schema_defects import VALUES, schema_defects
from simulator.regions.sending_wire_defects import sending_wire_defects
from simulator.regions.system import regions_app
from simulator.regions.wire_defects import answering_wire_defects

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))) if page.exists()]

FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(
    r"^\s*(?:\$ |> |PS> |- (?:script: )?)?(?:\S*[\\/])?provbank(?:\.exe)?(?= |$)(.*)"
)
PUNCTUATION = set("();<>|&")
WIRE = {defect.name: defect for defect in (*answering_wire_defects(), *sending_wire_defects())}
"""What every part has; profile.md lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block: its page, its language, a second word after that, and its text."""

    page: Path
    language: str
    mark: str
    text: str
    line: int

    def __str__(self) -> str:
        """Name the block by its place, as test ids and failures show it."""
        return f"{self.page.name}:{self.line}"


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            language, _, mark = found[1].strip().partition(" ")
            line = text.count("\n", 0, found.start()) + 2
            yield Block(page=page, language=language, mark=mark, text=found[2], line=line)


def in_language(*languages: str) -> list[Block]:
    return [block for block in blocks() if block.language in languages]


def commands() -> Iterator[tuple[Block, str]]:
    for block in in_language("sh", "powershell", "console", "yaml"):
        for line in block.text.replace("\\\n", " ").splitlines():
            if found := COMMAND.match(line):
                yield block, found[1].strip()


def words_of(arguments: str) -> list[str]:
    """Split a command line as a shell does, as far as the first pipe or redirection."""
    lexer = shlex.shlex(arguments, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= PUNCTUATION:
            break
        words.append(word)
    return words


def parsed(words: list[str]) -> click.Context:
    """Parse a command line by the tool's own command objects, and run nothing."""
    command: click.Command = provbank.cli
    context = click.Context(command, info_name="provbank")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    return command.make_context(context.info_name, words, parent=context.parent)


def anchors_of(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub and GitLab make them."""
    outside = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in HEADING.findall(outside)
    }


def test_there_are_pages() -> None:
    """The documentation is where the tests look for it, and is not empty."""
    assert len(PAGES) >= 10
    assert len(list(commands())) >= 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """A link names a file that exists, and a heading that the file has."""
    outside = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(outside):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors_of(target), f"{page.name}: {link}"


def test_the_index_names_every_page() -> None:
    """Whoever starts at the index finds the rest."""
    named = set(LINK.findall((DOCS / "index.md").read_text(encoding="utf-8")))

    assert {page.name for page in DOCS.glob("*.md")} - {"index.md"} <= named


@pytest.mark.parametrize(
    ("block", "arguments"),
    [pytest.param(*found, id=f"{found[0]} {found[1]}") for found in commands()],
)
def test_every_command_is_one_the_tool_takes(block: Block, arguments: str) -> None:
    """Subcommand, options and their values are known; so are the ids and names given to them."""
    try:
        context = parsed(words_of(arguments))
    except click.exceptions.Exit:  # --help and --version say what they say and stop
        return
    except click.ClickException as error:
        pytest.fail(f"{block}: provbank {arguments}: {error.format_message()}")

    if {"defect", "only"} & context.params.keys():
        suite = suite_for(context.params["service"], context.params["role"])
        defect_named(context.params["defect"], suite.part.defects)
        if requirement := context.params.get("only"):
            chosen_requirement(requirement, suite)


@pytest.mark.parametrize("block", in_language("toml"), ids=str)
def test_a_target_file_on_a_page_can_be_used(block: Block, tmp_path: Path) -> None:
    """An example of a whole target file is valid; one marked wrong gives the errors shown."""
    path = tmp_path / "region.toml"
    path.write_text(block.text, encoding="utf-8")
    for name in re.findall(r'"([\w.-]+\.(?:pem|key))"', block.text):
        (tmp_path / name).write_text("", encoding="utf-8")

    if block.mark == "wrong":
        with pytest.raises(TargetError) as caught:
            read_target(path)
        told = [f"error: {each}".replace(str(path), path.name) for each in caught.value.problems]
        told.append(f"{len(told)} to mend; nothing was run.")
        assert "\n".join(told) in block.page.read_text(encoding="utf-8")
    elif "[system]" in block.text:
        read_target(path)
    else:
        tomllib.loads(block.text)


@pytest.mark.parametrize("block", in_language("json", "jsonl"), ids=str)
def test_json_on_a_page_is_json(block: Block) -> None:
    """JSON parses, as a whole or line by line."""
    for text in block.text.splitlines() if block.language == "jsonl" else [block.text]:
        json.loads(text)


def mentions(page: str) -> Callable[[str], bool]:
    """Tell whether a page has a word: in code, or alone in a cell of a table."""
    text = (DOCS / page).read_text(encoding="utf-8")

    def mentioned(word: str) -> bool:
        alone = rf"\| {re.escape(word)}(?: \*)? \|"
        return f"`{word}`" in text or re.search(alone, text) is not None

    return mentioned


def test_the_result_format_page_names_every_field() -> None:
    """The page and the schema speak of the same fields."""
    schema = json.loads((ROOT / "reports" / "result.schema.json").read_text(encoding="utf-8"))
    known = mentions("result-format.md")
    named = [*schema["properties"]]
    for definition in schema["$defs"].values():
        named.extend(definition.get("properties", {}))

    assert [name for name in named if not known(name)] == []


def test_the_validate_page_names_every_field_of_a_finding() -> None:
    """Every key that --json writes is explained."""
    known = mentions("validate.md")

    assert [each.name for each in fields(Finding) if not known(each.name)] == []


def test_the_lint_page_tells_every_rule_as_the_table_has_it() -> None:
    """Level, weight, title and figures; and for what is not judged, the reason."""
    page = (DOCS / "lint.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| `[A-Z]+-", line)]

    assert sorted(rows) == sorted(
        f"| `{rule.id}` | {rule.level} | {rule.severity} | {rule.title} | "
        f"{rule.figures if rule.broken else '-'} |"
        if rule.judged is Judged.PACKAGE
        else f"| `{rule.id}` | {rule.level} | {rule.title} | {rule.checked} |"
        for rule in all_rules().values()
    )


def test_the_lint_page_names_every_key_of_the_json_form() -> None:
    """The page and the schema speak of the same keys."""
    path = ROOT / "contracts" / "lint" / "lint.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    known = mentions("lint.md")
    finding = schema["$defs"]["finding"]["properties"]
    counts = schema["properties"]["counts"]["required"]

    assert [name for name in [*schema["properties"], *finding, *counts] if not known(name)] == []


_ANSWERS = {one.name for one in answer_defects("", code="code", remark="remark")}
_SCHEMA = {one.name for one in schema_defects("", values=VALUES)}


def test_the_contract_page_lists_rules_kinds_faults_and_defects() -> None:
    """Every rule, kind, fault and defect made by hand has its row, and no defect is stale."""
    known = mentions("utomlansfakturering.md")
    rules = bundled().domain("financial:billing:claim", "1.1").requirements.rules()
    by_table = {one.name for one in (*limit_defects(), *strictness_defects())} | _ANSWERS
    by_table |= WIRE.keys() | _SCHEMA
    by_hand = [
        name for name in DEFECTS if not name.startswith("never-checks-") and name not in by_table
    ]
    names = [
        *(each.rule for each in rules),
        *KINDS, *RULE_FAULTS, *SCHEMA_FAULTS, *NEAR_MISSES, *BOUNDARIES, *by_hand,
    ]  # fmt: skip
    page = (DOCS / "utomlansfakturering.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)

    assert [name for name in names if not known(name)] == []
    assert set(shown) <= set(by_hand)


def test_the_exemption_page_lists_rules_kinds_faults_and_defects() -> None:
    """Every rule, kind, fault and defect made by hand has its row, with what it breaks and does."""
    known = mentions("hogkostnadsskydd.md")
    rules = bundled().domain("financial:patientfees:exemption", "1.0").requirements.rules()
    page = (DOCS / "hogkostnadsskydd.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `[a-z0-9-]+` \| FPE-.*$", page, re.MULTILINE)
    by_table = {one.name for one in disclosure_limit_defects()} | _ANSWERS | WIRE.keys() | _SCHEMA
    by_hand = [
        f"| `{name}` | {defect.breaks} | {defect.says} |"
        for table in (OF_DISCLOSERS, OF_REQUESTERS)
        for name, defect in table.items()
        if not name.startswith("never-checks-") and name not in by_table
    ]
    names = [
        *(each.rule for each in rules),
        *exemption_kinds.KINDS,
        *exemption_faults.RULE_FAULTS,
        *exemption_faults.SCHEMA_FAULTS,
        *exemption_near_misses.NEAR_MISSES,
        *exemption_boundaries.BOUNDARIES,
    ]

    assert [name for name in names if not known(name)] == []
    assert shown == by_hand


def test_the_profile_page_lists_the_defects_of_the_wire() -> None:
    """Each with what it breaks and does, and none that is stale."""
    page = (DOCS / "profile.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `[a-z0-9-]+` \| RIV-.*$", page, re.MULTILINE) == [
        f"| `{name}` | {defect.breaks} | {defect.says} |" for name, defect in WIRE.items()
    ]


def test_the_target_page_lists_the_regions() -> None:
    """County codes and organisation numbers are those that the tool accepts."""
    text = (DOCS / "target-file.md").read_text(encoding="utf-8")

    for region in REGIONS.values():
        assert f"| {region.county} | {region.name} | {region.organisation_number} |" in text


def test_the_certify_page_tells_what_is_never_tested() -> None:
    """What the catalogue leaves untested for a producer has its row, and nothing else has."""
    binding = bundled().domain("financial:billing:claim", "1.1").requirements.binding("producer")
    text = (DOCS / "certify.md").read_text(encoding="utf-8").partition("## What is never tested")[2]

    assert set(re.findall(r"FBC-[\wÅÄÖ-]+", text)) == {
        each.id for each in binding if "producer" in each.untested
    }


def test_the_example_target_file_leads_where_the_page_says_the_bundled_system_listens() -> None:
    """Whoever follows the pages from the example to `provbank region` finds it there."""
    shown = (DOCS / "observation-point.md").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ") for line in example(suite_for("utomlansfakturering")).splitlines()
    ]

    for key in ("endpoint", "observe"):
        line = next(line for line in lines if line.startswith(f"{key} = "))
        assert f"  {line}\n" in shown


def test_the_certify_page_tells_what_names_a_rule() -> None:
    """What the page says names R5 does so, and what it says does not, does not."""
    text = (DOCS / "certify.md").read_text(encoding="utf-8")
    told = text.partition("**Naming a rule.**")[2].partition("\n\n")[0].partition("as a word")[2]
    naming, _, others = told.partition("all name R5")
    named, unnamed = (re.findall(r"`([^`]+)`", each) for each in (naming, others))

    assert len(named) >= 5
    assert len(unnamed) >= 2
    assert [each for each in named if rules_named(each) != {"R5"}] == []
    assert [each for each in unnamed if "R5" in rules_named(each)] == []


def test_a_claim_that_is_not_kept_is_shown_as_the_bundled_system_answers() -> None:
    """The page's answer for an unknown id is the one that the bundled system gives."""
    with closing(Ledger("03")) as ledger:
        client = regions_app({("03", "claim"): Buyer(ledger)}).test_client()
        answer = client.get("/regions/03/observe/claims/ZVF23210000162611247639")
    examples = [
        json.loads(block.text)
        for block in in_language("json")
        if block.page.name == "observation-point.md"
    ]

    assert answer.status_code == 200
    assert answer.json in examples

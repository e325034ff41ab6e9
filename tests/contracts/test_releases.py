"""As many packages as are published, with the habits that were counted in them, are loaded.

298 of 348 WSDL load as they are, 343 with repairs, and five cannot be used (RIV-TA profile sheet
§2.4). The set is made up to these numbers; what is true of each WSDL is known from the making, and
what a strict processor says is asked of one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from contracts import installed
from contracts.catalogue import Catalogue, Domain
from contracts.errors import PackageError
from contracts.examples import full, minimal
from contracts.installed import Installed, install, installed_domains
from contracts.judge import judge
from contracts.schema_model import read_model
from contracts.wsdl import ServiceContract


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """All releases but one with what became of them, and why that one was refused."""

    releases: tuple[Any, ...]
    domains: tuple[Installed, ...]
    refused: tuple[Any, PackageError]
    catalogue: Catalogue
    seconds: float

    def both(self) -> Iterator[tuple[Any, Installed]]:
        """Give each release with the domain that came of it."""
        return zip(self.releases, self.domains, strict=True)

    def pairs(self) -> Iterator[tuple[Any, ServiceContract | None]]:
        """Give each WSDL of the set with the contract that came of it."""
        for release, domain in self.both():
            by_file = {
                domain.original_of(one.wsdl).relative_to(domain.folder / "original").as_posix(): one
                for one in domain.contracts
            }
            for one in release.wsdls:
                yield one, by_file.get(one.path)


@pytest.fixture(scope="module")
def loaded(
    packages: ModuleType, releases: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """Give everything, installed in a home of its own."""
    made = releases.releases(packages)
    refused, kept, domains = [], [], []
    folder = tmp_path_factory.mktemp("releases")
    archives = releases.written(made, folder / "in", packages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROVBANK_HOME", str(folder / "home"))
        began = time.perf_counter()
        for release, path in zip(made, archives, strict=True):
            try:
                domains.append(install(path))
                kept.append(release)
            except PackageError as error:
                refused.append((release, error))
        seconds = time.perf_counter() - began
        (one_refused,) = refused
        yield Loaded(
            releases=tuple(kept),
            domains=tuple(domains),
            refused=one_refused,
            catalogue=Catalogue(
                tuple(Domain(d.name, d.version, d.folder, listed=d.contracts) for d in domains)
            ),
            seconds=seconds,
        )
    installed._shelf.cache_clear()


def _strictly(schema: Path) -> bool:
    """Tell whether a strict processor takes a schema as it was published."""
    try:
        etree.XMLSchema(etree.parse(str(schema)))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError):
        return False
    return True


def _is_anchored(release: Any) -> bool:
    return any(b'value="^' in data for path, data in release.files.items() if path.endswith("xsd"))


def test_298_load_as_they_are_and_343_with_repairs(loaded: Loaded, releases: ModuleType) -> None:
    """A strict processor takes 316, 18 of which refuse every person; 45 are repaired, 5 are not."""
    strict = as_it_is = usable = 0
    for release, domain in loaded.both():
        took = [_strictly(domain.folder / "original" / one.schema) for one in release.wsdls]
        strict += sum(took)
        as_it_is += 0 if _is_anchored(release) else sum(took)
        usable += len(domain.contracts)

    assert (strict, as_it_is, usable) == (316, 298, 343)
    everything = (*loaded.releases, loaded.refused[0])
    fates = Counter(one.fate for release in everything for one in release.wsdls)
    assert fates == {
        releases.Fate.AS_IT_IS: 298, releases.Fate.REPAIRED: 45, releases.Fate.UNUSABLE: 5
    }  # fmt: skip


def test_what_cannot_be_used_is_what_was_made_so(loaded: Loaded, releases: ModuleType) -> None:
    """No contract is lost beside these, and each is told with file, line and cause."""
    lost = [one for one, contract in loaded.pairs() if contract is None]

    assert [one.domain for one in lost] == ["made:up:infections"] * 2
    assert [one.fate for one in lost] == [releases.Fate.UNUSABLE] * 2
    problems = {
        (problem.file, problem.lost): problem.what
        for domain in loaded.domains for problem in domain.manifest.problems if problem.lost
    }  # fmt: skip
    assert set(problems) == {(one.schema, (one.interaction,)) for one in lost}
    assert all("urn:riv:made:up:other:1" in what for what in problems.values())


def test_a_package_with_nothing_usable_is_refused(loaded: Loaded, releases: ModuleType) -> None:
    """There would be nothing to install; every cause is told with its file and line."""
    release, error = loaded.refused

    assert [one.fate for one in release.wsdls] == [releases.Fate.UNUSABLE] * 3
    assert error.where == release.name
    for one in release.wsdls:
        assert f"{one.schema}:7: the schema cannot be compiled" in error.what
    assert error.what.count("no namespace") == 3


def test_contracts_are_what_their_wsdl_say(loaded: Loaded) -> None:
    """Root, SOAPAction, headers and profile follow the file where it breaks every formula."""
    for one, contract in loaded.pairs():
        if contract is None:
            continue
        told = (contract.service_domain, contract.interaction, contract.profile)
        assert told == (one.domain, one.interaction, one.profile)
        assert (contract.request, contract.response) == (one.request, one.response)
        assert (contract.soap_action, contract.headers) == (one.action, one.headers)


def test_each_repair_is_told_once_and_no_other(loaded: Loaded) -> None:
    """Kinds and numbers are those of the making; a clean package has none."""
    for release, domain in loaded.both():
        kinds = Counter(str(one.kind) for one in domain.manifest.repairs)
        expected = Counter(one.kind for one in release.wsdls if one.kind)
        for shared in expected.keys() & {"pattern anchors", "two files for a namespace"}:
            expected[shared] = 1  # one file, or pair of files, that several contracts share
        marks = sum(release.files[one.path].startswith(b"\xef\xbb\xbf") for one in release.wsdls)
        expected += Counter({"byte order mark": marks})
        assert kinds == expected, domain
        assert len(domain.manifest.repairs) == len({str(one) for one in domain.manifest.repairs})


def test_originals_are_kept_apart_byte_by_byte(loaded: Loaded) -> None:
    """Whatever was repaired, what was published can still be quoted."""
    for release, domain in loaded.both():
        original = domain.folder / "original"
        kept = {
            path.relative_to(original).as_posix(): path.read_bytes()
            for path in original.rglob("*")
            if path.is_file()
        }
        assert kept == release.files


def test_messages_of_every_contract_are_made_and_judged(loaded: Loaded, noon: datetime) -> None:
    """A minimal and a full one, request and response: right for the one contract they are of."""
    for _, contract in loaded.pairs():
        if contract is None:
            continue
        model = read_model(contract.schema)
        for root in (contract.request, contract.response):
            for message in (minimal(model, root), full(model, root)):
                judged = judge(etree.tostring(message), at=noon, catalogue=loaded.catalogue)
                assert judged.accepted, judged.findings
                assert judged.contract == contract


def test_rules_are_told_with_what_is_wrong(loaded: Loaded) -> None:
    """A dangling is-a and a test that breaks off cost nothing but themselves."""
    told = {
        domain.name: rules.problem for domain in loaded.domains
        for rules in domain.manifest.rule_files
    }  # fmt: skip

    assert told["made:up:plain0"] == ""
    assert told["made:up:plain1"].startswith("line 3: is-a='nowhere'")
    assert told["made:up:plain2"].startswith("line 2: ")
    assert len(told) == 3


def test_an_older_candidate_in_iso_8859_1_is_read(
    loaded: Loaded, packages: ModuleType, releases: ModuleType, tmp_path: Path
) -> None:
    """Its letters come through, the encoding is told, and its stage is part of its version."""
    assert loaded.domains
    (path,) = releases.written((releases.older_candidate(packages),), tmp_path, packages)

    one = install(path)

    assert str(one) == "made:up:older 1.0_RC1"
    assert [str(repair.kind) for repair in one.manifest.repairs] == ["wrong encoding"]
    assert len(one.contracts) == 2
    text = (one.folder / "repaired" / packages.core_of(one.name)).read_text(encoding="utf-8")
    assert "Grundläggande" in text


def test_all_are_loaded_in_time(loaded: Loaded) -> None:
    """Under a minute when installed, and under two seconds from then on."""
    assert loaded.seconds < 60
    installed._shelf.cache_clear()

    began = time.perf_counter()
    count = sum(len(one.contracts) for one in installed_domains())

    assert time.perf_counter() - began < 2
    assert count >= 343

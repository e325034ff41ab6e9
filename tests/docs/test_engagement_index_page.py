"""The page on the engagement index: its messages and its catalogue do what it says."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

from lxml import etree

from contracts.envelope import body_of, fault_in
from simulator.addressing import AddressingCatalogue
from simulator.addressing.files import read_catalogue
from simulator.addressing.regions import platform_authorisations, platform_routes, region_rows
from simulator.app import create_app, create_platform
from simulator.client import WsgiTransport
from simulator.engagement_index.messages import engagements_in
from simulator.engagement_index.subscribers import subscribers_in
from simulator.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "engagement-index.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_two_messages_of_the_page() -> None:
    """What the first tells, the second finds once it is stored."""
    update, find = blocks("xml")
    settings = Settings()
    assert settings.default_sender is not None
    rows = replace(
        region_rows(),
        routes=tuple(platform_routes()),
        authorisations=tuple(platform_authorisations([settings.default_sender])),
    )
    platform = create_platform(settings, AddressingCatalogue(rows=rows.completed()))
    transport = WsgiTransport(create_app(platform))

    def call(message: str) -> etree._Element:
        headers = {"Content-Type": "text/xml"}
        answer = transport.send("POST", "/vp", headers=headers, body=message.encode())
        root = etree.fromstring(answer.body)
        assert fault_in(root) is None, answer.body
        return body_of(root)

    call(update)
    assert engagements_in(call(find)) == ()
    transport.send("POST", "/control/v1/index/store", headers={"Host": "localhost"})

    (found,) = engagements_in(call(find))
    assert found.source_system == "SE2321000016-SYSTEM"
    platform.close()


def test_the_catalogue_of_the_page_makes_a_subscriber(tmp_path: Path) -> None:
    """With its filter."""
    path = tmp_path / "catalogue.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")

    (subscriber,) = subscribers_in(read_catalogue(path), Settings().platform_id)

    assert subscriber.logical_address == "SUBSCRIBER"
    (one,) = subscriber.filters
    assert [each.category for each in one.categories] == ["fpe-es"]


def test_the_page_names_every_setting_with_its_value() -> None:
    """As they are by themselves."""
    settings = Settings()
    named = set(re.findall(r"`((?:index|platform)_[a-z_]+)`", TEXT))

    there_are = {one.name for one in fields(Settings) if one.name.startswith("index_")}
    assert named == there_are | {"platform_id"}
    assert f"`{settings.index_id}`" in TEXT
    assert f"| `{settings.platform_id}` |" in TEXT
    collects = f"{settings.index_collects_for:g}, {settings.index_collects_most}"
    retries = f"{settings.index_retries}, {settings.index_retry_delay:g}"
    assert f"| {collects} |" in TEXT
    assert f"| {retries} |" in TEXT

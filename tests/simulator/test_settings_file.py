"""The platform's settings from a file."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.errors import UsageError
from contracts.terms import HsaId, LogicalAddress
from simulator.journal import Retention
from simulator.settings import Settings
from simulator.settings_file import read_settings

WHOLE = """
platform_name = "NTJP-SIM"
instance_id = "NTjP_T"
default_sender = "SE2321000016-MINE"
strict = true
whitelist = ["10.", "127.0.0.1"]
forwarded_for_header = "X-Real-Ip"
certificate_header = "X-Forwarded-Tls-Client-Cert"
sender_pattern = "CN=([^,]+)"
use_routing_history = false
original_consumer_senders = ["SE1"]
refuse_original_consumer = true
user_agent = "VP"
content_type = "text/xml"
correlation_id_over_https = true
connect_timeout = 1
producer_timeout = 2.5
timeouts = "timeouts.json"
retries = 0
retry_delay = 0.5
index_id = "SE165565594230-EI"
index_alternative_id = "5565594230"
platform_id = "SE165565594230-VP"
index_delay = 1
index_collects_for = 2
index_collects_most = 10
index_retries = 5
index_retry_delay = 1
aggregation_address = "SE165565594230-AGP"
aggregation_sender = "SE165565594230-AGP1"
find_timeout = 3
source_timeout = 4
aggregate_timeout = 5
check_soap_action = true
certificate = "vp.pem"
key = "vp.key"
authority = "ca.pem"
largest_message = 1000
wsdl_urls = "wsdl.json"
power_safe = true
test_persons = "persons.txt"
retention = { days = 30, exchanges = 1_000_000, bytes = 10_000_000_000 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give where the settings are, beside a list of timeouts."""
    entry = {"tjanstekontrakt": "urn:riv:a", "producertimeout": 1500}
    (tmp_path / "timeouts.json").write_text(json.dumps([entry]), encoding="utf-8")
    return tmp_path / "platform.toml"


def test_every_setting_can_be_told(file: Path) -> None:
    """Paths count from the file; what has a place of its own is not among them."""
    file.write_text(WHOLE, encoding="utf-8")

    read = read_settings(file)

    folder = file.parent
    assert read == Settings(
        platform_name="NTJP-SIM",
        instance_id="NTjP_T",
        default_sender=HsaId("SE2321000016-MINE"),
        strict=True,
        whitelist=("10.", "127.0.0.1"),
        forwarded_for_header="X-Real-Ip",
        certificate_header="X-Forwarded-Tls-Client-Cert",
        sender_pattern="CN=([^,]+)",
        use_routing_history=False,
        original_consumer_senders=("SE1",),
        refuse_original_consumer=True,
        user_agent="VP",
        content_type="text/xml",
        correlation_id_over_https=True,
        connect_timeout=1.0,
        producer_timeout=2.5,
        timeouts={"urn:riv:a": 1.5},
        retries=0,
        retry_delay=0.5,
        index_id="SE165565594230-EI",
        index_alternative_id="5565594230",
        platform_id="SE165565594230-VP",
        index_delay=1.0,
        index_collects_for=2.0,
        index_collects_most=10,
        index_retries=5,
        index_retry_delay=1.0,
        aggregation_address=LogicalAddress("SE165565594230-AGP"),
        aggregation_sender=HsaId("SE165565594230-AGP1"),
        find_timeout=3.0,
        source_timeout=4.0,
        aggregate_timeout=5.0,
        check_soap_action=True,
        certificate=folder / "vp.pem",
        key=folder / "vp.key",
        authority=folder / "ca.pem",
        largest_message=1000,
        wsdl_urls=folder / "wsdl.json",
        power_safe=True,
        test_persons=folder / "persons.txt",
        retention=Retention(
            age=timedelta(days=30), most_exchanges=1_000_000, most_bytes=10_000_000_000
        ),
    )
    default = Settings()
    same = {f.name for f in fields(Settings) if getattr(read, f.name) == getattr(default, f.name)}
    assert same == {"journal", "control_token"}


def test_empty_file_changes_nothing(file: Path) -> None:
    """What is not told is as by default."""
    file.write_text("", encoding="utf-8")

    assert read_settings(file) == Settings()


def test_default_sender_may_be_nobody(file: Path) -> None:
    """TOML has no null."""
    file.write_text('default_sender = ""', encoding="utf-8")

    assert read_settings(file).default_sender is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("strikt = true", "strikt is no setting", id="unknown"),
        pytest.param('journal = "x"', "journal is not told here", id="elsewhere"),
        pytest.param('control_token = "x"', "control_token is not told here", id="secret"),
        pytest.param("strict = 1", "strict must be true or false", id="no flag"),
        pytest.param("retries = true", "retries must be a whole number", id="flag"),
        pytest.param("retries = -1", "retries must be a whole number", id="below zero"),
        pytest.param("retry_delay = inf", "retry_delay must be a number", id="no end"),
        pytest.param('whitelist = "10."', "whitelist must be a list of texts", id="no list"),
        pytest.param("whitelist = [1]", "whitelist must be a list of texts", id="no texts"),
        pytest.param("platform_name = 1", "platform_name must be a text", id="no text"),
        pytest.param("wsdl_urls = 1", "wsdl_urls must be a path", id="no path"),
        pytest.param("timeouts = 29", "timeouts must be the path", id="no path of timeouts"),
        pytest.param("retention = 30", "retention must be a table", id="no table"),
        pytest.param("retention = {years = 1}", "retention must be a table", id="no such limit"),
        pytest.param("retention = {days = '1'}", "retention must be a table", id="no limit"),
        pytest.param("strict", "no TOML", id="no TOML"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_mistake_is_told_with_its_place(file: Path, text: str | None, says: str) -> None:
    """The first one in the file."""
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        read_settings(file)

    assert refused.value.what.startswith(says)
    assert refused.value.where == str(file)

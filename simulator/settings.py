"""Settings: read once at the start, frozen from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.terms import HsaId, LogicalAddress
from simulator.journal.retention import KEEP_ALL, Retention

__all__ = ["Settings"]

_DEFAULT_SENDER = HsaId("SE2321000016-PROVBANK1")
_PLATFORM_SENDER = HsaId("SE5565594230-PROVBANK")
_PLATFORM = LogicalAddress("5565594230")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a platform is set up with; each setting names the national platform's own, if any.

    Units:  seconds and bytes.
    Source: platform facts, sections 1 to 3.
    """

    platform_name: str = "PROVBANK"
    """Stands in every fault text: ``VP004 [PROVBANK] ...`` (vp.instance.name)."""

    instance_id: str = "PROVBANK-VP"
    """What an internal caller must know to name its own sender id (vp.instance.id)."""

    # Who calls: section 1.4 and 1.5

    default_sender: HsaId | None = _DEFAULT_SENDER
    """Whom a caller on loopback is taken for when it does not say; None refuses such calls."""

    strict: bool = False
    """Behave as the national platform where the simulator is kinder: no default sender."""

    whitelist: tuple[str, ...] = ("127.0.0.1", "::1")
    """How the addresses begin that may call over plain HTTP (ip.whitelist)."""

    forwarded_for_header: str = "X-Forwarded-For"
    """Names the caller behind a proxy (http.forwarded.header.xfor)."""

    certificate_header: str = "x-vp-auth-cert"
    """Carries the caller's certificate (http.forwarded.header.auth_cert)."""

    sender_pattern: str = r"(?:2.5.4.5|SERIALNUMBER)=([^,]+)"
    """Finds the sender in a subject (certificate.senderid.subject.pattern)."""

    use_routing_history: bool = True
    """Find loops, and tell producers the way a call has come (vp.use.routing.history)."""

    # Who started the chain: section 1.7

    original_consumer_senders: tuple[str, ...] = ()
    """Who may name another original consumer; empty for all (sender.id.allowed.list)."""

    refuse_original_consumer: bool = False
    """Refuse others with VP013 (throw.vp013.when.originalconsumer.not.allowed)."""

    # The call to the producer: sections 1.11 and 1.12

    user_agent: str = "SKLTP VP/4.3.x"
    content_type: str = "text/xml;charset=UTF-8"
    correlation_id_over_https: bool = False
    """Tell producers on https the correlation id too (propagate.correlation.id.for.https)."""

    connect_timeout: float = 2.0
    producer_timeout: float = 29.0
    timeouts: Mapping[str, float] = field(default_factory=dict)
    """Producer timeouts of single contracts, see simulator.timeouts."""

    retries: int = 1
    retry_delay: float = 2.0

    certificate: Path | None = None
    """What the platform presents to producers on https, unless a target says otherwise."""

    key: Path | None = None
    authority: Path | None = None
    """Whom the platform trusts on https; None for the authorities that come with the system."""

    # The engagement index: sections 6.4 and 6.5

    index_id: str = "5565594230"
    """Whom the index is: the owner of its records, and where Update is addressed (ei.hsa.id)."""

    index_alternative_id: str = ""
    """Where Update may be addressed too (ei.alternative.hsa.id)."""

    platform_id: str = "SE5565594230-PROVBANK"
    """Whom the platform calls subscribers as; reserved in the index, as its own (vp.hsa.id)."""

    index_delay: float = 0.0
    """How long after its answer the index begins to store; 0 is at once."""

    index_collects_for: float = 5.0
    """How long a single record of an Update waits for another one."""

    index_collects_most: int = 1000
    """How many single records are stored together at the most."""

    index_retries: int = 2
    """How often a notification is sent again before it is parked."""

    index_retry_delay: float = 5.0
    """How long before that."""

    # The aggregating platform: section 5

    aggregation_address: LogicalAddress = _PLATFORM
    """Where the aggregating services are called (agp.logicalAddress)."""

    aggregation_sender: HsaId = _PLATFORM_SENDER
    """Who asks the engagement index for them (ei.senderId)."""

    find_timeout: float = 20.0
    """How long the engagement index may be silent."""

    source_timeout: float = 27.0
    """How long a source may be silent, as the aggregating platform sees it."""

    aggregate_timeout: float = 28.0
    """How long all sources together are waited for (aggregate.timeout)."""

    check_soap_action: bool = False
    """Refuse another SOAPAction than the operation's (validate.soapAction)."""

    # The rest

    largest_message: int = 52_428_800
    wsdl_urls: Path | None = None
    """A JSON list that overrides where contracts' WSDL are served, see simulator.wsdl_serving."""

    journal: str = "sqlite://"
    """Database URL of the journal; the default keeps it in memory."""

    control_token: str | None = None
    """What a caller of the control API must show; None lets this machine in alone."""

    retention: Retention = KEEP_ALL
    """What the journal may forget."""

    power_safe: bool = False
    """Whether an answer waits until the disk has its exchange."""

    test_persons: Path | None = None
    """A list of persons whose identities are shown; all others' are masked."""

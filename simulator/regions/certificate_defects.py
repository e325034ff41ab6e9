"""Known defects of mutual TLS: what a system presents, whom it trusts, and whom it lets in."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.certificates.folder import CertificateFolder
from simulator.certificates.kinds import Kind
from simulator.regions.defect import Defect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.outbound import TlsMaterial
    from simulator.tls import ListenerTls

__all__ = ["presenting_defects", "without_certificates"]


def without_certificates(breaks: str) -> Iterable[Defect]:
    """Make the ways to let in who shows no valid certificate."""
    for name, (says, on_listener) in _LETTING_IN.items():
        yield Defect(name=name, says=says, breaks=breaks, on_listener=on_listener)


def presenting_defects(breaks: str, *, also: str) -> Iterable[Defect]:
    """Make the ways to call wrongly: what nobody lets in breaks ``also`` beside."""
    for name, (says, on_tls) in _PRESENTING.items():
        nothing_comes = frozenset({also, "RIV-*"})
        yield Defect(
            name=name, says=says, breaks=breaks, also=nothing_comes, in_full=True, on_tls=on_tls
        )
    for name, (says, on_tls) in _TRUSTING.items():
        yield Defect(name=name, says=says, breaks=breaks, in_full=True, on_tls=on_tls)


def _demanding(least: ssl.VerifyMode) -> Callable[[ListenerTls], ListenerTls]:
    return lambda tls: replace(tls, demands=least)


_LETTING_IN: Mapping[str, tuple[str, Callable[[ListenerTls], ListenerTls]]] = {
    "asks-for-no-certificate": (
        "never asks a caller for its certificate",
        _demanding(ssl.CERT_NONE),
    ),
    "lets-in-without-certificate": (
        "checks a certificate that is shown, and lets in who shows none",
        _demanding(ssl.CERT_OPTIONAL),
    ),
    "lets-in-stale-certificates": (
        "does not look at when a certificate begins and ends",
        lambda tls: replace(tls, check_time=False),
    ),
}
"""By name: what the system does, and what its listener demands."""


def _of_kind(kind: Kind) -> Callable[[TlsMaterial], TlsMaterial]:
    """Present a certificate of a kind, from the folder that the right one lies in."""

    def presented(material: TlsMaterial) -> TlsMaterial:
        if material.certificate is None:
            return material
        right = Path(material.certificate)
        filed = CertificateFolder(right.parent).filed(right.stem, name=right.stem, kind=kind)
        return replace(material, certificate=str(filed.certificate), key=str(filed.key))

    return presented


_PRESENTING: Mapping[str, tuple[str, Callable[[TlsMaterial], TlsMaterial]]] = {
    "shows-no-certificate": (
        "presents no client certificate, so that nothing it sends is taken",
        lambda material: replace(material, certificate=None, key=None),
    ),
    "shows-a-stale-certificate": (
        "presents a client certificate that has expired",
        _of_kind(Kind.EXPIRED),
    ),
    "shows-a-coming-certificate": (
        "presents a client certificate whose time has not begun",
        _of_kind(Kind.NOT_YET_VALID),
    ),
    "shows-a-strangers-certificate": (
        "presents a client certificate of an authority that nobody has agreed on",
        _of_kind(Kind.WRONG_CHAIN),
    ),
    "shows-a-certificate-of-its-own": (
        "presents a client certificate that it has signed itself",
        _of_kind(Kind.SELF_SIGNED),
    ),
    "shows-another-systems-certificate": (
        "presents the client certificate of another system",
        _of_kind(Kind.WRONG_NAME),
    ),
    "shows-a-nameless-certificate": (
        "presents a client certificate without an HSA-id",
        _of_kind(Kind.NO_HSA_ID),
    ),
}
"""By name: what the system does, and what it presents."""

_TRUSTING: Mapping[str, tuple[str, Callable[[TlsMaterial], TlsMaterial]]] = {
    "trusts-any-certificate": (
        "sends to whoever answers, whatever certificate that is",
        lambda material: replace(material, verify=False),
    ),
    "trusts-stale-certificates": (
        "does not look at when the platform's certificate begins and ends",
        lambda material: replace(material, check_time=False),
    ),
}
"""By name: what the system does, and whom it trusts."""

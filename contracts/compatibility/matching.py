"""Which contract of the new release is which of the old: by domain, interaction, role and major."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.wsdl import ServiceContract

__all__ = ["Pair", "identity", "pairs"]

_NAMESPACE = re.compile(r"(?P<stem>.+):(?P<major>[0-9]+)(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A contract in both releases, or in one; then ``relatives`` are its majors in the other."""

    old: ServiceContract | None
    new: ServiceContract | None
    relatives: tuple[ServiceContract, ...] = ()


def identity(contract: ServiceContract) -> tuple[str, str]:
    """Give what a contract is whatever its version, and its major version.

    Shape: the first is ``urn:riv:<domain>:<interaction><role>``.
    """
    found = _NAMESPACE.fullmatch(contract.namespace)
    return (found["stem"], found["major"]) if found else (contract.namespace, "")


def pairs(old: Iterable[ServiceContract], new: Iterable[ServiceContract]) -> Iterator[Pair]:
    """Match contracts: those of one namespace, profile and operation first, then the nearest."""
    left, right = list(old), list(new)
    found: list[tuple[ServiceContract, ServiceContract]] = []
    for alike in (_exactly, _but_for_operation, _but_for_profile):
        for one in list(left):
            other = next((other for other in right if alike(one) == alike(other)), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
                found.append((one, other))
    yield from (
        Pair(old=one, new=other)
        for one, other in sorted(found, key=lambda two: (two[0].interaction, two[0].namespace))
    )
    olds, news = [one for one, _ in found] + left, [other for _, other in found] + right
    for one in left:
        yield Pair(old=one, new=None, relatives=_relatives(one, news))
    for other in right:
        yield Pair(old=None, new=other, relatives=_relatives(other, olds))


def _exactly(contract: ServiceContract) -> tuple[str, ...]:
    return *_but_for_operation(contract), contract.interaction


def _but_for_operation(contract: ServiceContract) -> tuple[str, ...]:
    return contract.namespace, contract.profile.casefold()


def _but_for_profile(contract: ServiceContract) -> tuple[str, ...]:
    return (contract.namespace,)


def _relatives(
    contract: ServiceContract, others: Iterable[ServiceContract]
) -> tuple[ServiceContract, ...]:
    stem, major = identity(contract)
    return tuple(
        other for other in others if identity(other)[0] == stem and identity(other)[1] != major
    )

"""What a run had the tested system handed, or send, and what share of the schema that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from contracts import exercised
from contracts.envelope import body_of, is_envelope
from contracts.errors import MessageError
from contracts.exercised import Aspect
from contracts.parsing import parse
from contracts.schema_model import read_model
from contracts.wsdl import ServiceContract
from features.answers import never_reached
from reports.results import Exercised, Share, Sides
from simulator.client import Answer
from simulator.exchange import Exchange

__all__ = ["Sent"]


class Sent:
    """The messages that the tested system was handed, or those it sent, as they were."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []

    def note(self, answer: Answer) -> None:
        """Note what was sent, unless the platform answered in the system's place."""
        turned_away = answer.platform_code not in (None, "VP009")
        if not turned_away and not never_reached(answer):
            self._messages.append(answer.request)

    def spoke_of(self, text: str) -> bool:
        """Tell whether any of the messages holds a text."""
        return any(text.encode() in message for message in self._messages)

    def observing(self, contract: ServiceContract) -> Callable[[Exchange], None]:
        """Give an observer that notes what the tested system sends of a contract."""

        def observe(exchange: Exchange) -> None:
            if exchange.contract == contract.namespace:
                self._messages.append(exchange.legs[0].request)

        return observe

    def exercised(self, contract: ServiceContract) -> Exercised:
        """Count what share of a contract's schema the messages exercised."""
        model = read_model(contract.schema)
        found = exercised.coverage(model, contract.request, self._payloads())

        def sides(aspect: Aspect) -> Sides:
            return Sides(valid=_share(found, aspect, True), invalid=_share(found, aspect, False))

        return Exercised(
            interaction=contract.interaction,
            contract=contract.service_domain,
            contract_version=contract.version,
            messages=len(self._messages),
            elements=sides(Aspect.ELEMENT),
            facets=sides(Aspect.FACET),
            bounds=sides(Aspect.BOUND),
            missing=tuple(str(point) for point in found.missing),
        )

    def _payloads(self) -> Iterator[etree._Element]:
        """Give the messages that can be read at all."""
        for message in self._messages:
            try:
                root = parse(message)
                yield body_of(root) if is_envelope(root) else root
            except MessageError:
                continue


def _share(found: exercised.Exercised, aspect: Aspect, valid: bool) -> Share:
    share = found.share(aspect, valid=valid)
    return Share(done=share.done, total=share.total)

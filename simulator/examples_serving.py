"""GET /examples/CONTRACT: a ready message of any known contract, in its envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from contracts.catalogue import known
from contracts.errors import HarnessError, UnknownContract
from contracts.samples import ADDRESS, sample, sample_envelope
from simulator.exchange import DEFAULT_WORKSPACE

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from contracts.wsdl import ServiceContract
    from simulator.platform import Platform

__all__ = ["examples"]

_KINDS = ("full", "minimal")


def examples(platform: Platform) -> Blueprint:
    """Give the pages of example messages, which need no preparation to be sent.

    Shape: a contract is named as for ``provbank example``. Other pages may serve single contracts
           better, at the same address without a variable part.
    """
    blueprint = Blueprint("any_examples", __name__)

    @blueprint.get("/examples")
    @blueprint.get("/examples/")
    def overview() -> ResponseReturnValue:
        """List the contracts that there are examples of."""
        return _plain("\n".join(str(contract) for contract in known().contracts), 200)

    @blueprint.get("/examples/<name>")
    def example(name: str) -> ResponseReturnValue:
        """Give a message; ?kind=minimal, ?seed=, ?to= a logical address, ?response for that."""
        kind = request.args.get("kind", _KINDS[0])
        seed = request.args.get("seed", "0")
        if kind not in _KINDS or not seed.isdecimal():
            return _plain(f"kind is {' or '.join(_KINDS)}, seed a number", 404)
        response = "response" in request.args
        try:
            contract = known().contract_named(name)
            payload = sample(contract, response=response, is_full=kind == _KINDS[0], seed=int(seed))
            to = request.args.get("to") or _someone(platform, contract)
            message = sample_envelope(contract, payload, response=response, logical_address=to)
        except UnknownContract as error:
            return _plain(str(error), 404)
        except HarnessError as error:  # the contract's schema does not allow any
            return _plain(str(error), 500)
        return Response(message, content_type="text/xml; charset=UTF-8")

    return blueprint


def _someone(platform: Platform, contract: ServiceContract) -> str:
    """Give an address that the contract can be called at, made up where there is no route."""
    catalogue = platform.arrangements.of(DEFAULT_WORKSPACE).catalogue
    routes = catalogue.routes if catalogue else ()
    wanted = contract.namespace.lower()
    return next(
        (
            route.logical_address
            for route in routes
            if route.contract.lower() == wanted and route.logical_address != "*"
        ),
        ADDRESS,
    )


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status=status, content_type="text/plain; charset=UTF-8")

"""The validation service and the register behind the stacks: a claim's worth, and what is kept.

A stack posts the request as it came, and is told on the first line OK, ERROR or UNREADABLE, on the
second the id of the claim, and below what the comment is to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import Blueprint, Flask, Response, request

from contracts.envelope import body_of, is_envelope
from contracts.errors import MessageError
from contracts.judge import judge_payload, swedish_now
from contracts.parsing import parse
from simulator.app import bare_app
from simulator.regions.buyer import Buyer
from simulator.regions.claim_observation import show_claims
from simulator.regions.defect import FLAWLESS
from simulator.regions.ledger import Ledger, Received
from simulator.regions.receiving import told
from simulator.server import Server

__all__ = ["validation_service", "verdict_on"]


def verdict_on(message: bytes, ledger: Ledger) -> tuple[str, str, str]:
    """Judge a request, and keep it where it is accepted: verdict, id of the claim, comment."""
    try:
        root = parse(message)
        payload = body_of(root) if is_envelope(root) else root
    except MessageError as error:
        return "UNREADABLE", "", error.what
    if payload.tag != Buyer.request:
        return "UNREADABLE", "", "no ProcessClaimSpecification"
    claim_id = " ".join((payload.findtext("{*}claimSpecification/{*}id") or "").split())
    judgement = judge_payload(payload, at=swedish_now())
    if not judgement.accepted:
        return "ERROR", claim_id, "\n".join(told(finding) for finding in judgement.findings)
    if ledger.receive(payload) is Received.ID_TAKEN:
        return "ERROR", claim_id, "Ett annat fakturaunderlag med samma id är redan mottaget."
    return "OK", claim_id, ""


@contextmanager
def validation_service() -> Iterator[str]:
    """Serve verdicts and the observation point, and give the URL."""
    with closing(Ledger("03", url="sqlite://")) as ledger, Server(_app(ledger)) as server:
        yield server.url


def _app(ledger: Ledger) -> Flask:
    app = bare_app("provbank.proof.stacks", largest=52_428_800)
    seen = Blueprint("seen", __name__)
    show_claims(ledger, FLAWLESS, seen)
    app.register_blueprint(seen)

    @app.post("/judge")
    def judged() -> Response:
        lines = verdict_on(request.get_data(), ledger)
        return Response("\n".join(lines), content_type="text/plain; charset=utf-8")

    return app

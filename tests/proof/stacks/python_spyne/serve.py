"""ProcessClaimSpecification by spyne: serve.py PORT JUDGE.

The rest of the message is taken as XML; what it is worth, the validation service says. A request is
judged as it came, in the middleware below, and spyne then reads it by itself.
"""

from __future__ import annotations

import io
import sys
import threading
import urllib.request
from typing import ClassVar

from cheroot import wsgi
from lxml import etree
from spyne import AnyXml, Application, ComplexModel, Fault, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

DOMAIN = "urn:riv:financial:billing:claim:1"
RESPONDER = "urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1"
PORT, JUDGE = int(sys.argv[1]), sys.argv[2]

UNREADABLE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    b"<faultcode>s:Client</faultcode><faultstring>The message is not in its charset</faultstring>"
    b"</s:Fault></s:Body></s:Envelope>"
)

verdicts = threading.local()


class ProcessClaimSpecificationResponse(ComplexModel):
    """The contract's response."""

    __namespace__ = RESPONDER
    _type_info: ClassVar = [
        ("resultCode", Unicode(values=["OK", "INFO", "ERROR"], min_occurs=1)),
        ("comment", Unicode(min_occurs=0)),
    ]


class ProcessClaimSpecification(ComplexModel):
    """The contract's request."""

    __namespace__ = RESPONDER
    _type_info: ClassVar = [("claimSpecification", AnyXml)]


class Claims(ServiceBase):
    """The one operation of the contract."""

    @rpc(
        ProcessClaimSpecification,
        _returns=ProcessClaimSpecificationResponse,
        _body_style="bare",
        _in_message_name=f"{{{RESPONDER}}}ProcessClaimSpecification",
        _out_message_name=f"{{{RESPONDER}}}ProcessClaimSpecificationResponse",
    )
    def ProcessClaimSpecification(ctx, message):  # noqa: N802, N805, D102 - the contract's name
        code, claim_id, comment = verdicts.now
        if code == "UNREADABLE":
            raise Fault("Client", "The message is no claim specification")
        if code == "OK" and read_id(message) != claim_id:
            raise Fault("Server", "The stack has read another id than the validation service")
        return ProcessClaimSpecificationResponse(resultCode=code, comment=comment or None)


def read_id(message: ProcessClaimSpecification | None) -> str:
    """Give the claim's id as spyne has read it: of any XML, spyne gives the first element."""
    first = message.claimSpecification if message is not None else None
    is_id = isinstance(first, etree._Element) and first.tag == f"{{{DOMAIN}}}id"
    return " ".join((first.text or "").split()) if is_id else ""


def judged_first(application):
    """Have each request judged as it came, before the stack reads it."""

    def call(environ, start_response):
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        length = None if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        with urllib.request.urlopen(f"{JUDGE}/judge", data=body, timeout=60) as answer:  # noqa: S310 - our own
            code, claim_id, comment = answer.read().decode().split("\n", 2)
        verdicts.now = (code, claim_id, comment)
        try:
            own = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            return application({**environ, **own}, start_response)
        except UnicodeDecodeError:  # spyne itself answers nothing to what is not in its charset
            start_response("500 Internal Server Error", [("Content-Type", "text/xml")])
            return [UNREADABLE]

    return call


def without_dots(context):
    """Take spyne's own part out of a fault code: WS-I allows no dots in one."""
    context.out_error.faultcode = context.out_error.faultcode.partition(".")[0]


claims = Application(
    [Claims], tns=RESPONDER, in_protocol=Soap11(huge_tree=True), out_protocol=Soap11()
)
claims.event_manager.add_listener("method_exception_object", without_dots)
application = WsgiApplication(claims, max_content_length=50_000_000)
wsgi.Server(("127.0.0.1", PORT), judged_first(application), numthreads=20).start()

"""Uncommon ways of HTTP: framing, versions, headers, and the time an answer takes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from tests.proof.false_alarms.manner import Manner, both_ways
from tests.proof.false_alarms.messages import Change, Message

__all__ = ["WIRE", "pausing"]

_MANY = tuple(
    {
        "Set-Cookie": "JSESSIONID=0123456789ABCDEF; Path=/; HttpOnly; Secure",
        "X-Powered-By": "Servlet/3.1 (region; utv)",
        "Strict-Transport-Security": "max-age=31536000",
        "Cache-Control": "no-cache, no-store",
        "Pragma": "no-cache",
        "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
        "X-Request-ID": "7b0c1d5e-9b3a-4a53-8f39-6d6bb1fd9f6c",
        "X-Rivta-Something-Of-Ours": "1",
        "Content-Language": "sv-SE",
        "Vary": "Accept-Encoding, User-Agent",
        "Via": "1.1 proxy.region.se:8080 (squid)",
    }.items()
)


def pausing(seconds: float, *, every: int) -> Change:
    """Wait before every so many messages are handed on."""
    lock, count = threading.Lock(), 0

    def changed(message: Message) -> Message:
        nonlocal count
        with lock:
            count += 1
            waits = count % every == 0
        if waits:
            time.sleep(seconds)
        return message

    return changed


def _content_type(text: str) -> Change:
    return lambda message: message.with_header("Content-Type", text)


def _with_many(message: Message) -> Message:
    return replace(message, headers=(*message.headers, *_MANY))


def _shouting(message: Message) -> Message:
    pairs = tuple((name.upper(), f"  {text}\t ") for name, text in message.headers)
    return replace(message, headers=pairs)


def _whispering(message: Message) -> Message:
    return replace(message, headers=tuple((n.lower(), text) for n, text in message.headers))


def _with_fewest(message: Message) -> Message:
    """Keep only the headers that a receiver needs."""
    needed = {"content-type", "soapaction", "host", "location"}
    kept = tuple(
        pair for pair in message.headers if pair[0].lower() in needed or pair[0].startswith("x-")
    )
    return replace(message, headers=kept)


def _of_1_0(message: Message) -> Message:
    """Speak HTTP/1.0: an answer ends with its connection, a request asks for none to be kept."""
    if message.is_response:
        start = message.start.replace("HTTP/1.1", "HTTP/1.0", 1)
        return replace(message, start=start, open_ended=True)
    return replace(message, start=message.start.replace("HTTP/1.1", "HTTP/1.0", 1))


def _of_other_reason(message: Message) -> Message:
    """Say something else of the status than others do; a request has nothing of the kind."""
    words = {"200": "Allt gick bra", "500": ""}
    status = message.start.split()[1]
    return replace(message, start=f"HTTP/1.1 {status} {words.get(status, 'Nja')}")


def _upgradable(message: Message) -> Message:
    """Offer HTTP/2, as a common web server does of itself."""
    return replace(
        message, headers=(*message.headers, ("Upgrade", "h2,h2c"), ("Connection", "Upgrade"))
    )


def _absolute(message: Message) -> Message:
    """Write the whole URL in the request line, as towards a proxy."""
    method, target, version = message.start.split(" ")
    start = f"{method} http://{message.header('host')}{target} {version}"
    return replace(message, start=start)


WIRE: tuple[Manner, ...] = (
    both_ways("chunked", "sends its bodies in chunks of 100 bytes",
              lambda message: replace(message, chunks=100)),
    both_ways("one-chunk", "sends its bodies in a single chunk",
              lambda message: replace(message, chunks=10_000_000)),
    both_ways("closing", "closes the connection after each message, and says so",
              lambda message: message.with_header("Connection", "close")),
    both_ways("http-1-0", "speaks HTTP/1.0", _of_1_0),
    Manner(name="until-it-closes", says="gives no length, and closes where its answer ends",
           on_answer=lambda message: replace(message, open_ended=True)),
    Manner(name="other-reason", says="has words of its own for HTTP's status, or none",
           on_answer=_of_other_reason),
    Manner(name="upgradable", says="offers HTTP/2 in its answers", on_answer=_upgradable),
    Manner(name="absolute-target", says="writes the whole URL in the request line",
           on_sent=_absolute),
    both_ways("many-headers", "adds HTTP headers of servers and proxies", _with_many),
    both_ways("fewest-headers", "has no HTTP header that it can do without", _with_fewest),
    both_ways("shouting-headers", "writes HTTP header names in capitals, with spaces around texts",
              _shouting),
    both_ways("whispering-headers", "writes HTTP header names in lower case", _whispering),
    both_ways("no-charset", "names the media type and no charset", _content_type("text/xml")),
    both_ways("quoted-charset", "quotes the charset, in lower case and after a space",
              _content_type('text/xml;  charset="utf-8"')),
    both_ways("unspaced-charset", "writes the media type without any space",
              _content_type("text/xml;charset=UTF-8")),
    both_ways("capital-media-type", "writes media type and charset with capitals",
              _content_type("Text/XML; Charset=Utf-8")),
    both_ways("more-parameters", "has one more parameter of the media type",
              _content_type('text/xml; charset=utf-8; action="urn:exempel"')),
    Manner(name="slow-in-time", says="takes its time over one answer in twenty, within the limit",
           on_answer=pausing(0.9, every=20), in_full=True),
)  # fmt: skip

"""One HTTP message as it goes over the wire: start line, headers, framing and body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPMessage, HTTPResponse, parse_headers
from typing import BinaryIO

__all__ = ["Change", "Message", "as_they_come", "request_from", "response_from"]

_FRAMING = {"content-length", "transfer-encoding"}
_TO_ONE_HOP = {*_FRAMING, "connection", "keep-alive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or a response.

    Shape: ``chunks`` is how many bytes a chunk has, 0 for a body with its length in a header;
           ``open_ended`` has neither, and ends where the connection does.
    """

    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    chunks: int = 0
    open_ended: bool = False

    def header(self, name: str) -> str:
        """Give a header by its name in any case, empty where there is none."""
        return next((text for one, text in self.headers if one.lower() == name.lower()), "")

    def with_header(self, name: str, text: str) -> Message:
        """Write a header in the place of those of its name."""
        others = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*others, (name, text)))

    def without_header(self, name: str) -> Message:
        """Leave a header out."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=kept)

    @property
    def is_response(self) -> bool:
        """Tell which of the two it is."""
        return self.start.startswith("HTTP/")

    @property
    def status(self) -> int:
        """Give the status of a response."""
        return int(self.start.split()[1])

    @property
    def closes(self) -> bool:
        """Tell whether the connection ends with it."""
        return self.open_ended or self.header("connection").lower() == "close"

    def written(self) -> bytes:
        """Write it, framed as it says."""
        headers = list(self.headers)
        if self.chunks:
            headers.append(("Transfer-Encoding", "chunked"))
        elif not self.open_ended:
            headers.append(("Content-Length", str(len(self.body))))
        lines = [self.start, *(f"{name}: {text}" for name, text in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1") + b"".join(self._framed())

    def _framed(self) -> Iterable[bytes]:
        if not self.chunks:
            yield self.body
            return
        for at in range(0, len(self.body), self.chunks):
            piece = self.body[at : at + self.chunks]
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"


Change = Callable[[Message], Message]
"""What a manner does to what a system writes."""


def as_they_come(message: Message) -> Message:
    """Leave a message as it is."""
    return message


def request_from(stream: BinaryIO) -> Message | None:
    """Read one request, None where the connection ended before it.

    Raises: HTTPException, ValueError or OSError where it cannot be read to its end.
    """
    start = stream.readline(65537).decode("latin-1").rstrip("\r\n")
    if not start:
        return None
    headers = parse_headers(stream)
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        pieces = [*_chunks(stream)]
        largest = max((len(piece) for piece in pieces), default=1)
        return Message(start=start, headers=_kept(headers), body=b"".join(pieces), chunks=largest)
    length = int(headers.get("Content-Length") or 0)
    body = stream.read(length)
    if len(body) < length:
        raise HTTPException("a request that was not sent to its end")
    return Message(start=start, headers=_kept(headers), body=body)


def response_from(response: HTTPResponse) -> Message:
    """Read one response to its end."""
    body = response.read()
    return Message(
        start=f"HTTP/1.1 {response.status} {response.reason}",
        headers=_kept(response.headers),
        body=body,
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while length := int(stream.readline(65537).partition(b";")[0], 16):
        yield stream.read(length)
        stream.readline(3)
    while stream.readline(65537).strip():
        pass


def _kept(headers: HTTPMessage) -> tuple[tuple[str, str], ...]:
    """Give the headers that are not about the connection they came over."""
    return tuple((n, text) for n, text in headers.items() if n.lower() not in _TO_ONE_HOP)

"""A body of a message as a page shows it: indented where it can be, cut where it is large."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree
from markupsafe import Markup, escape

from reports.phrases import visible

if TYPE_CHECKING:
    from reports.results import Body

__all__ = ["ShownBody", "href_of", "shown_body"]

INDENTED_BELOW = 200_000  # bytes; larger XML is shown as it came
WHOLE_UP_TO = 100_000  # bytes; of a larger body only the beginning is shown
PREVIEW = 2_000  # characters
PRINTED_UP_TO = 12_000  # bytes; on paper a larger body is told by name, size and SHA-256


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBody:
    """A body as far as the page shows it; ``href`` is empty where no file may be linked."""

    body: Body
    text: str
    href: str = ""
    problem: str = ""
    cut: bool = False
    printed: bool = False


def shown_body(body: Body, folder: Path) -> ShownBody:
    """Read a body from its file; one that cannot be read, or has been changed, says so."""
    try:
        place = (folder / body.file).resolve()
        if not place.is_relative_to(folder.resolve()):
            return ShownBody(body=body, text="", problem="Filen ligger utanför rapportens mapp.")
        data = place.read_bytes()
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return ShownBody(body=body, text="", problem="Filen saknas i rapportens mapp.")
    indented = _indented(data) if len(data) < INDENTED_BELOW else None
    text = _decoded(data, body.content_type) if indented is None else indented
    cut = len(data) > WHOLE_UP_TO
    if cut:
        text = text[:PREVIEW]
    elif indented is not None:
        text = _with_values_marked(indented)
    changed = hashlib.sha256(data).hexdigest() != body.sha256
    return ShownBody(
        body=body,
        text=text,
        href=href_of(body, folder),
        problem="Filen har ändrats efter körningen: kontrollsumman stämmer inte."
        if changed
        else "",
        cut=cut,
        printed=len(data) <= PRINTED_UP_TO,
    )


def href_of(body: Body, folder: Path) -> str:
    """Link to a body's file, or give nothing where its name leads out of the folder."""
    try:
        inside = (folder / body.file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return ""
    return "./" + "/".join(quote(part) for part in body.file.split("/")) if inside else ""


def _indented(data: bytes) -> str | None:
    """Give well-formed XML indented, or nothing: a DTD is shown as it came, never expanded."""
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        return None
    parser = etree.XMLParser(
        remove_blank_text=True, strip_cdata=False, resolve_entities=False, no_network=True
    )
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        return None
    version = re.match(rb"(?:\xef\xbb\xbf)?(<\?xml [^>]*\?>)", data)
    declaration = version[1].decode("ascii", "replace") + "\n" if version else ""
    return declaration + etree.tostring(tree, encoding="unicode", pretty_print=True)


def _decoded(data: bytes, content_type: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    charset = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        return data.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _with_values_marked(text: str) -> Markup:
    """Set the values of an XML text apart from its tags, so that the eye finds them."""
    parts = re.split(r"(?<=>)(\s*[^<>\s][^<>]*)(?=</)", text)
    return Markup(  # noqa: S704 - each part is escaped
        "".join(
            f"<b>{escape(visible(part))}</b>" if index % 2 else escape(visible(part))
            for index, part in enumerate(parts)
        )
    )

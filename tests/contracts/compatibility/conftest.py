"""What the tests of compatibility share: two versions of a schema, and messages that judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree

from contracts.compatibility.rules import Direction, Verdict, verdict
from contracts.compatibility.walk import Met, walk
from contracts.compatibility.witnesses import Version, witness
from contracts.examples import full_series, minimal
from contracts.mutations import mutations
from contracts.schema_model import read_model

NS = "urn:riv:made:up:things:GetThingResponder:1"
EXT = "urn:riv:made:up:things:GetThingResponder:1.1"
XS = "http://www.w3.org/2001/XMLSchema"
ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
ROOT = f"{{{NS}}}GetThing"
_MOST_MESSAGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Xsd:
    """A version of a schema: what the root's type holds, and what stands beside it.

    Shape: ``content`` is a whole content model where it begins with a group, or else what stands in
           a sequence before the xs:any; ``ext`` are declarations in the extension namespace.
    """

    content: str = ""
    more: str = ""
    ext: str = ""
    any: str = ANY
    attributes: str = ""
    mixed: str = ""

    def write(self, folder: Path) -> Path:
        """Write the files below a folder, and give the main one."""
        folder.mkdir(parents=True)
        imported = ""
        if self.ext:
            imported = f'<xs:import namespace="{EXT}" schemaLocation="ext.xsd"/>'
            (folder / "ext.xsd").write_text(
                f'<xs:schema xmlns:xs="{XS}" targetNamespace="{EXT}" '
                f'elementFormDefault="qualified">{self.ext}</xs:schema>',
                encoding="utf-8",
            )
        content = self.content
        if not content.startswith(("<xs:sequence", "<xs:choice", "<xs:all", "<xs:complexContent")):
            content = f"<xs:sequence>{content}{self.any}</xs:sequence>"
        path = folder / "main.xsd"
        path.write_text(
            f'<xs:schema xmlns:xs="{XS}" xmlns:t="{NS}" xmlns:m1="{EXT}" targetNamespace="{NS}" '
            f'elementFormDefault="qualified">\n{imported}\n'
            f'<xs:element name="GetThing" type="t:GetThingType"/>\n'
            f'<xs:complexType name="GetThingType"{self.mixed}>\n{content}{self.attributes}\n'
            f"</xs:complexType>\n{self.more}\n</xs:schema>",
            encoding="utf-8",
        )
        return path


@dataclass(slots=True)
class Versions:
    """Two versions of a schema, compared, with the validators that have the last word."""

    old: Version
    new: Version
    met: list[Met] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """Give the kinds of the edits found."""
        return [one.edit.kind for one in self.met]

    @property
    def backward(self) -> bool:
        """Tell whether all old messages hold by the new version."""
        return all(one.edit.backward.holds for one in self.met)

    @property
    def forward(self) -> bool:
        """Tell whether all new messages hold by the old version."""
        return all(one.edit.forward.holds for one in self.met)

    def verdict(self, direction: Direction) -> Verdict:
        """Give the worst verdict in one direction."""
        return max(
            (
                verdict(
                    one.edit.kind,
                    direction,
                    backward=one.edit.backward.holds,
                    forward=one.edit.forward.holds,
                )
                for one in self.met
            ),
            key=[*Verdict].index,
            default=Verdict.NONE,
        )

    def contradictions(self) -> Iterator[str]:
        """Give what messages say against the answers: the judges are judged by the validator.

        What is said to hold must take every message made of the other version; what is said not
        to hold must be shown by a message.
        """
        for one, other, holds in (
            (self.old, self.new, self.backward),
            (self.new, self.old, self.forward),
        ):
            refused = [text for text in valid_messages(one) if not other.takes(parsed(text))]
            if holds and refused:
                yield f"said to hold, and refused: {refused[0].decode()}"
        for met in self.met:
            edit = met.edit
            for name, answer, shown in (
                ("backward", edit.backward, (self.old, met.old, self.new, met.new)),
                ("forward", edit.forward, (self.new, met.new, self.old, met.old)),
            ):
                if not answer.holds and answer.certain:
                    if answer.example is None:
                        yield f"{edit.kind} {name}: no example"
                    elif witness(*shown, example=answer.example) is None:
                        yield f"{edit.kind} {name}: no message shows {answer.example}"


def parsed(text: bytes) -> etree._Element:
    """Parse a message that was made."""
    return etree.fromstring(text)


def valid_messages(version: Version) -> Iterator[bytes]:
    """Make valid messages of a version, by every means there is."""
    model = version.model
    made = [minimal(model, ROOT), *islice(full_series(model, ROOT), 20)]
    changed = (one.message for one in mutations(model, ROOT) if one.valid)
    for message in (*made, *islice(changed, _MOST_MESSAGES)):
        if version.takes(message):
            yield etree.tostring(message)


def _xsd(given: str | Mapping[str, str]) -> Xsd:
    return Xsd(content=given) if isinstance(given, str) else Xsd(**given)


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., Versions]:
    """Give what compares two versions of a schema: a content each, or the fields of an Xsd."""

    def build(old: str | Mapping[str, str], new: str | Mapping[str, str]) -> Versions:
        models = [
            read_model(_xsd(one).write(tmp_path / name))
            for one, name in ((old, "old"), (new, "new"))
        ]
        versions = Versions(Version(models[0]), Version(models[1]))
        versions.met = [*walk(models[0], ROOT, models[1], ROOT)]
        return versions

    return build

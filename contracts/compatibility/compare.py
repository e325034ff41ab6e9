"""Two releases in, a Comparison out: contract by contract, message by message, type by type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from contracts.compatibility.edits import Answer, Edit, Kind
from contracts.compatibility.effects import effects, witnesses
from contracts.compatibility.fates import alone, release_versions, short_name
from contracts.compatibility.identities import identity_edits
from contracts.compatibility.matching import Pair, pairs
from contracts.compatibility.releases import Release
from contracts.compatibility.results import (
    Change,
    Comparison,
    Disagreement,
    Fate,
    Matched,
    Released,
    Severity,
    Use,
    worst,
)
from contracts.compatibility.rules import CLAUSE, ROWS, Direction, Verdict, verdict
from contracts.compatibility.versions import (
    Head,
    contract_versions,
    extension_file,
    extension_names,
    head_of,
    schema_versions,
)
from contracts.compatibility.walk import Met, walk
from contracts.compatibility.witnesses import Version
from contracts.compatibility.wsdl_edits import WsdlEdit, wsdl_edits
from contracts.errors import HarnessError
from contracts.schema_model import SchemaModel, read_model
from contracts.schema_parts import Where, split_name
from contracts.wsdl import ServiceContract

__all__ = ["compare"]


def compare(old: Release, new: Release) -> Comparison:
    """Compare two releases of a service domain."""
    return _Comparing(old, new).comparison()


@dataclass(slots=True)
class _Collected:
    """A change on its way to a result: its edit, and the uses found so far."""

    change: Change
    uses: list[Use] = field(default_factory=list)


@dataclass(slots=True)
class _Comparing:
    """The comparison of two releases, as it grows."""

    old: Release
    new: Release
    contracts: list[Matched] = field(default_factory=list)
    found: dict[tuple[object, ...], _Collected] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    old_heads: dict[str, Head] = field(default_factory=dict)
    new_heads: dict[str, Head] = field(default_factory=dict)
    extensions: dict[str, tuple[str, Head, Head, str]] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    numbered: int = 0

    def comparison(self) -> Comparison:
        """Compare everything, and give what was found."""
        for pair in pairs(self.old.contracts, self.new.contracts):
            if pair.old is None or pair.new is None:
                self._alone(pair)
            else:
                self._pair(pair.old, pair.new)
        self.disagreements += schema_versions(
            self.old_heads, self.new_heads, self.changed, self.touched, self.new
        )
        self.disagreements += extension_names(self.extensions.values())
        self.disagreements += release_versions(self.old, self.new, self.contracts)
        changes = tuple(replace(one.change, uses=tuple(one.uses)) for one in self.found.values())
        return Comparison(
            old=_released(self.old),
            new=_released(self.new),
            contracts=tuple(self.contracts),
            changes=tuple(sorted(changes, key=_by_weight)),
            disagreements=tuple(dict.fromkeys(self.disagreements)),
        )

    def _alone(self, pair: Pair) -> None:
        contract, disagreement = alone(pair, self.old, self.new)
        self.contracts.append(contract)
        self.disagreements += [disagreement] if disagreement else []

    # Contracts in both ---------------------------------------------------------------------------

    def _pair(self, old: ServiceContract, new: ServiceContract) -> None:
        name = short_name(new)
        before = len(self.disagreements)
        uses: list[Use] = []
        try:
            uses += self._wsdl(old, new, name)
            uses += self._messages(old, new, name)
        except (HarnessError, RecursionError) as error:
            self.contracts.append(_matched(old, new, Fate.UNREADABLE, Verdict.MAJOR, str(error)))
            del self.disagreements[before:]
            self.disagreements.append(
                Disagreement(
                    rule="contract cannot be compared",
                    severity=Severity.ERROR,
                    where=self.new.place(Where(new.wsdl, 1)),
                    what=f"{name}: {error}",
                    mend=getattr(error, "mend", "") or "mend the schema",
                )
            )
            return
        found = worst(use.verdict for use in uses)
        fate = Fate.CHANGED if uses else Fate.UNCHANGED
        says = ""
        if fate is Fate.UNCHANGED and not _same_bytes(old, new):
            says = "its files differ, and no message shows it"
        self.contracts.append(_matched(old, new, fate, found, says))
        if found is not Verdict.NONE:
            self.touched.add(new.namespace)
            self.disagreements += contract_versions(
                name, old.version, new.version, new.wsdl, self.new
            )

    def _wsdl(self, old: ServiceContract, new: ServiceContract, name: str) -> list[Use]:
        uses = []
        for edit in wsdl_edits(old, new):
            answers = [
                Answer(holds=not offence, offence=offence) for offence in (edit.lost, edit.gained)
            ]
            use = Use(
                contract=name,
                direction=edit.direction,
                paths=(),
                verdict=edit.verdict,
                effects=tuple(effects(edit.direction, *answers)),
            )
            self._keep(_of_wsdl(edit, self.old, self.new), use)
            uses.append(use)
        return uses

    def _messages(self, old: ServiceContract, new: ServiceContract, name: str) -> list[Use]:
        before = read_model(old.schema, within=self.old.files)
        after = read_model(new.schema, within=self.new.files)
        was, now = self._heads(before, self.old_heads), self._heads(after, self.new_heads)
        if _same_files(before, after) and (old.request, old.response) == (
            new.request,
            new.response,
        ):
            return []
        versions = Version(before), Version(after)
        uses = []
        for direction, root, other_root in (
            (Direction.REQUEST, old.request, new.request),
            (Direction.RESPONSE, old.response, new.response),
        ):
            met = [*walk(before, root, after, other_root)]
            met += identity_edits(before, root, after, other_root)
            for one in met:
                use = self._use(one, direction, name, versions)
                self._keep(self._change(one.edit, was, now), use)
                uses.append(use)
                if use.verdict is not Verdict.NONE:
                    self._note_change(one.edit, was, now)
        return uses

    def _heads(self, model: SchemaModel, into: dict[str, Head]) -> dict[str, Head]:
        found = {}
        for file in model.files:
            head = head_of(file)
            found[str(file)] = head
            if head.namespace:
                into.setdefault(head.namespace, head)
        return found

    def _note_change(self, edit: Edit, was: dict[str, Head], now: dict[str, Head]) -> None:
        """Keep which schema a change belongs to, whose version must tell of it."""
        file = edit.new or edit.old
        heads = now if edit.new else was
        head = heads.get(str(file.file)) if file else None
        if head is None:
            return
        self.changed.add(head.namespace)
        if edit.kind is Kind.EXTENSION_ADDED and edit.new is not None and head.namespace:
            before = self.old_heads.get(head.namespace)
            if before is not None:
                place = self.new.place(edit.new)
                for namespace in sorted({split_name(one)[0] for one in edit.names}):
                    added = (namespace, before, head, place)
                    self.extensions.setdefault(f"{namespace} {head.namespace}", added)

    def _use(
        self, met: Met, direction: Direction, name: str, versions: tuple[Version, Version]
    ) -> Use:
        edit = met.edit
        self.numbered += 1
        told = effects(
            direction,
            edit.backward,
            edit.forward,
            stem=f"{name.replace(':', '-')}-{direction}-{self.numbered:03}",
            shown=witnesses(met, *versions),
        )
        return Use(
            contract=name,
            direction=direction,
            paths=tuple(dict.fromkeys(met.paths)),
            verdict=verdict(
                edit.kind, direction, backward=edit.backward.holds, forward=edit.forward.holds
            ),
            effects=tuple(told),
        )

    def _change(self, edit: Edit, was: dict[str, Head], now: dict[str, Head]) -> Change:
        row = ROWS[edit.kind]
        breaks = not (edit.backward.holds and edit.forward.holds)
        return Change(
            kind=edit.kind,
            what=edit.what,
            old=self.old.place(edit.old) if edit.old else "",
            new=self.new.place(edit.new) if edit.new else "",
            backward=edit.backward.holds,
            forward=edit.forward.holds,
            certain=edit.backward.certain and edit.forward.certain,
            rule=CLAUSE,
            mend=row.mend.format(extension=_extension(edit, was, now)) if breaks else "",
            note=row.note if breaks or row.agreeing is Verdict.TOLERABLE else "",
            uses=(),
        )

    def _keep(self, change: Change, use: Use) -> None:
        key = (change.kind, change.what, change.old, change.new, change.backward, change.forward)
        self.found.setdefault(key, _Collected(change)).uses.append(use)


def _by_weight(change: Change) -> tuple[int, str, str]:
    return -tuple(Verdict).index(change.verdict), change.new or change.old, change.what


def _released(release: Release) -> Released:
    return Released(
        name=release.name,
        version=release.version,
        source=release.source,
        repairs=release.repairs,
    )


def _matched(
    old: ServiceContract, new: ServiceContract, fate: Fate, found: Verdict, says: str = ""
) -> Matched:
    return Matched(
        name=short_name(new),
        namespace=new.namespace,
        fate=fate,
        old_version=old.version,
        new_version=new.version,
        verdict=found,
        says=says,
    )


def _same_bytes(old: ServiceContract, new: ServiceContract) -> bool:
    return all(
        one.read_bytes() == other.read_bytes()
        for one, other in ((old.wsdl, new.wsdl), (old.schema, new.schema))
    )


def _same_files(old: SchemaModel, new: SchemaModel) -> bool:
    """Tell whether two models were read from files of the same bytes."""
    if len(old.files) != len(new.files):
        return False
    return all(
        one.read_bytes() == other.read_bytes()
        for one, other in zip(old.files, new.files, strict=True)
    )


def _extension(edit: Edit, was: dict[str, Head], now: dict[str, Head]) -> str:
    """Name the file that the edit should have gone into, had it been an extension."""
    old = was.get(str(edit.old.file)) if edit.old else None
    new = now.get(str(edit.new.file)) if edit.new else None
    head = new or old
    return extension_file(old or head, head) if head else "an extension schema"


def _of_wsdl(edit: WsdlEdit, old: Release, new: Release) -> Change:
    return Change(
        kind=edit.kind,
        what=edit.what,
        old=old.place(edit.old),
        new=new.place(edit.new),
        backward=not edit.lost,
        forward=not edit.gained,
        certain=True,
        rule=edit.rule,
        mend=edit.mend,
        note=edit.note,
        uses=(),
    )

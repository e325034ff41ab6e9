"""The sample messages of a package, judged by the package's own schemas (MSG)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.envelope import body_of, is_envelope
from contracts.errors import HarnessError, MessageError
from contracts.lint.findings import LintFinding, found_in_package
from contracts.parsing import parse
from contracts.schema import Schema
from contracts.wsdl import ServiceContract

__all__ = ["Samples"]

_TEMPLATE = b"${"
_MOST = 20


@dataclass(slots=True)
class Samples:
    """The messages of a package, found by their payload among all its XML files."""

    original: Path
    contracts: tuple[ServiceContract, ...]
    judged: int = 0

    def check(self, files: tuple[str, ...]) -> Iterator[LintFinding]:
        """Judge every message that is of a contract of the package, and count them."""
        messages = {
            name: contract
            for contract in self.contracts
            for name in (contract.request, contract.response)
        }
        schemas: dict[Path, Schema] = {}
        for file in files:
            if file.casefold().endswith(".xml"):
                yield from self._judged(file, messages, schemas)

    def _judged(
        self,
        file: str,
        messages: Mapping[str, ServiceContract],
        schemas: dict[Path, Schema],
    ) -> Iterator[LintFinding]:
        data = (self.original / file).read_bytes()
        if _TEMPLATE in data:
            return
        try:
            root = parse(data)
            payload = body_of(root) if is_envelope(root) else root
        except MessageError as error:
            if any(contract.namespace.encode() in data for contract in self.contracts):
                self.judged += 1
                yield found_in_package(
                    "MSG-1", f"the message cannot be read: {error.what}", file=file,
                    line=error.line or 1, expected="well-formed XML",
                )  # fmt: skip
            return
        contract = messages.get(str(payload.tag))
        if contract is None:
            return
        self.judged += 1
        try:
            if contract.schema not in schemas:
                schemas[contract.schema] = Schema(contract.schema)
        except HarnessError:
            return  # what keeps it from being compiled is told by itself
        for finding in schemas[contract.schema].findings(payload)[:_MOST]:
            yield found_in_package(
                "MSG-1", f"{finding.where}: {finding.text}", file=file, line=finding.line or 1,
                expected=finding.expected,
            )  # fmt: skip

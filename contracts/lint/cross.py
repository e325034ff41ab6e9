"""What the files of a package say of each other: folders, domains, what is reached (CROSS)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from contracts.lint.contents import Contents, Kind
from contracts.lint.findings import LintFinding, found
from contracts.lint.names import most
from contracts.package_parts import Source

__all__ = ["check_cross"]


def check_cross(contents: Contents) -> Iterator[LintFinding]:
    """Judge what no file can tell alone."""
    yield from _folders(contents)
    yield from _domains(contents)
    if contents.wsdls and contents.complete:
        yield from _reached(contents)
    yield from _claimed(contents)


def _folders(contents: Contents) -> Iterator[LintFinding]:
    """CROSS-1: WSDL and service schemas lie in the folder of their interaction."""
    base = f"{contents.base}interactions/"
    members = [(wsdl.source, wsdl) for wsdl in contents.wsdls]
    members += [(schema, wsdl) for schema in contents.schemas for wsdl in contents.wsdls_of(schema)]
    for source, wsdl in members:
        right = f"{base}{wsdl.identity.interaction}Interaction"
        folder = posixpath.dirname(source.origin)
        if source.origin.startswith(base) and folder != right:
            yield found(
                "CROSS-1", source, None, "the folder is not named by the interaction",
                expected=f"{right}/", actual=f"{folder}/",
            )  # fmt: skip


def _domains(contents: Contents) -> Iterator[LintFinding]:
    """CROSS-2: all contracts are of one domain."""
    usual = most((one.identity.prefix, one.identity.domain) for one in contents.wsdls)
    for wsdl in contents.wsdls:
        if (wsdl.identity.prefix, wsdl.identity.domain) != usual:
            yield found(
                "CROSS-2", wsdl.source, None, "the contract is of another domain than the rest",
                expected=contents.domain, actual=wsdl.identity.domain,
            )  # fmt: skip


def _reached(contents: Contents) -> Iterator[LintFinding]:
    """CROSS-3: every schema is reached from some WSDL."""
    for schema in contents.schemas:
        if schema.origin not in contents.reached:
            yield found(
                "CROSS-3", schema, None, "no WSDL leads to the schema",
                expected="an import or include of it", actual="none",
            )  # fmt: skip


def _claimed(contents: Contents) -> Iterator[LintFinding]:
    """CROSS-4: files of one namespace include each other, unless another rule tells of them."""
    by_namespace: dict[str, list[Source]] = {}
    for schema in contents.schemas:
        told = contents.kind(schema) is Kind.SERVICE
        if schema.namespace and not told and not contents.is_part(schema):
            by_namespace.setdefault(schema.namespace, []).append(schema)
    for namespace, (first, *others) in by_namespace.items():
        files = [first, *others]
        if not others or _together(contents, files):
            continue
        yield found(
            "CROSS-4", others[0], None, f"several files claim the namespace {namespace}",
            expected="one file", actual=", ".join(one.origin for one in files),
        )  # fmt: skip


def _together(contents: Contents, files: list[Source]) -> bool:
    """Tell whether one contract reaches several of the files, which LOAD-5 tells."""
    paths = {one.path for one in files}
    return any(
        len(paths.intersection(one.path for one in contents.closure(wsdl.source))) > 1
        for wsdl in contents.wsdls
    )

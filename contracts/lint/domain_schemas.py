"""The schemas that a domain's interactions share: file, namespace, version (DS-2 to DS-4, DS-9)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from contracts.lint.contents import Contents, Kind
from contracts.lint.findings import LintFinding, found
from contracts.lint.names import clue_of_domain, is_domain, schema_file
from contracts.lint.schema_rules import check_extensions, check_version
from contracts.package_parts import Source

__all__ = ["check_domain_schemas"]


def check_domain_schemas(contents: Contents) -> Iterator[LintFinding]:
    """Judge each schema of the domain itself, and the extensions of such; not what is borrowed."""
    for schema in contents.of_kind(Kind.DOMAIN):
        if contents.is_part(schema):
            continue  # it is named by what it holds
        yield from _file(contents, schema)
        yield from _namespace(contents, schema)
        yield from check_version(schema, "DS-4")
    for schema in contents.of_kind(Kind.DOMAIN_EXTENSION):
        yield from _extension(contents, schema)
    yield from check_extensions(contents, Kind.DOMAIN_EXTENSION, "DS-9")


def _file(contents: Contents, schema: Source) -> Iterator[LintFinding]:
    name = posixpath.basename(schema.origin)
    stem = contents.domain.replace(":", "_")
    major = clue_of_domain(schema.namespace).major
    named = schema_file(name)
    if named is None or named[0] != stem or (major and named[1].partition(".")[0] != major):
        yield found(
            "DS-2", schema, None, "the file's name is not that of its domain",
            expected=f"{stem}_{major or '<m>'}.<n>.xsd", actual=name,
        )  # fmt: skip


def _namespace(contents: Contents, schema: Source) -> Iterator[LintFinding]:
    said = clue_of_domain(schema.namespace)
    prefix, domain = contents.identity.prefix, contents.domain
    named = schema_file(posixpath.basename(schema.origin))
    major = said.major or (named[1].partition(".")[0] if named else "<m>")
    own = f"{said.domain}:".startswith(f"{domain}:")
    if not own or said.prefix != prefix or said.minor:
        yield found(
            "DS-3", schema, None, "the schema's namespace is not made by the formula",
            expected=f"urn:{prefix}:{domain}:{major}", actual=schema.namespace or "no namespace",
        )  # fmt: skip
    elif not contents.wsdls and not is_domain(domain):
        yield found(
            "DS-3", schema, None, "the domain has another number of levels",
            expected="two or three levels", actual=domain,
        )  # fmt: skip


def _extension(contents: Contents, schema: Source) -> Iterator[LintFinding]:
    """DS-9: name and namespace of an extension."""
    name = posixpath.basename(schema.origin)
    stem, version, _ = schema_file(name) or (name, "<m.n>", True)
    domain, prefix = contents.domain, contents.identity.prefix
    own = domain.replace(":", "_")
    right = f"urn:{prefix}:{domain}:{version}"
    if stem != own or schema.namespace != right:
        yield found(
            "DS-9", schema, None, "file and namespace of the extension are not made by the formula",
            expected=f"{own}_{version}_ext.xsd with {right}",
            actual=f"{name} with {schema.namespace or 'no namespace'}",
        )  # fmt: skip

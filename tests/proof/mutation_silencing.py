"""Silencing: a copy of the project in which each site asks ``mutation_runtime`` first.

The product's own code is left as it is. One copy does for all sites, since which one is silent is
told while it runs.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from mutation_makers import makers_in
from mutation_sites import Kind, Site, find, rules_in

__all__ = ["CODE", "copied", "silenceable"]

CODE = (
    "features/**/*.py", "reports/*.py", "provbank.py", "contracts/judge.py",
    "contracts/schema.py",
)  # fmt: skip
"""Where sites are looked for; a message's findings are the contracts' part in it."""

RULES = "contracts/domains/*/*/rules.sch"

_RUNTIME = "provbank_sites"
_RUNS_RULES = "contracts/schematron.py"
_WATCHED = f"""
import sys

import {_RUNTIME}

{_RUNTIME}.watch_rules(sys.modules[__name__])
"""
_INSTEAD = {
    "Outcome.FAILED": "Outcome.PASSED",
    "Verdict.DEVIATIONS": "Verdict.NO_DEVIATIONS",
    "False": "True",
}
_LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")


def copied(root: Path, to: Path) -> list[Site]:
    """Copy a project so that its sites can be silenced, and give them."""
    shutil.copytree(root, to, ignore=_LEFT_BEHIND)
    runtime = Path(__file__).with_name("mutation_runtime.py")
    code = {
        path.relative_to(to).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for pattern in CODE
        for path in sorted(to.glob(pattern))
    }
    makers = makers_in({_module(file): tree for file, tree in code.items()})
    sites: list[Site] = []
    for file, tree in code.items():
        found = find(_module(file), file, tree, makers)
        if found:
            (to / file).write_text(silenceable(tree, found), encoding="utf-8")
            sites += found.values()
    rules = [
        site
        for path in sorted(to.glob(RULES))
        for site in rules_in(path.relative_to(to).as_posix(), path)
    ]
    (to / f"{_RUNTIME}.py").write_text(
        runtime.read_text(encoding="utf-8") + "".join(map(_noting, rules)), encoding="utf-8"
    )
    if rules:
        with (to / _RUNS_RULES).open("a", encoding="utf-8") as code_of_rules:
            code_of_rules.write(_WATCHED)
    return [*sites, *rules]


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _noting(rule: Site) -> str:
    path = f"(Path(__file__).resolve().parent / {rule.file!r}).as_posix()"
    return f"\nrule({path}, {rule.line}, {rule.id!r})"


def silenceable(tree: ast.Module, sites: Mapping[ast.AST, Site]) -> str:
    """Write a module so that each site asks first."""
    changed = ast.fix_missing_locations(_Asking(sites).visit(tree))
    at = next(
        number
        for number, node in enumerate([*changed.body, None])
        if not (_is_docstring(node) or getattr(node, "module", "") == "__future__")
    )
    changed.body.insert(at, ast.Import(names=[ast.alias(name=_RUNTIME)]))
    return ast.unparse(ast.fix_missing_locations(changed))


def _is_docstring(node: ast.stmt | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class _Asking(ast.NodeTransformer):
    """Puts the question around each site; what holds one deviation is made to hold none as well."""

    def __init__(self, sites: Mapping[ast.AST, Site]) -> None:
        self._sites = sites

    def visit(self, node: ast.AST) -> ast.AST:
        site = self._sites.get(node)
        made = cast(ast.AST, super().visit(node))
        match site.kind if site else None:
            case None:
                return made
            case Kind.RAISED:
                return ast.If(test=_asked("says", site), body=[made], orelse=[])
            case Kind.ONE:
                return ast.Starred(value=_asked("one", site, made), ctx=ast.Load())
            case Kind.SAID:
                instead = ast.parse(_INSTEAD[ast.unparse(node)], mode="eval").body
                return _asked("said", site, made, instead)
            case kind:
                return _asked(str(kind), site, made)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(attr="append"), args=[ast.Starred(value=one)]):
                node.func.attr, node.args = "extend", [one]
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._each(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._each(node)

    def _each(self, node: ast.GeneratorExp | ast.ListComp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.elt, ast.Starred):
            name = "_made"
            node.generators.append(
                ast.comprehension(
                    target=ast.Name(id=name, ctx=ast.Store()),
                    iter=node.elt.value,
                    ifs=[],
                    is_async=0,
                )
            )
            node.elt = ast.Name(id=name, ctx=ast.Load())
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        return (
            ast.YieldFrom(value=node.value.value) if isinstance(node.value, ast.Starred) else node
        )


def _asked(function: str, site: Site | None, *arguments: ast.AST) -> ast.Call:
    assert site is not None
    asked = ast.parse(f"{_RUNTIME}.{function}({site.id!r})", mode="eval").body
    assert isinstance(asked, ast.Call)
    asked.args += cast(list[ast.expr], arguments)
    return asked

"""The variables of rules in a stylesheet: what they are called there, and how they may fail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from contracts.schematron_document import Document, expressions_in, xsl
from contracts.schematron_expressions import rewritten, variables_of
from contracts.schematron_files import XSL
from contracts.schematron_schema import Let

__all__ = ["Declaring", "Scope", "Variable"]

_LITERAL = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|[0-9.]+|(?:true|false)\(\s*\))\s*""")


@dataclass(slots=True, eq=False)
class Variable:
    """A variable: its name in the stylesheet, its value there, and what that value uses."""

    let: Let
    full: str
    everywhere: bool  # else it is a rule's own
    value: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[Variable, ...] = ()

    def resolve(self, scope: Scope) -> None:
        """Take the variables that the value uses from those in scope."""
        self.names = scope.names
        self.value = scope.rewritten(self.let.value)
        self.uses = scope.used_by(self.let.value or "", *expressions_in(self.let.element))

    @property
    def may_fail(self) -> bool:
        """Tell whether there is anything to compute."""
        if self.let.value:
            return _LITERAL.fullmatch(self.let.value) is None or bool(self.let.kind)
        return next(self.let.element.iterdescendants(f"{XSL}*"), None) is not None

    @property
    def or_error(self) -> str:
        """Give an expression for the value of a variable that is held."""
        return f"if (exists(${self.full}-held)) then ${self.full} else error()"


class Scope(dict[str, Variable]):
    """The variables that an expression may use, by the names it knows them by."""

    @property
    def names(self) -> dict[str, str]:
        """Give the full name of each."""
        return {name: one.full for name, one in self.items()}

    def rewritten(self, expression: str) -> str:
        """Give an expression with full names, and with the time handed in."""
        return rewritten(expression, self.names)

    def used_by(self, *expressions: str) -> tuple[Variable, ...]:
        """Give the variables that expressions use."""
        names = [name for text in expressions for name in variables_of(text)]
        return tuple(self[name] for name in dict.fromkeys(names) if name in self)


class Declaring:
    """Declares variables in a document; ``careful`` is where each use is to fail by itself.

    Shape: ``held`` names those that are caught where they fail.
    """

    def __init__(self, document: Document, *, careful: bool) -> None:
        self._document = document
        self._careful = careful
        self.held: list[str] = []

    def everywhere(self, variable: Variable) -> None:
        """Declare a variable of schema, phase or pattern; a caller may give it another value.

        An error in it would end the run, past all catching, so it is caught where it occurs: what
        is held then is nothing, and whatever uses the variable fails in its turn.
        """
        root, full = self._document.root, variable.full
        if not variable.may_fail:
            self.here(root, variable, kind="param")
            return
        self.held.append(full)
        attempt = xsl(xsl(root, "variable", name=f"{full}-held", **{"as": "array(*)?"}), "try")
        if self._careful:
            self.again(attempt, variable.uses)
        self.here(attempt, variable)
        xsl(attempt, "sequence", select=f"[${full}]")
        xsl(attempt, "catch", select="()")
        xsl(root, "param", name=full, select=f"${full}-held?*", **{"as": "item()*"})

    def here(self, parent: etree._Element, variable: Variable, *, kind: str = "variable") -> None:
        """Declare a variable where it is to be known."""
        let = variable.let
        declared = self._document.of(let.element, parent, kind, name=variable.full)
        if let.kind:
            declared.set("as", let.kind)
        if let.value:
            declared.set("select", variable.value)
        else:
            self._document.fill(declared, let.element, variable.names)

    def again(self, parent: etree._Element, used: Iterable[Variable]) -> None:
        """Declare inside of a try what is used there, and fail there where it failed before."""
        needed: list[Variable] = []

        def need(variables: Iterable[Variable]) -> None:
            for variable in variables:
                if variable not in needed:
                    if not variable.everywhere:
                        need(variable.uses)  # they come before it
                    needed.append(variable)

        need(used)
        for variable in needed:
            if not variable.everywhere:
                self.here(parent, variable)
            elif variable.may_fail:
                xsl(parent, "variable", name=variable.full, select=variable.or_error)

    def function(self, declaration: etree._Element, scope: Scope) -> None:
        """Copy a function or key; being careful, what a function uses fails in it, as elsewhere."""
        copied = self._document.declare(declaration)
        if not self._careful or copied.tag != f"{XSL}function":
            return
        params = [param.get("name", "") for param in copied.iterchildren(f"{XSL}param")]
        place = 1 + max(
            (copied.index(one) for one in copied.iterchildren(f"{XSL}param")), default=-1
        )
        for variable in scope.used_by(*expressions_in(copied)):
            if variable.may_fail and variable.full not in params:
                again = xsl(copied, "variable", name=variable.full, select=variable.or_error)
                copied.insert(place, again)

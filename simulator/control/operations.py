"""What an operation of the control API takes and gives, said beside the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = ["Operation", "described", "operation"]

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, for the description in OpenAPI.

    Shape: ``takes`` and ``gives`` are JSON Schemas of the bodies, None where there is none;
           ``query`` the schemas of the query's parameters by name.
    """

    says: str
    takes: Mapping[str, Any] | None = None
    gives: Mapping[str, Any] | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    status: int = 200


_DESCRIBED: dict[Callable[..., Any], Operation] = {}


def operation(
    says: str,
    *,
    takes: Mapping[str, Any] | None = None,
    gives: Mapping[str, Any] | None = None,
    query: Mapping[str, Mapping[str, Any]] | None = None,
    status: int = 200,
) -> Callable[[View], View]:
    """Describe the view that follows."""

    def describe(view: View) -> View:
        _DESCRIBED[view] = Operation(
            says=says, takes=takes, gives=gives, query=query or {}, status=status
        )
        return view

    return describe


def described(view: Callable[..., Any]) -> Operation | None:
    """Give the description of a view, None where it has none."""
    return _DESCRIBED.get(view)

"""The control API described in OpenAPI, made from the operations there are."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from simulator.control.operations import Operation, described

__all__ = ["openapi"]

_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
_PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "title": {"type": "string", "description": "what is wrong"},
        "status": {"type": "integer"},
        "where": {"type": "string"},
        "mend": {"type": "string", "description": "how to mend it"},
    },
}


def openapi(app: Flask, *, prefix: str) -> dict[str, Any]:
    """Give the description: every operation below the prefix, with what it takes and gives."""
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        found = described(app.view_functions[rule.endpoint])
        if found is None or not rule.rule.startswith(prefix):
            continue
        path = paths.setdefault(_VARIABLE.sub(r"{\1}", rule.rule.removeprefix(prefix)), {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path[method.lower()] = _described(found, rule, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Provbänk control API",
            "version": _version(),
            "description": "Arrange the simulated platform, send through it, read its journal. "
            "Below /workspaces/{workspace} for one workspace; directly below the root for "
            "the default one.",
        },
        "servers": [{"url": prefix}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _described(found: Operation, rule: Rule, method: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": f"{method.lower()}:{rule.endpoint.removeprefix('control.')}",
        "summary": found.says,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _VARIABLE.findall(rule.rule)
        ]
        + [{"name": name, "in": "query", "schema": schema} for name, schema in found.query.items()],
        "responses": {
            str(found.status): {"description": "done"}
            | ({"content": _json(found.gives)} if found.gives is not None else {}),
            "default": {
                "description": "what is wrong, where, and how to mend it",
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            },
        },
    }
    if found.takes is not None:
        told["requestBody"] = {"required": True, "content": _json(found.takes)}
    return told


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _version() -> str:
    try:
        return version("provbank")
    except PackageNotFoundError:
        return "0"

"""Options that several commands have."""

from __future__ import annotations

import click

__all__ = ["role_option", "service_option"]

service_option = click.option(
    "--service", default="", metavar="NAME", help="Which service, by title or domain."
)
role_option = click.option("--role", default="", metavar="NAME", help="Which role of it.")

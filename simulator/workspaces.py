"""Workspaces: each test run has an arrangement of its own, kept where all workers see it."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from contracts.errors import UsageError
from simulator.exchange import DEFAULT_WORKSPACE
from simulator.store import METADATA, in_memory, writing

__all__ = ["UnknownWorkspace", "Workspaces"]

Arranged = TypeVar("Arranged")

_WORKSPACES = sa.Table(
    "workspace",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("created", sa.String, nullable=False),
)
_STATES = sa.Table(
    "workspace_state",
    METADATA,
    sa.Column("workspace", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
)
_COUNTERS = sa.Table(
    "workspace_counter",
    METADATA,
    sa.Column("workspace", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_MOST_TRIES = 50
_START = "start"
"""The state that a workspace began with."""

_REVISION = sa.select(_WORKSPACES.c.revision).where(_WORKSPACES.c.name == sa.bindparam("name"))
_DOCUMENT = sa.select(_WORKSPACES.c.revision, _WORKSPACES.c.document).where(
    _WORKSPACES.c.name == sa.bindparam("name")
)


class UnknownWorkspace(UsageError):  # noqa: N818 - named as its siblings in contracts.errors
    """No workspace has the name."""


def _a_first_revision() -> int:
    """Give where a workspace counts from: not where a removed one of its name did."""
    return secrets.randbelow(1 << 30)


@dataclass(frozen=True, slots=True)
class _Held(Generic[Arranged]):
    revision: int
    arranged: Arranged


class Workspaces(Generic[Arranged]):
    """The arrangement of each workspace, the same for every process on the database.

    Shape:  ``read`` makes an arrangement of its JSON document, ``write`` the document of an
            arrangement. ``first`` is what the default workspace has from now on, and what a new
            one begins with where nothing else is said; None keeps what the database has, as a
            second process on it must.
    Raises: UsageError where ``first`` is None and the database has none.
    """

    def __init__(
        self,
        engine: sa.Engine,
        first: Arranged | None,
        *,
        read: Callable[[Mapping[str, Any]], Arranged],
        write: Callable[[Arranged], Mapping[str, Any]],
    ) -> None:
        self._engine = engine
        self._read, self._write = read, write
        self._held: dict[str, _Held[Arranged]] = {}
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._reading = threading.Lock()
        self._look: sa.Connection | None = None
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        self._asking = f"SELECT revision FROM workspace WHERE name = {mark}"  # noqa: S608
        # A database in memory belongs to this process alone, which knows what it has changed.
        self._is_shared = not in_memory(engine)
        with self._lock, engine.begin() as connection:
            METADATA.create_all(connection, tables=[_WORKSPACES, _STATES, _COUNTERS])
            self._begin(connection, first)
            if first is not None:  # what was given need not be read again
                revision, _ = self._find(connection, DEFAULT_WORKSPACE)
                self._held[DEFAULT_WORKSPACE] = _Held(revision, first)

    def _begin(self, connection: sa.Connection, first: Arranged | None) -> None:
        known = connection.execute(_REVISION, {"name": DEFAULT_WORKSPACE}).scalar()
        if first is not None:
            text = self._text(first)
            if known is None:
                self._insert(connection, DEFAULT_WORKSPACE, text)
            else:
                self._put(connection, DEFAULT_WORKSPACE, text, known)
            self._save(connection, DEFAULT_WORKSPACE, _START, text)
        elif known is None:
            raise UsageError(
                "the database has no workspace yet", mend="start the platform on it first"
            )

    def of(self, workspace: str) -> Arranged:
        """Give the arrangement that a workspace has now, changed by whichever process.

        Raises: UnknownWorkspace.
        """
        if (held := self._current(workspace)) is not None:
            return held.arranged
        # Read once for all who wait: in a large arrangement that takes seconds of the processor.
        with self._reading:
            if (held := self._current(workspace)) is not None:
                return held.arranged
            with self._lock, self._engine.connect() as connection:
                revision, text = self._find(connection, workspace)
            arranged = self._read(json.loads(text))
            self._held[workspace] = _Held(revision, arranged)
            return arranged

    def _current(self, workspace: str) -> _Held[Arranged] | None:
        """Give what is held of a workspace, unless another process has changed it since."""
        held = self._held.get(workspace)
        if held is None or (self._is_shared and self._revision(workspace) != held.revision):
            return None
        return held

    def names(self) -> tuple[str, ...]:
        """Give the names of the workspaces there are, the default one first."""
        query = sa.select(_WORKSPACES.c.name).order_by(_WORKSPACES.c.name)
        with self._lock, self._engine.connect() as connection:
            names = connection.execute(query).scalars().all()
        return tuple(sorted(names, key=lambda name: (name != DEFAULT_WORKSPACE, name)))

    def create(self, workspace: str, *, like: str | None = None) -> None:
        """Make a workspace, arranged like another has it now, or as the platform started.

        Raises: UsageError where the name is taken or cannot be one; UnknownWorkspace.
        """
        if not _NAME.fullmatch(workspace):
            raise UsageError(
                f"{workspace!r} cannot name a workspace",
                mend="use letters, digits, dot, dash and underscore, at most 63 of them",
            )
        with self._lock, writing(self._engine) as connection:
            text = (
                self._state(connection, DEFAULT_WORKSPACE, _START)
                if like is None
                else self._find(connection, like)[1]
            )
            try:
                self._insert(connection, workspace, text)
            except sa.exc.IntegrityError:
                raise UsageError(
                    f"the workspace {workspace} is there already", mend="choose another name"
                ) from None
            self._save(connection, workspace, _START, text)

    def remove(self, workspace: str) -> None:
        """Remove a workspace with its states and counters; the default one stays.

        Raises: UsageError for the default workspace; UnknownWorkspace.
        """
        if workspace == DEFAULT_WORKSPACE:
            raise UsageError("the default workspace cannot be removed", mend="reset it instead")
        with self._lock, writing(self._engine) as connection:
            self._find(connection, workspace)
            connection.execute(_WORKSPACES.delete().where(_WORKSPACES.c.name == workspace))
            for table in (_STATES, _COUNTERS):
                connection.execute(table.delete().where(table.c.workspace == workspace))
        self._held.pop(workspace, None)

    def change(self, workspace: str, how: Callable[[Arranged], Arranged]) -> Arranged:
        """Change an arrangement; of two changes at a time neither is lost.

        Shape:  ``how`` may be asked again where another process was faster.
        Raises: UnknownWorkspace; what ``how`` raises.
        """
        for _ in range(_MOST_TRIES):
            with self._lock, self._engine.connect() as connection:
                revision, text = self._find(connection, workspace)
            changed = how(self._read(json.loads(text)))
            with self._lock, writing(self._engine) as connection:
                if self._put(connection, workspace, self._text(changed), revision):
                    self._held[workspace] = _Held(revision + 1, changed)
                    return changed
        raise UsageError(
            f"the workspace {workspace} is changed by others all the time",
            mend="give each test run a workspace of its own",
        )

    def put(self, workspace: str, arranged: Arranged) -> None:
        """Arrange a workspace anew.

        Raises: UnknownWorkspace.
        """
        self.change(workspace, lambda _: arranged)

    def count(self, workspace: str, name: str) -> int:
        """Count one more of something in a workspace, over all processes; the first is 1."""
        insert = self._upsert(_COUNTERS).values(workspace=workspace, name=name, value=1)
        counted = insert.on_conflict_do_update(
            index_elements=["workspace", "name"], set_={"value": _COUNTERS.c.value + 1}
        ).returning(_COUNTERS.c.value)
        with self._lock, writing(self._engine) as connection:
            return int(connection.execute(counted).scalar_one())

    def save(self, workspace: str, state: str) -> None:
        """Name the arrangement of now, to be reset to; a state of that name is replaced.

        Raises: UsageError where the name cannot be one; UnknownWorkspace.
        """
        if not _NAME.fullmatch(state) or state == _START:
            raise UsageError(f"{state!r} cannot name a state", mend="choose another name")
        with self._lock, writing(self._engine) as connection:
            self._save(connection, workspace, state, self._find(connection, workspace)[1])

    def states(self, workspace: str) -> tuple[str, ...]:
        """Give the names of a workspace's states; ``start`` is how it began."""
        query = sa.select(_STATES.c.name).where(_STATES.c.workspace == workspace)
        with self._lock, self._engine.connect() as connection:
            self._find(connection, workspace)
            return tuple(sorted(connection.execute(query).scalars()))

    def reset(self, workspace: str, state: str = _START) -> Arranged:
        """Give a workspace the arrangement of a state, and count from nothing again.

        Raises: UsageError where there is no such state; UnknownWorkspace.
        """
        with self._lock, writing(self._engine) as connection:
            self._find(connection, workspace)
            text = self._state(connection, workspace, state)
            connection.execute(
                _WORKSPACES.update()
                .where(_WORKSPACES.c.name == workspace)
                .values(document=text, revision=_WORKSPACES.c.revision + 1)
            )
            connection.execute(_COUNTERS.delete().where(_COUNTERS.c.workspace == workspace))
        self._held.pop(workspace, None)
        return self.of(workspace)

    def _text(self, arranged: Arranged) -> str:
        return json.dumps(self._write(arranged), ensure_ascii=False, separators=(",", ":"))

    def close(self) -> None:
        """Let go of the database."""
        with self._looking:
            self._forget_connection()
        self._engine.dispose()

    def _revision(self, workspace: str) -> int | None:
        """Look the revision up, over a connection that is kept; a lost one is made anew."""
        with self._looking:
            for is_last in (False, True):
                try:
                    if self._look is None:
                        connection = self._engine.connect()
                        self._look = connection.execution_options(isolation_level="AUTOCOMMIT")
                    # Asked on every call: by the driver itself, which is three times as quick.
                    driver: Any = self._look.connection.driver_connection
                    row = driver.execute(self._asking, (workspace,)).fetchone()
                    return None if row is None else int(row[0])
                except Exception:  # each driver has errors of its own
                    self._forget_connection()
                    if is_last:
                        raise
        return None

    def _forget_connection(self) -> None:
        if self._look is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._look.close()
            self._look = None

    @staticmethod
    def _state(connection: sa.Connection, workspace: str, state: str) -> str:
        query = sa.select(_STATES.c.document).where(
            _STATES.c.workspace == workspace, _STATES.c.name == state
        )
        text = connection.execute(query).scalar()
        if text is None:
            raise UsageError(
                f"the workspace {workspace} has no state {state}",
                mend="save it first, or reset to start",
            )
        return str(text)

    @staticmethod
    def _find(connection: sa.Connection, workspace: str) -> tuple[int, str]:
        row = connection.execute(_DOCUMENT, {"name": workspace}).one_or_none()
        if row is None:
            raise UnknownWorkspace(
                f"there is no workspace {workspace}",
                mend="make it first: POST /control/v1/workspaces",
            )
        return int(row.revision), str(row.document)

    @staticmethod
    def _insert(connection: sa.Connection, workspace: str, text: str) -> None:
        created = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(
            _WORKSPACES.insert().values(
                name=workspace, revision=_a_first_revision(), document=text, created=created
            )
        )  # fmt: skip

    @staticmethod
    def _put(connection: sa.Connection, workspace: str, text: str, revision: int) -> bool:
        """Put a document in the place of the revision that it was made from, if it is still it."""
        put = connection.execute(
            _WORKSPACES.update()
            .where(_WORKSPACES.c.name == workspace, _WORKSPACES.c.revision == revision)
            .values(document=text, revision=revision + 1)
        )
        return put.rowcount == 1

    def _save(self, connection: sa.Connection, workspace: str, state: str, text: str) -> None:
        insert = self._upsert(_STATES).values(workspace=workspace, name=state, document=text)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["workspace", "name"], set_={"document": text}
            )
        )

    def _upsert(self, table: sa.Table) -> Any:
        """Give an insert that can say what to do with a row that is there."""
        if self._engine.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # noqa: PLC0415

            return postgresql_insert(table)
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415

        return insert(table)

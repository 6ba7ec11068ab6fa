"""How far each repository of a campaign is: one SQLite file beside it, whole after any crash."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lever_fix.bulk.order import Order, Outcome, Stage, decode_order, decode_outcome, encode
from lever_fix.errors import BulkError

VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS repositories (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    place INTEGER NOT NULL,
    stage TEXT NOT NULL DEFAULT 'pending',
    error TEXT NOT NULL DEFAULT '',
    seconds REAL NOT NULL DEFAULT 0,
    work TEXT NOT NULL DEFAULT '',
    commit_id TEXT NOT NULL DEFAULT '',
    order_data BLOB,
    outcome BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS decisions (shape TEXT PRIMARY KEY, accepted INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True)
class Row:
    """One repository as it stands.

    Attributes:
        name: What it is called in the campaign.
        url: Where it is.
        stage: How far it got.
        error: Why no further; empty where nothing failed.
        work: Digest of what was asked for, by which a changed campaign is noticed.
        commit: What it was worked on at.
        order: What was asked for; None where nothing was yet.
        outcome: What came of it; None where nothing did yet.
    """

    name: str
    url: str
    stage: Stage
    error: str
    work: str
    commit: str
    order: Order | None
    outcome: Outcome | None


class State:
    """The state of one campaign; every change is on the disk when its call returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def enrol(self, repositories: Iterable[tuple[str, str]]) -> None:
        """Take the campaign's repositories in; those that are no part of it any more go."""
        listed = list(repositories)
        with self._connection:
            known = {row[0] for row in self._connection.execute("SELECT name FROM repositories")}
            for place, (name, url) in enumerate(listed):
                self._connection.execute(
                    "INSERT INTO repositories (name, url, place) VALUES (?, ?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET url = excluded.url, place = excluded.place",
                    (name, url, place),
                )
            gone = known - {name for name, _ in listed}
            self._connection.executemany(
                "DELETE FROM repositories WHERE name = ?", [(name,) for name in gone]
            )

    def rows(self) -> list[Row]:
        """Every repository, in the order of the campaign."""
        query = (
            "SELECT name, url, stage, error, work, commit_id, order_data, outcome "
            "FROM repositories ORDER BY place"
        )
        return [_row(values) for values in self._connection.execute(query)]

    def record(self, order: Order, outcome: Outcome) -> None:
        """Keep what came of an order."""
        with self._connection:
            self._connection.execute(
                "UPDATE repositories SET stage = ?, error = ?, seconds = ?, work = ?, "
                "commit_id = ?, order_data = ?, outcome = ? WHERE name = ?",
                (
                    outcome.stage.value,
                    outcome.error,
                    outcome.seconds,
                    work_of(order),
                    order.commit,
                    encode(order),
                    encode(outcome),
                    order.name,
                ),
            )

    def fail(self, name: str, error: str) -> None:
        """Keep that nothing could even be tried."""
        with self._connection:
            self._connection.execute(
                "UPDATE repositories SET error = ? WHERE name = ?", (error, name)
            )

    def decisions(self) -> dict[str, bool]:
        """What was decided, by shape: accepted or rejected."""
        query = "SELECT shape, accepted FROM decisions"
        return {shape: bool(accepted) for shape, accepted in self._connection.execute(query)}

    def decide(self, shape: str, accepted: bool | None) -> None:
        """Keep a decision; None forgets it."""
        with self._connection:
            if accepted is None:
                self._connection.execute("DELETE FROM decisions WHERE shape = ?", (shape,))
            else:
                self._connection.execute(
                    "INSERT INTO decisions VALUES (?, ?) "
                    "ON CONFLICT (shape) DO UPDATE SET accepted = excluded.accepted",
                    (shape, int(accepted)),
                )

    def fact(self, name: str, value: str) -> str:
        """A value that is kept from its first use on, such as when the campaign began."""
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, value))
        query = "SELECT value FROM facts WHERE name = ?"
        found: str = self._connection.execute(query, (name,)).fetchone()[0]
        return found


def state_file(campaign: Path) -> Path:
    """The file that holds a campaign's state."""
    return campaign.with_suffix(".sqlite")


@contextmanager
def opened_state(campaign: Path) -> Iterator[State]:
    """The state of a campaign, made where there is none.

    Raises:
        BulkError: It cannot be read, or another version wrote it.
    """
    file = state_file(campaign)
    try:
        connection = sqlite3.connect(file, timeout=30)
    except sqlite3.Error as error:
        raise BulkError(f"{file}: {error}", "check its permissions") from error
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise BulkError(f"{file}: written by another version ({version})", f"remove {file}")
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        yield State(connection)
    except sqlite3.OperationalError as error:  # such as a full disk, or one that is read-only
        hint = "check its permissions, the space on the disk, and whether another run holds it"
        raise BulkError(f"{file}: {error}", hint) from error
    except sqlite3.DatabaseError as error:
        raise BulkError(f"{file}: {error}", "remove it, and run the campaign again") from error
    finally:
        connection.close()


def work_of(order: Order) -> str:
    """Digest of what an order asks for, wherever the repository stands."""
    same = msgspec.structs.replace(order, commit="", moment="")
    return hashlib.sha256(encode(same)).hexdigest()


def _row(values: tuple[str, str, str, str, str, str, bytes | None, bytes | None]) -> Row:
    name, url, stage, error, work, commit, order, outcome = values
    return Row(
        name,
        url,
        Stage(stage),
        error,
        work,
        commit,
        None if order is None else decode_order(order),
        None if outcome is None else decode_outcome(outcome),
    )

"""DuckDB inside this process: tables of more rows than memory holds, on disk for as long as somebody holds them."""

from __future__ import annotations

import atexit
import functools
import importlib
import os
import secrets
import shutil
import tempfile
import weakref
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from omnimix.errors import DataError, OmnimixError
from omnimix.processors import count_processors
from omnimix.tracking.identity import without_addresses

MOST_MEMORY = 4  # GB; what does not fit goes to disk
PREFIX = "omnimix_"  # of every table that is made

_running: Counter[int] = Counter()  # statements, by the id of the connection
_unused: defaultdict[int, deque[str]] = defaultdict(deque)  # tables likewise; a name is never given twice


def duckdb() -> Any:
    """Return the package DuckDB. Raises :class:`OmnimixError` that says what to install where it is not there."""
    try:
        return importlib.import_module("duckdb")
    except ImportError:
        raise OmnimixError(
            "Orders and touches are read with DuckDB, which is not installed; run: pip install 'omnimix[customers]'. "
            "The weekly model works without it."
        ) from None


@dataclass(frozen=True, eq=False, repr=False)
class Store:
    """A table of DuckDB with the connection that holds it; it is dropped when nothing refers to it any more.

    Attributes:
        connection: the embedded DuckDB, or the user's own.
        name: of the table in that connection.
    """

    connection: Any
    name: str
    _alive: object = field(default=None)

    @classmethod
    def made(cls, connection: Any, query: str, kind: str, parameters: list[Any] | None = None) -> Store:
        """Make a temporary table of a query; with the user's own connection nothing is written to their database."""
        name = f"{PREFIX}{kind}_{secrets.token_hex(6)}"
        run(connection, f"CREATE {_where(connection)} TABLE {name} AS {query}", parameters)
        return cls.of(connection, name)

    @classmethod
    def of(cls, connection: Any, name: str) -> Store:
        """Return a table that was made under this name, to be dropped in the end."""
        store = cls(connection, name)
        weakref.finalize(store, _drop, connection, name).atexit = False
        return store

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which ``{table}`` is this table."""
        return fetch(self.connection, query.replace("{table}", self.name), parameters)

    def frame(self, query: str = "SELECT * FROM {table}", parameters: list[Any] | None = None) -> Any:
        """Return the rows of a query as a pandas frame."""
        with _busy(self.connection):
            return _result(self.connection, query.replace("{table}", self.name), parameters).df()

    def relation(self) -> Any:
        """Return the table as a DuckDB relation."""
        return self.connection.table(self.name)

    def brought_to(self, connection: Any) -> Store:
        """Return this table in another connection: itself where it is there, else copied over in parts.

        Two tables of one connection can be joined in one query, whatever was read first.
        """
        if connection is self.connection:
            return self
        with _busy(self.connection), registered(connection, self.relation().to_arrow_reader(1_000_000)) as name:
            return Store.made(connection, f"SELECT * FROM {name}", "brought")


class registered:  # noqa: N801
    """A frame or an arrow reader under a name in a connection, for as long as the block lasts."""

    def __init__(self, connection: Any, held: Any) -> None:
        self._connection, self._held = connection, held
        self._name = f"{PREFIX}view_{secrets.token_hex(6)}"

    def __enter__(self) -> str:
        self._connection.register(self._name, self._held)
        return self._name

    def __exit__(self, *_: object) -> None:
        self._connection.unregister(self._name)


def run(connection: Any, query: str, parameters: list[Any] | None = None) -> None:
    """Run one statement. What DuckDB refuses is told without the cells that its message may quote."""
    with _busy(connection):
        _result(connection, query, parameters)


def fetch(connection: Any, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with _busy(connection):
        found: list[tuple[Any, ...]] = _result(connection, query, parameters).fetchall()
    return found


def _result(connection: Any, query: str, parameters: list[Any] | None) -> Any:
    engine = duckdb()
    try:
        return connection.execute(query, parameters) if parameters else connection.execute(query)
    except engine.OutOfMemoryException:
        raise OmnimixError(
            f"the work does not fit into memory and the disk of {folder()}; free some room there, or pass your own "
            "connection=duckdb.connect(...) with another temp_directory."
        ) from None
    except (engine.IOException, engine.InvalidInputException, engine.ConversionException) as problem:
        raise DataError(
            f"DuckDB could not read the source: {without_addresses(str(problem).splitlines()[0][:300])}"
        ) from None


@functools.cache
def embedded() -> Any:
    """Return the DuckDB of this process: one database in a folder of its own that goes when the process ends."""
    place = folder()
    memory = min(MOST_MEMORY, max(1, _memory_in_gb() // 2))
    connection = duckdb().connect(str(place / "omnimix.duckdb"))
    for setting in (
        f"memory_limit = '{memory}GB'",
        f"threads = {count_processors()}",
        f"temp_directory = '{str(place / 'spill').replace(chr(39), chr(39) * 2)}'",
        "enable_progress_bar = false",
        "TimeZone = 'UTC'",
    ):
        connection.execute(f"SET {setting}")
    return connection


def is_embedded(connection: Any) -> bool:
    """Tell whether a connection is the one of this process."""
    return connection is embedded()


@functools.cache
def folder() -> Path:
    """Return the folder in which tables are held for as long as the process lasts."""
    place = Path(tempfile.mkdtemp(prefix="omnimix-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _where(connection: Any) -> str:
    return "" if is_embedded(connection) else "TEMP"


@contextmanager
def _busy(connection: Any) -> Iterator[None]:
    """Keep tables from being dropped while a statement of this connection is run and read.

    Python may clear up a ring of objects at any moment, and a connection that runs a second statement loses the
    result of the first: what nothing refers to any more waits for the end of the block.
    """
    key = id(connection)
    _running[key] += 1
    try:
        yield
    finally:
        _running[key] -= 1
        _drop_unused(connection)


def _drop(connection: Any, name: str) -> None:
    _unused[id(connection)].append(name)
    _drop_unused(connection)


def _drop_unused(connection: Any) -> None:
    waiting = _unused[id(connection)]
    while waiting and not _running[id(connection)]:
        try:
            connection.execute(f"DROP TABLE IF EXISTS {waiting.popleft()}")
        except duckdb().Error:  # the connection was closed before
            return


def _memory_in_gb() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    except (AttributeError, ValueError, OSError):
        return 2 * MOST_MEMORY

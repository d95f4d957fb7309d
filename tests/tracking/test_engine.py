"""Tables that DuckDB holds go when nothing refers to them, and never in the middle of a read."""

from __future__ import annotations

import gc

import pytest

from omnimix.tracking import engine
from omnimix.tracking.engine import Store, embedded, fetch


def held(connection: object) -> set[str]:
    return {name for (name,) in fetch(connection, "SELECT table_name FROM duckdb_tables()")}


def test_a_table_nothing_refers_to_is_dropped() -> None:
    connection = embedded()
    store = Store.made(connection, "SELECT 1 AS one", "test")
    name = store.name
    assert name in held(connection)
    del store
    assert name not in held(connection)


def test_python_clearing_up_in_the_middle_of_a_read_leaves_what_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = embedded()
    ring: list[object] = [made := Store.made(connection, "SELECT 1 AS one", "test")]
    name, reading = made.name, engine._result
    ring.append(ring)
    del made, ring

    def result(*given: object) -> object:
        found = reading(*given)
        gc.collect()
        return found

    monkeypatch.setattr(engine, "_result", result)
    assert Store(connection, "range(3)").frame()["range"].tolist() == [0, 1, 2]
    assert name not in held(connection)

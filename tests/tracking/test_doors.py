"""Orders and touches come in from anything that holds rows, and say everything that is wrong at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import omnimix as om
from omnimix.errors import DataError, OmnimixError
from tests.tracking.tables import orders_table, touches_table

KEY = "a key of sixteen bytes or more"


def rows_of(orders: om.Orders) -> list[tuple[object, ...]]:
    return sorted(orders.store.rows("SELECT time, channel, revenue, customer IS NULL FROM {table}"))


def refused(table: pd.DataFrame, **asked: object) -> str:
    with pytest.raises(DataError) as problem:
        om.read_orders(table, **asked)  # type: ignore[arg-type]
    return str(problem.value)


@pytest.fixture
def wanted() -> list[tuple[object, ...]]:
    return rows_of(om.read_orders(orders_table()))


def test_the_same_rows_come_out_of_whatever_holds_them(tmp_path: Path, wanted: list[tuple[object, ...]]) -> None:
    table = orders_table()
    table.to_csv(tmp_path / "orders.csv", index=False)
    table.to_csv(tmp_path / "semicolon.csv", index=False, sep=";", decimal=",")
    table.to_parquet(tmp_path / "orders.parquet")
    folder = tmp_path / "months"
    folder.mkdir()
    table[:3].to_parquet(folder / "one.parquet")
    table[3:].to_parquet(folder / "two.parquet")
    database = tmp_path / "shop.duckdb"
    with duckdb.connect(str(database)) as shop:
        shop.register("table_of_orders", table)
        shop.execute("CREATE TABLE orders AS SELECT * FROM table_of_orders")
    own = duckdb.connect()
    own.register("orders", table)
    sources = [
        tmp_path / "orders.csv",
        str(tmp_path / "semicolon.csv"),
        tmp_path / "orders.parquet",
        folder,
        database,
        own,
        own.table("orders"),
        pl.from_pandas(table),
        pl.from_pandas(table).lazy(),
        pa.Table.from_pandas(table),
    ]
    for source in sources:
        assert rows_of(om.read_orders(source)) == wanted, source


def test_the_order_of_rows_and_columns_changes_nothing(wanted: list[tuple[object, ...]]) -> None:
    shuffled = orders_table().sample(frac=1, random_state=1)[["revenue", "channel", "time", "customer"]]
    assert rows_of(om.read_orders(shuffled)) == wanted


def test_everything_wrong_is_told_at_once_with_its_rows() -> None:
    table = orders_table(
        time=["2024-03-01 10:00", "soon", "2024-03-03 10:00", "", "2099-01-01 10:00", "2024-03-06 10:00"],
        revenue=["1.50", "2.50", "much", "4.50", "5.50", None],
        channel=["store", "web", "web", "", "store", "web"],
    )
    told = refused(table.rename(columns={"customer": "custmer"}), today=dt.date(2024, 6, 1))
    assert "there is no column 'customer' for customer; did you mean 'custmer'?" in told
    assert "what stands there is no time in 1 row ('soon'): row 2" in told
    assert "there is no time in 1 row: row 4" in told
    assert "after today, 2024-06-01, in 1 row ('2099-01-01 10:00'): row 5" in told
    assert "there is no channel in 1 row: row 4" in told
    assert "what stands there is no amount in 1 row ('much'): row 3" in told
    assert "there is no amount in 1 row: row 6" in told


def test_rows_of_a_file_are_counted_with_its_header(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    orders_table(time=["2024-03-01 10:00", "soon", *["2024-03-03 10:00"] * 4]).to_csv(file, index=False)
    with pytest.raises(DataError, match="row 3"):
        om.read_orders(file)


def test_lines_with_other_cells_than_the_header_are_named(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("customer,time,channel,revenue\nc1,2024-01-05 10:00,web,3\nc2,2024-01-05 10:00,web\n")
    with pytest.raises(DataError, match=r"cells than the header.*row 3"):
        om.read_orders(file)


def test_unusable_rows_may_be_left_out_with_a_finding() -> None:
    table = orders_table(time=["2024-03-01 10:00", "soon", *["2024-03-03 10:00"] * 4])
    orders = om.read_orders(table, unusable="leave_out")
    assert len(orders) == 5
    (left_out,) = [f for f in orders.findings if f.name == "left_out"]
    assert "row 2" in left_out.message


@pytest.mark.parametrize(
    ("written", "options"),
    [
        (["1.234,50", "2,5", "3"], {}),
        (["1,234.50", "2.5", "3"], {}),
        (["EUR 1.234,50", "EUR 2,50", "EUR 3"], {}),
        (["€1234,50", "€2,50", "€3,-"], {}),
        (["1.234,50", "2,5", "3"], {"decimal": ","}),
    ],
)
def test_amounts_are_read_as_they_are_written(written: list[str], options: dict[str, str]) -> None:
    table = orders_table()[:3].assign(revenue=written)
    assert [r[2] for r in rows_of(om.read_orders(table, **options))] == [1234.5, 2.5, 3.0]  # type: ignore[arg-type]


def test_two_currencies_are_refused_and_counted() -> None:
    told = refused(orders_table(revenue=["€1", "$2", "€3", "€4", "€5", "€6"]))
    assert "EUR (5 rows), USD (1 row)" in told
    told = refused(orders_table(currency=["EUR"] * 5 + ["USD"]))
    assert "several currencies" in told
    assert om.read_orders(orders_table(currency=["EUR"] * 6)).currency == "EUR"


def test_an_amount_that_can_be_read_two_ways_is_refused() -> None:
    assert "pass decimal=" in refused(orders_table()[:2].assign(revenue=["1.234", "2.345"]))
    assert "decimal comma" in refused(orders_table()[:2].assign(revenue=["1,5", "2.5"]))


def test_times_with_and_without_a_zone_are_two_clocks() -> None:
    mixed = ["2024-03-01 10:00", "2024-03-02T10:00:00Z", *["2024-03-03 10:00"] * 4]
    assert "two clocks are mixed" in refused(orders_table(time=mixed))
    orders = om.read_orders(orders_table(time=mixed), timezone="Europe/Amsterdam")
    assert orders.clock == "UTC"
    assert orders.first == dt.datetime(2024, 3, 1, 9, 0)


SPRING, AUTUMN = "2024-03-31", "2024-10-27"  # the clock goes forward at 2, back at 3


@pytest.mark.parametrize("as_texts", [True, False])
def test_local_times_and_the_same_moments_in_utc_are_one_clock_around_both_changes(as_texts: bool) -> None:
    local = [f"{SPRING} 01:59", f"{SPRING} 03:00", f"{AUTUMN} 01:30", f"{AUTUMN} 03:30", "2024-07-01 12:00", SPRING]
    utc = ["2024-03-31T00:59Z", "2024-03-31T01:00Z", "2024-10-26T23:30Z", "2024-10-27T02:30Z", "2024-07-01T10:00Z"]
    utc.append("2024-03-30T23:00Z")
    written = local if as_texts else list(pd.to_datetime(local, format="mixed"))
    here = om.read_orders(orders_table(time=written), timezone="Europe/Amsterdam")
    there = om.read_orders(orders_table(time=utc))
    assert here.clock == there.clock == "UTC"
    times = [o.store.frame("SELECT time FROM {table} ORDER BY time")["time"].tolist() for o in (here, there)]
    assert times[0] == times[1]


@pytest.mark.parametrize("as_texts", [True, False])
def test_an_hour_that_the_clock_passes_over_says_that_it_is_another_clock(as_texts: bool) -> None:
    times = ["2024-03-01 10:00", f"{SPRING} 02:30", *["2024-04-01 10:00"] * 4]
    written = times if as_texts else list(pd.to_datetime(times))
    told = refused(orders_table(time=written), timezone="Europe/Amsterdam")
    assert "the time does not exist in Europe/Amsterdam, where the clock goes forward then, in 1 row" in told
    assert ": row 2; they are of another clock" in told
    assert "pass timezone='UTC'" in told
    assert om.read_orders(orders_table(time=written), timezone="UTC").clock == "UTC"


@pytest.mark.parametrize(
    "time",
    [["2024-03-01T11:30:00+02:00"], pd.to_datetime(["2024-03-01 09:30"], utc=True), [1709285400], [1709285400000]],
)
def test_moments_that_know_their_zone_are_told_in_utc(time: list[object]) -> None:
    orders = om.read_orders(orders_table()[:1].assign(time=time))
    assert (orders.first, orders.clock) == (dt.datetime(2024, 3, 1, 9, 30), "UTC")


def test_day_and_month_are_told_apart_by_what_cannot_be_a_month() -> None:
    days = ["01-03-2024 10:00", "13-03-2024 10:00", "02-03-2024 10:00"]
    assert om.read_orders(orders_table()[:3].assign(time=days)).first == dt.datetime(2024, 3, 1, 10)
    assert "pass day_first=" in refused(orders_table()[:2].assign(time=["01-03-2024", "02-03-2024"]))
    assert "day first" in refused(orders_table()[:2].assign(time=["13-03-2024", "03-13-2024"]))


def test_a_row_of_two_exports_counts_once(tmp_path: Path) -> None:
    orders_table()[:4].to_csv(tmp_path / "one.csv", index=False)
    orders_table()[2:].to_csv(tmp_path / "two.csv", index=False)
    orders = om.read_orders(tmp_path)
    assert len(orders) == 6
    (twice,) = [f for f in orders.findings if f.name == "duplicates"]
    assert twice.figure == 2
    assert len(om.read_orders(pd.concat([orders_table()] * 2))) == 6


def test_days_without_a_clock_do_not_make_two_orders_one() -> None:
    days = pd.DataFrame({"customer": range(20), "time": "2024-03-04", "channel": "web", "revenue": 5.0})
    orders = om.read_orders(pd.concat([days, days[:1]]))
    assert len(orders) == 21
    assert "alike" in {f.name for f in orders.findings}


def test_rows_of_one_order_are_one_order() -> None:
    lines = orders_table(order=[1, 2, 1, 3, 4, 5], customer=["c1", "c2", "c1", "c3", None, "c2"])
    lines["channel"] = ["store", "web", "store", "store", "store", "web"]
    orders = om.read_orders(lines, order="order")
    assert len(orders) == 5
    assert (32.25,) in orders.store.rows("SELECT revenue FROM {table}")


def test_guests_returns_and_a_shared_card_are_findings() -> None:
    shared = pd.DataFrame(
        {"customer": "till", "time": pd.date_range("2024-03-02 09:00", periods=25, freq="10min").astype(str)}
    ).assign(channel="store", revenue=4.0)
    orders = om.read_orders(pd.concat([orders_table(), shared]))
    assert {"guests", "returns", "shared_cards"} <= {f.name for f in orders.findings}
    assert (orders.guests, orders.returns) == (1, 1)


def test_channels_that_differ_in_capitals_are_one_place() -> None:
    orders = om.read_orders(orders_table(channel=["store", "web", "Web", "Store ", "store", "web"]))
    assert set(orders.channels) == {"store", "web"}


def test_a_customer_is_the_same_in_orders_and_touches_of_one_key() -> None:
    orders = om.read_orders(orders_table(customer=[1, 2, 1, 3, np.nan, 2]), key=KEY)
    touches = om.read_touches(touches_table(customer=["1", "1 ", "2", None, "3"]), key=KEY)
    other = om.read_touches(touches_table(customer=["1", "1", "2", None, "3"]), key=KEY[::-1])
    query = "SELECT DISTINCT customer FROM {table} WHERE customer IS NOT NULL"
    assert set(orders.store.rows(query)) == set(touches.store.rows(query))
    assert not set(orders.store.rows(query)) & set(other.store.rows(query))


def test_what_stands_for_a_customer_is_hmac_sha256() -> None:
    orders = om.read_orders(orders_table(), key=KEY)
    tokens = {token for (token,) in orders.tokens.rows("SELECT token FROM {table}")}
    assert tokens == {hmac.new(KEY.encode(), who.encode(), hashlib.sha256).hexdigest() for who in ("c1", "c2", "c3")}
    long = "k" * 100
    tokens = {token for (token,) in om.read_orders(orders_table(), key=long).tokens.rows("SELECT token FROM {table}")}
    assert hmac.new(long.encode(), b"c1", hashlib.sha256).hexdigest() in tokens


def test_a_short_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(DataError, match="can be guessed") as problem:
        om.read_orders(orders_table(), key="secret")
    assert "secret'" not in str(problem.value)


def test_touches_of_bots_are_left_out_with_a_finding() -> None:
    busy = pd.DataFrame({"customer": "bot", "time": pd.date_range("2024-02-01", periods=300, freq="1min").astype(str)})
    table = pd.concat([touches_table(), busy.assign(channel="search")])
    touches = om.read_touches(table, bot_rate=200)
    assert (len(touches), touches.customers, touches.anonymous) == (4, 3, 1)
    assert "bots" in {f.name for f in touches.findings}
    assert len(om.read_touches(table, bot_rate=None)) == 304


def test_a_user_s_own_connection_is_left_as_it_was() -> None:
    own = duckdb.connect()
    own.register("orders", orders_table())
    before = own.execute("SELECT table_name FROM information_schema.tables").fetchall()
    orders = om.read_orders(own, table="orders")
    assert orders.store.connection is own
    del orders
    assert own.execute("SELECT table_name FROM information_schema.tables").fetchall() == before


@pytest.mark.parametrize("source", [3, [1, 2], None])
def test_what_holds_no_rows_is_refused(source: object) -> None:
    with pytest.raises(DataError, match="not "):
        om.read_orders(source)


def test_without_duckdb_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(OmnimixError, match=r"pip install 'omnimix\[customers\]'"):
        om.read_orders(orders_table())

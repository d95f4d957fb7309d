"""No address of a customer reaches anything that is shown, written or raised."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.errors import OmnimixError
from omnimix.tracking.engine import folder
from tests.tracking.tables import PEOPLE, orders_table, touches_table

KEY = "0123456789abcdef0123456789abcdef"


def clean(text: str) -> bool:
    """Tell whether a text is free of the names before the @ as well."""
    return not any(part.casefold() in text.casefold() for who in PEOPLE for part in (who, who.split("@")[0]))


def with_people(table: pd.DataFrame) -> pd.DataFrame:
    names = {who: PEOPLE[k % len(PEOPLE)].replace("@", f"{k}@") for k, who in enumerate(table["customer"].unique())}
    return table.assign(customer=table["customer"].map(names))


@pytest.mark.parametrize("key", [None, KEY])
def test_results_hold_no_address(key: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = with_people(om.simulate_customers(seed=7, customers=400)).assign(mail="yes")
    orders = om.read_orders(table, key=key, consent="mail")
    touches = om.read_touches(table.drop(columns="revenue"), key=key)
    found = om.customers(orders)
    listed = om.audiences(orders, {"audiences": {"all": {"orders": {"min": 1}}}}, out=tmp_path / "lists")
    told = [repr(x) + x._repr_html_() for x in (orders, touches, found, listed, om.clv(orders))]
    told += [str(orders.frame()), str(orders.tokens.frame()), found.table().to_csv(), *found.sentences("nl")]
    told += [file.read_text() for file in listed.files.values()]
    found.plot().get_figure().savefig(tmp_path / "customers.svg")  # type: ignore[union-attr]
    told.append((tmp_path / "customers.svg").read_text())
    table.to_csv(tmp_path / "orders.csv", index=False)
    assert main(["customers", str(tmp_path / "orders.csv"), "--json", str(tmp_path / "told.json")]) == 0
    shown = capsys.readouterr()
    told += [shown.out, shown.err, json.dumps(json.loads((tmp_path / "told.json").read_text()))]
    assert all(clean(text) for text in told)


@pytest.mark.parametrize("part", ["customer", "time", "channel", "revenue", "currency"])
def test_errors_hold_no_address_wherever_it_stands(part: str, tmp_path: Path) -> None:
    table = orders_table(**{"currency": ["EUR"] * 6, part: [*PEOPLE, *PEOPLE]})
    table.loc[0, "time"] = "never"
    table.to_csv(tmp_path / "orders.csv", index=False)
    for source in (table, tmp_path / "orders.csv"):
        with pytest.raises(OmnimixError) as problem:
            om.read_orders(source)
        assert clean(str(problem.value))


def test_a_file_without_a_header_is_refused_without_its_first_row(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("".join(f"{who},2024-03-01 10:00,web,3\n" for who in PEOPLE))
    with pytest.raises(OmnimixError) as problem:
        om.read_orders(file)
    assert clean(str(problem.value))
    file.write_text(f"customer,time,channel,revenue\n{PEOPLE[0]},2024-03-01 10:00,web\n{PEOPLE[1]},x,y,z,1\n")
    with pytest.raises(OmnimixError) as problem:
        om.read_orders(file)
    assert clean(str(problem.value))


def test_no_address_is_left_on_the_disk() -> None:
    table = touches_table(customer=[PEOPLE[0], PEOPLE[0], PEOPLE[1], None, PEOPLE[2]])
    touches = om.read_touches(table, key=KEY)
    orders = om.read_orders(orders_table(customer=[*PEOPLE, *PEOPLE]), key=KEY)
    orders.store.connection.execute("CHECKPOINT")
    held = b"".join(file.read_bytes() for file in folder().rglob("*") if file.is_file())
    assert len(touches) + len(orders) > 0
    assert not any(who.encode() in held or who.lower().encode() in held for who in PEOPLE)

"""Evidence that can be measured is measured, and goes before what was answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.maturity.measured import own_variation

LAST = dt.date(2025, 12, 28)
DATA = '[data]\ntotal_spend = 100000\nspend = ["tv", "search"]\noutcomes = ["online", "store"]\n'


def panel(weeks: int = 104) -> om.Panel:
    index = pd.date_range(end="2025-12-22", periods=weeks, freq="7D", name="week")
    draw = np.random.default_rng(4)
    tv = np.where(draw.random(weeks) < 0.4, 2_000.0, 0.0)
    search = 1_000.0 + draw.normal(0.0, 20.0, weeks)
    return om.Panel(pd.DataFrame({"tv": tv, "search": search, "online": 5.0, "store": 6.0}, index=index))


def found(tmp_path: Path, text: str = "", **given: object) -> om.Readiness:
    file = tmp_path / "readiness.toml"
    file.write_text(text, encoding="utf-8")
    return om.readiness(file, **{"today": LAST, **given})


def test_weeks_cover_variation_outcomes_and_age_come_from_the_table(tmp_path: Path) -> None:
    table = panel()
    seen = {m.name: m for m in found(tmp_path, DATA, panel=table).measured}
    money = table.frame[["tv", "search"]]
    assert seen["two_years_of_weeks"].counts == 1.0
    assert seen["spend_covered"].figure == pytest.approx(money.tail(52).to_numpy().sum() / 100_000)
    assert seen["outcomes_joined"].counts == 1.0
    assert seen["exposure_varies"].figure == pytest.approx(money["tv"].sum() / money.to_numpy().sum())
    assert seen["exposure_varies"].facts["names"] == ("search",)
    assert (seen["figures_fresh"].figure, seen["figures_fresh"].counts) == (0, 1.0)


@pytest.mark.parametrize(("days", "counts"), [(14, 1.0), (28, 0.5), (42, 0.0), (400, 0.0)])
def test_figures_age_by_the_day(tmp_path: Path, days: int, counts: float) -> None:
    result = found(tmp_path, panel=panel(), today=LAST + dt.timedelta(days=days))
    assert next(m.counts for m in result.measured if m.name == "figures_fresh") == pytest.approx(counts)


def test_what_was_measured_goes_before_what_was_answered_and_says_so(tmp_path: Path) -> None:
    answered = '[audience_and_measurement]\ntwo_years_of_weeks = "the table on the shared drive"\n'
    result = found(tmp_path, answered, panel=panel(weeks=30))
    assert "30 weeks" in result.sentences("en")["differs_two_years_of_weeks"]
    assert "30 weken" in result.sentences("nl")["differs_two_years_of_weeks"]
    alone = found(tmp_path, answered)
    assert "differs_two_years_of_weeks" not in alone.sentences()


def test_a_table_and_answers_that_do_not_go_together_are_refused_at_once(tmp_path: Path) -> None:
    text = '[data]\nspend = ["tvs", "serach"]\noutcomes = ["onlin"]\n'
    with pytest.raises(om.DataError) as refused:
        found(tmp_path, text, panel=panel(), today=dt.date(2025, 12, 1))
    for part in ("`tvs`; did you mean 'tv'?", "`serach`; did you mean 'search'?", "'online'?", "after today"):
        assert part in str(refused.value)
    with pytest.raises(om.DataError, match="more than the total_spend"):
        found(tmp_path, DATA.replace("100000", "1000"), panel=panel())


def test_a_channel_that_follows_another_has_no_variation_of_its_own() -> None:
    draw = np.random.default_rng(1)
    tv = draw.gamma(2.0, 500.0, 120)
    own = own_variation(pd.DataFrame({"tv": tv, "copy": 0.5 * tv, "other": draw.gamma(2.0, 500.0, 120)}))
    assert own["copy"] < 0.01
    assert own["other"] > 0.5
    assert not own_variation(pd.DataFrame({"tv": tv[:12]}))

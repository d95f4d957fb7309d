from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from omnimix.config import read_config
from omnimix.data import Panel, read_panel
from omnimix.data.week_column import heading_stamp
from omnimix.errors import DataError

Write = Callable[..., Path]
MONDAY = dt.date(2023, 1, 2)
COUNT = 20


def stamps(first: dt.date, *, count: int = COUNT) -> list[dt.date]:
    return [first + dt.timedelta(days=7 * week) for week in range(count)]


def table(days: list[dt.date], name: str, *, ahead: int = 0, heading: str = "week") -> str:
    """Write a week a row; its figure is the first day of the week, `ahead` days before its stamp."""
    rows = [f"{day};{(day - MONDAY).days - ahead}" for day in days]
    return "\n".join([f"{heading};{name}", *rows])


class NotClearError(Exception):
    """The door asks which weeks belong together."""


def read(files: list[Path]) -> Panel:
    try:
        return read_panel(files)
    except DataError as refused:
        raise (NotClearError if "which weeks belong together is not clear" in str(refused) else refused) from None


@pytest.fixture
def media(written: Write) -> Path:
    return written(table(stamps(MONDAY), "tv"), name="media.csv")


def names(panel: Panel) -> dict[str, str]:
    return {note.name: note.severity for note in panel.notes}


@pytest.mark.parametrize(
    ("begins", "last"), [(days, last) for days in range(-3, 4) for last in (False, True) if not (days == 1 and last)]
)
def test_weeks_meet_where_they_share_most_days_or_are_asked_for(
    written: Write, media: Path, begins: int, last: bool
) -> None:
    """Sales weeks of every weekday, stamped on either end, early, late or with the media; no Monday ends a week."""
    for lead, trail in product(range(-2, 3), repeat=2):
        if (begins, last, lead, trail) == (-1, False, 1, 1):
            continue  # the same stamps as those of ISO weeks that begin and end with the media
        first = MONDAY + dt.timedelta(days=begins + 7 * lead + 6 * last)
        sales = table(stamps(first, count=COUNT - lead + trail), "sales", ahead=6 * last)
        files = [media, written(sales, name="sales.csv")]
        with contextlib.suppress(NotClearError):
            frame = read(files).frame.dropna()
            assert (frame["tv"] - frame["sales"]).abs().max() <= 3
        said = read_panel(files, week_stamp={"sales.csv": "last day" if last else "first day"})
        assert (said.frame["tv"] - said.frame["sales"]).abs().max() == abs(begins)
        assert ("weeks_share_some_days" in names(said)) == (begins != 0)


def test_the_last_day_of_iso_weeks_needs_no_word(written: Write, media: Path) -> None:
    sales = written(table(stamps(MONDAY + dt.timedelta(days=6)), "sales", ahead=6), name="sales.csv")
    panel = read_panel([media, sales])
    assert panel.frame["tv"].equals(panel.frame["sales"].rename("tv"))
    assert names(panel) == {"separator": "notes", "joined_on_iso_week": "notes"}


def test_sundays_that_begin_weeks_are_asked_for_with_both_readings(written: Write, media: Path) -> None:
    sales = written(table(stamps(MONDAY - dt.timedelta(days=1)), "sales"), name="sales.csv")
    with pytest.raises(DataError) as caught:
        read_panel([media, sales])
    for told in (
        "first day, they run from Sun 2023-01-01 to Sat 2023-05-20",
        "last, from Mon 2022-12-26 to Sun 2023-05-14",
        "in media.csv from Mon 2023-01-02 to Sun 2023-05-21",
        "week_stamp={'sales.csv': 'first day'}",
    ):
        assert told in str(caught.value)


@pytest.mark.parametrize("heading", ["Week ending", "week_end_date", "Week t/m", "W/E", "Woche bis", "weekending"])
def test_a_heading_says_that_a_stamp_is_the_last_day(written: Write, media: Path, heading: str) -> None:
    shorter = stamps(MONDAY + dt.timedelta(days=6 + 21), count=12)
    sales = written(table(shorter, "sales", ahead=6, heading=heading), name="sales.csv")
    frame = read_panel([media, sales]).frame.dropna()
    assert len(frame) == 12
    assert (frame["tv"] == frame["sales"]).all()
    alone = read_panel(sales, week=heading)
    assert alone.weeks[0] == pd.Timestamp(MONDAY + dt.timedelta(days=21))
    assert names(alone)["week_stamp"] == "notes"


@pytest.mark.parametrize(
    ("heading", "stamp"),
    [
        ("week", ""),
        ("date", ""),
        ("weekend", ""),
        ("Spend week", ""),
        ("week start - week end", ""),
        ("w/c", "first day"),
        ("Week commencing", "first day"),
        ("Week vanaf", "first day"),
        ("enddatum", "last day"),
    ],
)
def test_only_plain_words_of_a_heading_count(heading: str, stamp: str) -> None:
    assert heading_stamp(heading) == stamp


def test_iso_weeks_beside_sundays_say_that_these_are_last_days(written: Write, media: Path) -> None:
    days = stamps(MONDAY + dt.timedelta(days=6 + 14), count=12)
    rows = [f"{d.isocalendar()[0]}-W{d.isocalendar()[1]:02};{d};{(d - MONDAY).days - 6}" for d in days]
    sales = written("\n".join(["iso_week;date;sales", *rows]), name="sales.csv")
    frame = read_panel([media, sales]).frame.dropna()
    assert len(frame) == 12
    assert (frame["tv"] == frame["sales"]).all()


def test_fiscal_weeks_that_name_both_ends_meet(written: Write) -> None:
    sunday = MONDAY - dt.timedelta(days=1)
    first = written(table(stamps(sunday), "tv"), name="media.csv")
    last = written(table(stamps(sunday + dt.timedelta(days=6)), "sales", ahead=6), name="sales.csv")
    panel = read_panel([first, last])
    assert set(panel.weeks.day_name()) == {"Sunday"}
    assert (panel.frame["tv"] == panel.frame["sales"]).all()


def test_three_files_meet_when_each_tells_or_fits(written: Write, media: Path) -> None:
    sunday = written(table(stamps(MONDAY + dt.timedelta(days=6)), "sales", ahead=6), name="sales.csv")
    numbered = "\n".join(["week;price", *(f"2023-W{week:02};{7 * (week - 1)}" for week in range(1, 31))])
    panel = read_panel([media, sunday, written(numbered, name="price.csv")])
    frame = panel.frame.dropna()
    assert len(frame) == COUNT
    assert (frame["sales"] == frame["price"]).all()
    saturday = written(table(stamps(MONDAY + dt.timedelta(days=5)), "visits", ahead=6), name="visits.csv")
    with pytest.raises(DataError, match=r"visits.csv stamps its 20 weeks on Saturdays"):
        read_panel([media, sunday, saturday])
    said = read_panel([media, sunday, saturday], week_stamp="last day")
    assert (said.frame["tv"] - said.frame["visits"] == 1).all()
    assert names(said)["weeks_share_some_days"] == "warns"


@pytest.mark.parametrize("weekday", range(7))
def test_files_of_one_weekday_join_as_they_are(written: Write, weekday: int) -> None:
    first = MONDAY + dt.timedelta(days=weekday)
    one = written(table(stamps(first), "tv"), name="one.csv")
    two = written(table(stamps(first - dt.timedelta(days=70), count=40), "sales"), name="two.csv")
    frame = read_panel([one, two]).frame.dropna()
    assert len(frame) == COUNT
    assert (frame["tv"] == frame["sales"]).all()


def test_sundays_a_week_apart_may_name_either_end(written: Write) -> None:
    sunday = MONDAY - dt.timedelta(days=1)
    one = written(table(stamps(sunday), "tv"), name="one.csv")
    two = written(table(stamps(sunday + dt.timedelta(days=7)), "sales", ahead=6), name="two.csv")
    with pytest.raises(DataError, match="not clear"):
        read_panel([one, two])
    panel = read_panel([one, two], week_stamp={"one.csv": "first day", "two.csv": "last day"})
    assert (panel.frame["sales"] - panel.frame["tv"] == 1).all()
    alike = read_panel([one, two], week_stamp="first day")
    assert len(alike) == COUNT + 1
    assert names(alike)["files_a_week_apart"] == "warns"


def test_mondays_a_week_apart_are_warned_of(written: Write, media: Path) -> None:
    late = written(table(stamps(MONDAY + dt.timedelta(days=7)), "sales"), name="sales.csv")
    assert names(read_panel([media, late]))["files_a_week_apart"] == "warns"


def test_weeks_that_may_end_on_their_stamp_are_noted(written: Write, media: Path) -> None:
    sunday = written(table(stamps(MONDAY - dt.timedelta(days=1)), "sales"), name="sales.csv")
    assert names(read_panel(sunday))["week_stamp"] == "notes"
    assert "week_stamp" not in names(read_panel(media))
    said = read_panel(sunday, week_stamp="last day")
    assert said.weeks[0] == pd.Timestamp(2022, 12, 26)
    assert "week_stamp" not in names(read_panel(sunday, week_stamp="first day"))


def test_texts_keep_their_week_when_stamps_move(written: Write) -> None:
    days = stamps(MONDAY + dt.timedelta(days=6))
    rows = [f"{day};{'?' if week == 3 else week}" for week, day in enumerate(days)]
    (cell,) = read_panel(written("\n".join(["Week ending;tv", *rows]))).unread["tv"]
    assert cell.week == pd.Timestamp(2023, 1, 23)


@pytest.mark.parametrize("wrong", ["sunday", 6, {}, {"media.csv": "start"}, {4: "last day"}, {"medai.csv": "last day"}])
def test_what_a_stamp_is_has_two_answers(media: Path, wrong: Mapping[str, str]) -> None:
    with pytest.raises(DataError, match=r"week_stamp (is 'first day', 'last day'|names a file 'medai.csv')"):
        read_panel(media, week_stamp=wrong)


def test_a_project_file_says_it_for_one_file(written: Write, media: Path) -> None:
    written(table(stamps(MONDAY - dt.timedelta(days=1)), "sales"), name="sales.csv")
    project = """
        [data]
        file = ["media.csv", "sales.csv"]
        week_stamp = { "sales.csv" = "first day" }
        [channels.tv]
        [outcomes.sales]
    """
    panel = read_config(written(project, name="omnimix.toml")).panel()
    assert (panel.frame["tv"] - panel.frame["sales"] == 1).all()
    assert len(panel) == COUNT

"""Dates and weeks as people write them: names of months in five languages, weeks by their first, last or both days."""

from __future__ import annotations

import datetime as dt

import pytest

from omnimix.data.dates import read_dates
from omnimix.data.month_names import months
from omnimix.data.written_dates import YEARLESS, read_cell

FULL = {
    "English": "January February March April May June July August September October November December",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Austrian": "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
SHORT = {
    "English": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "Dutch": "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    "German": "Jan. Feb. Mrz. Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "Austrian": "Jän. Feb. März Apr. Mai Juni Juli Aug. Sep. Okt. Nov. Dez.",
    "French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
}
MONDAY = dt.date(2026, 8, 31)


@pytest.mark.parametrize("names", [*FULL.values(), *SHORT.values()], ids=[*FULL, *(f"short {name}" for name in SHORT)])
@pytest.mark.parametrize("form", ["7 {} 2022", "7. {} 2022", "7-{}-2022", "{} 7, 2022"])
def test_a_month_is_known_by_its_name(names: str, form: str) -> None:
    read = [read_cell(form.format(name)) for name in names.split()]
    assert [cell and cell.day for cell in read] == [dt.date(2022, month, 7) for month in range(1, 13)]


@pytest.mark.parametrize("text", ["3 market 2022", "Decathlon 2022", "marketing 3 2022", "5 jui 2022", "Marathon 2022"])
def test_other_words_are_no_months(text: str) -> None:
    assert read_cell(text) is None


def test_a_beginning_that_two_months_share_is_none() -> None:
    assert "jui" not in months()
    assert months()["juil"] == 7


@pytest.mark.parametrize(
    "text",
    [
        "w/c 31/08/26", "W/C 31 Aug 2026", "wc 31-08-2026", "Week of Aug 31, 2026", "week commencing 31 Aug 2026",
        "Week beginning Mon 31 August 2026", "w/e 06/09/2026", "week ending Sun 6 Sep 2026", "KW 36/2026", "S36 2026",
        "2026-S36", "Sem. 36 2026", "Wk 36 '26", "Woche vom 31.08.2026", "semaine du 31 août 2026",
        "week van 31 augustus 2026", "31 Aug - 6 Sep 2026", "31.08. - 06.09.2026", "vom 31.08. bis 06.09.2026",
        "du 31 août au 6 septembre 2026", "31 aug t/m 6 sep 2026", "Aug 31 - Sep 6, 2026", "31/8-6/9/2026",
        "lundi 31 août 2026", "Mon 31 Aug - Sun 6 Sep 2026",
    ],
)  # fmt: skip
def test_a_week_is_known_by_its_first_day(text: str) -> None:
    assert read_dates([text], [2], name="week").days[0].date() == MONDAY


def test_a_range_within_a_month_and_over_the_new_year() -> None:
    for text in ("7-13 Sep 2026", "7 - 13 September 2026", "Sep 7 - 13, 2026"):
        assert read_cell(text).day == dt.date(2026, 9, 7)
    for text in ("29 Dec 2025 - 4 Jan 2026", "29 Dec - 4 Jan 2026", "29/12 - 04/01/2026"):
        assert read_cell(text).day == dt.date(2025, 12, 29)


@pytest.mark.parametrize(
    "text",
    [
        "31 Aug - 6 Sep",
        "Aug 31\u2013Sep 6",
        "31/08 - 06/09",
        "31 aug t/m 6 sep",
        "w/c 31 Aug",
        "w/e 6 Sep",
        "31 Aug - 4 Sep",
    ],
)
def test_days_without_a_year_wait_for_one(text: str) -> None:
    read = read_cell(text)
    assert (read.form, read.month, read.part, read.day) == (YEARLESS, 8, 31, None)


@pytest.mark.parametrize("text", ["5 - 11", "25-54", "TV 25-31", "1-7", "500-506", "31 Aug - 20 Sep", "w/c launch"])
def test_what_is_no_week_is_left_alone(text: str) -> None:
    assert read_cell(text) is None


def test_day_and_month_of_a_week_ending_wait_for_the_column() -> None:
    column = read_dates(["w/e 05/01/2020", "w/e 12/01/2020", "w/e 19/01/2020"], [2, 3, 4], name="week")
    assert [day.date() for day in column.days] == [dt.date(2019, 12, 30), dt.date(2020, 1, 6), dt.date(2020, 1, 13)]

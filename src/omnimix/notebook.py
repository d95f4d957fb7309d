"""What a result looks like in a notebook: one calm card for all of them, on light and dark pages, offline.

A card is a title, a line under it and parts: tables, sentences, drawings. Everything that a person named is escaped.
A column's name says how its figures are written; see :func:`omnimix.words.form_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Literal

import pandas as pd

from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA, INTERVAL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.words import Form, exact, form_of, percent

type Tone = Literal["good", "open", "bad", "quiet"]

MOST_ROWS = 16
LONG_TEXT = 40  # letters from which a cell may take several lines
LINE = "1px solid rgba(128,128,128,.35)"
COLOURS: Mapping[Tone, str] = {
    "good": "0,158,115",
    "open": "230,159,0",
    "bad": "213,94,0",
    "quiet": "128,128,128",
}
TONES: Mapping[str, Tone] = {
    "scale": "good",
    "keep": "good",
    "usable": "good",
    "fix": "open",
    "test": "open",
    "warns": "open",
    "stop": "bad",
    "blocks": "bad",
    "not usable": "bad",
    "notes": "quiet",
}
WORDS_FOR_VERDICTS = ("verdict", "severity")  # columns whose words are chips


def card(title: str, *parts: str, verdict: str = "", under: str = "") -> str:
    """Return a card: a title with a chip that says the verdict, a quiet line under it, and its parts as they are.

    >>> "&lt;b&gt;" in card("<b>", verdict="keep")
    True
    """
    head = f"<div style='font-weight:600'>{escape(title)}{f' {chip(verdict)}' if verdict else ''}</div>"
    quiet = f"<div style='opacity:.7;margin-top:2px'>{_marked(under)}</div>" if under else ""
    body = "".join(f"<div style='margin-top:8px'>{part}</div>" for part in parts if part)
    return (
        "<div style='font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:inherit;max-width:60em;"
        f"margin:4px 0 8px 0'>{head}{quiet}{body}</div>"
    )


def chip(word: str) -> str:
    """Return a word in a coloured frame; the colour goes with what the word advises, the word stays readable."""
    colour = COLOURS[TONES.get(word, "quiet")]
    return (
        f"<span style='border:1px solid rgba({colour},.9);background:rgba({colour},.16);border-radius:3px;"
        f"padding:0 6px;white-space:nowrap;font-weight:600'>{escape(word)}</span>"
    )


def table(
    frame: pd.DataFrame,
    forms: Mapping[str, Form] | None = None,
    *,
    told: str | None = MEAN,
    most: int = MOST_ROWS,
    rest: str = ".table()",
) -> str:
    """Return the HTML of a table: figures with the digits that count, long ones cut, ``rest`` says where the rest is.

    ``lower`` and ``upper`` become one column, named after the interval. Of mean and median the one that the quantity is
    told by is shown; the other stays in ``.table()``.

    Args:
        frame: what to show, one row a line.
        forms: how to write the figures of a column, where its name does not tell.
        told: the column, ``mean`` or ``median``, that the quantity is told by; ``None`` shows both.
        most: rows that are shown.
        rest: the call that returns all of it.
    """
    shown, written = _ranged(frame.head(most), told), {**dict(forms or {})}
    cells = {str(c): [_cell(v, str(c), written) for v in shown[c]] for c in shown.columns}
    figures = {str(c): _is_figure(shown[c]) for c in shown.columns}
    head = "".join(_heading(c.replace("_", " "), figures[c]) for c in cells)
    rows = "".join(
        f"<tr style='background:none'>{''.join(_field(cells[c][k], figures[c]) for c in cells)}</tr>"
        for k in range(len(shown))
    )
    more = len(frame) - len(shown)
    tail = f"<div style='opacity:.7'>{more:,} rows more in <code>{escape(rest)}</code></div>" if more > 0 else ""
    return (
        "<table style='border-collapse:collapse;border:none;margin:0;color:inherit;font-size:inherit'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{tail}"
    )


def lines(texts: Iterable[str], *, most: int = MOST_ROWS) -> str:
    """Return sentences as a list, cut where there are many."""
    every = list(texts)
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    items = "".join(f"<li style='margin:1px 0'>{_marked(text)}</li>" for text in [*every[:most], *more])
    return f"<ul style='margin:0;padding-left:1.3em'>{items}</ul>" if items else ""


def findings(found: Sequence[Finding], *, most: int = MOST_ROWS) -> str:
    """Return findings as a list: how bad each is, what was seen and what to do."""
    items = [
        f"<li style='margin:3px 0;list-style:none'>{chip(f.severity)} <b>{escape(f.name)}</b> "
        f"{_marked(f.message)} <span style='opacity:.7'>{_marked(f.remedy)}</span></li>"
        for f in found[:most]
    ]
    more = f"<li style='list-style:none;opacity:.7'>and {len(found) - most} more</li>" if len(found) > most else ""
    return f"<ul style='margin:0;padding:0'>{''.join(items)}{more}</ul>" if items else ""


def _heading(text: str, figure: bool) -> str:
    return f"<th style='{_style(figure)};border-bottom:{LINE};font-weight:600'>{escape(text)}</th>"


def _field(written: str, figure: bool) -> str:
    return f"<td style='{_style(figure, wrap=len(written) > LONG_TEXT)}'>{written}</td>"


def _marked(text: str) -> str:
    """Escape a text; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _style(figure: bool, *, wrap: bool = False) -> str:
    side = f"{'right' if figure else 'left'};white-space:{'normal' if wrap else 'nowrap'}"
    return (
        "padding:2px 14px 2px 0;border:none;background:none;vertical-align:top;font-variant-numeric:tabular-nums;"
        f"text-align:{side}"
    )


def _ranged(frame: pd.DataFrame, told: str | None) -> pd.DataFrame:
    """Put both ends of an interval into one column and leave out the middle that is not told."""
    if not {LOWER, UPPER} <= set(frame.columns):
        return frame.drop(columns=INTERVAL, errors="ignore")
    mass = frame[INTERVAL].iloc[0] if INTERVAL in frame and len(frame) else None
    name = f"{percent(mass)} interval" if mass is not None else "interval"
    untold = [c for c in (MEAN, MEDIAN) if told in frame and told is not None and c != told]
    out = frame.drop(columns=[UPPER, INTERVAL, *untold], errors="ignore")
    pairs = list(zip(frame[LOWER], frame[UPPER], strict=True))
    return out.assign(**{LOWER: pd.Series(pairs, index=frame.index, dtype=object)}).rename(columns={LOWER: name})


def _is_figure(column: pd.Series) -> bool:
    values = [v for v in column if not isinstance(v, str)]
    return bool(values) and len(values) == len(column) and not isinstance(values[0], bool | pd.Timestamp)


def _cell(value: object, column: str, forms: Mapping[str, Form]) -> str:
    """Write one cell as HTML."""
    form = forms.get(column) or form_of(column)
    if isinstance(value, tuple):  # both ends of an interval
        form = forms.get(LOWER) or exact
        low, high = (escape(form(float(v))) for v in value)
        return "-" if low == high == "-" else f"{low} to {high}"
    if isinstance(value, str):
        name = "all media" if value == ALL_MEDIA else value
        return chip(name) if column in WORDS_FOR_VERDICTS and name else escape(name)
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else ""
    return escape(form(float(str(value))))


def summary(form: Form) -> dict[str, Form]:
    """Return one form for both middles and both ends of an interval."""
    return dict.fromkeys((MEAN, MEDIAN, LOWER, UPPER), form)


def text(frame: pd.DataFrame, forms: Mapping[str, Form] | None = None, *, index: bool = False) -> str:
    """Return a table as it stands at a prompt, its figures written as on a card.

    >>> print(text(pd.DataFrame({"channel": ["tv"], "spend": [4.95036e6], "roas": [1.2345]})))
    channel spend roas
         tv 4.95m 1.23
    """
    figures = [str(c) for c in frame.select_dtypes("number")]
    return frame.to_string(index=index, formatters={c: (forms or {}).get(c) or form_of(c) for c in figures})

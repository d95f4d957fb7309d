"""The block on customers: who buys in more than one place, what that changes, and what a new one is worth."""

from __future__ import annotations

import math
from dataclasses import replace

from omnimix.labels import MEAN
from omnimix.page.parts import Block, Table
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.rows.table import records
from omnimix.tracking import Clv, Customers
from omnimix.words import Language, capital, figures

OMNICHANNEL = "omnichannel"


def people(found: Customers | None, clv: Clv | None, words: Language) -> Block | None:
    """Return what is known of customers, and what a new one is worth; none where neither was given.

    Their money is revenue of tracked orders, and has its own currency where the orders name one.
    """
    if found is None and clv is None:
        return None
    say = replace(words, section=SECTION)
    new = _new_customer(clv, say) if clv is not None else ""
    if found is None:
        worth, sure = _worth(clv, say), (say.say("clv_sure"),)
        return block(Told("customers", say.say("customers_heading"), new, sure=sure, table=worth, decides=False))
    own = replace(words, section="customers")
    # The record tells share, then (where it is known) value, then the change, what it does not prove, and who is named.
    share, *between, no_proof, matched = found.sentences(words.code)
    return block(
        Told(
            "customers",
            say.say("customers_heading"),
            share,
            means=texts_of(between[-1:], [new]),
            sure=texts_of([matched, no_proof], [say.say("clv_sure")] if clv is not None else []),
            table=_kinds(found, own, say),
            rest=tuple(between[:-1]),
            behind=() if clv is None else tuple(t for t in (_worth(clv, say),) if t),
            more=say.say("rest"),
            decides=False,
        )
    )


def _kinds(found: Customers, own: Language, say: Language) -> Table:
    heads = ("kind", "customers", "share", "revenue_share", "orders_per_customer", "value")
    rows = tuple(
        (
            capital(own.say(OMNICHANNEL)) if row["kind"] == OMNICHANNEL else own.title(str(row["kind"])),
            own.exact(float(row["customers"])),
            own.percent(float(row["share"])),
            own.percent(float(row["revenue_share"])),
            own.ratio(float(row["orders_per_customer"])),
            _money(float(row[MEAN]), found.currency, own),
        )
        for row in records(found.kinds)
    )
    return Table(say.say("customers_caption"), tuple(own.say(f"column_{k}") for k in heads), rows)


def _new_customer(found: Clv, say: Language) -> str:
    value = records(found.table())[0]
    return say.say(
        "clv",
        value=_money(float(value[MEAN]), found.currency, say),
        range=say.span(lambda x: _money(x, found.currency, say), value),
        weeks=say.exact(found.horizon),
        margin="" if found.margin == 1 else say.say("clv_margin", margin=say.percent(found.margin)),
    )


def _worth(found: Clv | None, say: Language) -> Table | None:
    if found is None:
        return None
    rows = []
    for row in records(found.table()):
        money = row["measure"] == "value"
        write = (lambda x: _money(x, found.currency, say)) if money else say.ratio
        rows.append((say.say(f"clv_{row['measure']}"), write(float(row[MEAN])), say.span(write, row)))
    return Table(
        say.say("clv_caption", weeks=say.exact(found.horizon)), ("", say.say("expected"), say.say("range")), tuple(rows)
    )


def _money(value: float, currency: str, words: Language) -> str:
    if not math.isfinite(value):
        return figures.NOTHING
    return f"{currency} {words.amount(value)}".strip()

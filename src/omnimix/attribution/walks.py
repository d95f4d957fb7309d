"""The SQL that turns touches and orders into walks: one row a touch, in its place in its journey.

A touch belongs to the first order of its customer at or after it, if that comes within the window. Touches that lead to
no order in time make a journey that ended in nothing; one that pauses for longer than the window, or goes on after an
order, is another. Touches of one channel that follow each other within a session are one.
"""

from __future__ import annotations

from dataclasses import dataclass

MEMORY = 3  # channels that a state of the longest chain holds
DAY, MINUTE = 86_400_000_000, 60_000_000  # microseconds
AFTER_TOUCHES = 1_000_000  # in the place of a code: an order comes after touches of its moment
LOST_OF = 100  # an identity is lost for so many hundredths of the weeks of customers


@dataclass(frozen=True)
class Rules:
    """What makes a journey.

    Attributes:
        window: days before an order in which a touch counts.
        session: minutes within which touches of one channel are one.
        longest: touches of a journey that count, the latest ones.
        half_life: days before the order after which time decay gives half.
        lost: percent of the weeks of customers in which nobody knows whose touches are, to see what that changes.
    """

    window: int
    session: int
    longest: int
    half_life: float
    lost: int = 0


def walks(rules: Rules, *, touches: str, orders: str, codes: str, base: int, part: str) -> str:
    """Return the query of all walks of a part of the customers; two sorts of its touches are all it takes.

    Columns: ``customer``, ``journey`` (number within the customer), ``code`` of the channel, ``begins`` and ``ends``
    (whether the touch is the first, the last of its journey), ``moment`` of the order and ``stamp`` of the touch in
    microseconds, ``orders`` and ``value`` (of the order, NULL where the journey ends in nothing), ``source`` (state
    before, with a memory of three channels).

    Args:
        rules: what makes a journey.
        touches: table with ``customer``, ``time`` and ``channel``.
        orders: table with ``customer``, ``time`` and ``revenue``.
        codes: table with ``channel`` and ``code``, from 1.
        base: one more than there are channels.
        part: condition on ``customer``.
    """
    who = "customer" if not rules.lost else _with_lost(rules.lost)
    window, session = rules.window * DAY, rules.session * MINUTE
    next_order = "(w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    return f"""
    WITH events AS (
        SELECT {who} AS customer, epoch_us(time) AS stamp, code, NULL::BIGINT AS moment, NULL::BIGINT AS orders,
            NULL::DOUBLE AS value FROM {touches} JOIN {codes} USING (channel) WHERE {part}
        UNION ALL
        SELECT customer, epoch_us(time), {AFTER_TOUCHES}, epoch_us(time), count(*), sum(revenue)
        FROM {orders} WHERE {part} AND revenue >= 0 GROUP BY customer, time),
    beside AS (
        SELECT customer, stamp, code, lag(code) OVER w AS code_before, lag(stamp) OVER w AS stamp_before,
            first_value(moment IGNORE NULLS) OVER {next_order} AS moment,
            first_value(orders IGNORE NULLS) OVER {next_order} AS orders,
            first_value(value IGNORE NULLS) OVER {next_order} AS value
        FROM events WINDOW w AS (PARTITION BY customer ORDER BY stamp, code)),
    led AS (
        SELECT customer, stamp, code, moment, orders, value, coalesce(moment <= stamp + {window}, false) AS won,
            code_before IS NULL OR code_before = {AFTER_TOUCHES}
            OR won <> coalesce(moment <= stamp_before + {window}, false)
            OR (NOT won AND stamp > stamp_before + {window}) AS begins,
            begins OR code <> code_before OR stamp > stamp_before + {session} AS met
        FROM beside WHERE code < {AFTER_TOUCHES}),
    placed AS (
        SELECT customer, stamp, code, moment, orders, value, won, begins, sum(begins::INT) OVER w AS journey,
            coalesce(lead(begins) OVER w, true) AS ends, lag(code, 1, 0) OVER w AS one, lag(code, 2, 0) OVER w AS two,
            lag(code, 3, 0) OVER w AS three, lag(begins, 1, true) OVER w AS after_one,
            lag(begins, 2, true) OVER w AS after_two
        FROM led WHERE met WINDOW w AS (PARTITION BY customer ORDER BY stamp, code))
    SELECT customer, journey::BIGINT AS journey, code, begins, ends, stamp, CASE WHEN won THEN moment END AS moment,
        CASE WHEN won THEN orders END AS orders, CASE WHEN won THEN value END AS value,
        CASE WHEN begins THEN 0 WHEN after_one THEN one WHEN after_two THEN one + {base} * two
            ELSE one + {base} * two + {base**2} * three END AS source
    FROM placed"""


def cut(rules: Rules, walk: str, base: int) -> str:
    """Return the query of walks of which those that are too long keep their latest touches."""
    within = "PARTITION BY customer, journey ORDER BY stamp, code"
    return f"""
    WITH sized AS (
        SELECT *, row_number() OVER ({within}) - greatest(count(*) OVER (PARTITION BY customer, journey)
            - {rules.longest}, 0) AS place FROM {walk})
    SELECT customer, journey, code, place = 1 AS begins, ends, stamp, moment, orders, value,
        CASE place WHEN 1 THEN 0 WHEN 2 THEN source % {base} WHEN 3 THEN source % {base**2} ELSE source END AS source
    FROM sized WHERE place >= 1"""


def _with_lost(percent: int) -> str:
    """Return a customer who is somebody else, known by no order, in some of the weeks."""
    week = "date_trunc('week', time)"
    return f"CASE WHEN hash(customer, {week}) % {LOST_OF} < {percent} THEN hash(customer, {week}, 1) ELSE customer END"

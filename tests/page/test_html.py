"""Amounts on the page are not torn apart at the end of a line."""

from __future__ import annotations

import pytest

from omnimix.page.html import _kept_together

KEPT, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("between -EUR 63,000 and EUR 5 million", f"between {MINUS}EUR{KEPT}63,000 and EUR{KEPT}5{KEPT}million"),
        ("pre-EUR 63,000", f"pre-EUR{KEPT}63,000"),
        ("tussen -3 en 4", f"tussen {MINUS}3 en 4"),
    ],
)
def test_an_amount_below_zero_has_a_true_minus_and_stays_on_its_line(said: str, shown: str) -> None:
    assert _kept_together(said, "EUR", "EUR") == shown


def test_what_scripts_read_is_left_alone() -> None:
    assert _kept_together('<p>-EUR 1</p><script>"-EUR 1"</script>', "EUR", "EUR").endswith('<script>"-EUR 1"</script>')

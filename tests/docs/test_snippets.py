"""Every program in README.md and docs/ runs, and prints what the page says it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.snippets import PAGES, ROOT, alike, has_program, run_page

# The gallery fits twice and plans for minutes; the strict build of the site runs its programs.
ELSEWHERE = [ROOT / "docs" / "gallery.md"]
# The whole demo, a model that PyMC compiles, a whole page, everything that the shell can do, many plans.
HOW_TO = ROOT / "docs" / "how_to"
LONG = [
    ROOT / "README.md",
    *(
        HOW_TO / f"{name}.md"
        for name in ("change_the_pymc_model", "shared_page", "branding", "from_the_shell", "plan_a_budget")
    ),
]
PROGRAMS = [
    pytest.param(page, id=page.relative_to(ROOT).as_posix(), marks=[pytest.mark.slow] if page in LONG else [])
    for page in PAGES
    if has_program(page) and page not in ELSEWHERE
]


@pytest.mark.parametrize("page", PROGRAMS)
@pytest.mark.usefixtures("as_a_reader")
def test_a_page_does_what_it_says(page: Path) -> None:
    run_page(page)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("tv 1.37 EUR", "tv  1.30 EUR\n", True),
        ("tv 1.37", "tv 3.0", False),
        ("tv 1.37", "radio 1.37", False),
        ("a\n...\nc", "a\nb\nb\nc", True),
        ("2024-01-01", "2024-01-01", True),
        ("1,200 weeks", "1,200 weeks left", False),
    ],
)
def test_shown_and_printed_text_are_compared_word_by_word(shown: str, printed: str, same: bool) -> None:
    assert alike(shown, printed) is same

"""Every project file that a page shows can be read: its keys exist and the funnel that it declares can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnimix.config import read_config
from tests.docs.snippets import PAGES, ROOT, Block, blocks

SHOWN = [(page, block) for page in PAGES for block in blocks(page) if block.language == "toml"]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown[0].relative_to(ROOT).as_posix()}:{shown[1].line}")
def test_a_project_file_on_a_page_can_be_read(shown: tuple[Path, Block], tmp_path: Path) -> None:
    file = tmp_path / "omnimix.toml"
    file.write_text(shown[1].text, encoding="utf-8")
    assert read_config(file).funnel.outcomes

"""A mistake in a notebook: the message and the line that asked, not the way through the package."""

from __future__ import annotations

import subprocess
import sys
import textwrap

SHELL = """
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell({cell!r})
"""
TVV = "import omnimix as om\n\nom.Channel('tv',\n    adstock='gama')"


def shown(cell: str) -> str:
    """Return what IPython prints where a cell raises."""
    run = subprocess.run([sys.executable, "-c", SHELL.format(cell=cell)], capture_output=True, text=True, check=True)
    return run.stdout


def test_a_notebook_shows_the_message_and_the_line_that_asked() -> None:
    text = shown(TVV)
    assert "SpecError" in text
    assert "did you mean 'gamma'?" in text
    assert "asked for in line 3: om.Channel('tv'," in text
    assert "Traceback" not in text
    assert "site-packages" not in text
    assert len(text.splitlines()) < 6


def test_a_mistake_in_a_function_of_ones_own_names_the_line_in_it() -> None:
    text = shown("import omnimix as om\ndef read(name):\n    return om.example(name)\nread('retailr')")
    assert "asked for in line 3: return om.example(name)" in text


def test_the_whole_way_can_still_be_had() -> None:
    script = (
        SHELL.format(cell=TVV) + "shell.run_cell('import sys, traceback; traceback.print_exception(sys.last_value)')"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Traceback (most recent call last)" in run.stdout + run.stderr
    assert "channel.py" in run.stdout + run.stderr


def test_outside_notebooks_the_traceback_is_the_usual_one() -> None:
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(TVV)], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("Traceback (most recent call last)")
    assert "omnimix.errors.SpecError: channel 'tv'" in run.stderr


def test_errors_of_others_keep_their_traceback() -> None:
    assert "ZeroDivisionError" in shown("1 / 0")
    assert "Traceback" in shown("1 / 0")

"""What is imported when: a notebook should not wait for what it does not use."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import rooms

HEAVY = ("pymc", "pytensor", "nutpie", "arviz", "matplotlib", "numba", "pandas")
SAMPLING = ("pymc", "pytensor", "nutpie")


def loaded_after(statement: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_omnimix_loads_no_heavy_package() -> None:
    assert not loaded_after("import omnimix") & set(HEAVY)


def test_asking_for_the_names_loads_no_heavy_package() -> None:
    assert not loaded_after("import omnimix; dir(omnimix); omnimix.__version__") & set(HEAVY)


def test_every_room_but_the_model_works_without_the_sampling_libraries() -> None:
    others = ", ".join(f"omnimix.{room}" for room in sorted(rooms() - {"model"}))
    assert not loaded_after(f"import {others}") & set(SAMPLING)


def test_pictures_wait_until_they_are_asked_for() -> None:
    others = ", ".join(f"omnimix.{room}" for room in sorted(rooms() - {"plot", "report"}))
    assert "matplotlib" not in loaded_after(f"import {others}")


def test_declaring_a_funnel_loads_no_sampling_library() -> None:
    assert not loaded_after("import omnimix as om; om.Funnel(channels=['tv'], outcomes=['sales'])") & set(SAMPLING)

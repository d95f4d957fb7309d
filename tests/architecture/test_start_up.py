"""What is imported when: a notebook should not wait for what it does not use."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import rooms

HEAVY = ("pymc", "pytensor", "nutpie", "arviz", "matplotlib", "numba", "pandas")
SAMPLING = ("pymc", "pytensor", "nutpie")


def loaded_after(*statements: str) -> list[set[str]]:
    """Return the top-level packages that a fresh interpreter has loaded after each of some statements."""
    report = "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    code = "\n".join(["import sys", *(f"{statement}\n{report}" for statement in statements)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [set(line.split()) for line in done.stdout.splitlines()]


def test_importing_omnimix_and_asking_for_its_names_loads_no_heavy_package() -> None:
    for loaded in loaded_after("import omnimix", "dir(omnimix); omnimix.__version__"):
        assert not loaded & set(HEAVY)


def test_no_room_loads_the_sampling_libraries_and_pictures_wait_until_they_are_asked_for() -> None:
    """One interpreter loads everything but the model and the pictures, declares a funnel, and then loads those two."""
    others = ", ".join(f"omnimix.{room}" for room in sorted(rooms() - {"model", "plot"}))
    rest, declared, model, pictures = loaded_after(
        f"import {others}",
        "import omnimix as om; om.Funnel(channels=['tv'], outcomes=['sales'])",
        "import omnimix.model",
        "import omnimix.plot",
    )
    assert not (rest | declared) & {*SAMPLING, "matplotlib"}
    assert "matplotlib" not in model
    assert not pictures & set(SAMPLING)

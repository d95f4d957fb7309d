"""Adding a curve touches one file: a toy saturation is written into a copy of the package and used there.

Used by the compiled response, in a funnel, and as the truth of a world made like a posterior.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE

FORMULA = """
@njit(**FORMULA)
def _square_root(u: float, _: float, __: float) -> tuple[float, float, float, float]:
    root = math.sqrt(max(u, 1e-12))
    return root, 0.5 / root, 0.0, 0.0


@njit(fastmath=CONTRACT, **INSIDE)
def saturate_weeks("""
BRANCH = """
    elif code == 9:
        for k in range(value.shape[0]):
            value[k], by_u[k], by_first[k], by_second[k] = _square_root(value[k], p0, p1)
    else:  # a record"""
RECORD = """
        Curve("square_root", 9, (), _square_root, "the root of the exposure", r"\\\\sqrt{u}", "a toy"),
        Curve("none","""

USE = """
import numpy as np
import omnimix
import omnimix as om
from omnimix.curves import saturate
from omnimix.mechanics.compiled import effect_over_draws
from omnimix.mechanics.structure import structure

assert str(omnimix.__file__).startswith(ROOT), omnimix.__file__
code = om.SATURATIONS["square_root"].code

for u in (0.2, 1.0, 3.0):
    step = 1e-6
    value, slope, first, second = saturate(code, u, 1.0, 1.0)
    above, below = (saturate(code, x, 1.0, 1.0)[0] for x in (u + step, u - step))
    assert abs(value - u**0.5) < 1e-12
    assert abs(slope - (above - below) / (2 * step)) < 1e-6
    assert (first, second) == (0.0, 0.0)

channel = om.Channel("tv", adstock="none", saturation="square_root")
assert channel.curves[1].name == "square_root"
funnel = om.Funnel(channels=[channel], outcomes=["sales"])
assert funnel.channel("tv").saturation == "square_root"

exposure, out, none = np.array([[0.0, 1.0, 4.0, 9.0]]), np.empty((1, 4)), np.full((1, 3), -1.0)
effect_over_draws()(structure(funnel).effects, 0, np.ones((1, 5)), np.ones(1), none, exposure, out)
assert np.allclose(out, [[0.0, 1.0, 2.0, 3.0]], atol=1e-5), out
channel = om.Channel("tv", saturation="square_root")

from omnimix.truth import Medium, simulate
from tests.truth.posteriors import FLAT, true_posterior

made = simulate(seed=1, weeks=60, channels=[Medium(channel, saturation="linear")], surroundings=FLAT)
world = om.simulate(like=true_posterior(made), draw=0)
(effect,) = world.truth.nodes[0].effects
assert np.allclose(effect.saturation.value(np.array([1.0, 4.0])), [1.0, 2.0])
assert np.allclose(effect.saturation.slope(np.array([1.0, 4.0])), [0.5, 0.25])
spend = world.truth.spend["tv"].to_numpy()
carried = np.convolve(spend / effect.medium.typical, effect.adstock.weights(channel.lags))[: len(spend)]
true = effect.share * np.sqrt(carried) / np.sqrt(carried).mean() * world.truth.nodes[0].level
assert np.allclose(world.truth.contributions()["tv"], true)
print("used")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "omnimix"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def test_a_new_saturation_needs_one_file(copy: Path) -> None:
    file = copy / "curves" / "saturation.py"
    text = file.read_text(encoding="utf-8")
    edits = (
        ("\n@njit(fastmath=CONTRACT, **INSIDE)\ndef saturate_weeks(", FORMULA),
        ("\n    else:  # a record", BRANCH),
        ('\n        Curve("none",', RECORD),
    )
    for old, new in edits:
        assert text.count(old) == 1, f"curves/saturation.py has no single place for {old!r}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USE.replace("ROOT", repr(str(copy.parent)))],
        env={**os.environ, "PYTHONPATH": str(copy.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "used", done.stderr

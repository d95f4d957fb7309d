"""nutpie comes without ArviZ and its plots, and nobody meets anything but the real ArviZ for it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

SAMPLED = """
import numpy as np
from nutpie.compiled_pyfunc import from_pyfunc

def density():
    return lambda z: (-0.5 * float(z @ z), -z)

def expand(*_):
    return lambda z: {"theta": z}

def sampled():
    compiled = from_pyfunc(1, density, expand, [np.dtype("float64")], [(1,)], ["theta"])
    return nutpie.sample(compiled, draws=50, tune=50, chains=2, seed=1, progress_bar=False)
"""


def run(code: str) -> None:
    """Run code in a fresh interpreter where warnings are errors."""
    code = textwrap.dedent(code).replace("SAMPLED", SAMPLED)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_arviz_imported_afterwards_is_whole_and_nutpie_makes_its_trees_with_it() -> None:
    run("""
        import sys
        from omnimix.model.nutpie_import import import_nutpie
        nutpie = import_nutpie()
        assert not {"arviz", "matplotlib", "pymc"} & set(sys.modules)
        SAMPLED
        tree = sampled()
        import arviz
        assert type(arviz) is type(sys) and sys.modules["arviz"] is arviz
        assert sys.modules["nutpie.sample"].arviz.from_dict is arviz.from_dict
        assert float(arviz.ess(tree)["theta"].item()) > 10
        assert import_nutpie() is nutpie and sys.modules["arviz"] is arviz
        """)


def test_where_arviz_is_imported_already_nutpie_gets_that() -> None:
    run("""
        import sys
        import arviz
        from omnimix.model.nutpie_import import import_nutpie
        import_nutpie()
        assert sys.modules["nutpie.sample"].arviz is sys.modules["arviz"] is arviz
        """)


def test_a_nutpie_that_cannot_be_imported_leaves_nothing_behind() -> None:
    run("""
        import sys
        from omnimix.model.nutpie_import import import_nutpie
        sys.modules["nutpie._lib"] = None
        try:
            import_nutpie()
        except ImportError:
            pass
        else:
            raise AssertionError("nutpie was imported without its library")
        assert "arviz" not in sys.modules
        """)


@pytest.mark.parametrize("form", ["import arviz; arviz.from_dict", "from arviz import from_dict"])
def test_whoever_imports_arviz_meanwhile_can_use_it(form: str) -> None:
    run(f"""
        import sys
        from omnimix.model.nutpie_import import _ArvizWhenAsked
        stand_in = sys.modules["arviz"] = _ArvizWhenAsked("arviz")
        {form}
        assert sys.modules["arviz"] is not stand_in
        import arviz, arviz_base
        assert arviz.from_dict is stand_in.from_dict is arviz_base.from_dict
        """)

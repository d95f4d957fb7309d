"""What every study shares: cells that are kept as they finish, and a result file that says how it was made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import omnimix
from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.truth import money_weighted

RESULTS = Path(__file__).parent.parent / "results"
ROOMS = ("curves", "spec", "mechanics", "model", "truth")  # a change in one of these may change a fit or its score


@dataclass(frozen=True)
class Study:
    """A study of many cells, each a fit or a few, kept in a file as they finish.

    ``settings`` are what the cells depend on; cells made with other settings or other sources of the fit are not
    taken up again, unless ``keep`` asks for those of the last run: then tables can be made anew without fitting.
    ``rooms`` are the parts of the package of which the cells are made.
    """

    name: str
    settings: Mapping[str, Any]
    keep: bool = False
    rooms: tuple[str, ...] = ROOMS

    @property
    def digest(self) -> str:
        """Name the settings and the sources of the fit."""
        file = RESULTS / f"{self.name}.partial.jsonl"
        if self.keep and file.exists():
            return str(json.loads(file.read_text().splitlines()[-1])["digest"])
        rooms = [Path(omnimix.__path__[0]) / room for room in self.rooms]
        text = b"".join(f.read_bytes() for room in rooms for f in sorted(room.glob("*.py")))
        return hashlib.sha256(text + json.dumps(self.settings, sort_keys=True).encode()).hexdigest()[:12]

    def run(self, keys: list[str], make: Callable[[str], dict[str, Any]]) -> list[dict[str, Any]]:
        """Return one record a key, making those that are not there yet."""
        file = RESULTS / f"{self.name}.partial.jsonl"
        RESULTS.mkdir(exist_ok=True)
        digest = self.digest
        done = _kept(file, digest)
        with file.open("a") as stream:
            for number, key in enumerate(keys, start=1):
                if key in done:
                    continue
                done[key] = {"key": key, **make(key)}
                stream.write(json.dumps({"digest": digest, **done[key]}) + "\n")
                stream.flush()
                print(f"{self.name} {number}/{len(keys)} {key}", flush=True)
        return [done[k] for k in keys]

    def write(self, result: Mapping[str, Any], text: str, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write ``<name>.json`` with everything and ``<name>.md`` to be read."""
        made = {**_made(), "settings": dict(self.settings), "digest": self.digest}
        (RESULTS / f"{self.name}.json").write_text(_short(json.dumps({"made": made, **result})) + "\n")
        parts = [text.strip(), *(f"## {title}\n\n{_markdown(table)}" for title, table in tables.items())]
        parts.append(f"Made {made['date']} on {made['machine']}, commit {made['commit']}, with {made['versions']}.")
        if self.keep:
            parts.append("Fits were kept from earlier runs, some made before that commit.")
        parts.append("Settings: " + json.dumps(made["settings"]))
        (RESULTS / f"{self.name}.md").write_text("\n\n".join(parts) + "\n")
        print("\n\n".join(parts))


def scored(rows: pd.DataFrame) -> dict[str, float]:
    """Return how well the truth was found, of rows of scores of many fits: of channels, and of all media apart.

    Errors are those of posterior medians, over the truth. Bias and CRPS are weighed by money; there is no mean of
    estimate / truth - 1, which is above zero even for a perfect posterior.
    """
    single, total = rows[rows[CHANNEL] != ALL_MEDIA], rows[rows[CHANNEL] == ALL_MEDIA]
    found = {"coverage": float(single.covered.mean()), "median_abs_error": float(single.relative_error.abs().median())}
    found |= {"width": float(single.relative_width.median()), "crps": float(single.crps.median())}
    found |= money_weighted(single).to_dict()
    if len(total):
        found["all_media_coverage"] = float(total.covered.mean())
        found["all_media_median_abs_error"] = float(total.relative_error.abs().median())
        found["all_media_money_weighted_bias"] = float(money_weighted(total)["money_weighted_bias"])
    return found


def _kept(file: Path, digest: str) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    records = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    return {r["key"]: {k: v for k, v in r.items() if k != "digest"} for r in records if r["digest"] == digest}


def _made() -> dict[str, Any]:
    names = ("omnimix", "nutpie", "numba", "numpy", "pandas")
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} x {platform.machine()}, {platform.system()}",
        "commit": commit.stdout.strip(),
        "versions": f"Python {platform.python_version()}, {versions}",
    }


def _short(text: str) -> str:
    """Return JSON with five digits a number and one record a line."""
    whole = json.loads(text, parse_float=lambda x: float(f"{float(x):.5g}"))
    return json.dumps(whole).replace("}, {", "},\n{")


def _markdown(table: pd.DataFrame) -> str:
    shown = table.map(lambda v: f"{v:.3g}" if isinstance(v, float) else str(v))
    lines = [list(map(str, shown.columns)), ["---"] * shown.shape[1], *shown.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

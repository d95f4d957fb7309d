"""How a firm makes the page its own: a heading, a logo, names, an accent colour, a folder of templates."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.posterior import Posterior

HERE = Path(__file__).parent
LARGEST = 300_000  # bytes of a logo
LEAST_CONTRAST = 4.5  # of text on white, WCAG 2.2 AA
ACCENT = "#0072b2"
PAGE = "page.html.jinja"
# What a picture begins with, and its kind.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


@dataclass(frozen=True)
class Branding:
    """How the page of a firm looks and what it calls things.

    Attributes:
        title: the heading; empty for the finding.
        logo: the logo as a data address; empty for none.
        labels: names as a reader calls them, by channel, stage, outcome, team or pool.
        accent: the colour of links and marks, ``#rrggbb``.
        template: a folder whose files go before those of the page.
    """

    title: str = ""
    logo: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    accent: str = ACCENT
    template: Path | None = None


def branding(
    posterior: Posterior,
    title: str,
    logo: str | Path | None,
    labels: Mapping[str, str] | None,
    accent: str | None,
    template: str | Path | None,
) -> Branding:
    """Return how the page looks, after everything that was given was looked at.

    Raises :class:`OmnimixError` with everything that is wrong.
    """
    wrong: list[str] = []
    found = Branding(
        title=title.strip(),
        logo=_logo(logo, wrong) if logo is not None else "",
        labels=_labels(posterior, labels or {}, wrong),
        accent=_accent(accent, wrong) if accent is not None else ACCENT,
        template=_template(Path(template), wrong) if template is not None else None,
    )
    if wrong:
        raise OmnimixError(" ".join(wrong))
    return found


def _logo(logo: str | Path, wrong: list[str]) -> str:
    place = Path(logo)
    try:
        content = place.read_bytes()
    except OSError as problem:
        wrong.append(f"logo: {place} cannot be read ({problem.strerror or problem}); give the path of a picture.")
        return ""
    kind = next((kind for start, kind in PICTURES if content.startswith(start)), "")
    if kind == "image/webp" and content[8:12] != b"WEBP":
        kind = ""
    if not kind and re.search(rb"<svg[\s>]", content[:2000]):
        kind = "image/svg+xml"
    if not kind:
        wrong.append(f"logo: {place} is no picture that a browser shows; give a PNG, JPEG, GIF, WebP or SVG file.")
        return ""
    if len(content) > LARGEST:
        wrong.append(
            f"logo: {place} has {len(content):,} bytes and the page stays small with at most {LARGEST:,}; save it "
            "smaller, about 400 pixels wide."
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _labels(posterior: Posterior, labels: Mapping[str, str], wrong: list[str]) -> Mapping[str, str]:
    known = tuple(_names(posterior))
    for name, label in labels.items():
        if name not in known:
            hint = did_you_mean(str(name), known)
            wrong.append(
                f"labels: there is no channel, stage, outcome, team or pool {name!r}; there are "
                f"{', '.join(known)}{hint}."
            )
        elif not isinstance(label, str) or not label.strip():
            wrong.append(f"labels: {name!r} is called {label!r}; a name is a text of a letter or more.")
    return {name: str(label).strip() for name, label in labels.items()}


def _names(posterior: Posterior) -> Iterable[str]:
    funnel = posterior.funnel
    names = [*funnel.channel_names, *(n.name for n in funnel.nodes)]
    names += [c.team for c in funnel.channels if c.team] + [c.pool for c in funnel.channels if c.pool]
    return dict.fromkeys(names)


def _accent(accent: str, wrong: list[str]) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        wrong.append(f"accent: a colour is written as #rrggbb, such as {ACCENT}, not {accent!r}.")
        return ACCENT
    contrast = contrast_with_white(accent)
    if contrast < LEAST_CONTRAST:
        wrong.append(
            f"accent: {accent} has a contrast of {contrast:.1f} to 1 with white, and text needs {LEAST_CONTRAST} to 1 "
            f"to be read; take a darker shade, such as {_darker(accent)}."
        )
    return accent.lower()


def contrast_with_white(colour: str) -> float:
    """Return the contrast of a colour with white, from 1 to 21 (WCAG 2.2).

    >>> round(contrast_with_white("#0072b2"), 1), round(contrast_with_white("#000000"))
    (5.2, 21)
    """
    parts = [byte / 255 for byte in bytes.fromhex(colour.removeprefix("#"))]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _darker(colour: str) -> str:
    """Return the lightest shade of a colour, in steps of a twentieth, that text can have on white."""
    for twentieths in range(19, -1, -1):
        parts = (round(byte * twentieths / 20) for byte in bytes.fromhex(colour.removeprefix("#")))
        shade = "#" + bytes(parts).hex()
        if contrast_with_white(shade) >= LEAST_CONTRAST:
            return shade
    return "#000000"


def _template(folder: Path, wrong: list[str]) -> Path | None:
    if not folder.is_dir():
        wrong.append(f"template: {folder} is no folder; give one with a file {PAGE}, page.css or blocks/*.html.jinja.")
        return None
    ours = {file.relative_to(HERE).as_posix() for file in [*HERE.rglob("*.jinja"), HERE / "page.css"]}
    theirs = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.suffix in (".jinja", ".css")}
    lost = sorted(theirs - ours)
    if not theirs & ours:
        wrong.append(
            f"template: {folder} has none of the files that make the page; put a copy of one of them there and change "
            f"it: {', '.join(sorted(ours))}."
        )
    elif lost:
        hints = "; ".join(f"{name}{did_you_mean(name, ours)}" for name in lost)
        if any("did you mean" in hint for hint in hints.split("; ")):
            wrong.append(f"template: the page has no file {hints}")
    return folder

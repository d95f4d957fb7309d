"""What else a project file can say, as comments to uncomment."""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.config.keys import FILE, LATER, Section

WIDTH = 46


def starter_text(project: str) -> str:
    """Return a project file followed by every key it could hold, as comments with an example of each."""
    lines = [
        "",
        "# ---- What else can be set, with an example of each. To use a key, copy it without its # into its table",
        "# above; a table that is not there yet goes in with it.",
        "",
        "# At the top of the file, above the first table:",
        *_keys(FILE),
    ]
    for name, section in FILE.sections.items():
        if name not in LATER:
            lines += ["", *_table(name, section)]
    return project.rstrip("\n") + "\n" + "\n".join(lines) + "\n"


def _table(name: str, section: Section) -> Iterator[str]:
    if section.named is not None:
        yield from _table(f"{name}.NAME", section.named)
        return
    yield f"# [{name}]".ljust(WIDTH) + f"  # {section.note}"
    if section.values is not None:
        yield '# retention = { family = "Beta", alpha = 4, beta = 2 }'
    yield from _keys(section)
    for below, inner in section.sections.items():
        yield from _table(f"{name}.{below}", inner)


def _keys(section: Section) -> Iterator[str]:
    for key, about in section.keys.items():
        yield f"# {key} = {about.example}".ljust(WIDTH) + f"  # {about.note}"

"""What a line that is no TOML was meant to say: the mistakes of hands used to another notation."""

from __future__ import annotations

import re

HINTS = (
    (r"\\", "In TOML a backslash in quotes needs doubling: write paths with /."),
    (r"^\s*\[", 'A name with spaces, accents or signs goes in quotes: [channels."radio & tv"].'),
    (r"=\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", "Write dates with the year first, as 2024-03-01."),
    (r"=\s*\d[\d.]*,\d|=\s*\d+\.\d+\.\d", "Write numbers with a decimal point and no thousands sign, as 1250.50."),
    (r"=\s*[€$£]|=\s*\d[\d.]*\s*[%€$£]", "Write numbers bare, as 300000 or 0.25."),
    (r"=\s*(True|False)\b", "Write true and false in small letters."),
    (r"=\s*\[?\s*[^\W\d]", 'Text goes in quotes, as week = "week"; true and false do not.'),
)


def told(text: str, problem: str) -> str:
    """Return the line at which a text stops being TOML and, where the mistake is a known one, how to write it.

    >>> told("[outcomes.sales]\\nvalue = 0,25", "Expected newline (at line 2, column 10)")
    ' Line 2 reads: value = 0,25. Write numbers with a decimal point and no thousands sign, as 1250.50.'
    """
    place = re.search(r"at line (\d+)", problem)
    lines = text.splitlines()
    if place is None or int(place[1]) > len(lines):
        return ""
    line = lines[int(place[1]) - 1].strip()
    hint = next((said for pattern, said in HINTS if re.search(pattern, line)), "")
    return f" Line {place[1]} reads: {short(line)}. {hint}".rstrip()


def short(text: str, most: int = 100) -> str:
    """Return a text of a file as a message can hold it: cut, and with signs that nobody sees written out.

    >>> short(f"a{chr(7)}b") == "a" + repr(chr(7))[1:-1] + "b", short("x" * 200, 5)
    (True, 'xxxxx...')
    """
    kept = text if len(text) <= most else f"{text[:most]}..."
    return "".join(sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in kept)

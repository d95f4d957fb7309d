"""Who a customer is: one number a person, made so that no address is stored or told anywhere."""

from __future__ import annotations

import re

from omnimix.errors import DataError

ADDRESS = re.compile(r"[^\s@,;:<>\"'|]+(?:@|%40)[^\s@,;:<>\"'|]+")
HIDDEN = "(an address)"
BLOCK = 64  # bytes of a block of SHA-256
SHORTEST_KEY = 16
NOBODY = ("", "null", "none", "nan", "n/a", "na", "-", "guest", "gast", "anonymous", "anoniem")


def without_addresses(text: str) -> str:
    """Return a text in which no e-mail address stands.

    >>> without_addresses("row 3: 'jan@example.org' is no time")
    "row 3: '(an address)' is no time"
    """
    return ADDRESS.sub(HIDDEN, text)


def require_key(key: str | bytes | None) -> bytes | None:
    """Return the key as bytes. Raises DataError for one that is too short to keep anything secret."""
    if key is None:
        return None
    held = key.encode() if isinstance(key, str) else key
    if len(held) < SHORTEST_KEY:
        raise DataError(
            f"key has {len(held)} bytes, and what is hashed with so short a key can be guessed; give at least "
            f"{SHORTEST_KEY}, such as python -c 'import secrets; print(secrets.token_hex(32))' prints, and keep it."
        )
    return held


def person(column: str, kind: str) -> str:
    """Return the SQL of who a row is of, as a text; NULL where nobody is named.

    A whole number reads the same whether it came as 17, 17.0 or '17 '; addresses are told apart without case.
    """
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        whole = f"CAST(CAST({column} AS HUGEINT) AS VARCHAR)"
        column = f"CASE WHEN {column} = trunc({column}) THEN {whole} ELSE CAST({column} AS VARCHAR) END"
    text = f"trim(CAST({column} AS VARCHAR))"
    nobody = ", ".join(f"'{word}'" for word in NOBODY)
    return (
        f"CASE WHEN {text} IS NULL OR lower({text}) IN ({nobody}) THEN NULL "
        f"WHEN contains({text}, '@') THEN lower({text}) ELSE {text} END"
    )


def named(column: str) -> str:
    """Return the SQL of a name that is no person's, such as a channel; NULL where an address stands in its place."""
    text = f"trim(CAST({column} AS VARCHAR))"
    return f"CASE WHEN NOT contains({text}, '@') THEN {text} END"


def token(who: str, key: bytes | None) -> str:
    """Return the SQL of what stands for a person outside: HMAC-SHA256 with the key, as 64 hexadecimal digits.

    Without a key an address becomes its plain SHA-256, as ad platforms take it, and any other identifier stays as it
    is. HMAC is written out (RFC 2104), so that it runs where the rows are.
    """
    if key is None:
        return f"CASE WHEN contains({who}, '@') THEN sha256({who}) ELSE {who} END"
    block = (key if len(key) <= BLOCK else _sha256(key)).ljust(BLOCK, b"\0")
    outer, inner = (_blob(bytes(byte ^ pad for byte in block)) for pad in (0x5C, 0x36))
    return f"sha256({outer} || unhex(sha256({inner} || encode({who}))))"


def _sha256(content: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(content).digest()


def _blob(content: bytes) -> str:
    return f"unhex('{content.hex()}')"

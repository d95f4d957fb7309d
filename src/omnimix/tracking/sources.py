"""Whatever holds the rows becomes one view in DuckDB: files, folders of them, frames, relations, a connection."""

from __future__ import annotations

import csv
import gzip
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.data.phrases import ended, listed, quoted, refusal
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.tracking.engine import PREFIX, Store, duckdb, embedded, fetch, registered, run
from omnimix.tracking.identity import without_addresses

TEXT, PARQUET, DATABASE = (
    (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz"),
    (".parquet", ".pq"),
    (".duckdb", ".db", ".ddb"),
)
MARKS = ";\t|,"
FILE = "omnimix_file"  # which file a row came from, where there are several
HEAD = 1 << 20  # bytes of a file that are looked at to find its encoding


@dataclass(frozen=True)
class Source:
    """Rows as they came.

    Attributes:
        connection: where the view is.
        view: its name.
        kinds: columns with their DuckDB types, as they are written in the source.
        said: what messages call the source.
        files: of which rows say where they came from, empty otherwise.
        first_row: the number of the first row in its file.
        rejects: name of the table of lines that could not be parted into cells, empty without.
        notes: what opening it found.
    """

    connection: Any
    view: str
    kinds: dict[str, str]
    said: str
    files: tuple[str, ...] = ()
    first_row: int = 1
    rejects: str = ""
    notes: tuple[Finding, ...] = ()


@contextmanager
def opened(source: Any, *, table: str | None = None) -> Iterator[Source]:
    """Open rows as a view for as long as the block lasts. Raises DataError where there are none to open."""
    engine = duckdb()
    with ExitStack() as held:
        if isinstance(source, engine.DuckDBPyConnection):
            yield _of_connection(source, table, held)
        elif isinstance(source, engine.DuckDBPyRelation):
            yield _of_relation(source, held)
        elif isinstance(source, str | Path):
            yield _of_path(source, table, held)
        else:
            yield _of_frame(source, held)


def _view(connection: Any, query: str, held: ExitStack) -> tuple[str, dict[str, str]]:
    name = f"{PREFIX}source_{secrets.token_hex(6)}"
    run(connection, f"CREATE TEMP VIEW {name} AS {query}")
    held.callback(lambda: connection.execute(f"DROP VIEW IF EXISTS {name}"))
    kinds = {row[0]: row[1] for row in fetch(connection, f"DESCRIBE {name}")}
    return name, kinds


def _of_connection(connection: Any, table: str | None, held: ExitStack) -> Source:
    names = [row[0] for row in fetch(connection, "SELECT table_name FROM information_schema.tables")]
    shown = [n for n in names if not n.startswith(PREFIX)]
    chosen = table or (shown[0] if len(shown) == 1 else None)
    if chosen is None:
        raise DataError(
            f"the connection holds {len(shown)} tables and views ({quoted(shown)}); pass table= to name one."
        )
    if "." not in chosen and chosen not in names:
        raise DataError(
            f"{ended(f'the connection has no table {chosen!r}{did_you_mean(chosen, shown)}')} It holds {quoted(shown)}."
        )
    written = chosen if "." in chosen else f'"{chosen}"'
    name, kinds = _view(connection, f"SELECT * FROM {written}", held)
    return Source(connection, name, kinds, f"table {chosen}")


def _of_relation(relation: Any, held: ExitStack) -> Source:
    """Copy the rows over in parts: a relation does not say of which connection it is."""
    connection = embedded()
    with registered(connection, relation.to_arrow_reader(1_000_000)) as name:
        copy = Store.made(connection, f"SELECT * FROM {name}", "copy")
    held.callback(lambda: connection.execute(f"DROP TABLE IF EXISTS {copy.name}"))
    view, kinds = _view(connection, f"SELECT * FROM {copy.name}", held)
    return Source(connection, view, kinds, "the relation")


def _of_frame(frame: Any, held: ExitStack) -> Source:
    connection = embedded()
    name = held.enter_context(registered(connection, _arrow(frame)))
    view, kinds = _view(connection, f"SELECT * FROM {name}", held)
    return Source(connection, view, kinds, "the table")


def _arrow(frame: Any) -> Any:
    import narwhals as nw
    import pyarrow as pa

    try:
        wrapped = nw.from_native(frame)
    except TypeError:
        raise DataError(
            "orders and touches are a dataframe (pandas, polars, pyarrow), a DuckDB relation or connection, or the "
            f"path of a csv or parquet file or a folder of them, not {type(frame).__name__}."
        ) from None
    whole = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    names = [str(name) for name in whole.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"the columns {quoted(map(without_addresses, twice))} stand more than once.")
    try:
        return whole.to_arrow()
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # cells of several kinds in one column; read as they are written
        mixed = [c for c in whole.columns if whole.schema[c] == nw.Object]
        return nw.from_native(whole.to_pandas().astype(dict.fromkeys(mixed, "str"))).to_arrow()


def _of_path(path: str | Path, table: str | None, held: ExitStack) -> Source:
    place = Path(path).expanduser()
    if place.suffix.lower() in DATABASE:
        return _of_database(place, table, held)
    files = _files(place)
    text = _is(files[0], TEXT)
    return _of_text(files, place.name, held) if text else _of_parquet(files, place.name, held)


def _is(file: Path, suffixes: Sequence[str]) -> bool:
    return file.name.lower().endswith(tuple(suffixes))


def _files(place: Path) -> list[Path]:
    if any(mark in place.name for mark in "*?["):
        found = sorted(f for f in place.parent.glob(place.name) if f.is_file())
    elif place.is_dir():
        found = sorted(f for f in place.rglob("*") if f.is_file() and not f.name.startswith((".", "_")))
        found = [f for f in found if _is(f, (*TEXT, *PARQUET))]
    else:
        found = [place] if place.exists() else []
    said = without_addresses(place.name)
    if not found:
        near = [f.name for f in place.parent.iterdir()] if place.parent.is_dir() else []
        what = (
            f"no csv or parquet file in folder {said}"
            if place.is_dir()
            else f"no file {said}{did_you_mean(said, near)}"
        )
        raise DataError(f"{ended(f'there is {what}')} Looked in {place.parent.resolve()}.")
    strange = [f.name for f in found if not _is(f, (*TEXT, *PARQUET))]
    if strange:
        kinds = ", ".join((*TEXT, *PARQUET, *DATABASE))
        raise DataError(f"{listed(strange)}: orders and touches are read from {kinds}; save it as one.")
    if len({_is(f, PARQUET) for f in found}) > 1:
        raise DataError(f"{said} holds csv files beside parquet files; part them into two folders and read one.")
    empty = [f.name for f in found if f.stat().st_size == 0]
    if empty:
        raise DataError(f"{listed(empty)} {'is an empty file' if len(empty) == 1 else 'are empty files'}.")
    return found


def _of_database(file: Path, table: str | None, held: ExitStack) -> Source:
    if not file.is_file():
        raise DataError(f"there is no file {without_addresses(file.name)}. Looked in {file.parent.resolve()}.")
    connection, name = embedded(), f"{PREFIX}file_{secrets.token_hex(6)}"
    run(connection, f"ATTACH {quote(str(file))} AS {name} (READ_ONLY)")
    held.callback(lambda: connection.execute(f"DETACH {name}"))
    query = f"SELECT table_name FROM information_schema.tables WHERE table_catalog = '{name}'"
    names = [row[0] for row in fetch(connection, query)]
    chosen = table or (names[0] if len(names) == 1 else None)
    if chosen not in names:
        what = (
            f"has no table {chosen!r}{did_you_mean(str(chosen), names)}"
            if chosen
            else "holds several tables; pass table= to name one"
        )
        raise DataError(f"{file.name} {ended(what)} It holds {quoted(names)}.")
    view, kinds = _view(connection, f'SELECT * FROM {name}."{chosen}"', held)
    return Source(connection, view, kinds, f"{file.name}, table {chosen}")


def _of_parquet(files: list[Path], said: str, held: ExitStack) -> Source:
    connection = embedded()
    several = f", filename = '{FILE}', union_by_name = true" if len(files) > 1 else ""
    paths = ", ".join(quote(str(f)) for f in files)
    view, kinds = _view(connection, f"SELECT * FROM read_parquet([{paths}]{several})", held)
    kinds.pop(FILE, None)
    return Source(connection, view, kinds, said, tuple(map(str, files)) if several else ())


def _of_text(files: list[Path], said: str, held: ExitStack) -> Source:
    connection = embedded()
    heads = [_head(f) for f in files]
    different = sorted({f"{f.name}" for f, head in zip(files, heads, strict=True) if head[:2] != heads[0][:2]})
    if different:
        raise refusal(
            said,
            [
                f"{listed(different)} {'has' if len(different) == 1 else 'have'} other columns or another "
                f"separator than {files[0].name}; read files of one layout together."
            ],
        )
    names, mark, _, skipped = heads[0]
    if len(names) < 2:
        raise DataError(f"{said}: no separator (comma, semicolon, tab or bar) parts its first line into columns.")
    encodings = sorted({head[2] for head in heads})
    if len(encodings) > 1:
        raise DataError(f"{said}: its files are written in {listed(encodings)}; save all as UTF-8.")
    rejects = f"{PREFIX}rejects_{secrets.token_hex(6)}"
    paths = ", ".join(quote(str(f)) for f in files)
    several = f", filename = '{FILE}'" if len(files) > 1 else ""
    query = (
        f"SELECT * FROM read_csv([{paths}], all_varchar = true, header = true, delim = {quote(mark)}, quote = '\"', "
        f"escape = '\"', skip = {skipped}, encoding = '{encodings[0]}', store_rejects = true, strict_mode = true, "
        f"rejects_table = '{rejects}', rejects_scan = '{rejects}_scan', null_padding = false{several})"
    )
    view, kinds = _view(connection, query, held)
    held.callback(lambda: [connection.execute(f"DROP TABLE IF EXISTS {t}") for t in (rejects, f"{rejects}_scan")])
    kinds.pop(FILE, None)
    notes = (
        []
        if encodings[0] == "utf-8"
        else [
            Finding("encoding", "notes", f"The file was read as {encodings[0]}.", "Save it as UTF-8 if names look odd.")
        ]
    )
    return Source(
        connection, view, kinds, said, tuple(map(str, files)) if several else (), 2 + skipped, rejects, tuple(notes)
    )


def _head(file: Path) -> tuple[tuple[str, ...], str, str, int]:
    """Return the columns of a text file, its separator, its encoding, and how many lines stand before the header."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        start = stream.read(HEAD)
    encoding = "utf-8"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            start[:-4].decode("utf-8") if len(start) == HEAD else start.decode("utf-8")
        except UnicodeDecodeError as problem:
            encoding = "utf-8" if len(start) - problem.start < 5 and len(start) == HEAD else "latin-1"
    lines = start.decode(encoding, errors="replace").lstrip("\ufeff").splitlines()
    skipped = int(lines[0].strip('" ').casefold().startswith("sep=") and len(lines[0].strip('" ')) == 5)
    first = lines[skipped] if len(lines) > skipped else ""
    mark = max(MARKS, key=lambda m: len(next(csv.reader([first], delimiter=m), [])))
    return tuple(name.strip() for name in next(csv.reader([first], delimiter=mark), [])), mark, encoding, skipped


def quote(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"

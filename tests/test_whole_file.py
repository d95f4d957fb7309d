"""A file is written whole or not at all, whatever stops the writing."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omnimix.errors import DataError, OmnimixError
from omnimix.whole_file import why_not_writable, write_whole

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def put(content: bytes | str, path: Path | str) -> Path:
    return write_whole(content, path, kind="the table", error=DataError)


def test_the_file_holds_the_content_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for content in ("first é", b"\x00second"):
        put(content, tmp_path / "a.csv")
        held = content.encode("utf-8") if isinstance(content, str) else content
        assert (tmp_path / "a.csv").read_bytes() == held
    assert [f.name for f in tmp_path.iterdir()] == ["a.csv"]


def test_a_replaced_file_keeps_its_rights_and_a_new_one_has_the_usual_ones(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    (tmp_path / "usual").touch()
    assert stat.S_IMODE(put("x", file).stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    file.chmod(0o640)
    assert stat.S_IMODE(put("y", file).stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    put("new", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "is a folder; name a file in it"),
        ("no/such/a.csv", "there is no folder"),
        ("x" * 300 + ".csv", "too long: 255 bytes is the most there"),
        ("a\0b", "is no name of a file"),
        ("a.csv/b.csv", "there is no folder"),
    ],
)
def test_where_no_file_can_be_the_reason_is_told(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(DataError, match=f"the table cannot be written to .*{reason}"):
        put("x", os.path.join(tmp_path, name))  # noqa: PTH118  a Path cannot hold every name
    assert [f.name for f in tmp_path.iterdir()] == ["a.csv"]


def test_the_longest_name_that_a_folder_allows_can_be_written(tmp_path: Path) -> None:
    assert put("x", tmp_path / ("y" * 251 + ".csv")).read_text() == "x"


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full"])
def test_a_device_is_no_file(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    with pytest.raises(DataError, match="a device or a pipe"):
        put("x", device)


@pytest.mark.parametrize("path", [3, None, b"a.csv", "", "  "])
def test_what_is_no_path_is_refused(path: object) -> None:
    assert why_not_writable(path)  # type: ignore[arg-type]
    with pytest.raises(OmnimixError):
        put("x", path)  # type: ignore[arg-type]


@pytest.mark.skipif(AS_ROOT, reason="nothing is closed to the administrator")
def test_what_may_only_be_read_stays_as_it_is(tmp_path: Path) -> None:
    file = put("old", tmp_path / "a.csv")
    file.chmod(0o444)
    with pytest.raises(DataError, match="may only be read"):
        put("new", file)
    file.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(DataError, match="may only be read"):
            put("new", tmp_path / "b.csv")
    finally:
        tmp_path.chmod(0o755)
    assert file.read_text() == "old"


def run(code: str, *arguments: str) -> subprocess.Popen[str]:
    start = "import sys; from omnimix.whole_file import write_whole; from omnimix.errors import DataError\n"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", start + code, *arguments], **streams)  # type: ignore[call-overload,no-any-return]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_a_disk_without_room_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """A limit on the size of files stops a write in its middle as a full disk does."""
    file = put("old", tmp_path / "a.csv")
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n    write_whole(b'n' * 9000, sys.argv[1], kind='the table', error=DataError)\n"
        "except DataError as problem:\n    print(problem)"
    )
    said, wrong = run(code, str(file)).communicate(timeout=60)
    assert "What was there is as it was." in said, wrong
    assert file.read_text() == "old"
    assert [f.name for f in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    file = put("old", tmp_path / "a.csv")
    code = (
        "print('ready', flush=True)\n"
        "for k in range(10**6): write_whole(bytes([65 + k % 26]) * 300_000, sys.argv[1], kind='x', error=DataError)"
    )
    for moment in (0.003, 0.011, 0.02, 0.05):
        writer = run(code, str(file))
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(moment)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        held = file.read_bytes()
        assert held == b"old" or (len(held) == 300_000 and len(set(held)) == 1)


def test_processes_that_write_one_path_do_not_disturb_each_other(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    code = (
        "for k in range(40): write_whole(sys.argv[2].encode() * 100_000, sys.argv[1], kind='x', error=DataError)\n"
        "print('done')"
    )
    writers = [run(code, str(file), letter) for letter in "abc"]
    assert [writer.communicate(timeout=120)[0] for writer in writers] == ["done\n"] * 3
    held = file.read_text()
    assert len(held) == 100_000
    assert len(set(held)) == 1
    assert [f.name for f in tmp_path.iterdir()] == ["a.csv"]

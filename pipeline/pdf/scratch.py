"""Know the system's folders for temporary files: which is used, whether it has room, what killed processes left there.

LibreOffice opens a socket in /tmp or, where it may not write there, in /var/tmp, wherever TMPDIR points.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.problem import ExitCode, PipelineError, reason

PREFIX = "ke-hoach"
LEAST_FREE = 16 << 20
"""LibreOffice fails in silence, in many ways, where less than this is free; a batch needs 10 MB."""
_ROOM = re.compile(rf"{PREFIX}-([0-9]+)-.*")
_SOCKET_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 - these are LibreOffice's own, built into it
_MEGABYTE = 1 << 20


class ScratchError(PipelineError):
    """The system's folder for temporary files cannot be written."""

    exit_code = ExitCode.CONVERSION


class ScratchFolder(NamedTuple):
    """A folder for temporary files: whether it can be written and has room, and what to say of it."""

    path: str
    is_good: bool
    words: str


@contextlib.contextmanager
def scratch_room() -> Iterator[Path]:
    """Make a private folder, gone afterwards, also with LibreOffice's socket for the profile in it.

    Raises ScratchError, with a remedy, when temporary files cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f"{PREFIX}-{os.getpid()}-", ignore_cleanup_errors=True) as room:
            try:
                yield Path(room)
            finally:
                _remove_socket(Path(room))
    except OSError as error:
        raise _scratch_error(reason(error)) from error


def require_free(room: Path) -> None:
    """Raise ScratchError where a program that failed had no room for its files."""
    free = shutil.disk_usage(room).free
    if free < LEAST_FREE:
        raise _scratch_error(f"chỉ còn {free / _MEGABYTE:.0f} MB trống, LibreOffice cần {LEAST_FREE // _MEGABYTE} MB")


def _scratch_error(why: str) -> ScratchError:
    try:
        where = f"thư mục tạm `{tempfile.gettempdir()}`"
    except OSError:
        where = "thư mục tạm nào (TMPDIR, /tmp, /var/tmp)"
    return ScratchError(f"không ghi được vào {where} ({why}); dọn chỗ, hoặc đặt biến TMPDIR")


def _remove_socket(room: Path) -> None:
    """Remove the socket that LibreOffice leaves behind when it is killed; its name is a hash of the profile's URL."""
    if os.name != "posix":
        return
    url = (room / "profile").as_uri().encode("utf-16-le")
    digits = "".join(f"{byte:x}" for byte in hashlib.md5(url, usedforsecurity=False).digest())
    for folder in _SOCKET_FOLDERS:
        with contextlib.suppress(OSError):
            Path(folder, f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{digits}").unlink()


def scratch_folders() -> Iterator[ScratchFolder]:
    """Look at the folders that this pipeline and LibreOffice use."""
    try:
        used = [tempfile.gettempdir()]
    except OSError:
        used = []
        yield ScratchFolder("TMPDIR", is_good=False, words="không có thư mục tạm nào ghi được; đặt biến TMPDIR")
    others = _SOCKET_FOLDERS if os.name == "posix" else ()
    # LibreOffice needs one of its two alone.
    can_open = [folder for folder in others if os.access(folder, os.W_OK)]
    for folder in dict.fromkeys((*used, *others)):
        is_writable = os.access(folder, os.W_OK)
        free = shutil.disk_usage(folder).free if Path(folder).is_dir() else 0
        is_needed = folder in used or not can_open
        is_good = not is_needed or (is_writable and (free >= LEAST_FREE or folder not in used))
        words = f"còn {free // _MEGABYTE} MB" if is_writable else "không ghi được"
        yield ScratchFolder(folder, is_good, words)


def sweep_rooms() -> None:
    """Remove the temporary folders of processes that were killed before they could do so."""
    with contextlib.suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*"):
            if (room_match := _ROOM.fullmatch(path.name)) and not _is_alive(int(room_match[1])):
                _remove_socket(path)
                shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    """Tell whether a process of that id runs; True when the system does not say."""
    if os.name != "posix":
        return True  # There is no harmless way to ask; the system clears its temporary files.
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

"""Read regular files only, and write files atomically: whole or not at all."""

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

MAX_BYTES = 256 * 1024
"""The largest size of a data file or a template, in bytes."""

MOVING = ".dang-ghi"
"""The folder below an output folder where temporary files stand until they are whole; used only where it exists."""

_FILE, _FOLDER = 0o644, 0o755


def read_plain(path: Path) -> bytes:
    """Read a regular file.

    Raises FileNotFoundError for a missing file, and for a pipe or a device too, because it may have no end.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each as readable as the files written here, whatever the umask."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        each.chmod(_FOLDER)


def write_atomic(out: Path, name: str, content: bytes, *, keep_mode: bool = False) -> None:
    """Write bytes to a file below a folder, atomically; a file of that name is replaced.

    With `keep_mode` the new file has the mode and, where the system allows it, the owner of the old one.
    """
    old = (out / name).stat() if keep_mode and (out / name).is_file() else None
    with replacing(out, name) as file:
        file.write(content)
        if old and os.name == "posix":
            with contextlib.suppress(OSError):
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
    if old:
        (out / name).chmod(stat.S_IMODE(old.st_mode))


@contextlib.contextmanager
def replacing(out: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a temporary file that atomically becomes the file `name` below a folder when the block ends.

    A reader sees all the old bytes or all the new ones. When the block raises, the old file stays. There is no fsync:
    after a power cut a file may be short; its recorded hash shows that, and the next build mends it.
    """
    temporary_folder = out / MOVING
    descriptor, temporary_file = tempfile.mkstemp(dir=temporary_folder if temporary_folder.is_dir() else out)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(temporary_file).chmod(_FILE)
        Path(temporary_file).replace(out / name)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary_file).unlink()
        raise


def to_json(value: Any) -> bytes:
    """Write JSON in UTF-8 for people and machines: indented, Vietnamese letters unescaped, a line end last."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()

"""Read plain files alone; write files whole or not at all."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

MAX_BYTES = 256 * 1024
"""What a data file or a template has at most."""

MOVING = ".dang-ghi"
"""The folder, below one that is written to, where files stand until they are whole, if it is there."""


def read_plain(path: Path) -> bytes:
    """Read a plain file; a pipe or a device, which may have no end, raises FileNotFoundError like a missing file."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()


def write_atomic(out: Path, name: str, content: bytes) -> None:
    """Replace a file below a folder by some bytes."""
    with replacing(out, name) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(out: Path, name: str) -> Iterator[IO[bytes]]:
    """Give a file to write that replaces another below a folder: who reads sees the old bytes or the new, no part.

    Not forced to disk: after a power cut a file may be short, its recorded hash tells, and the next build mends it.
    """
    moving = out / MOVING
    handle, temporary = tempfile.mkstemp(dir=moving if moving.is_dir() else out)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(temporary).chmod(0o644)
        Path(temporary).replace(out / name)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def to_json(value: Any) -> bytes:
    """Write JSON for people and machines: indented, Vietnamese letters as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()

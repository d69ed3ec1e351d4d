"""Tell folders of ours from anybody's: nothing foreign is written over or deleted."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pydantic_core

from pipeline.files import MOVING, read_plain
from pipeline.output.manifest import MANIFEST
from pipeline.output.origin import PACKAGE
from pipeline.problem import UsageError

LOCK, SEEN = ".khoa", ".da-xem.json"
"""Files that every build leaves in its output folder: its lock, and what it saw of the published files."""
RELEASED, NOTES, GITLAB = "tep", "GHI-CHU.md", "gitlab.json"
"""What a release folder holds: the files to attach, the notes, and GitLab's description."""

_ASSET = re.compile(r"SHA256SUMS|van-ban-[0-9]{4}\.zip|TONG-HOP-[0-9]{4}\.(xlsx|docx|pdf)")
_PARTS = {"van_ban", "kem", "trang"}


def is_output(folder: Path) -> bool:
    """Tell whether a build has written this folder: by what it leaves there, or by its manifest.

    Hidden files are lost where a folder is handed on as an artifact.
    """
    if any((folder / mark).exists() for mark in (LOCK, SEEN, MOVING)):
        return True
    try:
        manifest = pydantic_core.from_json(read_plain(folder / MANIFEST))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.keys() >= _PARTS


def is_release(folder: Path) -> bool:
    """Tell whether a folder holds a release, whole or in part, and nothing else."""
    assets = folder / RELEASED
    names = {path.name for path in folder.iterdir()}
    inside = [path.name for path in assets.iterdir()] if assets.is_dir() else []
    return bool(names) and names <= {RELEASED, NOTES, GITLAB} and all(map(_ASSET.fullmatch, inside))


def require_own(folder: Path, sources: Iterable[Path], is_ours: Callable[[Path], bool]) -> None:
    """Raise UsageError for a folder that must not be written: neither new, empty nor ours, or one of the `sources`.

    The folder may not be, hold, or lie in a folder that is read (data, templates), nor be or hold the program itself.
    """
    # os.path's way, since resolve() refuses links that lead in a circle.
    shown, real = folder.as_posix(), Path(os.path.realpath(folder))
    for source in (Path(os.path.realpath(path)) for path in sources):
        if real == source or real in source.parents or source in real.parents:
            raise UsageError(f"không ghi vào `{shown}`: trùng, chứa hoặc nằm trong `{source.as_posix()}`")
    if real == PACKAGE.parent or real in PACKAGE.parents:
        raise UsageError(f"không ghi vào `{shown}`: đó là thư mục của chính chương trình, hoặc chứa nó")
    if folder.is_dir() and any(folder.iterdir()) and not is_ours(folder):
        hint = "chọn thư mục mới hoặc trống, hoặc tự dọn thư mục ấy"
        raise UsageError(f"không ghi vào `{shown}`: có tệp không do lệnh này làm ra; {hint}")

"""One zip for each year, with every document of it, for whoever wants them all."""

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import IO

from pipeline.output.manifest import MANIFEST
from pipeline.output.origin import digest
from pipeline.output.seen import DamagedError

_SYSTEM = 3


def archive_name(year: str) -> str:
    """Give the file name of a year's zip."""
    return f"van-ban-{year}.zip"


def packed_files(files: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give the SHA-256 of the files that go into a zip, by path: no pictures, which are for the page.

    `files` are the hashes that the manifest gives, by name of a document, of a summary by its year.
    """
    return {
        f"{name}/{file}": each
        for name, hashes in sorted(files.items())
        for file, each in sorted(hashes.items())
        if not file.endswith(".png")
    }


def write_archive(out: Path, files: Mapping[str, str], target: IO[bytes]) -> None:
    """Write files below a folder, given with their SHA-256, into a zip; they are packed already, so it stores them.

    The same files give the same bytes on every system, and more files take no more memory. Raises DamagedError for
    a file that is not as published.
    """
    with zipfile.ZipFile(target, "w") as package:
        for path, wanted in sorted(files.items()):
            inside = ".." not in PurePath(path).parts
            content = (out / path).read_bytes() if inside and (out / path).is_file() else b""
            if digest(content) != wanted:
                raise DamagedError(f"`{(out / path).as_posix()}` không như {MANIFEST} kê; chạy build lại")
            about = zipfile.ZipInfo(path)
            about.create_system, about.external_attr = _SYSTEM, 0o644 << 16
            package.writestr(about, content)

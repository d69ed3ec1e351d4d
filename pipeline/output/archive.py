"""Write one zip for each year with all its documents, so that they can be downloaded at once."""

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
    """Give the SHA-256 of the files that go into a zip, by path; pictures are for the page and stay out.

    `files` are the hashes that the manifest gives, by document name or, for a summary, by year.
    """
    return {
        f"{name}/{file}": sha256
        for name, hashes in sorted(files.items())
        for file, sha256 in sorted(hashes.items())
        if not file.endswith(".png")
    }


def write_archive(out: Path, files: Mapping[str, str], target: IO[bytes]) -> None:
    """Write files below a folder, given with their SHA-256, into a zip, stored: .docx and PDF are compressed already.

    The same files give the same bytes on every system (a reproducible archive), and more files take no more memory.
    Raises DamagedError when a file's hash is not the one given.
    """
    with zipfile.ZipFile(target, "w") as package:
        for path, expected in sorted(files.items()):
            inside = ".." not in PurePath(path).parts
            content = (out / path).read_bytes() if inside and (out / path).is_file() else b""
            if digest(content) != expected:
                raise DamagedError(f"`{(out / path).as_posix()}` không như {MANIFEST} kê; chạy build lại")
            member = zipfile.ZipInfo(path)
            member.create_system, member.external_attr = _SYSTEM, 0o644 << 16
            package.writestr(member, content)

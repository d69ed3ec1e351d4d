"""Verify a published folder as a whole: SHA256SUMS, manifest and files name the same, and every hash is right."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from pipeline.files import read_plain
from pipeline.output.manifest import MANIFEST, SUMS, Manifest
from pipeline.output.origin import digest
from pipeline.pdf.signed import NotSignedError, examine
from pipeline.problem import Problem, bad_output

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n\\]+)")

Files = Mapping[str, str]
"""SHA-256 by path below the output folder."""


def read_sums(out: Path) -> dict[str, str] | None:
    """Read SHA256SUMS; None when it is missing or holds anything but hashes of files below the folder."""
    try:
        lines = (out / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    matches = [_LINE.fullmatch(line) for line in lines]
    paths = [PurePosixPath(match[2]) for match in matches if match]
    if None in matches or any(path.is_absolute() or ".." in path.parts for path in paths):
        return None
    return {match[2]: match[1] for match in matches if match}


def folder_problems(out: Path, sums: Files | None, manifest: Manifest, names: Iterable[str]) -> Iterator[Problem]:
    """Require that SHA256SUMS, the manifest and the files on the disk name the same, and that every hash is right."""
    if sums is None:
        yield bad(out, SUMS, "thieu-sha256sums", "không có, hoặc không đúng dạng của sha256sum")
    if not manifest.van_ban:
        yield bad(out, MANIFEST, "thieu-ban-ke", "không có, không đọc được, hoặc không kê văn bản nào")
    present_paths = {
        path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    present_paths = {path for path in present_paths if not path.startswith(".")} - {SUMS}
    manifest_paths = {MANIFEST, *manifest.trang, *manifest.kem}
    manifest_paths |= {f"{name}/{file}" for name, entry in manifest.van_ban.items() for file in entry.tep}
    manifest_paths |= {f"{year}/{file}" for year, entry in manifest.tong_hop.items() for file in entry.tep}
    for path in sorted(present_paths - manifest_paths):
        yield bad(out, path, "tep-la", "không thuộc văn bản nào trong bản kê", "chuyển tệp ra khỏi thư mục này")
    for path in sorted(set(sums or ()) ^ manifest_paths if sums is not None else ()):
        yield bad(out, path, "khac-ban-ke", f"{SUMS} và {MANIFEST} không cùng kê tệp này")
    listed = {f"{name}/{file}": each for name, entry in manifest.van_ban.items() for file, each in entry.files.items()}
    for path in sorted(path for path, sha256 in listed.items() if (sums or {}).get(path, sha256) != sha256):
        yield bad(out, path, "khac-ban-ke", f"{SUMS} và {MANIFEST} kê mã băm khác nhau của tệp này")
    for path, expected in sorted((sums or {}).items()):
        yield from _hash_problems(out, path, expected)
    for name in sorted(set(names) ^ manifest.van_ban.keys()):
        yield bad(out, name, "khac-ban-ke", f"{MANIFEST} và thư mục không cùng có văn bản này")


def _hash_problems(out: Path, path: str, expected: str) -> Iterator[Problem]:
    """Compare a file with its SHA-256; a PDF that was signed since is compared without what signing appended."""
    content = read_published(out / path)
    if content is None:
        yield bad(out, path, "thieu-tep", "không có tệp này", "dựng lại bằng lệnh build")
    elif digest(content) != expected and not (path.endswith(".pdf") and _is_signed(content, expected)):
        yield bad(out, path, "sai-ma-bam", "nội dung đã khác lúc xuất bản", "dựng lại bằng lệnh build")


def _is_signed(content: bytes, expected: str) -> bool:
    try:
        return bool(examine(content, {expected}).signatures)
    except NotSignedError:
        return False


def read_published(path: Path) -> bytes | None:
    """Read a plain file; None for a link and for what cannot be read."""
    try:
        return None if path.is_symlink() else read_plain(path)
    except (OSError, ValueError):
        return None


def bad(out: Path, path: str, code: str, message: str, hint: str = "") -> Problem:
    """Make the problem of a file below the output folder that is not what it must be."""
    return bad_output(f"{out.as_posix()}/{path}", code, message, hint)

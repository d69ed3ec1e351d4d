"""Find the data files of a build and read them, bounded."""

import contextlib
import dataclasses
import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.files import MAX_BYTES
from pipeline.problem import Place, Problem, UsageError, reason
from pipeline.vietnamese import slug

CRITERIA_SET_FILE = "bo-tieu-chi.yaml"
"""The name of the file that the communes of a year have in common."""

# What opening says of a link, a folder, a socket.
_NOT_A_FILE = frozenset({errno.ELOOP, errno.EISDIR, errno.ENXIO})


@dataclasses.dataclass(frozen=True, slots=True)
class Folders:
    """Where data, templates and output lie; any folder laid out like the repository's own builds the same way."""

    data: Path
    templates: Path
    out: Path


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A data file, read: its path as printed, and its bytes."""

    path: str
    content: bytes

    @property
    def stem(self) -> str:
        """Give the file's name without its ending."""
        return Path(self.path).stem

    @property
    def name(self) -> str:
        """Give the document's place below the output folder, such as 2023/15139-cam-luong."""
        return f"{self.year}/{self.stem}"

    @property
    def document(self) -> str:
        """Give the name of its files without ending, such as KH-2023-15139-cam-luong."""
        return document_name(self.name)

    @property
    def year(self) -> str:
        """Give the name of the folder of its year."""
        return Path(self.path).parent.name


def document_name(name: str) -> str:
    """Give the name of a document's files, without ending, for its place such as 2023/15139-cam-luong."""
    return f"KH-{name.replace('/', '-', 1)}"


def find_sources(data: Path, selection: Sequence[str]) -> Iterator[tuple[Path, list[Path]]]:
    """Give each year's criteria set and its commune files, all or the selected ones.

    A selection is a code (15139), a name (cam-luong, Cẩm Lương), a file's stem, or a path. Raises UsageError for a
    folder without data and for a selection that finds nothing.
    """
    years = find_years(data)
    found = {year: sorted(path for path in year.glob("*.yaml") if path.name != CRITERIA_SET_FILE) for year in years}
    files = [path for paths in found.values() for path in paths]
    if not files:
        raise UsageError(
            f"không có tệp dữ liệu nào trong `{data}`; cần thư mục năm, ví dụ `{data}/2023/15139-cam-luong.yaml`"
        )
    for wanted in selection:
        if not any(_selects(wanted, path) for path in files):
            raise UsageError(
                f"không tìm thấy xã `{wanted}` trong `{data}`; dùng mã (15139), tên (cam-luong) hoặc đường dẫn"
            )
    for year, paths in found.items():
        chosen = [path for path in paths if not selection or any(_selects(wanted, path) for wanted in selection)]
        if chosen:
            yield year / CRITERIA_SET_FILE, chosen


def find_years(data: Path) -> list[Path]:
    """Give the folders of the years. Raises UsageError for one that is a link: what it leads to lies elsewhere."""
    years = [path for path in sorted(data.glob("*")) if re.fullmatch(r"[0-9]{4}", path.name) and path.is_dir()]
    if links := [path for path in years if path.is_symlink()]:
        raise UsageError(f"`{links[0].as_posix()}` là liên kết; chép thư mục thật vào chỗ đó")
    return years


def read_source(path: Path) -> Source:
    """Read a file, one byte more than load takes at most.

    Raises UsageError when it cannot be read, and for links, folders and devices: data lies in plain files. Opening is
    what tells them apart, so that nobody can put another file there in between, and does not wait for a pipe's writer.
    """
    if not path.name.isprintable():
        raise UsageError(f"tên tệp {path.as_posix()!a} có ký tự lạ; đổi tên tệp")
    try:
        with open(path, "rb", opener=_open) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Source(path.as_posix(), file.read(MAX_BYTES + 1))
    except OSError as error:
        if error.errno not in _NOT_A_FILE:
            raise UsageError(f"không đọc được `{path.as_posix()}` ({reason(error)})") from error
    raise UsageError(f"`{path.as_posix()}` là liên kết hoặc không phải tệp thường; chép tệp thật vào chỗ đó")


def named(path: Path) -> Source:
    """Give a source that nothing is read of: its path alone, to name what a problem or a document is of."""
    return Source(path.as_posix(), b"")


def readable(paths: Iterable[Path]) -> Iterator[Source]:
    """Read files, passing over those that read_source refuses."""
    for path in paths:
        with contextlib.suppress(UsageError):
            yield read_source(path)


def unreadable(path: Path, error: UsageError) -> Problem:
    """Give the problem of a data file that read_source refuses: one file does not stop the others."""
    name, hint = path.as_posix(), "để tệp thường, đọc được, ở chỗ đó, hoặc xóa nó"
    return Problem(Place(name if name.isprintable() else ascii(name)), "khong-doc-duoc", str(error), hint)


def _open(path: str, flags: int) -> int:
    if os.path.islink(path):  # noqa: PTH114 - for systems whose open cannot tell
        raise OSError(errno.ELOOP, "")
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _selects(wanted: str, path: Path) -> bool:
    code, _, name = path.stem.partition("-")
    return (
        wanted in {code, name, path.stem} or slug(wanted) == name or os.path.realpath(wanted) == os.path.realpath(path)
    )

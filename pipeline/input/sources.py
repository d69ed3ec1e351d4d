"""Find the data files of a build and read them, never more than a fixed number of bytes."""

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
"""The name of the criteria set's file, which all communes of a year share."""

# The error numbers with which the system refuses to open a symbolic link, a folder, a socket.
_NOT_A_FILE = frozenset({errno.ELOOP, errno.EISDIR, errno.ENXIO})


@dataclasses.dataclass(frozen=True, slots=True)
class Folders:
    """Where data, templates and output lie; any folder laid out like the repository's own builds the same way."""

    data: Path
    templates: Path
    out: Path


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """The content of a data file: its path as messages print it, and its bytes."""

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


def document_name(place: str) -> str:
    """Give the name of a document's files, without ending, for its place such as 2023/15139-cam-luong."""
    return f"KH-{place.replace('/', '-', 1)}"


def find_sources(data: Path, selection: Sequence[str]) -> Iterator[tuple[Path, list[Path]]]:
    """Give each year's criteria set and its commune files, all or the selected ones.

    A selection is a code (15139), a name (cam-luong, Cẩm Lương), a file's stem, or a path. Raises UsageError for a
    folder without data and for a selection that finds nothing.
    """
    years = find_years(data)
    files_by_year = {
        year: sorted(path for path in year.glob("*.yaml") if path.name != CRITERIA_SET_FILE) for year in years
    }
    files = [path for paths in files_by_year.values() for path in paths]
    if not files:
        raise UsageError(
            f"không có tệp dữ liệu nào trong `{data}`; cần thư mục năm, ví dụ `{data}/2023/15139-cam-luong.yaml`"
        )
    for selector in selection:
        if not any(_selects(selector, path) for path in files):
            raise UsageError(
                f"không tìm thấy xã `{selector}` trong `{data}`; dùng mã (15139), tên (cam-luong) hoặc đường dẫn"
            )
    for year, paths in files_by_year.items():
        selected_files = [
            path for path in paths if not selection or any(_selects(selector, path) for selector in selection)
        ]
        if selected_files:
            yield year / CRITERIA_SET_FILE, selected_files


def find_years(data: Path) -> list[Path]:
    """Give the folders of the years. Raises UsageError for one that is a link: what it leads to lies elsewhere."""
    years = [path for path in sorted(data.glob("*")) if re.fullmatch(r"[0-9]{4}", path.name) and path.is_dir()]
    if links := [path for path in years if path.is_symlink()]:
        raise UsageError(f"`{links[0].as_posix()}` là liên kết; chép thư mục thật vào chỗ đó")
    return years


def read_source(path: Path) -> Source:
    """Read a regular file, up to one byte more than load takes at most.

    Raises UsageError when it cannot be read, and for links, folders and devices. What is checked is the opened file
    and not its path, so there is no TOCTOU race (time of check to time of use): nobody can put another file there in
    between. Opening does not wait for a pipe's writer.
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
    """Give a source without content: its path alone, to name the file that a problem or a document belongs to."""
    return Source(path.as_posix(), b"")


def readable(paths: Iterable[Path]) -> Iterator[Source]:
    """Read files one by one, skipping those that read_source refuses."""
    for path in paths:
        with contextlib.suppress(UsageError):
            yield read_source(path)


def unreadable(path: Path, error: UsageError) -> Problem:
    """Make a problem of the error of read_source, so that one unreadable file does not stop the others."""
    path_text, hint = path.as_posix(), "để tệp thường, đọc được, ở chỗ đó, hoặc xóa nó"
    return Problem(
        Place(path_text if path_text.isprintable() else ascii(path_text)), "khong-doc-duoc", str(error), hint
    )


def _open(path: str, flags: int) -> int:
    """Open a file for open(), without following a symbolic link and without waiting for a pipe."""
    if os.path.islink(path):  # noqa: PTH114 - for systems without O_NOFOLLOW
        raise OSError(errno.ELOOP, "")
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _selects(selector: str, path: Path) -> bool:
    """Tell whether a code, a name, a stem or a path that the user typed means a file."""
    code, _, commune_name = path.stem.partition("-")
    return (
        selector in {code, commune_name, path.stem}
        or slug(selector) == commune_name
        or os.path.realpath(selector) == os.path.realpath(path)
    )

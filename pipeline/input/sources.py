"""Find the data files of a build and read them, never more than a fixed number of bytes."""

import contextlib
import dataclasses
import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.files import MAX_BYTES
from pipeline.problem import Place, Problem, UsageError, reason

CRITERIA_SET_FILE, DEFAULTS_FILE = "bo-tieu-chi.yaml", "chung.yaml"
"""The names of the files that all papers of a year share: its criteria, and what holds for every commune."""
TEMPLATES_OF_YEAR = "mau"
"""The folder of the Word templates that one year has for itself, beside its data."""
SIGNED_FOLDER = "da-ky"
"""The folder of the year's signed PDFs, which a build puts into their places."""
LEDGER_FILE = "da-ban-hanh.jsonl"
"""The ledger of issued papers, in the data folder."""

_KIND_FILE = re.compile(r"[a-z][a-z0-9-]*\.yaml")
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
    def year(self) -> str:
        """Give the name of the folder of its year."""
        return Path(self.path).parent.name


@dataclasses.dataclass(frozen=True, slots=True)
class YearFiles:
    """The data files of a year: its folder, its kinds of paper, its communes; each list in the order of names."""

    folder: Path
    kinds: tuple[Path, ...]
    communes: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Give the name of the folder, such as 2026."""
        return self.folder.name

    @property
    def shared(self) -> tuple[Path, ...]:
        """Give the files that are no commune's: criteria and defaults, where there are, and the kinds."""
        common = (self.folder / name for name in (CRITERIA_SET_FILE, DEFAULTS_FILE))
        return (*(path for path in common if path.exists() or path.is_symlink()), *self.kinds)


def document_name(place: str) -> str:
    """Give the name of a document's files, without ending, for its place below the output folder.

    2023/KH-15139-cam-luong gives KH-2023-15139-cam-luong, and 2026/QD, one paper for the whole year, QD-2026.
    """
    year, _, own = place.partition("/")
    abbreviation, dash, unit = own.partition("-")
    return f"{abbreviation}-{year}{dash}{unit}"


def year_files(folder: Path) -> YearFiles:
    """List the data files of a year."""
    own = (path for path in sorted(folder.glob("*.yaml")) if path.name not in {CRITERIA_SET_FILE, DEFAULTS_FILE})
    kinds: list[Path] = []
    communes: list[Path] = []
    for path in own:
        (kinds if _KIND_FILE.fullmatch(path.name) else communes).append(path)
    return YearFiles(folder, tuple(kinds), tuple(communes))


def template_path(folders: Folders, year: Path, file: str) -> Path:
    """Give the path of a Word template: the year's own where it has one of that name, else the common one.

    Raises UsageError for a folder of own templates that is a link.
    """
    own = year / TEMPLATES_OF_YEAR
    if own.is_symlink():
        raise UsageError(f"`{own.as_posix()}` là liên kết; chép thư mục thật vào chỗ đó")
    return own / file if (own / file).exists() or (own / file).is_symlink() else folders.templates / file


def find_years(data: Path) -> list[Path]:
    """Give the folders of the years. Raises UsageError for one that is a link: what it leads to lies elsewhere."""
    years = [path for path in sorted(data.glob("*")) if re.fullmatch(r"[0-9]{4}", path.name) and path.is_dir()]
    if links := [path for path in years if path.is_symlink()]:
        raise UsageError(f"`{links[0].as_posix()}` là liên kết; chép thư mục thật vào chỗ đó")
    return years


def read_source(path: Path, most: int = MAX_BYTES) -> Source:
    """Read a regular file, up to one byte more than is taken at most: by load, or as said.

    Raises UsageError when it cannot be read, and for links, folders and devices. What is checked is the opened file
    and not its path, so there is no TOCTOU race (time of check to time of use): nobody can put another file there in
    between. Opening does not wait for a pipe's writer.
    """
    if not path.name.isprintable():
        raise UsageError(f"tên tệp {path.as_posix()!a} có ký tự lạ; đổi tên tệp")
    try:
        with open(path, "rb", opener=_open) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Source(path.as_posix(), file.read(most + 1))
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

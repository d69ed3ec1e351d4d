"""Find the data files of a build and read them, bounded."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.load import MAX_BYTES
from pipeline.model import CRITERIA_SET_FILE
from pipeline.problem import UsageError, reason
from pipeline.vietnamese import slug


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
        return f"KH-{self.year}-{self.stem}"

    @property
    def year(self) -> str:
        """Give the name of the folder of its year."""
        return Path(self.path).parent.name


def find_sources(data: Path, selection: Sequence[str]) -> Iterator[tuple[Path, list[Path]]]:
    """Give each year's criteria set and its commune files, all or the selected ones.

    A selection is a code (15139), a name (cam-luong, Cẩm Lương), a file's stem, or a path. Raises UsageError for a
    folder without data and for a selection that finds nothing.
    """
    years = [path for path in sorted(data.glob("*")) if re.fullmatch(r"[0-9]{4}", path.name) and path.is_dir()]
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


def read_source(path: Path) -> Source:
    """Read a file, one byte more than load takes at most.

    Raises UsageError when it cannot be read, and for links, folders and devices: data lies in plain files.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"`{path.as_posix()}` là liên kết hoặc không phải tệp thường; chép tệp thật vào chỗ đó")
    try:
        with path.open("rb") as file:
            return Source(path.as_posix(), file.read(MAX_BYTES + 1))
    except OSError as error:
        raise UsageError(f"không đọc được `{path.as_posix()}` ({reason(error)})") from error


def _selects(wanted: str, path: Path) -> bool:
    code, _, name = path.stem.partition("-")
    return wanted in {code, name, path.stem} or slug(wanted) == name or Path(wanted).resolve() == path.resolve()

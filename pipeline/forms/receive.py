"""Take in a file that may be a filled form: find its unit, year and kind in the data, and read its open cells."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.authoring.new import year_to_fill
from pipeline.forms.amounts import Doubt
from pipeline.forms.book import At, open_book
from pipeline.forms.layout import Form, has_form
from pipeline.forms.marks import printable
from pipeline.forms.meta import Meta, read_meta
from pipeline.forms.parcel import Refused
from pipeline.forms.read import Entry, Fault, Reply, read_reply
from pipeline.forms.units import UnitFile, file_of_code, unit_form
from pipeline.input.sources import Folders
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.year import Year
from pipeline.problem import Key, Place, Problem, Severity, UsageError, short

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".csv", ".ods", ".et"})
_LOCK = "~$"
"""What the names of the files begin with that Excel lays beside an open workbook."""
_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_FRESH = "lấy mẫu mới (lệnh form) của đúng năm, đúng xã"
_OTHER = "bản trả lại là mẫu mới có sẵn những gì đã điền: xem lại từng ô rồi gửi lại"


@dataclasses.dataclass(frozen=True, eq=False)
class Received:
    """A form as received: its file, what it says of itself, the form that it belongs to, and what it says.

    There is one for each file, so it is compared by identity.
    """

    path: Path
    meta: Meta
    year: Year
    kind: PaperKind
    file: UnitFile
    form: Form
    reply: Reply

    def problem(self, at: At | None, doubt: Doubt) -> Problem:
        """Make a problem at a cell of this form."""
        message, hint = printable(doubt.message), printable(doubt.hint)
        return Problem(Place(self.place(at)), doubt.code, message, hint, doubt.severity)

    def place(self, at: At | None) -> str:
        """Name a cell of this form, or its sheet."""
        return printable(f"{self.path.as_posix()}, trang {self.reply.sheet}" + (f", ô {at}" if at else ""))

    def entry(self, key: Key) -> Entry | None:
        """Give what the form says for a key of the unit's file."""
        return self.reply.entries.get(key)


def paths_of(words: Sequence[str]) -> tuple[list[Path], list[Problem]]:
    """Give the files that words name, of folders those that may be workbooks; and problems for what is left out.

    Raises UsageError for a word that names nothing.
    """
    paths: list[Path] = []
    problems: list[Problem] = []
    for word in words:
        path = Path(word)
        if path.is_dir():
            inside = [
                each for each in sorted(path.rglob("*")) if each.is_file() and not each.name.startswith((_LOCK, "."))
            ]
            paths += (each for each in inside if each.suffix.lower() in _SUFFIXES)
            others = [each for each in inside if each.suffix.lower() not in _SUFFIXES]
            problems += (_left_out(each) for each in others)
        elif path.exists() or path.is_symlink():
            paths.append(path)
        else:
            raise UsageError(f"không có tệp hoặc thư mục `{word}`")
    return list(dict.fromkeys(paths)), problems


def _left_out(path: Path) -> Problem:
    message, hint = "không phải bảng tính, không đọc", "chỉ để mẫu .xlsx ở đây"
    return Problem(Place(printable(path.as_posix())), "khong-phai-excel", message, hint, Severity.WARNING)


def receive(path: Path, folders: Folders) -> Received | Problem:
    """Read a file as a form; give the problem of one that cannot be read at all."""
    try:
        book = open_book(path)
        meta = read_meta(book)
        year, kind, file = _home(folders, meta)
        form = unit_form(folders, year, kind, file)
        reply = read_reply(book, form, meta.base)
    except Refused as refusal:
        return Problem(Place(printable(path.as_posix())), refusal.code, printable(refusal.message), refusal.hint)
    except UsageError as error:
        place, hint = Place(printable(path.as_posix())), "sửa dữ liệu của năm, rồi nhập lại"
        return Problem(place, "mau-khong-dung-duoc", printable(str(error)), hint)
    faults = (*(Fault(None, doubt) for doubt in _mismatches(path, meta, form)), *reply.faults)
    return Received(path, meta, year, kind, file, form, dataclasses.replace(reply, faults=faults))


def _home(folders: Folders, meta: Meta) -> tuple[Year, PaperKind, UnitFile]:
    """Find year, kind and unit of a form; raises Refused where the data have none of them."""
    if not re.fullmatch("[0-9]{4}", meta.year) or not (folders.data / meta.year).is_dir():
        raise Refused("mau-nam-khac", f"mẫu của năm `{short(meta.year)}`, dữ liệu không có năm ấy", _FRESH)
    year = year_to_fill(folders, meta.year)
    kind = year.kinds.get(meta.kind)
    if kind is None or not has_form(kind, year):
        raise Refused("mau-loai-khac", f"năm {meta.year} không có loại `{short(meta.kind)}` để điền", _FRESH)
    file = file_of_code(folders, year, meta.code) if re.fullmatch("[0-9]{5}", meta.code) else None
    if file is None:
        raise Refused("mau-don-vi-khac", f"năm {meta.year} không có đơn vị mã `{short(meta.code)}`", _FRESH)
    return year, kind, file


def _mismatches(path: Path, meta: Meta, form: Form) -> Iterator[Doubt]:
    """Say where a form is not the one that would be written now, or not that of its file's name."""
    if meta.criteria_hash != form.criteria_hash:
        yield Doubt(
            "mau-bo-tieu-chi-khac", f"mẫu làm theo bộ tiêu chí khác bộ tiêu chí năm {meta.year} hiện nay", _OTHER
        )
    if meta.kind_hash != form.kind_hash:
        yield Doubt("mau-loai-khac", f"mẫu làm khi `{form.kind}` có các cột khác bây giờ", _OTHER)
    if meta.unit != form.unit:
        yield Doubt("sai-don-vi", f"mẫu làm cho {short(meta.unit)}, mã {meta.code} nay là {form.unit}", _FRESH)
    codes = _CODE.findall(path.stem)
    if codes and meta.code not in codes:
        message = f"tên tệp ghi mã {codes[0]}, mà mẫu trong tệp là của {form.unit}, mã {meta.code}"
        yield Doubt("sai-don-vi", message, "mỗi xã dùng mẫu của mình; nếu chỉ sai tên tệp thì đổi tên tệp")

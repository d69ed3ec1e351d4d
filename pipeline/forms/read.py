"""Read a filled form: which one it is, and the text of every open cell, found by its keys wherever rows have gone."""

import collections
import dataclasses
from collections.abc import Mapping

from pipeline.forms.amounts import Doubt, taken
from pipeline.forms.book import At, Book, Sheet
from pipeline.forms.layout import ISSUED_WORDS, Form, Line, Slot
from pipeline.forms.marks import COLUMNS, IDENTITY, LABEL, MAXIMUM, NAME, REFUSED, UNIT, key_text
from pipeline.forms.parcel import FRESH, Refused
from pipeline.problem import MOST, Key, Severity, short

_KEEP = "giữ nguyên các cột và hàng của mẫu; lấy mẫu mới nếu không khôi phục được"
_FLAGS = {word: flag for flag, word in ISSUED_WORDS.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a form: the cell, if it is one, and what."""

    at: At | None
    doubt: Doubt


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What was found for an open cell: its place and its text."""

    at: At
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """A filled form as read: the name of its sheet, what its open cells say, what is wrong with it."""

    sheet: str
    entries: Mapping[Key, Entry]
    faults: tuple[Fault, ...]


def read_reply(book: Book, form: Form, base: Mapping[str, str]) -> Reply:
    """Read the open cells of a form; raises Refused where its table cannot be found."""
    found = [(sheet, at) for sheet in book.sheets for at in _corners(sheet)]
    if not found:
        raise Refused("mat-khoa", "không thấy hàng khóa (hàng ẩn) của mẫu", FRESH)
    if len(found) > 1:
        names = ", ".join(sheet.name for sheet, _ in found)
        raise Refused("hai-bang", f"có {len(found)} bảng trong tệp ({names})", "chỉ để lại một trang đã điền")
    (sheet, corner) = found[0]
    return _Reading(sheet, corner, form, base, from_1904=book.from_1904).reply()


def _corners(sheet: Sheet) -> list[At]:
    """Give the cells that may begin the hidden row of keys: those of label and name are in the same row."""
    texts: dict[int, set[str]] = collections.defaultdict(set)
    for at, cell in sheet.cells.items():
        texts[at.row].add(cell.text)
    return [at for at, cell in sheet.cells.items() if cell.text == IDENTITY and {LABEL, NAME} <= texts[at.row]]


def _rows(sheet: Sheet) -> list[int]:
    return sorted({at.row for at in sheet.cells})


def _squeezed(text: str) -> str:
    return " ".join(text.split())


class _Reading:
    """Reads the sheet of one form."""

    def __init__(self, sheet: Sheet, corner: At, form: Form, base: Mapping[str, str], *, from_1904: bool) -> None:
        self._sheet, self._corner, self._form, self._base, self._from_1904 = sheet, corner, form, base, from_1904
        self._faults: list[Fault] = []
        self._entries: dict[Key, Entry] = {}
        self._first_row = corner.row + 2
        self._columns: dict[str, int] = {}
        self._lines = {line.identity: line for line in form.lines}
        self._by_name = collections.Counter((line.label, _squeezed(line.name)) for line in form.lines)

    def reply(self) -> Reply:
        self._find_columns()
        self._head()
        rows = {row: line for row in _rows(self._sheet) if row >= self._first_row and (line := self._line(row))}
        for row, line in rows.items():
            self._cells(row, line)
        self._whole(rows)
        return Reply(self._sheet.name, self._entries, tuple(self._faults))

    def _fault(self, at: At | None, code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self._add(Fault(at, Doubt(code, message, hint, severity)))

    def _add(self, fault: Fault) -> None:
        """Note a fault; after the first 200 only that there are more, which is an error."""
        if len(self._faults) < MOST:
            self._faults.append(fault)
        elif len(self._faults) == MOST:
            doubt = Doubt("con-nua", f"còn nữa; chỉ nêu {MOST} chỗ đầu", "sửa những chỗ đã nêu rồi nhập lại")
            self._faults.append(Fault(None, doubt))

    def _find_columns(self) -> None:
        """Find the columns by the keys in the hidden row."""
        for at, cell in self._sheet.cells.items():
            if at.row == self._corner.row:
                if cell.text in self._columns:
                    self._fault(at, "cot-lap-lai", f"cột `{short(cell.text)}` có hai lần", _KEEP)
                self._columns.setdefault(cell.text, at.column)
        wanted = {*COLUMNS, *(column.key for column in self._form.columns if not column.key.startswith("@"))}
        for key in sorted(wanted - self._columns.keys()):
            self._fault(None, "thieu-cot", f"mẫu đã mất cột `{key}`", _KEEP)

    def _head(self) -> None:
        """Read what stands above the table: whose form it is, number, date and flag."""
        column = self._columns.get(MAXIMUM, self._corner.column + 3)
        slots = {str(slot.key[-1]): slot for slot in self._form.head}
        seen = set()
        for row in range(self._corner.row):
            mark = self._sheet.text(At(row, self._corner.column))
            seen.add(mark)
            if mark == UNIT:
                at = At(row, self._columns.get(LABEL, self._corner.column + 1))
                expected = f"{self._form.unit}, mã {self._form.code}"
                if _squeezed(self._sheet.text(at)) != expected:
                    message = f"mẫu này của {expected}, mà ô ghi `{short(self._sheet.text(at))}`"
                    self._fault(at, "sai-don-vi", message, "mỗi xã dùng mẫu của mình; lấy mẫu mới của đúng xã")
            elif mark in slots:
                self._take(At(row, column), slots[mark])
        for mark in sorted({UNIT, *slots} - seen):
            self._fault(None, "thieu-hang", f"mẫu đã mất hàng `{mark}` ở đầu trang", _KEEP)

    def _line(self, row: int) -> Line | None:
        """Find the criterion of a row, by its hidden identity, which must agree with what the row says of itself."""
        places = {key: At(row, self._columns.get(key, 0)) for key in (IDENTITY, LABEL, NAME)}
        identity, label, name = (_squeezed(self._sheet.text(places[key])) for key in (IDENTITY, LABEL, NAME))
        line = self._lines.get(identity)
        if line and (label, name) == (line.label, _squeezed(line.name)):
            return line
        if line:
            message = f"hàng này theo mã là “{short(f'{line.label} {line.name}')}”, mà ghi “{short(f'{label} {name}')}”"
            self._fault(places[NAME], "hang-lech", message, "sắp xếp hay chép thì lấy cả hàng; tốt nhất là lấy mẫu mới")
            return None
        if not identity and self._by_name[label, name] == 1:
            return next(each for each in self._form.lines if (each.label, _squeezed(each.name)) == (label, name))
        places_here = (At(row, self._columns[key]) for key in self._open_keys())
        filled = [at for at in places_here if at in self._sheet.cells]
        if identity or filled:
            what = short(f"{label} {name}".strip() or identity or "không tên")
            message = f"hàng “{what}” không phải tiêu chí của mẫu"
            self._fault(
                filled[0] if filled else places[NAME],
                "hang-la",
                message,
                "xóa hàng này; tiêu chí chỉ có trong bộ tiêu chí",
            )
        return None

    def _open_keys(self) -> list[str]:
        return [column.key for column in self._form.columns if column.key in self._columns and column.key[0] != "@"]

    def _cells(self, row: int, line: Line) -> None:
        """Read the open cells of a row; a text in a locked one is named, it would be lost."""
        for cell, column in zip(line.cells, self._form.columns, strict=True):
            if column.key not in self._columns:
                continue
            at = At(row, self._columns[column.key])
            if isinstance(cell, Slot):
                self._take(at, cell)
            elif (own := _squeezed(self._sheet.text(at))) not in {"", _squeezed(cell)}:
                # What is shown of another paper may have changed since the form went out.
                severity = Severity.WARNING if column.key[0] == "@" else Severity.ERROR
                message = f"ô này không nhận giá trị, mà có `{short(own)}`"
                self._fault(at, "o-khoa", message, "xóa, hoặc chuyển sang ô nền vàng", severity)

    def _take(self, at: At, slot: Slot) -> None:
        cell = self._sheet.cells.get(at)
        before = self._base.get(key_text(slot.key), "")
        text, doubts = taken(cell, slot.sort, before, from_1904=self._from_1904) if cell else ("", ())
        if slot.sort == "choice" and text:
            flag = _FLAGS.get(text.lower())
            if flag is None:
                self._fault(at, "gia-tri-la", f"`{short(text)}`", f"chỉ chọn: {', '.join(_FLAGS)}; hoặc để trống")
            text = flag or text
        if text and not doubts and self._base.get(f"{REFUSED}{key_text(slot.key)}") == text:
            mend = "gõ giá trị đúng; nếu chính là giá trị ấy thì viết khác đi, như “ngày 05/10/2026”"
            doubts = (Doubt("o-la", f"ô đỏ của bản trả lại chưa sửa: `{short(text)}`", mend),)
        if slot.key in self._entries:
            self._twice(at, slot, text)
            return
        self._entries[slot.key] = Entry(at, text)
        for doubt in doubts:
            self._add(Fault(at, doubt))

    def _twice(self, at: At, slot: Slot, text: str) -> None:
        first = self._entries[slot.key]
        same = first.text == text
        message = f"“{short(slot.about or slot.name)}” có hai hàng" + (
            "" if same else f": `{short(first.text)}` ở {first.at} và `{short(text)}`"
        )
        severity = Severity.WARNING if same else Severity.ERROR
        if text or not same:
            self._fault(at, "hang-lap-lai", message, "bỏ một trong hai hàng", severity)

    def _whole(self, rows: Mapping[int, Line]) -> None:
        """Look at the table as a whole: rows that are gone, cells that are merged or hidden, texts beside it."""
        present = {line.identity for line in rows.values()}
        for line in self._form.lines:
            if line.identity not in present and any(isinstance(cell, Slot) for cell in line.cells):
                self._fault(None, "thieu-hang", f"mẫu đã mất hàng “{short(f'{line.label} {line.name}')}”", _KEEP)
        columns = set(self._columns.values())
        for first, last in self._sheet.merged:
            if last.row >= self._corner.row - len(self._form.head) and any(
                first.column <= each <= last.column for each in columns
            ):
                message = f"các ô {first}:{last} bị gộp: giá trị thuộc hàng nào thì không rõ"
                self._fault(first, "o-gop", message, "bỏ gộp ô (Unmerge), điền từng ô")
        if hidden := sorted(row for row in rows if row in self._sheet.hidden):
            message = f"{len(hidden)} hàng đang ẩn, từ hàng {hidden[0] + 1}; giá trị ở đó vẫn được lấy"
            self._fault(At(hidden[0], self._corner.column), "hang-an", message, "bỏ ẩn để xem lại", Severity.WARNING)
        beside = sorted(at for at in self._sheet.cells if at.row >= self._first_row and at.column not in columns)
        if beside:
            message = f"{len(beside)} ô ngoài bảng không được lấy, từ `{short(self._sheet.text(beside[0]))}`"
            self._fault(beside[0], "o-ngoai", message, "chuyển vào ô nền vàng, nếu cần", Severity.WARNING)

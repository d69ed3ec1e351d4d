"""Write a form as an .xlsx: identity locked, open cells with validation, and for the machine a hidden sheet.

Every text is written as text, whatever it begins with; there is no formula in the file but those of the validation.
The same form gives the same bytes.
"""

import dataclasses
import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.forms.layout import ISSUED_WORDS, Column, Form, Line, Slot
from pipeline.forms.marks import BASE, COLUMNS, FAULTS_SHEET, FORMAT, META, META_SHEET, REFUSED, UNIT, key_text
from pipeline.forms.validation import validation
from pipeline.kinds.tong_hop.sheet import Formats, decimals, set_height
from pipeline.problem import Key
from pipeline.vietnamese import SAMPLE_MARK, points_in
from pipeline.word.package import compress, write_package

HEAD = 3
"""The first row (from 0) of number, date and flag; the hidden row of keys, titles and criteria follow."""
_A4 = 9
_FIRST = len(COLUMNS)
_WIDTHS = (2, 6, 46, 12)
_COLUMN_WIDTHS = {"text": 30, "evidence": 34, "points": 11, "number": 14}
_OPEN, _BAD, _TITLE = "#FFF9DB", "#F8B4B4", "#D9E2F3"
# As many decimals as there are, after a comma wherever the program knows Vietnamese (locale 42A).
_NUMBER = "[$-42A]General"
_BOLD = frozenset({"muc_lon", "nhom_tieu_chi"})
_LONGEST_NOTE, _LONGEST_TEXT = 1500, 32_000
_GUIDE = (
    "Chỉ điền ô nền vàng. Chữ giữ nguyên như gõ: 1.100 tấn; 50,4; 12%. Điểm ghi bằng số. "
    "Không thêm, xóa, gộp ô hay hàng."
)


def file_name(form: Form) -> str:
    """Give the name of a form's file."""
    return f"{form.abbreviation}-{form.year}-{form.stem}.xlsx"


@dataclasses.dataclass(frozen=True, slots=True)
class Annotations:
    """What an annotated copy has: the clerk's values, notes in red cells, a list of all faults.

    `lost` are the keys of values that are not what was typed: read again unchanged, they are named again.
    """

    values: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    notes: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    faults: tuple[str, ...] = ()
    lost: frozenset[Key] = frozenset()


def write_form(form: Form, annotations: Annotations | None = None) -> bytes:
    """Write a form, or an annotated copy of it, and give its bytes."""
    more = annotations or Annotations()
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        title = f"{form.title} năm {form.year}, {form.unit}"
        book.set_properties({"title": title, "created": dt.datetime(int(form.year), 1, 1)})  # noqa: DTZ001 - a day
        formats = Formats(book)
        _Writing(book.add_worksheet(_sheet_name(form)), formats, form, more).write()
        if more.faults:
            _write_faults(book.add_worksheet(FAULTS_SHEET), formats, more.faults)
        _write_meta(book.add_worksheet(META_SHEET), formats, form, more)
    with zipfile.ZipFile(out) as package:
        return write_package([compress(name, package.read(name)) for name in package.namelist()])


def _sheet_name(form: Form) -> str:
    """Give the name of the sheet: the kind's, without what Excel refuses there."""
    name = re.sub(r"[\[\]:*?/\\']", " ", form.title).strip()[:28] or "Biểu"
    return f"{name} 1" if name in {META_SHEET, FAULTS_SHEET} or name.lower() == "history" else name


class _Writing:
    """Writes the sheet of one form."""

    def __init__(self, sheet: Worksheet, formats: Formats, form: Form, annotations: Annotations) -> None:
        self._sheet, self._formats, self._form = sheet, formats, form
        self._values, self._notes = annotations.values, annotations.notes
        self._keys_row = HEAD + len(form.head)

    def write(self) -> None:
        """Write all of it."""
        form, sheet = self._form, self._sheet
        self._set_up()
        plain = {"border": 0}
        sheet.write_string(
            0, 1, f"{form.title.upper()} NĂM {form.year}", self._formats.get(bold=True, font_size=14, **plain)
        )
        sheet.write_string(1, 0, UNIT, self._formats.get(**plain))
        sheet.write_string(1, 1, f"{form.unit}, mã {form.code}", self._formats.get(bold=True, **plain))
        words = f"{SAMPLE_MARK}. {_GUIDE}" if form.is_sample else _GUIDE
        sheet.write_string(2, 1, words, self._formats.get(italic=True, font_color="#C00000", **plain))
        for row, slot in enumerate(form.head, HEAD):
            sheet.write_string(row, 0, str(slot.key[-1]), self._formats.get(**plain))
            sheet.write_string(row, 2, slot.name, self._formats.get(align="right", **plain))
            self._open(row, _FIRST - 1, slot)
        keys = (*COLUMNS, *(column.key for column in form.columns))
        for number, key in enumerate(keys):
            sheet.write_string(self._keys_row, number, key, self._formats.get(**plain))
        self._write_titles()
        for row, line in enumerate(form.lines, self._keys_row + 2):
            self._line(row, line)

    def _set_up(self) -> None:
        sheet = self._sheet
        titles = self._keys_row + 1
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(titles)
        sheet.set_footer('&C&"Times New Roman,Regular"Trang &P/&N')
        sheet.freeze_panes(titles + 1, 3)
        for number, width in enumerate(_WIDTHS):
            sheet.set_column(number, number, width, None, {"hidden": number == 0})
        for number, column in enumerate(self._form.columns, _FIRST):
            sheet.set_column(number, number, _COLUMN_WIDTHS[column.sort])
        sheet.set_row(self._keys_row, None, None, {"hidden": True})
        sheet.print_area(0, 1, titles + len(self._form.lines), _FIRST + len(self._form.columns) - 1)
        allowed = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "autofilter": True}
        sheet.protect("", allowed)
        last = xl_rowcol_to_cell(titles + len(self._form.lines), _FIRST + len(self._form.columns))
        sheet.ignore_errors({"number_stored_as_text": f"A1:{last}"})

    def _write_titles(self) -> None:
        head = self._formats.get(bold=True, text_wrap=True, align="center", valign="vcenter", bg_color=_TITLE)
        titles = ("", "TT", "Tiêu chí", "Điểm tối đa", *(column.title for column in self._form.columns))
        widths = (*_WIDTHS, *(_COLUMN_WIDTHS[column.sort] for column in self._form.columns))
        set_height(self._sheet, self._keys_row + 1, zip(titles, widths, strict=True))
        for number, title in enumerate(titles):
            self._sheet.write_string(self._keys_row + 1, number, title, head)

    def _line(self, row: int, line: Line) -> None:
        sheet, formats, columns = self._sheet, self._formats, self._form.columns
        face = {"bold": line.level in _BOLD}
        texts = [(line.name, _WIDTHS[2])]
        for cell, column in zip(line.cells, columns, strict=True):
            text = self._values.get(cell.key, cell.text) if isinstance(cell, Slot) else cell
            texts.append((text, _COLUMN_WIDTHS[column.sort]))
        set_height(sheet, row, texts)
        sheet.write_string(row, 0, line.identity, formats.text(line.identity))
        sheet.write_string(row, 1, line.label, formats.text(line.label, align="center", **face))
        sheet.write_string(row, 2, line.name, formats.text(line.name, **face))
        if line.maximum is None:
            sheet.write_blank(row, 3, None, formats.get(**face))
        else:
            sheet.write_number(row, 3, float(line.maximum), formats.number(decimals(line.maximum), **face))
        for number, (cell, column) in enumerate(zip(line.cells, columns, strict=True), _FIRST):
            if isinstance(cell, Slot):
                self._open(row, number, cell)
            else:
                self._shown(row, number, cell, column)

    def _shown(self, row: int, number: int, text: str, column: Column) -> None:
        align = {"align": "right"} if column.sort == "points" else {}
        self._sheet.write_string(row, number, text, self._formats.text(text, font_color="#595959", **align))

    def _open(self, row: int, number: int, slot: Slot) -> None:
        """Write an open cell: its value, its note, and what may be typed there."""
        note = self._notes.get(slot.key, "")
        face: dict[str, Any] = {"locked": False, "bg_color": _BAD if note else _OPEN}
        text = self._values.get(slot.key, slot.text)
        as_number = self._formats.get(num_format=_NUMBER, align="right", indent=1, **face)
        points = points_in(text) if slot.sort == "points" else None
        if slot.sort == "choice":
            text = ISSUED_WORDS.get(text, text)
        if points is not None:
            self._sheet.write_number(row, number, float(points), as_number)
        elif not text:
            self._sheet.write_blank(
                row, number, None, as_number if slot.sort == "points" else self._formats.text("", **face)
            )
        else:
            self._sheet.write_string(row, number, text[:_LONGEST_TEXT], self._formats.text(text, **face))
        if note:
            size = {"width": 260, "height": 24 + 17 * (1 + len(note) // 34), "author": "", "visible": False}
            self._sheet.write_comment(row, number, note[:_LONGEST_NOTE], size)
        self._sheet.data_validation(row, number, row, number, validation(slot, xl_rowcol_to_cell(row, number)))


def _write_faults(sheet: Worksheet, formats: Formats, faults: tuple[str, ...]) -> None:
    """Write what is wrong, one line each."""
    sheet.set_column(0, 0, 130)
    sheet.write_string(
        0, 0, "Những chỗ cần sửa (ô đỏ trong trang đầu; rê chuột vào ô để đọc)", formats.get(bold=True, border=0)
    )
    for row, words in enumerate(faults, 1):
        set_height(sheet, row, [(words, 130)])
        sheet.write_string(row, 0, words, formats.text(words))


def _write_meta(sheet: Worksheet, formats: Formats, form: Form, more: Annotations) -> None:
    """Write the hidden sheet."""
    values = (FORMAT, form.year, form.code, form.unit, form.kind, form.criteria_hash, form.kind_hash)
    lines = [*zip(META, values, strict=True), (BASE, "")]
    lines += [(key_text(slot.key), slot.text) for slot in form.slots if slot.text]
    lines += [(f"{REFUSED}{key_text(key)}", more.values[key][:_LONGEST_TEXT]) for key in sorted(more.lost)]
    for row, (key, text) in enumerate(lines):
        sheet.write_string(row, 0, key, formats.text(key))
        sheet.write_string(row, 1, text, formats.text(text))
    sheet.protect()
    sheet.very_hidden()

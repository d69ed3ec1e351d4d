"""Write the year's workbook for the office: targets, points, states, as an .xlsx.

Every text is written as text, whatever it begins with, and stays one when it is edited (no formula injection). Rows go
to the disk as they are written, so that memory does not hold all cells. The build is reproducible: the parts are packed
anew, so that the bytes are the same everywhere.
"""

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.figures import figure
from pipeline.kinds.bang_tieu_chi.model import TieuChi
from pipeline.kinds.tong_hop.sheet import (
    HEADER_ROW,
    SAMPLE,
    Formats,
    begin,
    decimals,
    set_height,
    write_head,
    write_number,
)
from pipeline.kinds.tong_hop.summary import Member, Summary
from pipeline.problem import Severity
from pipeline.word.package import compress, write_package

SHEETS = ("Chỉ tiêu", "Điểm", "Tình trạng")
CRITERIA_COLUMNS = ("TT", "Tiêu chí", "Chỉ tiêu chung", "Dạng", "Đơn vị tính")
POINT_COLUMNS = ("TT", "Tiêu chí", "Cấp", "Điểm ghi", "Điểm cộng từ hàng con")
STATE_COLUMNS = (
    *("Mã", "Đơn vị", "Huyện", "Tỉnh", "Tình trạng", "Số văn bản", "Ngày", "Số trang", "Tổng điểm"),
    *("Lỗi", "Cảnh báo", "Vấn đề", "Tệp"),
)
TEXT, NUMBER = "chữ", "số"
UNITS_OF_A_ROW = 3
"""The most units of measure of one criterion that get a row of numbers; rarer ones stay in the text alone."""
_LEVELS = {
    "muc_lon": "mục",
    "nhom_tieu_chi": "nhóm",
    "tieu_chi": "tiêu chí",
    "gach_dau_dong": "gạch đầu dòng",
    "dau_cong": "dấu cộng",
    "ghi_chu": "ghi chú",
}
_SHOWN_PROBLEMS = 20
# A double holds 15 decimal digits of any number.
_EXACT_DIGITS = 15
_MOST_DECIMALS = 4
_CRITERIA_WIDTHS, _UNIT_WIDTH = (6, 44, 36, 7, 13), 21
_POINT_WIDTHS = (6, 90, 16, 14, 14)
_STATE_WIDTHS = (8, 24, 20, 18, 14, 9, 12, 8, 9, 7, 9, 60, 36)
_FITS = 14
"""The most units that fit on the width of one sheet of A3 in letters that can be read."""


def workbook(summary: Summary, room: Path | None = None) -> bytes:
    """Write the workbook, and give its bytes; the same summary gives the same bytes.

    `room` is the folder for its temporary files, the system's own if None.
    """
    out, year = io.BytesIO(), summary.nam
    options = {
        "constant_memory": True,
        "tmpdir": room and str(room),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        title = f"Tổng hợp {summary.ten_loai.lower()} năm {year}"
        book.set_properties({"title": title, "created": dt.datetime(year, 1, 1)})  # noqa: DTZ001 - a day, no moment
        formats = Formats(book)
        _write_targets(book.add_worksheet(SHEETS[0]), formats, summary, title)
        _write_points(book.add_worksheet(SHEETS[1]), formats, summary, title)
        _write_states(book.add_worksheet(SHEETS[2]), formats, summary, title)
    return _repack(out)


def _repack(buffer: io.BytesIO) -> bytes:
    with zipfile.ZipFile(buffer) as package:
        return write_package([compress(name, package.read(name)) for name in package.namelist()])


def _write_targets(sheet: Worksheet, formats: Formats, summary: Summary, title: str) -> None:
    """Write the sheet of targets: criteria as rows, communes as columns.

    A criterion's numbers have rows of their own, one for each unit of measure, so that a row can be added up.
    """
    count, first_unit = len(summary.members), len(CRITERIA_COLUMNS)
    begin(sheet, formats, summary, f"{title}: chỉ tiêu", _CRITERIA_WIDTHS)
    sheet.set_column(first_unit, first_unit + count - 1, _UNIT_WIDTH)
    sheet.repeat_columns(0, 1)
    sheet.fit_to_pages(1, 0) if count <= _FITS else sheet.set_print_scale(55)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    note = "Cột “Chỉ tiêu chung” là của mọi đơn vị. Hàng “số” lấy con số đọc được trong hàng “chữ” bên trên."
    sheet.write_string(2, 0, note, formats.get(italic=True, border=0))
    head = {"bold": True, "align": "center", "valign": "vcenter"}
    set_height(sheet, HEADER_ROW - 1, [(_column_title(member), _UNIT_WIDTH) for member in summary.members])
    for column, member in enumerate(summary.members, first_unit):
        color = {"font_color": "#C00000"} if member.so_lieu_mau or not member.targets else {}
        sheet.write_string(HEADER_ROW - 1, column, _column_title(member), formats.text("", **head, **color))
    write_head(sheet, formats, [*CRITERIA_COLUMNS, *(member.ma_don_vi for member in summary.members)])
    line, target_index = HEADER_ROW, 0
    for row in summary.rows:
        line += 1
        texts: list[str | None] = []
        if row.xa_tu_dien:
            texts = [member.targets[target_index] if member.targets else None for member in summary.members]
            target_index += 1
        _write_labels(sheet, formats, line, (row, TEXT, ""), texts)
        if texts:
            for column, text in enumerate(texts, first_unit):
                if text is not None:
                    sheet.write_string(line, column, text, formats.text(text))
            for unit, numbers in _numbers(texts):
                line += 1
                _write_labels(sheet, formats, line, (row, NUMBER, unit), ())
                for column, number in enumerate(numbers, first_unit):
                    if number is not None:
                        write_number(sheet, formats, (line, column), number, {})
    sheet.autofilter(HEADER_ROW, 0, line, first_unit - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(line, first_unit + count - 1)}"})


def _column_title(member: Member) -> str:
    marks = [SAMPLE] if member.so_lieu_mau else []
    return "\n".join([member.ten_don_vi, *marks, *([] if member.targets else [member.tinh_trang.upper()])])


def _write_labels(
    sheet: Worksheet, formats: Formats, line: int, about: tuple[TieuChi, str, str], texts: Sequence[str | None]
) -> None:
    """Begin a row: its height, and the columns before the communes'; `about` is criterion, TEXT or NUMBER, and unit."""
    row, content, unit = about
    face = _face(row) if content == TEXT else {"font_color": "#7F7F7F"}
    common = plain_text(row.chi_tieu_chung or "") if content == TEXT else ""
    labels = (row.ky_hieu, plain_text(row.ten_tieu_chi), common, content, unit)
    units = ((text, _UNIT_WIDTH) for text in set(texts) if text)
    set_height(sheet, line, (*zip(labels, _CRITERIA_WIDTHS, strict=True), *units))
    for column, text in enumerate(labels):
        sheet.write_string(line, column, text, formats.text(text, **face))


def _face(row: TieuChi) -> dict[str, Any]:
    bold = row.cap_hang in {"muc_lon", "nhom_tieu_chi"}
    return {"bold": bold, "italic": row.cap_hang == "gach_dau_dong"} | ({"bg_color": "#F2F2F2"} if bold else {})


def _numbers(texts: Sequence[str | None]) -> Iterator[tuple[str, list[Decimal | None]]]:
    """Give the units of measure of a criterion's targets, the commonest first, and the numbers in each."""
    figures = [figure(text) if text else None for text in texts]
    exact = [each if each and _is_exact(each.so) else None for each in figures]
    units = Counter(each.don_vi_tinh for each in exact if each)
    for unit, _ in sorted(units.items(), key=lambda pair: (-pair[1], pair[0]))[:UNITS_OF_A_ROW]:
        yield unit, [each.so if each and each.don_vi_tinh == unit else None for each in exact]


def _is_exact(number: Decimal) -> bool:
    return len(number.as_tuple().digits) <= _EXACT_DIGITS and decimals(number) <= _MOST_DECIMALS


def _write_points(sheet: Worksheet, formats: Formats, summary: Summary, title: str) -> None:
    """Write the sheet of points: as declared, and as added up from the rows below."""
    begin(sheet, formats, summary, f"{title}: điểm tối đa", _POINT_WIDTHS)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.write_string(2, 0, "Điểm như nhau ở mọi đơn vị.", formats.get(italic=True, border=0))
    write_head(sheet, formats, POINT_COLUMNS)
    line = HEADER_ROW
    for line, row in enumerate(summary.rows, HEADER_ROW + 1):
        face = _face(row)
        labels = (row.ky_hieu, plain_text(row.ten_tieu_chi), _LEVELS[row.cap_hang])
        set_height(sheet, line, zip(labels, _POINT_WIDTHS, strict=False))
        for column, text in enumerate(labels):
            sheet.write_string(line, column, text, formats.text(text, **face))
        if row.diem_toi_da is not None:
            write_number(sheet, formats, (line, 3), row.diem_toi_da, face)
            write_number(sheet, formats, (line, 4), summary.totals.diem[row.dinh_danh], face)
    sheet.autofilter(HEADER_ROW, 0, line, len(POINT_COLUMNS) - 1)
    sheet.write_string(line + 1, 1, "Tổng cộng", formats.text("", bold=True))
    write_number(sheet, formats, (line + 1, 3), summary.table.content.tong_diem, {"bold": True})
    write_number(sheet, formats, (line + 1, 4), summary.totals.tong_diem, {"bold": True})
    sheet.ignore_errors({"number_stored_as_text": f"A1:C{line + 2}"})


def _write_states(sheet: Worksheet, formats: Formats, summary: Summary, title: str) -> None:
    """Write the sheet of states, a row for each commune: state, document, problems, names of files."""
    begin(sheet, formats, summary, f"{title}: tình trạng", _STATE_WIDTHS)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    write_head(sheet, formats, STATE_COLUMNS)
    line = HEADER_ROW
    for line, member in enumerate(summary.members, HEADER_ROW + 1):
        errors = sum(problem.severity is Severity.ERROR for problem in member.problems)
        cells: tuple[str | Decimal | int | None, ...] = (
            *(member.ma_don_vi, member.ten_don_vi, member.huyen, member.tinh, str(member.tinh_trang)),
            *(member.so_van_ban, member.ngay_ban_hanh, member.so_trang),
            summary.totals.tong_diem if member.tong_diem else None,
            *(errors, len(member.problems) - errors, problem_lines(member), "\n".join(member.files)),
        )
        texts = [(str(value or ""), width) for value, width in zip(cells, _STATE_WIDTHS, strict=True)]
        set_height(sheet, line, texts)
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.write_string(line, column, value, formats.text(value))
            elif value is not None:
                write_number(sheet, formats, (line, column), Decimal(value), {})
            else:
                sheet.write_blank(line, column, None, formats.get())
    sheet.autofilter(HEADER_ROW, 0, line, len(STATE_COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:M{line + 1}"})


def problem_lines(member: Member) -> str:
    """Give a commune's first _SHOWN_PROBLEMS problems, a line each; without paths, since machines differ in them."""
    lines = [
        f"{each.severity} [{each.code}]{f' dòng {each.place.line}' if each.place.line else ''}: {each.message}"
        for each in member.problems[:_SHOWN_PROBLEMS]
    ]
    rest = len(member.problems) - _SHOWN_PROBLEMS
    return "\n".join([*lines, *([f"… và {rest} vấn đề nữa"] if rest > 0 else [])])

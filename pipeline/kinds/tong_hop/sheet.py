"""Write what the sheets of the workbook have in common: formats, page set-up, titles, numbers.

Texts that Excel could take for a formula are marked as texts (formula injection).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.kinds.tong_hop.summary import Summary

SAMPLE = "SỐ LIỆU MẪU"
HEADER_ROW = 4
"""The row (from 0) of the column titles; above lie title, notes and the units' names, below the data."""
# Beginnings of a text that Excel takes for a formula, or for something else than text, when the cell is edited.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_A3 = 8
_LINE_POINTS, _HIGHEST_ROW = 14.5, 409
# Letters of Times New Roman, words broken, in the width of one digit of the font that widths are measured in.
_LETTERS = 1.15


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """Give a format by its properties, as XlsxWriter names them."""
        all_properties = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1, **properties}
        key = tuple(sorted(all_properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(all_properties)
        return self._formats[key]

    def text(self, text: str, **properties: Any) -> Format:
        """Give the format of a text, which stays a text in Excel even when the cell is edited."""
        prefix = {"quote_prefix": True} if text.startswith(_RISKY) else {}
        return self.get(text_wrap=True, num_format="@", **prefix, **properties)

    def number(self, decimals: int, **properties: Any) -> Format:
        """Give a number's format: 1.100,5 wherever the program knows Vietnamese (locale 42A)."""
        return self.get(
            align="right", indent=1, num_format=f"[$-42A]#,##0{'.' if decimals else ''}{'0' * decimals}", **properties
        )


def set_height(sheet: Worksheet, line: int, cells: Iterable[tuple[str, float]]) -> None:
    """Make a row as high as its longest text needs; call it before the row's first cell is written.

    `cells` are texts with the widths of their columns. Excel finds the height by itself, LibreOffice does not. A row is
    409 points high at most, Excel's own limit.
    """
    lines = max(
        sum(max(1, math.ceil(len(part) / (_LETTERS * width))) for part in text.split("\n")) for text, width in cells
    )
    if lines > 1:
        sheet.set_row(line, min(_LINE_POINTS * lines + 2, _HIGHEST_ROW))


def begin(sheet: Worksheet, formats: Formats, summary: Summary, title: str, widths: Sequence[float]) -> None:
    """Set up page and panes, and write what stands above the columns."""
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.6)
    sheet.repeat_rows(HEADER_ROW - 1, HEADER_ROW)
    sheet.set_footer('&C&"Times New Roman,Regular"Trang &P/&N')
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, formats.get(bold=True, font_size=14, border=0))
    if summary.samples:
        red = formats.get(bold=True, font_color="#C00000", border=0)
        words = f"{SAMPLE}: {summary.samples} trong {len(summary.members)} đơn vị, không phải số liệu chính thức"
        sheet.write_string(1, 0, words, red)
        sheet.set_header(f'&C&"Times New Roman,Bold"&12&KC00000{SAMPLE} - KHÔNG PHẢI VĂN BẢN CHÍNH THỨC')


def write_head(sheet: Worksheet, formats: Formats, titles: Sequence[str]) -> None:
    """Write the column titles."""
    head = formats.get(bold=True, text_wrap=True, align="center", valign="vcenter", bg_color="#D9E2F3")
    for column, text in enumerate(titles):
        sheet.write_string(HEADER_ROW, column, text, head)


def decimals(number: Decimal) -> int:
    """Count the digits after the comma, as written."""
    return max(0, -int(number.as_tuple().exponent))


def write_number(
    sheet: Worksheet, formats: Formats, cell: tuple[int, int], number: Decimal, face: Mapping[str, Any]
) -> None:
    """Write a number with the decimals that it was written with; up to 15 digits a double holds it."""
    sheet.write_number(*cell, float(number), formats.number(decimals(number), **face))

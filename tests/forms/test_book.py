"""Workbooks as Excel, LibreOffice and others write them: the same cells, however they are put into parts."""

import zipfile
from pathlib import Path

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.forms.book import At, Book, open_book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_TO_SHEET = "/worksheet"


def _workbook(path: Path, rows: str, namespace: str = MAIN, **parts: str) -> Book:
    """Write a workbook of one sheet by hand, with parts strings and styles, more of the sheet, flags; and open it."""
    strings, styles, more, flags = (parts.get(name, "") for name in ("strings", "styles", "more", "flags"))
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    x = f'<x xmlns="{namespace}" xmlns:r="{r}">'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "xl/workbook.xml",
            f'{x}<workbookPr {flags}/><sheets><sheet name="Biểu" sheetId="1" r:id="rId7"/></sheets></x>',
        )
        rels = f'<Relationship Id="rId7" Type="{r}{_TO_SHEET}" Target="/xl/worksheets/a.xml"/>'
        package.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{rels}</Relationships>")
        package.writestr("xl/worksheets/a.xml", f"{x}<sheetData>{rows}</sheetData>{more}</x>")
        package.writestr("xl/sharedStrings.xml", f"{x}{strings}</x>")
        package.writestr("xl/styles.xml", f"{x}{styles}</x>")
    return open_book(path)


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_texts_are_shared_inline_in_stretches_and_of_formulas(tmp_path: Path, namespace: str) -> None:
    strings = (
        "<si><t>một</t></si><si><r><rPr/><t xml:space='preserve'>hai </t></r><r><t>ba</t></r>"
        "<rPh sb='0' eb='1'><t>x</t></rPh></si><si><t>a_x000A_b _x005F_x0041_ _xD83D_</t></si>"
    )
    rows = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>bốn</t></is></c></row>'
        '<row><c t="str"><f>A1</f><v>năm</v></c><c t="s"><v>2</v></c><c><f>B1</f></c><c s="1"/></row>'
    )
    cells = _workbook(tmp_path / "x.xlsx", rows, namespace, strings=strings).sheets[0].cells

    assert {str(at): cell.text for at, cell in cells.items()} == {
        "B2": "một",
        "C2": "hai ba",
        "D2": "bốn",
        "A3": "năm",
        "B3": "a\nb _x0041_ _xD83D_",
        "C3": "=B1",
    }
    assert [cell.is_formula for cell in cells.values()] == [False, False, False, True, False, True]


def test_formats_are_the_files_own_or_excels(tmp_path: Path) -> None:
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="0.0"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
        '<xf numFmtId="14"/><xf numFmtId="49"/><xf numFmtId="4"/><xf numFmtId="9"/><xf numFmtId="999"/></cellXfs>'
    )
    rows = "<row>" + "".join(f'<c s="{number}"><v>1</v></c>' for number in (*range(7), 99)) + "</row>"
    cells = _workbook(tmp_path / "x.xlsx", rows, styles=styles).sheets[0].cells

    assert [cell.format for cell in cells.values()] == [
        "General",
        "0.0",
        "dd/mm/yyyy",
        "@",
        "#,##0.00",
        "0%",
        "General",
        "General",
    ]


def test_merged_and_hidden_cells_and_the_calendar_are_told(tmp_path: Path) -> None:
    rows = '<row r="3" hidden="1"><c r="A3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>'
    more = '<mergeCells><mergeCell ref="A3:B4"/></mergeCells>'
    book = _workbook(tmp_path / "x.xlsx", rows, more=more, flags='date1904="1"')

    assert book.from_1904
    assert book.sheets[0].merged == ((At(2, 0), At(3, 1)),)
    assert book.sheets[0].hidden == {2}
    assert not _workbook(tmp_path / "x.xlsx", rows).from_1904


@pytest.mark.parametrize("name", ["A1", "Z9", "AA10", "AZ3", "BA1", "ZZ1", "AAA1", "XFD1048576"])
def test_places_are_named_as_excel_does(name: str) -> None:
    row, column = coordinate_to_tuple(name)

    assert str(At(row - 1, column - 1)) == name

"""Two pages in which a LibreOffice can show all its habits, and what it made of them, kept in tests/libreoffice/.

To add the LibreOffice of this machine: PYTHONPATH=. python tests/libreoffice_pages.py
"""

import io
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from pipeline.files import write_atomic
from pipeline.pdf.convert import convert
from pipeline.pdf.office import office

FOLDER = Path(__file__).parents[1] / "libreoffice"
HEAD = ("TT", "Tiêu chí", "Chỉ tiêu", "Điểm", "Năm", "Ghi chú")
POSTS, NAME = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Bùi Quốc Bảo"
_LINES = 24


def pages() -> bytes:
    """Give a .docx of two pages: a table's row goes over the break, its head is repeated, the second has a number.

    One size and two faces, so that the fonts in the PDF are small.
    """
    document = docx.Document()
    document.core_properties.title = "Tiêu đề"
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(0)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.bottom_margin = Mm(170)
    section.different_first_page_header_footer = True
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    section.header.paragraphs[0]._p.append(number)

    _rows(document.add_table(2, len(HEAD), "Table Grid"))
    document.add_paragraph("Hết./.")
    _signing(document.add_table(1, 2))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _rows(table: Table) -> None:
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)  # type: ignore[arg-type] # any element
    for cell, words in zip(table.rows[0].cells, HEAD, strict=True):
        _write(cell, words, bold=True)
    # So long that its cells go over the page, each with its own letters.
    for cell, letter in zip(table.rows[1].cells, "12ếĐ", strict=False):
        _write(cell, "\n".join(letter * _LINES))


def _signing(table: Table) -> None:
    recipients, signer = table.rows[0].cells
    _write(recipients, "Nơi nhận:", "Lưu: VT.")
    _write(signer, *POSTS, "", "", "", NAME, bold=True)
    for paragraph in signer.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(cell: _Cell, *texts: str, bold: bool = False) -> None:
    for number, text in enumerate(texts):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph.add_run(text).bold = bold


if __name__ == "__main__":
    tools = office()
    (made,) = convert([pages()], tools)
    assert made
    write_atomic(FOLDER, f"{tools.version.split()[-1]}.pdf", made)

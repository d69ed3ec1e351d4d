"""The parts of a .docx, read without python-docx's classes, say what python-docx says of them."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pikepdf
import pytest
from docx.document import Document
from docx.enum.section import WD_SECTION
from libreoffice_pages import FOLDER

from pipeline.pdf.text import read_pages
from pipeline.verify.parts import PLAIN, open_parts


def _made(change: Callable[[Any], object]) -> tuple[bytes, Document]:
    document = docx.Document()
    change(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue(), document


def _titled(title: str) -> bytes:
    return _made(lambda document: setattr(document.core_properties, "title", title))[0]


def _inherit(document: Any) -> None:
    document.sections[0].header.paragraphs[0].text = "Đầu trang"
    document.add_section(WD_SECTION.NEW_PAGE)


def _state(document: Any) -> None:
    _inherit(document)
    document.sections[1].first_page_header.paragraphs[0].text = "Trang đầu\tphần hai"
    document.sections[1].header.add_paragraph("hai đoạn")


@pytest.mark.parametrize("change", [lambda document: document, _inherit, _state])
def test_headers_are_those_of_python_docx(change: Callable[[Any], object]) -> None:
    """A section that states no header has that of the section before; the first one has none."""
    data, document = _made(change)
    expected = [
        "\n".join(paragraph.text for paragraph in header.paragraphs)
        for section in document.sections
        for header in (section.first_page_header, section.header)
    ]

    assert list(open_parts(data).headers) == expected


def test_the_title_is_that_of_python_docx() -> None:
    assert open_parts(_titled("Kế hoạch")).title == "Kế hoạch"


def test_faces_of_styles_are_inherited_and_switched() -> None:
    def change(document: Any) -> None:
        parent, child = (document.styles.add_style(name, 1) for name in ("Cha", "Con"))
        parent.font.bold = child.font.italic = True
        child.base_style = parent
        document.styles.add_style("Thường", 1).base_style = child
        document.styles["Thường"].font.bold = False

    faces = open_parts(_made(change)[0]).faces

    assert (faces["Cha"], faces["Con"], faces["Thường"], faces[None]) == ("1", "3", "2", PLAIN)


def test_a_changed_part_is_read_anew() -> None:
    """Parts are kept by their bytes: what one document said before is not said of the next."""
    titles = ["một", "hai", "một"]

    assert [open_parts(_titled(title)).title for title in titles] == titles


def _short(font: bytearray) -> None:
    at = font.index(b"loca")
    font[at + 12 : at + 16] = (4).to_bytes(4, "big")


@pytest.mark.parametrize(
    "damage",
    [
        lambda font: font.__setitem__(slice(0, 4), b"ttcf"),
        lambda font: font.__setitem__(slice(4, 6), b"\xff\xff"),
        lambda font: font.__setitem__(slice(12, 300), bytes(288)),
        lambda font: font.__delitem__(slice(8, None)),
        _short,
    ],
)
def test_an_embedded_font_that_is_damaged_is_named(damage: Callable[[bytearray], None]) -> None:
    with pikepdf.open(next(FOLDER.glob("*.pdf"))) as pdf:
        fonts: Any = pdf.pages[0].resources["/Font"]
        file = next(iter(fonts.as_dict().values())).FontDescriptor.FontFile2
        program = bytearray(file.read_bytes())
        damage(program)
        file.write(bytes(program))

        with pytest.raises(ValueError, match="an embedded font"):
            read_pages(pdf)

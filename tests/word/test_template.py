"""What the Word template promises: lean, style-based, by the decree's measures, safe to hand out."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Iterator

import docx
import pytest
from conftest import ROOT
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from lxml import etree

from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.model import TieuDeCot
from pipeline.kinds.bang_tieu_chi.present import Hang
from pipeline.kinds.ke_hoach.present import Context
from pipeline.kinds.tong_hop.listing import DemTinhTrang, DongTongHop, TongHop

LISTED = (TongHop, DongTongHop, DemTinhTrang)


@pytest.fixture(scope="module")
def word(template_source: Source) -> Document:
    return docx.Document(io.BytesIO(template_source.content))


@pytest.fixture(scope="module")
def parts(template_source: Source) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(template_source.content)) as package:
        return {name: etree.fromstring(package.read(name)) for name in package.namelist()}


def test_lean(template_source: Source, word: Document, parts: dict[str, etree._Element]) -> None:
    """Under 25 KB and 30 styles, no theme, faces and sizes in styles alone."""
    assert len(template_source.content) < 25_000
    assert len(list(word.styles)) < 30
    assert not [name for name in parts if "theme" in name]
    assert not list(parts["word/document.xml"].iter(qn("w:rPr")))


def test_every_font_slot_is_times_new_roman_and_the_language_vietnamese(parts: dict[str, etree._Element]) -> None:
    slots = {qn(f"w:{slot}") for slot in ("ascii", "hAnsi", "cs", "eastAsia")}
    fonts = [dict(fonts.attrib) for root in parts.values() for fonts in root.iter(qn("w:rFonts"))]
    (language,) = [lang for root in parts.values() for lang in root.iter(qn("w:lang"))]

    assert fonts == [dict.fromkeys(slots, "Times New Roman")]
    assert set(language.attrib.values()) == {"vi-VN"}


def test_it_says_nothing_about_people_and_reaches_nothing_outside(word: Document, template_source: Source) -> None:
    properties = word.core_properties
    with zipfile.ZipFile(io.BytesIO(template_source.content)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())

    assert (properties.author, properties.last_modified_by) == ("", "")
    assert b"External" not in everything
    assert not re.search(rb"w:rsid|<w:(ins|del) ", everything)


def test_page(word: Document) -> None:
    """A4; top and bottom 20 to 25 mm, left 30 to 35, right 15 to 20 (Phụ lục I, phần I, mục I)."""
    (section,) = word.sections
    measures = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    measures += [section.left_margin, section.right_margin]

    for measure, wanted in zip(measures, (210, 297, 20, 20, 30, 15), strict=True):
        assert measure is not None
        assert Length(measure).mm == pytest.approx(wanted, abs=0.1)
    assert section.different_first_page_header_footer


def test_page_number_is_centred_in_the_top_margin_from_page_2(word: Document) -> None:
    section = word.sections[0]
    first = section.header.paragraphs[0]

    assert "PAGE" in first._p.xml
    assert first.style
    assert first.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert first.style.font.size == Pt(14)
    assert "PAGE" not in "".join(paragraph._p.xml for paragraph in section.first_page_header.paragraphs)


@pytest.mark.parametrize(
    ("style", "size", "bold", "italic"),
    [
        ("Quốc hiệu", (12, 13), True, None),
        ("Tiêu ngữ", (13, 14), True, None),
        ("Tên cơ quan", (12, 13), True, None),
        ("Số, ký hiệu", (13, 13), None, None),
        ("Địa danh và thời gian", (13, 14), None, True),
        ("Tên loại", (13, 14), True, None),
        ("Trích yếu", (13, 14), True, None),
        ("Nội dung", (13, 14), None, None),
        ("Chức vụ người ký", (13, 14), True, None),
        ("Họ tên người ký", (13, 14), True, None),
        ("Nơi nhận", (12, 12), True, True),
        ("Nơi nhận, từng dòng", (11, 11), None, None),
    ],
)
def test_component(word: Document, style: str, size: tuple[int, int], bold: bool | None, italic: bool | None) -> None:  # noqa: FBT001
    """Sizes and faces of Phụ lục I, phần I, mục V, for components that the document really has."""
    font = word.styles[style].font

    assert size[0] <= font.size.pt <= size[1]
    assert (font.bold, font.italic) == (bold, italic)
    assert f'w:val="{word.styles[style].style_id}"' in word.element.xml


def test_body_text(word: Document) -> None:
    """Justified, first line 1 or 1,27 cm, 6 pt or more between paragraphs, 1 to 1,5 lines (mục II, khoản 6)."""
    form = word.styles["Nội dung"].paragraph_format

    assert form.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert form.first_line_indent.cm == pytest.approx(1.27, abs=0.01)
    assert form.space_after >= Pt(6)
    assert 1 <= form.line_spacing <= 1.5


@pytest.mark.parametrize(
    ("style", "room", "shortest", "longest"),
    [
        # Widths of the text above, in mm: tiêu ngữ at 14 pt, ỦY BAN NHÂN DÂN at 13 pt, the longest line of the subject.
        ("Đường kẻ dưới tiêu ngữ", 100, 60, 61),
        ("Đường kẻ dưới cơ quan", 65, 43.2 / 3, 43.2 / 2),
        ("Đường kẻ dưới trích yếu", 165, 128.6 / 3, 128.6 / 2),
    ],
)
def test_rules_are_borders_of_the_right_length(
    word: Document, style: str, room: float, shortest: float, longest: float
) -> None:
    """“Đường kẻ ngang, nét liền”: as long as the tiêu ngữ, elsewhere 1/3 to 1/2 of the line of text."""
    form = word.styles[style].paragraph_format
    length = room - form.left_indent.mm - form.right_indent.mm

    assert shortest <= length <= longest
    assert form.left_indent == form.right_indent
    assert word.styles[style].element.find(f".//{qn('w:pBdr')}/{qn('w:top')}").get(qn("w:val")) == "single"


def test_no_typed_lines_and_no_empty_paragraphs_for_room(word: Document) -> None:
    styles_of_empty = {
        paragraph.find(f".//{qn('w:pStyle')}").get(qn("w:val"))
        for paragraph in word.element.body.iter(qn("w:p"))
        if not "".join(paragraph.itertext()).strip()
    }

    assert styles_of_empty == {"KeCoQuan", "KeTieuNgu", "KeTrichYeu", "Cuoi", "BangSo", "BangTieuChi"}
    assert "___" not in word.element.xml
    assert "w:u " not in word.element.xml


def test_tables_are_fixed_and_as_wide_as_the_text(word: Document) -> None:
    text_width = Mm(165)

    for table in word.tables:
        widths = [int(column.get(qn("w:w"), "0")) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"  # type: ignore[union-attr]
        assert sum(widths) * 635 == pytest.approx(text_width, abs=1000)


def test_rows_stay_whole_and_the_head_repeats(word: Document) -> None:
    rows = word.tables[1]._tbl.tr_lst

    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows if row.trPr is not None].count(True) == 1
    assert rows[0].trPr is not None
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None


def test_one_sample_row_for_each_level(word: Document) -> None:
    text = word.element.body.xml
    levels = ["muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu"]

    assert re.findall(r"hang\.cap_hang == '(\w+)'", text) == levels


def test_no_arithmetic_only_fields(word: Document) -> None:
    for tag in re.findall(r"\{[{%].*?[%}]\}", "".join(_texts(word))):
        assert not re.search(r"[+*/|()\[\]]", tag), tag


def test_signature_stays_with_the_text_above(word: Document) -> None:
    """The closing paragraph keeps with the signature table, whose one row does not break."""
    closing = word.styles["Nội dung, đoạn kết"].paragraph_format
    (row,) = word.tables[2]._tbl.tr_lst

    assert closing.keep_with_next
    assert closing.keep_together
    assert row.trPr is not None
    assert row.trPr.find(qn("w:cantSplit")) is not None


def test_the_guide_names_every_field() -> None:
    guide = (ROOT / "templates" / "README.md").read_text(encoding="utf-8")
    fields = [field.name for kind in (Context, Hang, *LISTED) for field in dataclasses.fields(kind)]

    assert [field for field in (*fields, *TieuDeCot.model_fields) if f"`{field}`" not in guide] == []


def _texts(word: Document) -> Iterator[str]:
    for paragraph in word.element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))

"""What the Word template promises: lean, style-based, by the decree's measures, safe to hand out."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from conftest import ROOT
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document as Paper
from pipeline.kinds.loai.template import PAPER_FIELDS
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.kinds.van_ban import present
from pipeline.the_thuc.checks.widths import width as text_width

TEMPLATES = sorted(path.name for path in (ROOT / "templates").glob("*.docx"))
OFFICIAL = [name for name in TEMPLATES if name != "tong-hop.docx"]
_NAMES = {"rat_ngan": "rất ngắn", "ngan": "ngắn", "vua": "vừa", "dai": "dài", "rat_dai": "rất dài"}
LINES = {
    "Đường kẻ dưới tiêu ngữ": (100, 60.6),
    **{f"Đường kẻ dưới cơ quan, {_NAMES[name]}": (65, length) for name, length in present._AGENCY_LINES.items()},
    **{f"Đường kẻ dưới trích yếu, {_NAMES[name]}": (165, length) for name, length in present._SUBJECT_LINES.items()},
}
"""The room and the length in mm of each drawn line; the code chooses among those of one place by the text above."""


@pytest.fixture(scope="module")
def word(template_source: Source) -> Document:
    return docx.Document(io.BytesIO(template_source.content))


def _content(name: str) -> bytes:
    return (ROOT / "templates" / name).read_bytes()


def _word(name: str) -> Document:
    return docx.Document(io.BytesIO(_content(name)))


def _parts(name: str) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(_content(name))) as package:
        return {part: etree.fromstring(package.read(part)) for part in package.namelist()}


@pytest.mark.parametrize("name", TEMPLATES)
def test_lean(name: str) -> None:
    """Under 25 KB and 50 styles, of which lines of every length are 9; no theme, faces and sizes in styles alone.

    Only the label of an article is bold within a line that is not: `Điều 1.` (Phụ lục I, phần I, mục II, khoản 6).
    """
    parts = _parts(name)

    assert len(_content(name)) < 25_000
    assert len(list(_word(name).styles)) < 50
    assert not [part for part in parts if "theme" in part]
    for run in parts["word/document.xml"].iter(qn("w:r")):
        marks = [mark.tag for marks in run.iter(qn("w:rPr")) for mark in marks]
        words = "".join(text.text or "" for text in run.iter(qn("w:t")))
        assert not marks or (marks, words.strip()) == ([qn("w:b"), qn("w:bCs")], "{{ doan.ky_hieu }}")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_font_slot_is_times_new_roman_and_the_language_vietnamese(name: str) -> None:
    parts = _parts(name)
    slots = {qn(f"w:{slot}") for slot in ("ascii", "hAnsi", "cs", "eastAsia")}
    fonts = [dict(fonts.attrib) for root in parts.values() for fonts in root.iter(qn("w:rFonts"))]
    (language,) = [lang for root in parts.values() for lang in root.iter(qn("w:lang"))]

    assert fonts == [dict.fromkeys(slots, "Times New Roman")]
    assert set(language.attrib.values()) == {"vi-VN"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_says_nothing_about_people_and_reaches_nothing_outside(name: str) -> None:
    properties = _word(name).core_properties
    with zipfile.ZipFile(io.BytesIO(_content(name))) as package:
        everything = b"".join(package.read(part) for part in package.namelist())

    assert (properties.author, properties.last_modified_by) == ("", "")
    assert b"External" not in everything
    assert not re.search(rb"w:rsid|<w:(ins|del) ", everything)


@pytest.mark.parametrize("name", TEMPLATES)
def test_page(name: str) -> None:
    """A4; top and bottom 20 to 25 mm, left 30 to 35, right 15 to 20 (Phụ lục I, phần I, mục I)."""
    section = _word(name).sections[0]
    measures = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    measures += [section.left_margin, section.right_margin]

    for measure, wanted in zip(measures, (210, 297, 20, 20, 30, 15), strict=True):
        assert measure is not None
        assert Length(measure).mm == pytest.approx(wanted, abs=0.1)
    assert section.different_first_page_header_footer


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_annex_is_a_section_of_its_own_whose_pages_begin_anew(name: str) -> None:
    """Its pages are numbered apart (Phụ lục I, phần II, mục 5): its first page is 1, without a number on it."""
    sections: list[Any] = list(_word(name).sections)
    has_annex = name == "quyet-dinh-xep-hang.docx"

    assert len(sections) == 1 + has_annex
    for annex in sections[1:]:
        assert annex._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert annex.different_first_page_header_footer
        assert annex.page_width > annex.page_height


@pytest.mark.parametrize("name", TEMPLATES)
def test_page_number_is_centred_in_the_top_margin_from_page_2(name: str) -> None:
    section = _word(name).sections[0]
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


@pytest.mark.parametrize("name", OFFICIAL)
def test_rules_are_borders_of_the_right_length(name: str) -> None:
    """“Đường kẻ ngang, nét liền”: as long as the tiêu ngữ (60 to 61 mm), elsewhere as the code takes them to be."""
    word = _word(name)

    for style, (room, length) in LINES.items():
        form = word.styles[style].paragraph_format
        assert room - form.left_indent.mm - form.right_indent.mm == pytest.approx(length, abs=0.1)
        assert form.left_indent == form.right_indent
        assert word.styles[style].element.find(f".//{qn('w:pBdr')}/{qn('w:top')}").get(qn("w:val")) == "single"


@pytest.mark.parametrize(
    ("place", "field", "lines", "width"),
    [
        # Widths of the text above, in mm: ỦY BAN NHÂN DÂN at 13 pt, the longest line of the subject.
        ("Đường kẻ dưới cơ quan", "ke_co_quan", ("ten_co_quan", "ten_don_vi_in_hoa"), 43.2),
        ("Đường kẻ dưới trích yếu", "ke_trich_yeu", ("trich_yeu",), 128.6),
    ],
)
def test_the_line_chosen_is_a_third_to_a_half_of_the_text(
    plan: Paper, place: str, field: str, lines: tuple[str, ...], width: float
) -> None:
    """The decree says so of the agency and of the subject; measured by hand for the plan, by the code for others."""
    _, length = LINES[f"{place}, {_NAMES[str(plan.fields[field])]}"]

    assert all(plan.fields[name] for name in lines)
    assert width / 3 <= length <= width / 2


@given(st.text("ABCĐÊƠƯ abcđêơư", min_size=8, max_size=60), st.sampled_from(["cơ quan", "trích yếu"]))
def test_a_line_that_fits_is_chosen_for_every_text_as_wide_as_its_place(text: str, place: str) -> None:
    """To half a millimetre, which nobody sees."""
    size, lengths, room = 13, present._AGENCY_LINES, 65
    if place == "trích yếu":
        size, lengths, room = 14, present._SUBJECT_LINES, 165
    written = text_width(text, size, bold=True)
    chosen = lengths[present.line_class((text,), size, lengths)]

    if 2 * min(lengths.values()) <= written <= room:
        assert written / 3 - 0.5 <= chosen <= written / 2 + 0.5


def test_no_typed_lines_and_no_empty_paragraphs_for_room(word: Document) -> None:
    styles_of_empty = {
        paragraph.find(f".//{qn('w:pStyle')}").get(qn("w:val"))
        for paragraph in word.element.body.iter(qn("w:p"))
        if not "".join(paragraph.itertext()).strip()
    }

    drawn = {word.styles[style].style_id for style in LINES}
    assert styles_of_empty == {*drawn, "Cuoi", "BangSo", "BangTieuChi"}
    assert "___" not in word.element.xml
    assert "w:u " not in word.element.xml


@pytest.mark.parametrize("name", OFFICIAL)
def test_tables_are_fixed_and_as_wide_as_the_text(name: str) -> None:
    """An annex lies on its side: its table, the last one, is as wide as that."""
    word = _word(name)
    sections: list[Any] = list(word.sections)

    for number, table in enumerate(word.tables):
        section = sections[-1] if number == len(word.tables) - 1 else sections[0]
        room = Length(section.page_width - section.left_margin - section.right_margin)
        widths = [int(column.get(qn("w:w"), "0")) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"  # type: ignore[union-attr]
        assert sum(widths) * 635 == pytest.approx(room, abs=1000)


@pytest.mark.parametrize("name", ["ke-hoach.docx", "bao-cao-tu-cham.docx", "bien-ban-tham-dinh.docx"])
def test_rows_stay_whole_and_the_head_repeats(name: str) -> None:
    rows = _word(name).tables[1]._tbl.tr_lst

    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows if row.trPr is not None].count(True) == 1
    assert rows[0].trPr is not None
    assert rows[0].trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("name", ["ke-hoach.docx", "bao-cao-tu-cham.docx", "bien-ban-tham-dinh.docx"])
def test_one_sample_row_for_each_level(name: str) -> None:
    text = _word(name).element.body.xml
    levels = ["muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu"]

    assert re.findall(r"hang\.cap_hang == '(\w+)'", text) == levels


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_arithmetic_only_fields(name: str) -> None:
    for tag in re.findall(r"\{[{%].*?[%}]\}", "".join(_texts(_word(name)))):
        assert not re.search(r"[+*/|()\[\]]", re.sub("'[^']*'", "", tag)), tag


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
    names = {
        *(name for kind in (PAPER_FIELDS, TONG_HOP.fields) for name in kind.names),
        *(part for kind in (PAPER_FIELDS, TONG_HOP.fields) for _, parts in kind.items for part in parts),
    }
    fields = {name for name in names if not re.fullmatch("cot_[2-9]|cot_[1-9][0-9]", name)}

    assert "cot_1" in fields
    assert sorted(field for field in fields if f"`{field}`" not in guide) == []


def _texts(word: Document) -> Iterator[str]:
    for paragraph in word.element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))

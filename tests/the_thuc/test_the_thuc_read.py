"""How formatting adds up, after ECMA-376 part 1, 17.7: what Word shows is what the rules see."""

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from the_thuc_documents import with_python_docx

from pipeline.problem import Severity
from pipeline.the_thuc.check import check_the_thuc
from pipeline.the_thuc.checks.widths import width
from pipeline.the_thuc.reading.document import Document, Paragraph
from pipeline.the_thuc.reading.opened import open_package
from pipeline.the_thuc.reading.read import read_document
from pipeline.the_thuc.rules import kinds

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECTION = '<w:sectPr><w:headerReference w:type="default" r:id="header"/>{}<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def _read(body: str, **parts: str) -> Document:
    """Read a document of a body and of parts such as styles, numbering, theme, header."""
    relations = "".join(f'<Relationship Id="{name}" Type="{KIND}/{name}" Target="{name}.xml"/>' for name in parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", f"<w:document {W} {R}><w:body>{body}</w:body></w:document>")
        package.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        )
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return read_document(open_package(out.getvalue()))


def _only(body: str, **parts: str) -> Paragraph:
    (paragraph,) = _read(body, **parts).paragraphs
    return paragraph


def _styles(*styles: str, defaults: str = "") -> str:
    return f"<w:styles {W}>{defaults}{''.join(styles)}</w:styles>"


def _style(name: str, inside: str, parent: str = "", kind: str = "paragraph") -> str:
    based = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}">{based}{inside}</w:style>'


def _paragraph(style: str = "", own: str = "", run: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{own}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>chữ</w:t></w:r></w:p>"


def test_size_comes_from_the_nearest_that_states_it() -> None:
    styles = _styles(
        _style("A", '<w:rPr><w:sz w:val="26"/></w:rPr>'),
        _style("B", "", "A"),
        defaults='<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>',
    )

    assert _only(_paragraph(), styles=styles).runs[0].face.size == 11
    assert _only(_paragraph("B"), styles=styles).runs[0].face.size == 13
    assert _only(_paragraph("B", run='<w:sz w:val="28"/>'), styles=styles).runs[0].face.size == 14
    assert _only(_paragraph()).runs[0].face.size == 10


@pytest.mark.parametrize(
    ("style", "run", "bold"),
    [
        ("", "", False),
        ("Bold", "", True),
        ("Bold", '<w:rStyle w:val="Strong"/>', False),
        ("", '<w:rStyle w:val="Strong"/>', True),
        ("Bold", '<w:b w:val="0"/>', False),
        ("Bold", '<w:rStyle w:val="Strong"/><w:b/>', True),
        ("Child", "", False),
    ],
)
def test_bold_toggles_between_style_levels(style: str, run: str, bold: bool) -> None:  # noqa: FBT001
    """“If the value … is true an odd number of times”: paragraph and character style cancel each other (17.7.3)."""
    styles = _styles(
        _style("Bold", "<w:rPr><w:b/></w:rPr>"),
        _style("Child", '<w:rPr><w:b w:val="false"/></w:rPr>', "Bold"),
        _style("Strong", "<w:rPr><w:b/></w:rPr>", kind="character"),
    )

    assert _only(_paragraph(style, run=run), styles=styles).runs[0].face.bold is bold


def test_theme_fonts_are_resolved_and_overridden() -> None:
    theme = f'<a:theme {A}><a:minorFont><a:latin typeface="Aptos"/></a:minorFont></a:theme>'
    styles = _styles(
        _style("Times", '<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/></w:rPr>'),
        defaults='<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/>'
        "</w:rPr></w:rPrDefault></w:docDefaults>",
    )

    assert _only(_paragraph(), styles=styles, theme=theme).runs[0].face.fonts == ("Aptos",)
    assert _only(_paragraph("Times"), styles=styles, theme=theme).runs[0].face.fonts == ("Times New Roman",)


def test_indents_and_spacing_add_up_attribute_by_attribute() -> None:
    styles = _styles(
        _style("A", '<w:pPr><w:ind w:left="567" w:firstLine="567"/><w:spacing w:before="120" w:line="360"/></w:pPr>'),
        _style("B", '<w:pPr><w:ind w:hanging="283"/></w:pPr>', "A"),
    )
    shape = _only(_paragraph("B", '<w:spacing w:after="6pt"/>'), styles=styles).shape

    assert (round(shape.left), round(shape.first)) == (10, -5)
    assert (shape.before, shape.after, shape.line, shape.line_rule) == (6, 6, 1.5, "auto")


def test_a_list_gives_its_mark_and_indent_under_the_paragraphs_own() -> None:
    level = (
        '<w:lvl w:ilvl="0"><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/><w:pPr><w:ind w:left="720"/></w:pPr></w:lvl>'
    )
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{level.format(*about)}</w:abstractNum>'
        for n, about in enumerate([("bullet", "-"), ("bullet", "\uf0b7"), ("decimal", "%1.")])
    )
    numbers = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(3))
    numbering = f"<w:numbering {W}>{lists}{numbers}</w:numbering>"
    marks = [
        _only(_paragraph(own=f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{n}"/></w:numPr>'), numbering=numbering)
        for n in (1, 2, 3)
    ]
    own = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:ind w:left="0"/>'

    assert [each.text for each in marks] == ["- chữ", "\uf0b7 chữ", "# chữ"]
    assert round(marks[0].shape.left, 1) == 12.7
    assert _only(_paragraph(own=own), numbering=numbering).shape.left == 0


def test_deleted_and_hidden_text_is_not_there_and_inserted_text_is() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>a</w:delText></w:r></w:del><w:ins><w:r><w:t>b</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>c</w:t></w:r><w:r><w:t>d</w:t><w:tab/><w:noBreakHyphen/></w:r></w:p>"
    )

    assert _only(body).text == "bd\t-"


def test_places_are_told_as_a_person_counts() -> None:
    cell = "<w:tc><w:p/><w:p/></w:tc>"
    inner = f"<w:tc><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:tc>"
    document = _read(f"<w:p/><w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}{inner}</w:tr></w:tbl><w:p/>")

    assert [each.where.label for each in document.paragraphs] == [
        "đoạn 1",
        *["bảng 1, hàng 1, ô 1"] * 2,
        *["bảng 1, hàng 2, ô 1"] * 2,
        *["bảng 1, hàng 2, ô 2, bảng 2, hàng 1, ô 1"] * 2,
        "đoạn 2",
    ]
    assert [each.where.order for each in document.paragraphs] == list(range(8))


def test_a_cells_room_is_its_width_without_margins() -> None:
    about = '<w:tblPr><w:tblCellMar><w:left w:w="100"/><w:right w:w="100"/></w:tblCellMar></w:tblPr>'
    grid = '<w:tblGrid><w:gridCol w:w="1640"/><w:gridCol w:w="2840"/></w:tblGrid>'
    wide = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr>'
    document = _read(f"<w:tbl>{about}{grid}<w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>{wide}</w:tbl>")

    assert [round(each.room / 25.4 * 1440) for each in document.paragraphs] == [1440, 2640, 4280]


@pytest.mark.parametrize(
    ("around", "align"),
    [
        ('<w:jc w:val="center"/>', "center"),
        ('<w:framePr w:wrap="around" w:xAlign="center"/>', "center"),
        ('<w:framePr w:wrap="around" w:xAlign="right"/>', "right"),
        ('<w:tabs><w:tab w:val="center" w:pos="4680"/></w:tabs>', "left"),
        ("", "left"),
    ],
)
def test_page_numbers_are_found_with_their_alignment(around: str, align: str) -> None:
    run = '<w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:t>2</w:t></w:r>'
    field = f'<w:fldSimple w:instr=" PAGE  \\* MERGEFORMAT ">{run}</w:fldSimple>'
    header = f"<w:hdr {W}><w:p><w:pPr>{around}</w:pPr>{field}</w:p></w:hdr>"
    (number,) = _read(SECTION.format("<w:titlePg/>"), header=header).page_numbers

    assert (number.align, number.face.size) == (align, 13)
    assert (number.in_header, number.on_first_page) == (True, False)


def test_a_tab_to_a_centre_stop_centres_the_page_number() -> None:
    stop = '<w:pPr><w:tabs><w:tab w:val="center" w:pos="4680"/></w:tabs></w:pPr>'
    field = "<w:r><w:tab/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
    (number,) = _read(SECTION.format(""), header=f"<w:hdr {W}><w:p>{stop}{field}</w:p></w:hdr>").page_numbers

    assert (number.align, number.on_first_page) == ("center", True)


def test_a_reference_to_a_page_is_no_page_number() -> None:
    header = f"<w:hdr {W}><w:p><w:r><w:instrText>PAGEREF x</w:instrText></w:r></w:p></w:hdr>"

    assert _read(SECTION.format(""), header=header).page_numbers == ()


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, 95.7),
        ("Độc lập - Tự do - Hạnh phúc", 14, 60.5),
        ("ỦY BAN NHÂN DÂN", 13, 43.2),
        ("XÃ CẨM LƯƠNG", 13, 37.0),
    ],
)
def test_widths_are_those_measured(text: str, size: float, expected: float) -> None:
    """Bold texts of the head in mm, as measured in a font with the widths of Times New Roman."""
    assert width(text, size, bold=True) == pytest.approx(expected, abs=0.1)


@given(st.text(max_size=60), st.text(max_size=60))
def test_widths_add_up_and_tone_marks_have_none(one: str, other: str) -> None:
    assert width(one + other, 14, bold=False) == pytest.approx(
        width(one, 14, bold=False) + width(other, 14, bold=False)
    )
    assert width("ấệợự", 14, bold=False) == width("aeơư", 14, bold=False)


@pytest.mark.parametrize(("name", "short"), kinds().values())
def test_each_kinds_abbreviation_is_taken_in_its_own_letter_case_alone(name: str, short: str) -> None:
    """Phụ lục III, mục I: 27 kinds, `QyĐ`, `CTr` and `TTr` among them."""

    def rules(symbol: str) -> set[str]:
        to = {"chu": ["Kính gửi: Ủy ban nhân dân huyện Mẫu"]}
        data = with_python_docx(
            {"so": {"chu": f"Số: 15/{symbol}-UBND"}, "ten_loai": {"chu": name.upper()}, "kinh_gui": to}
        )
        return {finding.rule for finding in check_the_thuc(data) if finding.severity is Severity.ERROR}

    other = short.upper() if short != short.upper() else short.capitalize()
    assert rules(short) == set()
    assert rules(other) == {"ky-hieu-kieu-chu"}
    assert rules("XX") == {"ky-hieu-ten-loai"}


def test_there_are_27_kinds() -> None:
    assert len(kinds()) == 27
    assert len({short for _, short in kinds().values()}) == 27


@pytest.mark.parametrize(("most", "rows"), [(None, [4, 1]), (9, [4, 1]), (4, [4, 1]), (2, [2, 1]), (1, [1, 1])])
def test_of_a_table_only_the_first_rows_are_read_when_so_wished(
    document: bytes, most: int | None, rows: list[int]
) -> None:
    tables = "".join(f"<w:p/><w:tbl>{'<w:tr><w:tc><w:p/></w:tc></w:tr>' * count}</w:tbl><w:p/>" for count in (4, 1))
    body = f"<w:document {W}><w:body>{tables}</w:body></w:document>"
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, body if name == "word/document.xml" else old.read(name))
    found = read_document(open_package(changed.getvalue(), most)).paragraphs

    assert [sum(each.cell.table == table for each in found if each.cell) for table in (1, 2)] == rows
    assert sum(each.cell is None for each in found) == 4


def _box(words: str, left: str) -> str:
    inside = f"<w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent>"
    shape = f'<v:shape style="position:absolute;margin-left:{left}"><v:textbox>{inside}</v:textbox></v:shape>'
    return f'<w:pict xmlns:v="urn:schemas-microsoft-com:vml">{shape}</w:pict>'


def test_text_boxes_are_cells_of_one_row_from_left_to_right() -> None:
    one, other = (f"<w:r>{_box(words, left)}</w:r>" for words, left in (("phải", "7cm"), ("trái", "10mm")))
    document = _read(f"<w:p>{one}</w:p><w:p>{other}<w:r><w:t>x</w:t></w:r></w:p>")
    cells = {each.text: each.cell for each in document.paragraphs if each.text}

    assert [each.text for each in document.paragraphs] == ["", "phải", "x", "trái"]
    assert (cells["phải"], cells["trái"], cells["x"]) == ((0, 0, 70, False), (0, 0, 10, False), None)
    assert [each.where.order for each in document.paragraphs] == [0, 1, 2, 3]


def test_a_text_box_written_for_two_versions_is_read_once() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    wp = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    inside = "<w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent>"
    place = "<wp:positionH><wp:align>right</wp:align></wp:positionH>"
    choice = f"<mc:Choice><w:drawing {wp}><wp:anchor>{place}{inside}</wp:anchor></w:drawing></mc:Choice>"
    both = f"<mc:AlternateContent {mc}>{choice}<mc:Fallback>{_box('hộp', '0')}</mc:Fallback></mc:AlternateContent>"

    assert [each.text for each in _read(f"<w:p><w:r>{both}</w:r></w:p>").paragraphs] == ["", "hộp"]


@pytest.mark.parametrize(("about", "length"), [('o:hr="t"', 100), ('o:hr="t" o:hrpct="400"', 40), ("", None)])
def test_a_horizontal_rule_is_a_share_of_its_room(about: str, length: float | None) -> None:
    office = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    rule = f'<w:pict {office}><v:rect style="width:0;height:1.5pt" {about}/></w:pict>'
    page = '<w:sectPr><w:pgSz w:w="8504" w:h="16838"/><w:pgMar w:left="1418" w:right="1417"/></w:sectPr>'
    paragraph = _read(f"<w:p><w:r>{rule}</w:r></w:p>{page}").paragraphs[0]

    assert [round(each) for each in paragraph.drawn] == ([] if length is None else [length])


def test_decomposed_letters_are_composed_and_told_once() -> None:
    document = _read("".join(f"<w:p><w:r><w:t>{unicodedata.normalize('NFD', text)}</w:t></w:r></w:p>" for text in "ốồ"))

    assert [each.text for each in document.paragraphs] == ["ố", "ồ"]
    assert document.decomposed is not None
    assert (document.decomposed.order, document.decomposed.words) == (0, "ố")
    assert _read("<w:p><w:r><w:t>ố</w:t></w:r></w:p>").decomposed is None


def test_sections_have_their_own_width_and_numbers_and_no_past() -> None:
    """What a section was before a tracked change is no section."""
    old = '<w:sectPrChange w:id="1" w:author="x"><w:sectPr><w:pgSz w:w="1" w:h="1"/></w:sectPr></w:sectPrChange>'
    first = f'<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>{old}</w:sectPr></w:pPr></w:p>'
    last = '<w:sectPr><w:pgSz w:w="16838" w:h="11906"/><w:pgNumType w:start="1" w:fmt="upperRoman"/></w:sectPr>'
    document = _read(f"{first}<w:p/>{last}")

    assert [round(each.width) for each in document.sections] == [210, 297]
    assert [(each.restarts, each.number_form) for each in document.sections] == [
        (False, "decimal"),
        (True, "upperRoman"),
    ]
    assert [(each.section, round(each.room)) for each in document.paragraphs] == [(0, 159), (1, 246)]


def test_a_field_that_asks_for_other_digits_is_no_arabic_number() -> None:
    header = f"<w:hdr {W}><w:p><w:r><w:instrText> PAGE \\* ROMAN </w:instrText></w:r></w:p></w:hdr>"

    assert [each.is_arabic for each in _read(SECTION.format(""), header=header).page_numbers] == [False]

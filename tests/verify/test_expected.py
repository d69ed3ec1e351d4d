"""What a template prints is foreseen by other code than prints it: a right document passes, each damage is told."""

import dataclasses
import datetime as dt
import io
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

import docx
import pytest
from conftest import ROOT
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import IN_DOCX, changed_docx

from pipeline.emphasis import Doan, parse_emphasis
from pipeline.input.sources import Source, read_source
from pipeline.kinds.kind import Document as PaperData
from pipeline.kinds.loai.template import compiled
from pipeline.kinds.tong_hop.kind import TONG_HOP, document_of
from pipeline.kinds.tong_hop.listing import DemTinhTrang, DongTongHop, TongHop
from pipeline.problem import ExitCode, Problem
from pipeline.verify.expected import expected_paragraphs, read_script, script_problems
from pipeline.verify.paper import OUTSIDE, read_paper
from pipeline.word.asked import Fields
from pipeline.word.fill import compile_template, fill

Values = Mapping[str, Any]
ITEM_PARTS = frozenset({"cap", "ten", "chu"})


def _item(cap: str, ten: str, chu: tuple[Doan, ...] = ()) -> Mapping[str, Any]:
    """Make an item of a list."""
    return MappingProxyType({"cap": cap, "ten": ten, "chu": chu})


def _values(**changed: Any) -> Values:
    """Give the fields of the templates made here."""
    usual: Values = {
        "co": True,
        "trong": "",
        "ten": "Cẩm Lương",
        "cap": "I",
        "chu": (Doan("thường "), Doan("đậm", dam=True, nghieng=False)),
        "dong": ("một", "hai"),
        "muc": (
            _item("I", "Mở đầu", (Doan("mở"),)),
            _item("1", "Thân", (Doan("nghiêng", dam=False, nghieng=True), Doan("x", dam=False, nghieng=False))),
            _item("a", "Kết"),
        ),
    }
    assert changed.keys() <= usual.keys()
    return {**usual, **changed}


FIELDS = Fields(names=frozenset(_values()), items=(("muc", ITEM_PARTS),))


def _saved(build: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    document.styles.add_style("Đậm", 1).font.bold = True
    build(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _lines(*lines: str) -> bytes:
    """Make a template of paragraphs, each in one run."""
    return _saved(lambda document: [document.add_paragraph(line) for line in lines])


def _runs(paragraph: Paragraph, *runs: str) -> None:
    """Add runs; a `*` before a run makes it bold, a `/` italic."""
    for text in runs:
        run = paragraph.add_run(text.lstrip("*/"))
        run.bold = True if text.startswith("*") else None
        run.italic = True if text.startswith("/") else None


def _printed(template: bytes, values: Values) -> list[str]:
    """Give the paragraphs that the template is to print, after a look that the fill stage prints the same."""
    paragraphs = expected_paragraphs(read_script(template), values)
    document = fill(compile_template(template, "mau.docx", FIELDS), values)
    assert read_paper(document).paragraphs == paragraphs
    assert list(script_problems(read_paper(document), template, values, "x.docx")) == []
    return [paragraph.text for paragraph in paragraphs]


def _faces(runs: tuple[str, ...], style: str = "Normal", values: Values | None = None) -> list[tuple[str, str]]:
    """Give the stretches of a paragraph of runs."""
    values = values or _values()
    template = _saved(lambda document: _runs(document.add_paragraph(style=style), *runs))
    _printed(template, values)
    (paragraph,) = expected_paragraphs(read_script(template), values)
    return list(paragraph.stretches)


def _problems(document: bytes, template: bytes, values: Values) -> list[Problem]:
    problems = list(script_problems(read_paper(document), template, values, "x.docx"))
    assert all(problem.exit_code == ExitCode.VERIFICATION for problem in problems)
    return problems


def test_a_right_plan_has_no_problem(document: bytes, plan: PaperData, template_source: Source) -> None:
    assert _problems(document, template_source.content, plan.fields) == []


def test_a_right_list_has_no_problem_and_a_wrong_one_has() -> None:
    source = read_source(ROOT / "templates" / "tong-hop.docx")
    unit = DongTongHop("1", "15139", "xã Cẩm Lương", "sẵn sàng", "10", "KH-2023-15139-cam-luong")
    counts = (DemTinhTrang("sẵn sàng", "2"),)
    listing = TongHop("Tổng hợp", "kế hoạch", "2023", "", "2", counts, (unit, unit), so_lieu_mau=False)
    for each in (listing, dataclasses.replace(listing, dia_ban="trên địa bàn tỉnh", so_lieu_mau=True)):
        values = document_of(each, "x", "2023", dt.date(2023, 1, 1)).fields
        document = fill(compiled(source, TONG_HOP.fields), values)

        assert _problems(document, source.content, values) == []
        assert _problems(document, source.content, {**values, "tong_so": "3"})
        assert _problems(document, source.content, {**values, "dia_ban": "x"})


NOT_COMPARED = {"khong-mo-duoc", "khong-lap-tieu-de"}
DAMAGES = {name: change for name, (change, code) in IN_DOCX.items() if code not in NOT_COMPARED}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES)
def test_every_damage_is_found(
    document: bytes, plan: PaperData, template_source: Source, change: Callable[[dict[str, str]], None]
) -> None:
    assert _problems(changed_docx(document, change), template_source.content, plan.fields)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("a diacritic lost", ["sai-o"]),
        ("cells swapped", ["sai-o", "sai-o"]),
        ("a cell dropped", ["sai-o"]),
        ("a row dropped", ["so-hang"]),
        ("a row doubled", ["so-hang"]),
        ("the opening lost", ["thieu-doan"]),
        ("the closing said twice", ["thua-doan"]),
        ("a line of the subject lost", ["thieu-doan"]),
        ("a word of the template changed", ["sai-noi-dung"]),
        ("a recipient lost", ["thieu-doan"]),
        ("the name on the other side", ["thua-doan", "sai-o"]),
        ("marked bold lost", ["sai-kieu-chu"]),
        ("the motto not bold", ["sai-kieu-chu"]),
        ("the table lost", ["thieu-bang"]),
        ("a field left in the page header", ["sai-dau-trang"]),
        ("another title", ["tieu-de-docx"]),
    ],
)
def test_one_damage_is_one_problem(
    document: bytes, plan: PaperData, template_source: Source, name: str, codes: list[str]
) -> None:
    found = _problems(changed_docx(document, DAMAGES[name]), template_source.content, plan.fields)

    assert [problem.code for problem in found] == codes


def test_messages_say_where_and_what(document: bytes, plan: PaperData, template_source: Source) -> None:
    def said(name: str) -> str:
        return _problems(changed_docx(document, DAMAGES[name]), template_source.content, plan.fields)[0].message

    assert said("a diacritic lost") == (
        "hàng 5, cột 3 của bảng 2 in “440 ha tro lên”, mẫu và dữ liệu cho “440 ha trở lên”"
    )
    assert said("the motto not bold") == (
        "hàng 1, cột 2 của bảng 1 in “Độc lập - Tự do - Hạnh phúc” thường; "
        "mẫu và dữ liệu cho “Độc lập - Tự do - Hạnh phúc” đậm"
    )
    assert said("a row dropped") == "bảng 2 có 125 hàng, mẫu và dữ liệu cho 126; khác từ hàng 5"
    assert said("a recipient lost") == "hàng 1, cột 1 của bảng 3 thiếu đoạn “- Thường trực Đảng ủy (để báo cáo);”"


def test_a_paragraph_moved_over_a_table_is_found(document: bytes, plan: PaperData, template_source: Source) -> None:
    def move(parts: dict[str, str]) -> None:
        text = parts["word/document.xml"]
        start = text.rindex("\n<w:p>", 0, text.index("Trên đây là"))
        end = text.index("</w:p>", start) + len("</w:p>")
        before = text.index("<w:tbl>", text.index("Thực hiện"))
        parts["word/document.xml"] = text[:before] + text[start:end] + text[before:start] + text[end:]

    found = _problems(changed_docx(document, move), template_source.content, plan.fields)

    assert [problem.code for problem in found] == ["thua-doan", "thieu-doan"]


def test_a_document_of_another_commune_has_a_few_hundred_problems_at_most(
    document: bytes, plan: PaperData, template_source: Source
) -> None:
    fields: Any = plan.fields
    other = dict.fromkeys(("cot_1", "cot_5", "cot_6"), (Doan("?"),))
    rows = tuple({**row, **other} for row in fields["cac_hang"])
    found = _problems(document, template_source.content, {**fields, "cac_hang": rows})

    assert len(found) == 201
    assert found[-1].code == "con-nua"


def test_items_may_be_objects(document: bytes, plan: PaperData, template_source: Source) -> None:
    """Whether parts are keys or attributes is nobody's business here."""
    fields: Any = plan.fields
    rows = [SimpleNamespace(**row) for row in fields["cac_hang"]]
    heads = SimpleNamespace(**fields["tieu_de_cot"])
    values: Values = {**fields, "cac_hang": rows, "tieu_de_cot": heads}

    assert list(script_problems(read_paper(document), template_source.content, values, "x.docx")) == []


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("{{ ten }}, {{ten}}", "Cẩm Lương, Cẩm Lương"),
        ("a{% if co %}b{% else %}c{% endif %}d", "abd"),
        ("a{% if not co %}b{% elif cap == 'I' %}c{% else %}d{% endif %}", "ac"),
        ("{% if trong %}b{% elif cap != “I” %}c{% endif %}", ""),
        ("{% if co %}{% if trong %}b{% else %}c{% endif %}{% endif %}", "c"),
        ("{% if (trong or co) and not (co and trong) %}b{% endif %}", "b"),
        ("{% if trong and trong or co %}b{% endif %}", "b"),
        ("{% if not cap == 'I' %}b{% endif %}{% if 'I' == cap %}c{% endif %}", "c"),
        ("{% for x in dong %}{{ x }};{% endfor %}.", "một;hai;."),
        ("{% for x in muc %}{% if x.cap == '1' %}{{ x.ten }}{% endif %}{% endfor %}", "Thân"),
        ("\ta\n{{ trong }}b", "\ta\nb"),
        ("50% {một} } {", "50% {một} } {"),
    ],
)
def test_inline_tags(line: str, printed: str) -> None:
    assert _printed(_lines(line), _values()) == [printed]


@pytest.mark.parametrize(
    ("runs", "stretches"),
    [
        (("a ", "*{{ ten }}", "/b"), [("a ", "0"), ("Cẩm Lương", "1"), ("b", "2")]),
        (("*a ", "*b"), [("a b", "1")]),
        (("a ", "*{{ trong }}", "b"), [("a b", "0")]),
        # A tag split over runs stands in the run where it begins, and so does what follows it in its last run.
        (("*{{ t", "e", "/n }} b", "c"), [("Cẩm Lương b", "1"), ("c", "0")]),
        (("*a{", "{ ten }", "/} b"), [("aCẩm Lương b", "1")]),
        # A field of stretches brings runs of its own; what follows it in its run has the style's face.
        (("*a {{r chu }} b", "/c"), [("a ", "1"), ("thường ", "0"), ("đậm", "1"), (" b", "0"), ("c", "2")]),
        # A run that is not printed changes no face.
        (("{% if trong %}a", "*b", "/c{% endif %}d"), [("d", "0")]),
        (("{% if co %}a", "*b", "/c{% endif %}d"), [("a", "0"), ("b", "1"), ("cd", "2")]),
    ],
)
def test_faces_of_runs(runs: tuple[str, ...], stretches: list[tuple[str, str]]) -> None:
    assert _faces(runs) == stretches


def test_a_stretch_without_emphasis_has_the_face_of_the_style() -> None:
    values = _values(chu=parse_emphasis("thường"))

    assert _faces(("{{r chu }}",), "Đậm", values) == [("thường", "1")]
    assert _faces(("/a{{r chu }}b",), "Đậm", values) == [("a", "3"), ("thườngb", "1")]
    assert _faces(("{{r chu }}",), "Đậm") == [("thường đậm", "1")]
    assert _faces(("{{r chu }}",), "Đậm", _values(chu=parse_emphasis("a *b*"))) == [("a ", "0"), ("b", "2")]
    assert _faces(("{{r chu }}",), "Đậm", _values(chu=())) == []


OUTLINE = (
    "{%p for doan in muc %}",
    "{%p if doan.cap == 'I' %}",
    "I. {{ doan.ten }}",
    "{%p elif doan.cap == '1' %}",
    "1. {{r doan.chu }}",
    "{%p else %}",
    "{{ doan.ten }}",
    "- {{ ten }}",
    "{%p endif %}",
    "{%p endfor %}",
)


def test_outlines() -> None:
    assert _printed(_lines("x", *OUTLINE, "y"), _values()) == [
        "x",
        "I. Mở đầu",
        "1. nghiêngx",
        "Kết",
        "- Cẩm Lương",
        "y",
    ]
    assert _printed(_lines(*OUTLINE, "y"), _values(muc=())) == ["y"]


def test_tags_of_paragraphs_may_be_split_too() -> None:
    def build(document: Document) -> None:
        _runs(document.add_paragraph(), "{%p i", "*f trong %", "}")
        document.add_paragraph("a")
        document.add_paragraph(" {%p endif %} ")

    assert _printed(_saved(build), _values()) == []


def _rows(document: Document, *rows: tuple[str, ...], columns: int = 2) -> None:
    """Add a table; a line break in a cell parts its paragraphs."""
    table = document.add_table(0, columns)
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=False):
            first, *others = text.split("\n")
            cell.paragraphs[0].text = first
            for other in others:
                cell.add_paragraph(other)


def _places(template: bytes, values: Values) -> list[tuple[tuple[int, int, int], str]]:
    _printed(template, values)
    return [(place, text) for place, text, _ in expected_paragraphs(read_script(template), values)]


def _tables(document: Document) -> None:
    _rows(
        document,
        ("A", "{{ ten }}"),
        ("{%tr for m in muc %}",),
        ("{%tr if m.cap == 'I' %}",),
        ("{{ m.cap }}", "{{r m.chu }}"),
        ("", "{%tr elif m.cap == 'a' %}"),
        ("{{ m.ten }}", "x\n{%p if trong %}\ny\n{%p endif %}"),
        ("{%tr endif %}",),
        ("{%tr endfor %}",),
        ("B", ""),
    )
    document.add_paragraph("{{ ten }}")
    _rows(document, ("C",), columns=1)


def test_rows_of_loops_count_as_in_the_document() -> None:
    assert _places(_saved(_tables), _values()) == [
        ((0, 0, 0), "A"),
        ((0, 0, 1), "Cẩm Lương"),
        ((0, 1, 0), "I"),
        ((0, 1, 1), "mở"),
        ((0, 2, 0), "Kết"),
        ((0, 2, 1), "x"),
        ((0, 3, 0), "B"),
        ((0, 3, 1), ""),
        (OUTSIDE, "Cẩm Lương"),
        ((1, 0, 0), "C"),
    ]


def test_a_table_under_a_condition_counts_only_when_it_is_there() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("{%p if trong %}")
        _rows(document, ("a",), columns=1)
        document.add_paragraph("{%p endif %}")
        _rows(document, ("b",), columns=1)

    assert _places(_saved(build), _values()) == [((0, 0, 0), "b")]
    assert _places(_saved(build), _values(trong="x")) == [((0, 0, 0), "a"), ((1, 0, 0), "b")]


def test_what_stands_around_runs_is_read_as_in_the_document() -> None:
    """Tab stops print nothing; a content control is no place of its own."""

    def build(document: Document) -> None:
        paragraph = document.add_paragraph("{{ ten }}\t1")
        paragraph.paragraph_format.tab_stops.add_tab_stop(1000)
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.add_paragraph("{{ cap }}")
        for element in (document.add_paragraph("{{ cap }}")._element, cell.paragraphs[0]._element):
            holder: Any = element.makeelement(qn("w:sdt"))
            content: Any = element.makeelement(qn("w:sdtContent"))
            element.addprevious(holder)
            holder.append(content)
            content.append(element)

    assert _places(_saved(build), _values()) == [
        (OUTSIDE, "Cẩm Lương\t1"),
        ((0, 0, 0), ""),
        ((0, 0, 0), "I"),
        (OUTSIDE, "I"),
    ]


def test_a_cell_that_lost_its_paragraphs_has_an_empty_one() -> None:
    """Word does not open a document with a cell that has none."""

    def build(document: Document) -> None:
        table = document.add_table(1, 1)
        cell = table.rows[0].cells[0]
        cell.paragraphs[0].text = "{%p for x in dong %}"
        cell.add_paragraph("{{ x }}")
        cell.add_paragraph("{%p endfor %}")

    template = _saved(build)
    empty = _values(dong=())

    assert _printed(template, _values()) == ["một", "hai"]
    assert [each.text for each in expected_paragraphs(read_script(template), empty)] == [""]
    document = fill(compile_template(template, "mau.docx", FIELDS), empty)
    assert not list(_problems(document, template, empty))
    assert [each.text for each in docx.Document(io.BytesIO(document)).tables[0].cell(0, 0).paragraphs] == [""]


def test_page_headers_and_title_may_have_tags() -> None:
    def build(document: Document) -> None:
        document.core_properties.title = "Về {{ ten }}{% if trong %}?{% endif %}"
        header = document.sections[0].header
        header.paragraphs[0].text = "{%p if trong %}"
        for line in ("Mật", "{%p else %}", "{{ ten }}: {% if co %}1{% endif %}", "{%p endif %}"):
            header.add_paragraph(line)

    template = _saved(build)
    document = fill(compile_template(template, "mau.docx", FIELDS), _values())

    assert read_paper(document).headers == ("", "Cẩm Lương: 1")
    assert _printed(template, _values()) == []
    assert _printed(template, _values(trong="x")) == []
    found = list(script_problems(read_paper(document), template, {}, "x.docx"))
    assert [problem.code for problem in found] == ["mau-khong-hieu"]
    found = _problems(document, template, _values(trong="x"))
    assert [problem.code for problem in found] == ["tieu-de-docx", "sai-dau-trang"]
    assert found[1].message == "đầu trang in “Cẩm Lương: 1”, mẫu và dữ liệu cho “Mật”"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("{%p if co %}", "a"), "no endif"),
        (("{%p endif %}",), "endif without its beginning"),
        (("{%p if co %}", "{%p endfor %}"), "endfor without its beginning"),
        (("{%p for x in dong %}", "{%p else %}", "{%p endfor %}"), "else without its beginning"),
        (("{%p if co %} câu chữ", "{%p endif %}"), "more than a tag"),
        (("{%p if co %}{%p endif %}",), "more than a tag"),
        (("{% if co %}", "{% endif %}"), "no endif"),
        (("{% if co > 'a' %}a{% endif %}",), "> in the condition"),
        (("{% if co == 5 %}a{% endif %}",), "“5” is no field"),
        (("{% if cap in 'I' %}a{% endif %}",), "in in the condition"),
        (("{% if cap == 'I' or %}a{% endif %}",), "“” is no field"),
        (("{% if (co %}a{% endif %}",), "parenthesis"),
        (("{% if ten.a.b %}a{% endif %}",), r"\. in the condition"),
        (("{% if %}a{% endif %}",), "no statement"),
        (("{% for x, y in muc %}{% endfor %}",), "no loop"),
        (("{% set x = 'a' %}",), "no statement"),
        (("{%r if co %}a{%r endif %}",), "no statement"),
        (("{%tr if co %}",), "no statement"),
        (("{{ ten | upper }}",), "no field"),
        (("{{ 'a' }}",), "no field"),
        (("{{p chu }}",), "no field"),
        (("{{ ten",), "stray"),
        (("{# ghi chú #}",), "stray"),
    ],
)
def test_what_is_not_understood_is_refused(lines: tuple[str, ...], reason: str) -> None:
    template = _lines(*lines)

    with pytest.raises(ValueError, match=reason):
        read_script(template)
    found = _problems(_lines("a"), template, _values())
    assert [problem.code for problem in found] == ["mau-khong-hieu"]


@pytest.mark.parametrize(
    "line", ["{{ la }}", "{{ muc.la }}", "{{ chu }}", "{{r ten }}", "{% for x in co %}{% endfor %}"]
)
def test_a_value_of_another_kind_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="Error"):
        expected_paragraphs(read_script(_lines(line)), _values())


def test_a_text_box_and_a_table_in_a_table_are_refused() -> None:
    def nest(document: Document) -> None:
        document.add_table(1, 1).rows[0].cells[0].add_table(1, 1)

    def box(document: Document) -> None:
        inner: Any = document.add_paragraph("a")._element
        document.add_paragraph("b").runs[0]._element.append(inner)

    for build, reason in ((nest, "a table inside a table"), (box, "a text box")):
        with pytest.raises(ValueError, match=reason):
            read_script(_saved(build))


_ATOMS = ("co", "trong", "not co", "cap == 'I'", 'cap != "I"', "'I' == cap", "not cap == '1'", "ten")
CONDITIONS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("not ({})".format),
    ),
    max_leaves=4,
)
BRANCHES = "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}"
INLINE = st.recursive(
    st.sampled_from(["a", " ", "\t", "b c", "{{ ten }}", "{{ trong }}", "{{r chu }}"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.tuples(CONDITIONS, inner).map(lambda each: f"{{% if {each[0]} %}}{each[1]}{{% endif %}}"),
        st.tuples(CONDITIONS, inner, CONDITIONS, inner, inner).map(lambda each: BRANCHES.format(*each)),
    ),
    max_leaves=6,
)
LINES = st.recursive(
    INLINE.map(lambda text: [text]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda each: [*each[0], *each[1]]),
        st.tuples(CONDITIONS, inner, inner).map(
            lambda each: [f"{{%p if {each[0]} %}}", *each[1], "{%p else %}", *each[2], "{%p endif %}"]
        ),
    ),
    max_leaves=3,
)
LOOPS = st.one_of(
    LINES,
    INLINE.map(lambda text: [f"{{% for x in dong %}}{{{{ x }}}}{text}{{% endfor %}}"]),
    LINES.map(lambda lines: ["{%p for x in dong %}", *lines, "{{ x }}", "{%p endfor %}"]),
)


def _cut(paragraph: Paragraph, line: str, chance: random.Random) -> None:
    """Cut a line into runs anywhere, also inside its tags, each of any face."""
    cuts = sorted(chance.randrange(len(line) + 1) for _ in range(chance.randrange(5)))
    for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True):
        run: Any = paragraph.add_run(line[start:end])
        run.bold, run.italic = chance.choice([None, True, False]), chance.choice([None, True])


@settings(max_examples=60, deadline=None)
@given(
    lines=LOOPS,
    rows=st.lists(st.tuples(CONDITIONS, INLINE, LOOPS), max_size=2),
    values=st.builds(
        _values,
        co=st.booleans(),
        trong=st.sampled_from(["", "x"]),
        cap=st.sampled_from(["I", "1"]),
        dong=st.sampled_from([(), ("một",), ("<một>", "{{ hai }}")]),
    ),
    chance=st.randoms(use_true_random=False),
)
def test_what_is_foreseen_is_what_the_fill_stage_prints(
    lines: list[str], rows: list[tuple[str, str, list[str]]], values: Values, chance: random.Random
) -> None:
    def build(document: Document) -> None:
        for line in lines:
            _cut(document.add_paragraph(style=chance.choice(["Normal", "Đậm"])), line, chance)
        table = document.add_table(0, 2)
        for condition, text, cell_lines in rows:
            table.add_row().cells[0].text = f"{{%tr if {condition} %}}"
            cells = table.add_row().cells
            _cut(cells[0].paragraphs[0], text, chance)
            cells[1].text = "x"
            for line in cell_lines:
                _cut(cells[1].add_paragraph(), line, chance)
            table.add_row().cells[0].text = "{%tr endif %}"

    _printed(_saved(build), values)

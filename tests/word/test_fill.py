"""The fill stage: values come through whole, templates cannot run code, the same input gives the same bytes."""

import dataclasses
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import jinja2
import pytest
from conftest import ROOT
from docx.oxml.ns import qn
from docxtpl.template import DocxTemplate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import compile_plan, verify_docx, with_fields
from years import small_sources

from pipeline.emphasis import Doan
from pipeline.input.sources import Source, read_source
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.year import read_year
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.pdf.office import Office
from pipeline.problem import TemplateError
from pipeline.verify.paper import read_paper
from pipeline.word.fill import Template, compile_template, environment, fill

HOSTILE = (
    "A & B",
    "<w:p>",
    "</w:t></w:r></w:p>",
    "\"kép\" 'đơn'",
    "{{ ten_don_vi }}",
    "{% for x in y %}",
    "{# ghi chú #}",
    "{_{ a }_}",
    "]]>",
    "&amp;",
    "rất dài " * 400,
    "%s %d {0}",
    "\U0001f33e",
)
# What load lets through: printable, on one line.
printable = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1)


def _rows(document: Document) -> tuple[Mapping[str, Any], ...]:
    rows: Any = document.fields["cac_hang"]
    return tuple(rows)


def _with(document: Document, text: str) -> Document:
    """Put a text into a cell of each kind, the head, the signature and the title."""
    rows = _rows(document)
    cells = {
        "cot_1": (Doan(text),),
        "cot_2": (Doan(text),),
        "cot_3": (Doan(text, dam=True, nghieng=False), Doan(text)),
        "cot_6": (Doan(text),),
    }
    changed = ({**rows[5], **cells}, *rows[:3])
    return with_fields(document, cac_hang=changed, dia_danh=text, ho_ten=text, noi_nhan=(text,), tieu_de=text)


def _repacked(
    data: bytes, change: Callable[[str, bytes], bytes | None], more: Mapping[str, bytes] | None = None
) -> bytes:
    """Give a .docx with its parts changed; None leaves a part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def _with_text(data: bytes, old: str, new: str, part: str = "word/document.xml") -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return _repacked(data, change)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_come_back_equal(template: Template, plan: Document, text: str) -> None:
    changed = _with(plan, text)
    content = fill(template, changed.fields)
    reopened = docx.Document(io.BytesIO(content))

    assert [cell.text for cell in reopened.tables[1].rows[1].cells][:3] == [text, text, text + text]
    assert reopened.core_properties.title == text
    problems = verify_docx(content, changed, b"", "x.docx")[1]
    # The rows left here are not a whole table, and such a text is no place and no subject as the decree wants them.
    assert {each.code for each in problems if not each.code.startswith("the-thuc-")} == {"tong-in-sai"}


def test_no_empty_runs_are_left(document: bytes) -> None:
    """Tags and empty fields leave them behind; in their cells nothing stands."""
    texts = [each.text for each in docx.Document(io.BytesIO(document)).element.iter(qn("w:t"))]

    assert texts
    assert all(texts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=printable)
def test_any_printable_text_comes_back_equal(template: Template, plan: Document, text: str) -> None:
    reopened = docx.Document(io.BytesIO(fill(template, _with(plan, text).fields)))

    assert reopened.tables[1].rows[1].cells[1].text == text
    assert reopened.core_properties.title == text


def test_same_input_gives_same_bytes_in_another_process(document: bytes) -> None:
    """Other hash seed, other time zone, other process: nothing of the machine goes in."""
    script = (
        "import sys; from pathlib import Path; sys.path.append('tests/helpers')\n"
        "from pipeline.input.sources import read_source\n"
        "from pipeline.kinds.loai.template import *\n"
        "from pipeline.word.fill import fill\n"
        "from years import *\n"
        "year = real_year()\n"
        "paper = paper_of(year.kinds['ke-hoach'], year, read_source(Path('data/2023/15139-cam-luong.yaml')))\n"
        "template = compiled(read_source(Path('templates/ke-hoach.docx')), PAPER_FIELDS)\n"
        "sys.stdout.buffer.write(fill(template, paper.fields))"
    )
    environment_ = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Ho_Chi_Minh"}
    made = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment_, capture_output=True, check=True)

    assert made.stdout == document


def test_no_entry_carries_a_clock(document: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"
        assert package.testzip() is None


def test_documents_do_not_leak_into_each_other(template: Template, plan: Document, document: bytes) -> None:
    fill(template, _with(plan, "khác").fields)

    assert fill(template, plan.fields) == document


def test_docxtpl_itself_prints_the_same_words(template_source: Source, plan: Document, document: bytes) -> None:
    """Our compiled rendering of docxtpl's language says what docxtpl's own says."""
    theirs = DocxTemplate(io.BytesIO(template_source.content))
    theirs.render(dict(plan.fields), jinja_env=environment())
    out = io.BytesIO()
    theirs.save(out)
    texts = [
        [text.text for text in docx.Document(io.BytesIO(data)).element.body.iter("{*}t") if text.text]
        for data in (out.getvalue(), document)
    ]

    assert len(texts[0]) > 400
    assert texts[0] == texts[1]


def test_long_rows_may_break_across_pages_and_others_not(template: Template, plan: Document) -> None:
    row = _rows(plan)[4]
    long = {**row, "cot_3": (Doan("dài " * 300),), "rat_dai": True}
    content = fill(template, with_fields(plan, cac_hang=(row, long)).fields)
    rows = docx.Document(io.BytesIO(content)).tables[1].rows

    assert [row._tr.trPr is not None and "cantSplit" in row._tr.trPr.xml for row in rows] == [True, True, False, True]


@pytest.mark.parametrize("properties", ["as they are", "without a style", "none"])
def test_a_row_with_rows_below_it_stays_with_the_next(template_source: Source, plan: Document, properties: str) -> None:
    row = _rows(plan)[4]
    heading, leaf = ({**row, "la_tieu_de": is_heading} for is_heading in (True, False))
    source = docx.Document(io.BytesIO(template_source.content))
    for paragraph in (each for row in source.tables[1].rows for cell in row.cells for each in cell.paragraphs):
        if properties == "none" and paragraph._p.pPr is not None:
            paragraph._p.remove(paragraph._p.pPr)
        elif properties == "without a style":
            paragraph.style = None
    changed = io.BytesIO()
    source.save(changed)
    content = fill(compile_plan(changed.getvalue(), "mau.docx"), with_fields(plan, cac_hang=(heading, leaf)).fields)
    rows = docx.Document(io.BytesIO(content)).tables[1].rows

    kept = [{each.paragraph_format.keep_with_next for cell in row.cells for each in cell.paragraphs} for row in rows]
    assert kept[1] == {True}
    assert True not in kept[2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ ho_ten }}", "{{ ho_ten.ho }}", "không có trường `ho` trong `ho_ten`, ở đoạn “{{ ho_ten.ho }}”"),
        (
            "{{r hang.cot_1 }}",
            "{{ hang.kyhieu }}",
            "không có trường `kyhieu` trong `cac_hang`, ở đoạn “{{ hang.kyhieu }}”",
        ),
        ("{{ tong.cot_4 }}", "{{ tong.cot_x }}", "không có trường `cot_x` trong `tong`, ở đoạn “{{ tong.cot_x }}”"),
        ("{{ ho_ten }}", "{{ ho_ten", "“{{ ho_ten”"),
        ("{{ ho_ten }}", "{% if ho_ten %}x", "word/document.xml"),
        ("{%tr endfor %}", "{%tr endif %}", "word/document.xml"),
    ],
)
def test_a_broken_template_is_refused_naming_the_place(template_source: Source, old: str, new: str, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_plan(_with_text(template_source.content, old, new), "mau.docx")

    assert said in str(caught.value)
    assert str(caught.value).startswith("mau.docx: ")


def test_a_misspelt_field_is_named_with_its_place(template_source: Source, plan: Document) -> None:
    """A closed kind refuses it; of an open kind it is asked of the data, whose check says where, and never left out."""
    listing = (ROOT / "templates" / "tong-hop.docx").read_bytes()
    with pytest.raises(TemplateError) as caught:
        compile_template(_with_text(listing, "{{ tong_so }}", "{{ tong_soo }}"), "mau.docx", TONG_HOP.fields)
    assert "mau.docx: word/document.xml: không có trường `tong_soo`, ở đoạn “{{ tong_soo }}”" in str(caught.value)

    misspelt = _with_text(template_source.content, "{{ ho_ten }}", "{{ ho_tenn }}")
    changed = compile_plan(misspelt, "mau.docx")
    assert changed.asked["ho_tenn"].words == "{{ ho_tenn }}"
    with pytest.raises(TemplateError, match="ho_tenn"):
        fill(changed, plan.fields)
    folder = ROOT / "tests" / "small" / "data" / "2024"
    sources = small_sources()
    own = dataclasses.replace(sources, templates=(("ke-hoach.docx", Source("templates/ke-hoach.docx", misspelt)),))
    year = read_year(own)
    _, problems, _ = prepare(year.kinds["ke-hoach"], year, [read_source(folder / "15142-cam-thach.yaml")])
    assert [each.code for each in problems] == ["thieu-noi-dung"]
    assert problems[0].message == "thiếu `ho_tenn` mà mẫu `ke-hoach.docx` in ở đoạn “{{ ho_tenn }}”"


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ho_ten.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ho_ten.format(ho_ten) }}",
        "{{ range(999999999) }}",
        "{{ lipsum() }}",
        "{{ noi_nhan[0].__class__ }}",
        "{{ ho_ten|attr('__class__') }}",
        "{% for x in noi_nhan.__class__.__subclasses__() %}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{{ 'x' * 10000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ ho_ten ~ ho_ten }}",
        "{{ ho_ten[0] }}",
        "{% set a = ho_ten %}",
        "{% macro a() %}{% endmacro %}",
        "{% for a in noi_nhan %}{% for b in noi_nhan %}{% for c in noi_nhan %}x{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_runs_no_code(template_source: Source, attack: str) -> None:
    data = _with_text(template_source.content, "{{ ho_ten }}", attack)

    with pytest.raises(TemplateError, match=r"mau\.docx: word/document\.xml: .* ở đoạn “"):
        compile_plan(data, "mau.docx")


def test_the_environment_alone_keeps_templates_from_running_code(plan: Document) -> None:
    """The second fence, without the first."""
    for attack in ("{{ x.__class__ }}", "{{ x.format(1) }}", "{{ x|attr('__class__') }}", "{{ range(9) }}"):
        with pytest.raises(jinja2.TemplateError):
            environment().from_string(attack).render(x=plan.fields["ho_ten"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("word/vbaProject.bin", b"x", "vbaProject"),
        ("word/embeddings/oleObject1.bin", b"x", "embeddings"),
        ("word/comments.xml", b"<x/>", "comments"),
        ("word/_rels/header1.xml.rels", b'<r TargetMode="External"/>', "liên kết ra ngoài"),
        ("word/footer1.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a/>', "DOCTYPE"),
        ("word/footer1.xml", b"<a>", "hỏng"),
        ("word/footer1.xml", b'<w:x xmlns:w="w"><w:ins >{{ ho_ten }}</w:ins></w:x>', "<w:ins>"),
        ("word/footer1.xml", b'<w:x xmlns:w="w"><w:vanish/></w:x>', "<w:vanish>"),
    ],
)
def test_an_unsafe_template_is_refused(template_source: Source, name: str, content: bytes, said: str) -> None:
    data = _repacked(template_source.content, lambda _, old: old, {name: content})

    with pytest.raises(TemplateError, match=said):
        compile_plan(data, "mau.docx")


def test_a_file_that_is_no_docx_is_refused(template_source: Source) -> None:
    bomb = _repacked(template_source.content, lambda _, old: old, {"word/x.xml": b"<a>" + b" " * (20 << 20) + b"</a>"})
    bare = _repacked(template_source.content, lambda name, old: None if name == "word/document.xml" else old)

    for data in (b"", b"PK", b"\xd0\xcf\x11\xe0 old .doc", template_source.content[:3000], bomb, bare):
        with pytest.raises(TemplateError):
            compile_plan(data, "mau.docx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'muc_lon'", "‘muc_lon’"),
        ("'muc_lon'", "&apos;muc_lon&apos;"),
        ("'muc_lon'", "&quot;muc_lon&quot;"),
        (
            "{{ ho_ten }}",
            (
                '{{ ho</w:t></w:r><w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="a"/>'
                '<w:bookmarkEnd w:id="0"/><w:r w:rsidR="00A1"><w:t>_t</w:t></w:r><w:r><w:t xml:space="preserve">en }}'
            ),
        ),
        ("{{ ho_ten }}", "{</w:t></w:r><w:r><w:t>{ ho_ten }</w:t></w:r><w:r><w:t>}"),
    ],
)
def test_what_word_does_to_tags_does_no_harm(template_source: Source, plan: Document, old: str, new: str) -> None:
    """Typographic quotes, entities, tags split over runs by the spelling checker."""
    changed = compile_plan(_with_text(template_source.content, old, new), "mau.docx")

    assert verify_docx(fill(changed, plan.fields), plan, template_source.content, "x.docx")[1] == ()


def test_a_template_saved_by_libreoffice_still_works(
    tools: Office, template_source: Source, plan: Document, document: bytes, tmp_path: Path
) -> None:
    """It prints the same words in the same faces and cells; only the number that a page field shows is its own."""
    (tmp_path / "ke-hoach.docx").write_bytes(template_source.content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(tools.program), profile, "--headless", "--convert-to", "docx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "ke-hoach.docx")], capture_output=True, check=True)
    saved = (tmp_path / "out" / "ke-hoach.docx").read_bytes()
    changed = compile_plan(saved, "mau.docx")

    made = fill(changed, plan.fields)

    assert verify_docx(made, plan, saved, "x.docx")[1] == ()
    read, before = read_paper(made), read_paper(document)
    assert (read.title, read.paragraphs, read.repeated) == (before.title, before.paragraphs, before.repeated)
    assert [re.sub("[0-9]", "", each) for each in read.headers] == [
        re.sub("[0-9]", "", each) for each in before.headers
    ]

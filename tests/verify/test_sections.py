"""The sections of a paper: an annex numbers its pages anew, and each of its pages must show the right number."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from conftest import ROOT
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from years import paper_of, sources_of

from pipeline.input.sources import read_source, year_files
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled
from pipeline.kinds.loai.year import read_year
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.problem import Problem
from pipeline.verify.paper import Paper, Section, read_paper
from pipeline.verify.pdf import Setting, verify_pdf
from pipeline.verify.pdf_places import page_numbers
from pipeline.word.fill import fill


def _saved(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _number_pages(section: Any) -> None:
    """Put a field with the page's number into the header of all pages but the first."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]._p
    field = paragraph.makeelement(qn("w:fldSimple"), {qn("w:instr"): " PAGE "})
    run = paragraph.makeelement(qn("w:r"))
    text = paragraph.makeelement(qn("w:t"))
    text.text = "2"
    run.append(text)
    field.append(run)
    paragraph.append(field)


def _start(section: Any, number: str | None) -> None:
    """Let the pages of a section begin with a number."""
    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    if number is not None:
        properties.insert(
            list(properties).index(properties.find(qn("w:pgMar"))) + 1,
            properties.makeelement(qn("w:pgNumType"), {qn("w:start"): number}),
        )


def _page(document: Document, words: str, *, last: bool = False) -> None:
    paragraph = document.add_paragraph(words)
    if not last:
        paragraph.add_run().add_break(WD_BREAK.PAGE)


def _with_annex(start: str | None = "1", *, hides_first: bool = True) -> bytes:
    """Make a paper of three pages with an annex of three, which lies on its side."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.core_properties.title = "Quyết định"
    _number_pages(document.sections[0])
    _start(document.sections[0], "1")
    for number in range(1, 4):
        _page(document, f"Điều {number}.", last=number == 3)
    annex: Any = document.add_section(WD_SECTION.NEW_PAGE)
    annex.page_width, annex.page_height = annex.page_height, annex.page_width
    _start(annex, start)
    annex.different_first_page_header_footer = hides_first
    for number in range(1, 4):
        _page(document, f"Phụ lục, đoạn {number}", last=number == 3)
    for section in document.sections:
        height, width = (section.page_height, section.page_width)
        assert height
        assert width
        section.page_width, section.page_height = (
            (docx.shared.Mm(297), docx.shared.Mm(210)) if width > height else (docx.shared.Mm(210), docx.shared.Mm(297))
        )
    return _saved(document)


def _starts(paper: Paper, *words: str) -> list[int]:
    """Give where the pages begin that begin with these words, and the end of the text, in letters."""
    text = "".join("".join(each.text.split()) for each in paper.paragraphs)
    return [*(text.index("".join(each.split())) for each in words), len(text)]


BODY = ("Điều 1.", "Điều 2.", "Điều 3.")
ANNEX = ("Phụ lục, đoạn 1", "Phụ lục, đoạn 2", "Phụ lục, đoạn 3")


def test_sections_are_read_with_their_ends_and_numbers() -> None:
    paper = read_paper(_with_annex())
    first, annex = paper.sections

    assert first == Section(end=first.end, first_number=1, hides_first=True)
    assert annex == Section(end=len(paper.paragraphs), first_number=1, hides_first=True)
    # The body's section ends with an empty paragraph that holds its measures.
    assert [each.text.strip() for each in paper.paragraphs[first.end - 2 : first.end + 1]] == [
        "Điều 3.",
        "",
        "Phụ lục, đoạn 1",
    ]


@pytest.mark.parametrize(
    ("start", "number"),
    [(None, None), ("1", 1), ("7", 7), ("0", 0), ("", None), ("x", None), ("-1", None), ("٣", None), ("9999999", None)],
)
def test_the_number_of_a_section_s_first_page_is_read_or_goes_on(start: str | None, number: int | None) -> None:
    assert read_paper(_with_annex(start)).sections[1].first_number == number


@pytest.mark.parametrize(
    ("value", "hides"), [(None, True), ("1", True), ("true", True), ("0", False), ("false", False)]
)
def test_a_title_page_may_be_switched_off(value: str | None, hides: bool) -> None:  # noqa: FBT001
    document = docx.Document(io.BytesIO(_with_annex()))
    annex: Any = document.sections[1]
    mark = annex._sectPr.find(qn("w:titlePg"))
    if value is not None:
        mark.set(qn("w:val"), value)

    assert [each.hides_first for each in read_paper(_saved(document)).sections] == [True, hides]


def test_a_paper_with_one_section_has_one(document: bytes) -> None:
    paper = read_paper(document)

    assert [each.end for each in paper.sections] == [len(paper.paragraphs)]
    assert paper.sections[0].hides_first


@pytest.mark.parametrize(
    ("start", "hides", "numbers"),
    [
        ("1", True, ["", "2", "3", "", "2", "3"]),
        ("1", False, ["", "2", "3", "1", "2", "3"]),
        ("5", False, ["", "2", "3", "5", "6", "7"]),
        (None, True, ["", "2", "3", "", "5", "6"]),
        (None, False, ["", "2", "3", "4", "5", "6"]),
    ],
)
def test_pages_of_a_section_are_numbered_as_it_says(start: str | None, hides: bool, numbers: list[str]) -> None:  # noqa: FBT001
    paper = read_paper(_with_annex(start, hides_first=hides))

    assert page_numbers(paper, _starts(paper, *BODY, *ANNEX)) == numbers


def test_an_annex_shorter_or_longer_than_its_pages_is_numbered_too() -> None:
    """A page holds what comes to lie on it; the annex begins on the first page that begins with it."""
    paper = read_paper(_with_annex())

    assert page_numbers(paper, _starts(paper, "Điều 1.", "Phụ lục, đoạn 1")) == ["", ""]
    assert page_numbers(paper, _starts(paper, "Điều 1.", "1.", "Phụ lục, đoạn 1", "đoạn 1", "đoạn 3")) == [
        *("", "2"),
        *("", "2", "3"),
    ]


def test_pages_without_any_letter_go_on() -> None:
    paper = read_paper(_with_annex())
    end = _starts(paper)[0]

    assert page_numbers(paper, [*_starts(paper, *BODY, *ANNEX)[:-1], end, end]) == ["", "2", "3", "", "2", "3", "4"]


def _codes(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.code for problem in problems}


@pytest.fixture(scope="module")
def printed(tools: Office) -> dict[str, tuple[Paper, bytes]]:
    """Give papers and their PDFs: one as it is to be, one that numbers on, one that numbers the annex's first page."""
    made = {
        "right": _with_annex(),
        "goes on": _with_annex(None),
        "number on the annex's first page": _with_annex(hides_first=False),
    }
    pdfs = convert([*made.values()], tools)
    return {
        name: (read_paper(data), normalise(pdf or b"", dt.date(2026, 12, 1)))
        for (name, data), pdf in zip(made.items(), pdfs, strict=True)
    }


@pytest.mark.parametrize("name", ["right", "goes on", "number on the annex's first page"])
def test_numbers_of_pages_are_those_that_a_viewer_shows(printed: dict[str, tuple[Paper, bytes]], name: str) -> None:
    """The numbers foreseen are those that LibreOffice prints, whatever a section says of them."""
    paper, pdf = printed[name]
    problems = verify_pdf(pdf, paper, range(6, 7), sample=False, name="x.pdf", setting=Setting(None))[1]

    assert not {"thieu-so-trang", "chu-la", "so-trang", "kho-giay"} & _codes(problems), problems


@pytest.mark.parametrize(
    ("paper", "pdf", "pages"),
    [
        ("right", "goes on", {5, 6}),
        ("goes on", "right", {5, 6}),
        ("number on the annex's first page", "right", {4}),
    ],
)
def test_a_page_with_another_number_is_caught(
    printed: dict[str, tuple[Paper, bytes]], paper: str, pdf: str, pages: set[int]
) -> None:
    problems = verify_pdf(
        printed[pdf][1], printed[paper][0], range(6, 7), sample=False, name="x.pdf", setting=Setting(None)
    )[1]
    wrong = {int(each.message.split()[1]) for each in problems if each.code == "thieu-so-trang"}

    assert wrong == pages


def test_the_decision_with_its_annex_has_two_sections() -> None:
    """The real template and data: the annex is a section of its own, after the signature."""
    data = ROOT / "data" / "2026"
    year = read_year(sources_of(ROOT / "data", "2026"))
    kind = year.kinds["quyet-dinh-xep-hang"]
    document = paper_of(kind, year, *map(read_source, year_files(data).communes))
    paper = read_paper(fill(compiled(kind.template, PAPER_FIELDS), document.fields))
    first, annex = paper.sections
    texts = [each.text for each in paper.paragraphs]

    assert (first.first_number, annex.first_number) == (1, 1)
    assert first.hides_first
    assert annex.hides_first
    assert texts.index("Nơi nhận:") < first.end <= texts.index("Phụ lục") < annex.end == len(texts)


@pytest.mark.parametrize(
    "damage",
    [
        lambda section: section._sectPr.remove(section._sectPr.find(qn("w:pgNumType"))),
        lambda section: _start(section, "4"),
        lambda section: setattr(section, "different_first_page_header_footer", False),
    ],
)
def test_what_a_section_says_of_its_pages_is_part_of_the_paper(damage: Callable[[Any], object]) -> None:
    document = docx.Document(io.BytesIO(_with_annex()))
    damage(document.sections[1])

    assert read_paper(_saved(document)).sections != read_paper(_with_annex()).sections

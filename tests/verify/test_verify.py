"""The verify stage: a document that is as the data says passes; what a mutation cannot show is tested here."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import verify_docx, with_fields

from pipeline.emphasis import Doan
from pipeline.input.sources import Source
from pipeline.kinds.kind import Document
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.problem import ExitCode, Problem
from pipeline.verify import pdf_pages as verify_pdf_module
from pipeline.verify.expected import expected_paragraphs, read_script
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import Setting, verify_pdf
from pipeline.word.fill import Template, fill

PAGES = range(8, 12)
SIGNER = (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Bùi Quốc Bảo")


@pytest.fixture(scope="module")
def pdf(tools: Office, document: bytes) -> bytes:
    return _pdf(document, tools)


def _pdf(document: bytes, tools: Office) -> bytes:
    (made,) = convert([document], tools)
    assert made
    return normalise(made, dt.date(2023, 8, 1), *SIGNER)


def _codes(problems: tuple[Problem, ...]) -> set[str]:
    assert all(problem.exit_code == ExitCode.VERIFICATION for problem in problems)
    return {problem.code for problem in problems}


def test_the_real_document_is_as_the_data_says(
    document: bytes, pdf: bytes, plan: Document, template_source: Source
) -> None:
    paper, problems = verify_docx(document, plan, template_source.content, "x.docx")

    assert problems == ()
    assert paper
    assert verify_pdf(pdf, paper, PAGES, sample=False, name="x.pdf")[1] == ()


def test_a_heading_at_the_foot_of_a_page_is_a_problem(document: bytes, pdf: bytes, plan: Document) -> None:
    """The real plan strands no heading; had each of its rows rows below it, each page of the table would end so."""
    paper, every_row = read_paper(document), frozenset(range(1, 200))
    found = {
        headings: verify_pdf(pdf, paper, PAGES, sample=False, name="x.pdf", setting=Setting(headings=headings))[1]
        for headings in (plan.headings, every_row)
    }

    assert plan.headings
    assert found[plan.headings] == ()
    assert _codes(found[every_row]) == {"tieu-de-cuoi-trang"}
    assert len(found[every_row]) > PAGES.start // 2


def test_the_text_of_the_template_is_known(plan: Document, template_source: Source) -> None:
    """Otherwise nothing of it would be compared."""
    texts = [each.text for each in expected_paragraphs(read_script(template_source.content), plan.fields)]

    assert "KẾ HOẠCH" in texts
    assert any(text.startswith("Thực hiện Công văn số 2096/UBND-NV ngày 24/8/2023 của ") for text in texts)
    assert any(text.endswith("./.") for text in texts)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 5000])
def test_a_file_that_does_not_open_is_caught(data: bytes, document: bytes, plan: Document) -> None:
    assert _codes(verify_docx(data, plan, b"", "x.docx")[1]) == {"khong-mo-duoc"}
    assert _codes(verify_pdf(data, read_paper(document), PAGES, sample=False, name="x.pdf")[1]) == {"khong-mo-duoc"}


def test_a_file_cut_short_is_caught(document: bytes, pdf: bytes, plan: Document) -> None:
    assert _codes(verify_docx(document[:-200], plan, b"", "x.docx")[1]) == {"khong-mo-duoc"}
    assert verify_pdf(pdf[: len(pdf) // 2], read_paper(document), PAGES, sample=False, name="x.pdf")[1]


def _row(document: Document, number: int, **changes: object) -> Document:
    rows: Any = document.fields["cac_hang"]
    return with_fields(document, cac_hang=(*rows[:number], {**rows[number], **changes}, *rows[number + 1 :]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda plan: dataclasses.replace(plan, sample=True), "thieu-dau-mau"),
        (lambda plan: with_fields(plan, noi_luu=" "), "truong-trong"),
        (lambda plan: with_fields(plan, noi_nhan=("",)), "truong-trong"),
        (lambda plan: with_fields(plan, ten_co_quan=" "), "truong-trong"),
        (lambda plan: with_fields(plan, dia_danh=" "), "sai-phan-dau"),
        (lambda plan: with_fields(plan, trich_yeu=("Thẩm định",)), "sai-trich-yeu"),
        (lambda plan: dataclasses.replace(plan, points=("diem_toi_da", "thoi_gian")), "sai-hang-tong"),
    ],
)
def test_a_docx_that_is_not_the_data_is_caught(
    document: bytes, plan: Document, change: Callable[[Document], Document], code: str
) -> None:
    assert code in _codes(verify_docx(document, change(plan), b"", "x.docx")[1])


@pytest.mark.parametrize(
    ("number", "cell", "code"),
    [(3, "cot_2", "truong-trong"), (3, "cot_4", "truong-trong"), (5, "cot_4", "truong-trong")],
)
def test_a_row_that_prints_no_name_or_no_points_is_caught(
    template: Template, plan: Document, number: int, cell: str, code: str
) -> None:
    """Also where data and document agree on it."""
    wrong = _row(plan, number, **{cell: ()})

    assert code in _codes(verify_docx(fill(template, wrong.fields), wrong, b"", "x.docx")[1])


def test_the_total_is_held_to_the_rows(template: Template, plan: Document) -> None:
    tong: Any = plan.fields["tong"]
    wrong = with_fields(plan, tong={**tong, "cot_4": "99"})

    assert _codes(verify_docx(fill(template, wrong.fields), wrong, b"", "x.docx")[1]) == {"tong-in-sai"}


def test_sums_are_added_up_from_what_is_printed(template: Template, plan: Document) -> None:
    """Data and document agree, and both are wrong: the sums say so."""
    wrong = _row(plan, 5, cot_4=(Doan("9"),))

    assert _codes(verify_docx(fill(template, wrong.fields), wrong, b"", "x.docx")[1]) == {"tong-in-sai"}


def test_a_page_without_the_mark_of_samples_is_caught(document: bytes, pdf: bytes) -> None:
    found = verify_pdf(pdf, read_paper(document), PAGES, sample=True, name="x.pdf")[1]

    assert _codes(found) == {"thieu-dau-mau"}
    assert len(found) == 10


def test_another_number_of_pages_is_caught(document: bytes, pdf: bytes) -> None:
    assert _codes(verify_pdf(pdf, read_paper(document), range(1, 8), sample=False, name="x.pdf")[1]) == {"so-trang"}


def test_letters_that_no_font_has_are_caught(tools: Office, template: Template, plan: Document) -> None:
    """LibreOffice leaves white paper where the letter should be, and says nothing."""
    changed = _row(plan, 2, cot_3=(Doan("1.100 漢 tấn"),))
    document = fill(template, changed.fields)
    found = verify_pdf(_pdf(document, tools), read_paper(document), PAGES, sample=False, name="x.pdf")[1]

    assert _codes(found) == {"thieu-net-chu"}
    assert "“漢”" in found[0].message


UNUSUAL = (
    "theo KH-2023-15127-phong-son-abcdef-ghijk-lmnop-qrstu",
    "hợp-tác-xã-nông-nghiệp-dịch-vụ-tổng-hợp-của-huyện",
    "abc-12345-67890-12345-67890-12345-67890-1",
    "https://caocamluong.thanhhoa.gov.vn/portal/pages/2023-8-24/abc?x=1&y=2#z",
    "1.000-2.000 m² ≥ 5 % ± 3 °C; x² + y³ ≤ ½",
    "“Trích dẫn” ‘đơn’ … – — € № • -5% (-)",
    "A" * 60,
    "a–b " * 40,
    "sản-phẩm" * 12,
    "- (một) [hai] <bốn> & năm {{ sáu }} {% bảy %}",
)


def test_unusual_texts_are_no_fault(tools: Office, template: Template, plan: Document) -> None:
    """Words that a line's end breaks, at a hyphen or anywhere, are shown otherwise than written."""
    for number, text in enumerate(UNUSUAL, 2):
        plan = _row(plan, number, cot_3=(Doan(text),))
    document = fill(template, plan.fields)
    paper, problems = verify_docx(document, plan, b"", "x.docx")

    assert problems == ()
    assert paper
    assert verify_pdf(_pdf(document, tools), paper, PAGES, sample=False, name="x.pdf")[1] == ()


def test_a_row_broken_by_a_page_is_read_in_its_order(tools: Office, template: Template, plan: Document) -> None:
    """Its parts stand on two pages, all first parts before all second ones."""
    words = " ".join(f"{number} tấn" for number in range(400))
    changed = _row(plan, 2, cot_3=(Doan(words),), cot_2=(Doan(words),), rat_dai=True)
    document = fill(template, changed.fields)
    pdf = _pdf(document, tools)

    assert verify_pdf(pdf, read_paper(document), range(8, 16), sample=False, name="x.pdf")[1] == ()
    other = fill(template, _row(changed, 2, cot_3=(Doan(words.replace("250 tấn", "205 tấn")),)).fields)
    assert _codes(verify_pdf(pdf, read_paper(other), range(8, 16), sample=False, name="x.pdf")[1]) == {"sai-o-pdf"}


@st.composite
def _broken_rows(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Give the cells of a row, and what of them stands on each of some pages."""
    cells = draw(st.lists(st.text("ab1", max_size=8), min_size=1, max_size=4))
    pages = draw(st.integers(2, 3))
    cuts = [sorted(draw(st.lists(st.integers(0, len(cell)), min_size=pages - 1, max_size=pages - 1))) for cell in cells]
    ends = [[0, *own, len(cell)] for own, cell in zip(cuts, cells, strict=True)]
    parts = [
        "".join(cell[at[page] : at[page + 1]] for cell, at in zip(cells, ends, strict=True)) for page in range(pages)
    ]
    return cells, parts


@given(_broken_rows())
def test_a_broken_row_comes_together_wherever_the_pages_cut_it(row: tuple[list[str], list[str]]) -> None:
    cells, parts = row
    text = "".join(parts)
    cuts = [0, *itertools.accumulate(map(len, parts))]
    order = verify_pdf_module._order(cells, text, cuts)

    assert sorted(order) == list(range(len(text)))
    assert "".join(text[at] for at in order) == "".join(cells)

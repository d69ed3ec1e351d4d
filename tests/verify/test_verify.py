"""The verify stage: a document that is as the data says passes; what a mutation cannot show is tested here."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import verify_docx

from pipeline.emphasis import Doan
from pipeline.input.sources import Source
from pipeline.kinds.ke_hoach.present import Context
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.problem import ExitCode, Problem
from pipeline.verify import pdf_pages as verify_pdf_module
from pipeline.verify.paper import read_paper
from pipeline.verify.pdf import verify_pdf
from pipeline.verify.standard_parts import body_lines
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
    document: bytes, pdf: bytes, context: Context, template_source: Source
) -> None:
    paper, problems = verify_docx(document, context, template_source.content, "x.docx")

    assert problems == ()
    assert paper
    assert verify_pdf(pdf, paper, PAGES, sample=False, name="x.pdf")[1] == ()


def test_the_body_of_the_template_is_known(template_source: Source) -> None:
    """Otherwise nothing of it would be compared."""
    kind, opening, closing = body_lines(template_source.content)

    assert kind == "{{ ten_loai }}"
    assert opening.startswith("Thực hiện {{ van_ban_can_cu }}.")
    assert closing.endswith("./.")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * 5000])
def test_a_file_that_does_not_open_is_caught(data: bytes, document: bytes, context: Context) -> None:
    assert _codes(verify_docx(data, context, b"", "x.docx")[1]) == {"khong-mo-duoc"}
    assert _codes(verify_pdf(data, read_paper(document), PAGES, sample=False, name="x.pdf")[1]) == {"khong-mo-duoc"}


def test_a_file_cut_short_is_caught(document: bytes, pdf: bytes, context: Context) -> None:
    assert _codes(verify_docx(document[:-200], context, b"", "x.docx")[1]) == {"khong-mo-duoc"}
    assert verify_pdf(pdf[: len(pdf) // 2], read_paper(document), PAGES, sample=False, name="x.pdf")[1]


def _row(context: Context, number: int, **changes: object) -> Context:
    row = dataclasses.replace(context.cac_hang[number], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(context, cac_hang=(*context.cac_hang[:number], row, *context.cac_hang[number + 1 :]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda context: dataclasses.replace(context, so_lieu_mau=True), "thieu-dau-mau"),
        (lambda context: dataclasses.replace(context, dia_danh=" "), "truong-trong"),
        (lambda context: dataclasses.replace(context, noi_nhan=("",)), "truong-trong"),
        (lambda context: _row(context, 3, ten_tieu_chi=()), "truong-trong"),
        (lambda context: _row(context, 3, diem_toi_da=""), "truong-trong"),
        (lambda context: dataclasses.replace(context, tong_diem="99"), "sai-hang-tong"),
    ],
)
def test_a_docx_that_is_not_the_data_is_caught(
    document: bytes, context: Context, change: Callable[[Context], Context], code: str
) -> None:
    assert code in _codes(verify_docx(document, change(context), b"", "x.docx")[1])


def test_sums_are_added_up_from_what_is_printed(template: Template, context: Context) -> None:
    """Data and document agree, and both are wrong: the sums say so."""
    wrong = _row(context, 5, diem_toi_da="9")

    assert _codes(verify_docx(fill(template, wrong), wrong, b"", "x.docx")[1]) == {"tong-in-sai"}


def test_a_page_without_the_mark_of_samples_is_caught(document: bytes, pdf: bytes) -> None:
    found = verify_pdf(pdf, read_paper(document), PAGES, sample=True, name="x.pdf")[1]

    assert _codes(found) == {"thieu-dau-mau"}
    assert len(found) == 10


def test_another_number_of_pages_is_caught(document: bytes, pdf: bytes) -> None:
    assert _codes(verify_pdf(pdf, read_paper(document), range(1, 8), sample=False, name="x.pdf")[1]) == {"so-trang"}


def test_letters_that_no_font_has_are_caught(tools: Office, template: Template, context: Context) -> None:
    """LibreOffice leaves white paper where the letter should be, and says nothing."""
    changed = _row(context, 2, chi_tieu=(Doan("1.100 漢 tấn"),))
    document = fill(template, changed)
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


def test_unusual_texts_are_no_fault(tools: Office, template: Template, context: Context) -> None:
    """Words that a line's end breaks, at a hyphen or anywhere, are shown otherwise than written."""
    for number, text in enumerate(UNUSUAL, 2):
        context = _row(context, number, chi_tieu=(Doan(text),))
    document = fill(template, context)
    paper, problems = verify_docx(document, context, b"", "x.docx")

    assert problems == ()
    assert paper
    assert verify_pdf(_pdf(document, tools), paper, PAGES, sample=False, name="x.pdf")[1] == ()


def test_a_row_broken_by_a_page_is_read_in_its_order(tools: Office, template: Template, context: Context) -> None:
    """Its parts stand on two pages, all first parts before all second ones."""
    words = " ".join(f"{number} tấn" for number in range(400))
    changed = _row(context, 2, chi_tieu=(Doan(words),), ten_tieu_chi=(Doan(words),), rat_dai=True)
    document = fill(template, changed)
    pdf = _pdf(document, tools)

    assert verify_pdf(pdf, read_paper(document), range(8, 16), sample=False, name="x.pdf")[1] == ()
    other = fill(template, _row(changed, 2, chi_tieu=(Doan(words.replace("250 tấn", "205 tấn")),)))
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

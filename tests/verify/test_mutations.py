"""A finished document in which anything is changed is caught, and the problem's code says what."""

import datetime as dt
from collections.abc import Callable

import pikepdf
import pytest
from mutations import CONVERTED, IN_DOCX, IN_PDF, Parts, changed_docx, changed_pdf
from reading import verify_docx

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.problem import ExitCode, Problem
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf import verify_pdf

PAGES = range(8, 12)
SIGNER = (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Bùi Quốc Bảo")
DAY = dt.date(2023, 8, 1)


@pytest.fixture(scope="module")
def pdf(tools: Office, document: bytes) -> bytes:
    (made,) = convert([document], tools)
    assert made
    return normalise(made, DAY, *SIGNER)


@pytest.fixture(scope="module")
def paper(document: bytes) -> Paper:
    return read_paper(document)


@pytest.fixture(scope="module")
def converted(tools: Office, document: bytes) -> dict[str, bytes]:
    """Give the PDFs of all changed documents, from one LibreOffice."""
    made = convert([changed_docx(document, change) for change, _ in CONVERTED.values()], tools)
    return {name: normalise(data or b"", DAY, *SIGNER) for name, data in zip(CONVERTED, made, strict=True)}


def _codes(problems: tuple[Problem, ...]) -> set[str]:
    assert all(problem.exit_code == ExitCode.VERIFICATION for problem in problems)
    return {problem.code for problem in problems}


def test_there_are_many() -> None:
    assert len(IN_DOCX) + len(IN_PDF) + len(CONVERTED) >= 120


@pytest.mark.parametrize(("change", "code"), IN_DOCX.values(), ids=IN_DOCX)
def test_a_changed_docx_is_caught(
    document: bytes, plan: Document, template_source: Source, change: Callable[[Parts], None], code: str
) -> None:
    changed = changed_docx(document, change)

    assert code in _codes(verify_docx(changed, plan, template_source.content, "x.docx")[1])


@pytest.mark.parametrize(("change", "code"), IN_PDF.values(), ids=IN_PDF)
def test_a_changed_pdf_is_caught(pdf: bytes, paper: Paper, change: Callable[[pikepdf.Pdf], None], code: str) -> None:
    assert code in _codes(verify_pdf(changed_pdf(pdf, change), paper, PAGES, sample=False, name="x.pdf")[1])


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in CONVERTED.items()])
def test_the_pdf_of_a_changed_docx_is_caught(converted: dict[str, bytes], paper: Paper, name: str, code: str) -> None:
    assert code in _codes(verify_pdf(converted[name], paper, PAGES, sample=False, name="x.pdf")[1])


def test_an_encrypted_pdf_is_caught(pdf: bytes, paper: Paper) -> None:
    changed = changed_pdf(pdf, lambda _: None, encryption=pikepdf.Encryption(owner="x", user=""))

    assert "pdf-ma-hoa" in _codes(verify_pdf(changed, paper, PAGES, sample=False, name="x.pdf")[1])

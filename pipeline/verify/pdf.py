"""The verify stage: read the finished files back, with other readers than wrote them, and hold them to the data.

The .docx, read by python-docx, is held to the Context; the PDF, read by pdfium and by its content streams, to the
.docx. What a PDF/A must be is checked by its structure.
"""

import contextlib
import dataclasses
import io
from collections.abc import Iterator, Sequence

import pikepdf
import pypdfium2

from pipeline.kinds.ke_hoach.present import Context
from pipeline.pdf.text import read_pages
from pipeline.problem import Problem, bad_output
from pipeline.the_thuc.check import check_the_thuc
from pipeline.verify.paper import Paper, read_paper
from pipeline.verify.pdf_fields import field_problems
from pipeline.verify.pdf_pages import print_problems
from pipeline.verify.pdf_structure import structure_problems
from pipeline.verify.standard_parts import docx_problems

_ROWS = 10
"""More than the head and the signing block have."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What was read back: how many pages the PDF has."""

    pages: int


def verify_docx(
    data: bytes, context: Context, body: Sequence[str], name: str
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a .docx back and hold it to its Context.

    `body` is what body_lines gives for the template. Returns what was read, None for a file that does not open.
    """
    try:
        paper = read_paper(data)
    except ValueError as error:
        return None, (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp .docx ({error})"),)
    return paper, (*docx_problems(paper, context, body, name), *_layout_problems(data, context, name))


def _layout_problems(data: bytes, context: Context, name: str) -> Iterator[Problem]:
    """Hold our own document to the decree as anybody's: warnings count, too.

    The decree says nothing of a table's rows, and docx_problems holds every letter of them to the data: a few will do.
    """
    for found in check_the_thuc(data, _ROWS):
        # Whoever signs may not be known yet; the data say so by an empty name.
        if found.rule != "ho-ten-thieu" or context.ho_ten:
            message = f"{found.where}: {found.found}; yêu cầu: {found.asked} ({found.clause})"
            yield bad_output(name, f"the-thuc-{found.rule}", message, "sửa mẫu Word hoặc dữ liệu")


def verify_pdf(
    data: bytes, paper: Paper, pages: range, *, sample: bool, name: str, to_sign: bool = True
) -> tuple[Reading, tuple[Problem, ...]]:
    """Read a PDF back and hold it to its .docx, as read; `pages` is how many pages it may have.

    One that is not `to_sign` needs no signature fields.
    """
    try:
        shown = page_texts(data)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            structure = tuple(structure_problems(pdf, paper.title, paper.height, name))
            pieces = read_pages(pdf)
            fields = tuple(field_problems(pdf, paper, pieces, name)) if to_sign else ()
    except (pypdfium2.PdfiumError, pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError) as error:
        return Reading(0), (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp PDF ({error})"),)
    problems = [*structure, *fields, *print_problems(paper, pieces, shown, sample=sample, name=name)]
    if len(shown) not in pages:
        message = f"PDF có {len(shown)} trang, bộ tiêu chí cho phép {pages.start} đến {pages.stop - 1} trang"
        hint = "xem lại nội dung và mẫu Word; nếu đúng thì sửa so_trang_it_nhat, so_trang_nhieu_nhat"
        problems.append(bad_output(name, "so-trang", message, hint))
    return Reading(len(shown)), tuple(problems)


def page_texts(data: bytes) -> list[str]:
    """Give the text of each page of a PDF, as pdfium shows it."""
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document:  # type: ignore[no-untyped-call]
        return [page.get_textpage().get_text_range() for page in document]

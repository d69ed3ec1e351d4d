"""Compare a finished PDF with its .docx, both read back: by what pdfium shows, by content streams, by structure."""

import contextlib
import dataclasses
import io
from collections.abc import Sequence

import pikepdf
import pypdfium2

from pipeline.pdf.text import read_pages
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper
from pipeline.verify.pdf_fields import field_problems
from pipeline.verify.pdf_pages import print_problems
from pipeline.verify.pdf_structure import structure_problems


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What was read back: how many pages the PDF has."""

    pages: int


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What must stand where: `signing` are the lines between which a paper is signed, `headings` its heading rows.

    `signing` is empty where nobody knows them, None for a PDF without signature fields. Rows are those of the widest
    table, by their number, the header row being 0; a heading must not be the last row of a page.
    """

    signing: Sequence[str] | None = ()
    headings: frozenset[int] = frozenset()


USUAL = Setting()


def verify_pdf(
    data: bytes,
    paper: Paper,
    pages: range,
    *,
    sample: bool,
    name: str,
    setting: Setting = USUAL,
) -> tuple[Reading, tuple[Problem, ...]]:
    """Read a PDF back, compare it with its .docx, and return what was read and the problems.

    `pages` is how many pages it may have, `sample` whether it must carry the mark of samples, `name` its file name for
    the problems, `setting` what else is known. A PDF that does not open is one problem, no exception.
    """
    try:
        viewer_texts = page_texts(data)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            structure = tuple(structure_problems(pdf, paper.title, paper.height, name))
            pieces = read_pages(pdf)
            fields = (
                tuple(field_problems(pdf, paper, pieces, setting.signing, name)) if setting.signing is not None else ()
            )
    except (pypdfium2.PdfiumError, pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError) as error:
        return Reading(0), (bad_output(name, "khong-mo-duoc", f"không mở lại được tệp PDF ({error})"),)
    printed = print_problems(paper, pieces, viewer_texts, setting.headings, sample=sample, name=name)
    problems = [*structure, *fields, *printed]
    if len(viewer_texts) not in pages:
        message = f"PDF có {len(viewer_texts)} trang, bộ tiêu chí cho phép {pages.start} đến {pages.stop - 1} trang"
        hint = "xem lại nội dung và mẫu Word; nếu đúng thì sửa so_trang_it_nhat, so_trang_nhieu_nhat"
        problems.append(bad_output(name, "so-trang", message, hint))
    return Reading(len(viewer_texts)), tuple(problems)


def page_texts(data: bytes) -> list[str]:
    """Return the text of each page of a PDF as pdfium, the engine of a viewer, extracts it.

    Raises pypdfium2.PdfiumError for a PDF that does not open.
    """
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document:  # type: ignore[no-untyped-call]
        return [page.get_textpage().get_text_range() for page in document]

"""Write findings into a copy of a .docx, as Word comments at the places they are about."""

import io
import itertools
from collections.abc import Iterable, Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.text.run import Run

from pipeline.problem import UsageError
from pipeline.the_thuc.finding import Finding
from pipeline.word.package import compress, read_package, write_package

AUTHOR, INITIALS = "Kiểm tra thể thức", "TT"
_MAX_PARTS, _MAX_UNPACKED = 2000, 256 * 1024 * 1024
_MAX_COMMENTS = 500
"""The most comments that a document gets; the printed list has the findings beyond them."""


def annotate(data: bytes, findings: Iterable[Finding]) -> bytes:
    """Return the .docx with its findings added as Word comments; findings of one paragraph share one comment.

    Findings about the document as a whole stand at its first words. All else stays as it was, and the same input gives
    the same bytes. Raises UsageError for a file that cannot carry comments.
    """
    try:
        read_package(data, max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED)
        document = docx.Document(io.BytesIO(data))
        paragraphs = list(document.element.body.iter(qn("w:p")))
        groups = itertools.groupby(sorted(findings), key=lambda finding: finding.where.order)
        for order, group in itertools.islice(groups, _MAX_COMMENTS):
            _comment(document, paragraphs, order, list(group))
        buffer = io.BytesIO()
        document.save(buffer)
        parts = read_package(buffer.getvalue(), max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED)
    except Exception as error:
        raise UsageError(f"không ghi chú thích vào tệp này được ({type(error).__name__})") from error
    return write_package(compress(name, content) for name, content in parts.items())


def _comment(document: Document, paragraphs: list[CT_P], order: int, findings: list[Finding]) -> None:
    run = next(_runs_from(document, paragraphs, max(order, 0)), None)
    if run is None:
        run = document.add_paragraph().add_run()
    text = "\n".join(_comment_text(finding) for finding in findings)
    comment = document.add_comment(run, text, AUTHOR, INITIALS)
    # The time of writing is the only thing that would differ between two runs on the same file.
    comment._comment_elm.attrib.pop(qn("w:date"), None)  # noqa: SLF001 - python-docx has no other way


def _runs_from(document: Document, paragraphs: list[CT_P], order: int) -> Iterator[Run]:
    """Yield runs to hang a comment on, the best first: of the paragraph, of those after it, of those before it.

    Word has no comments in text boxes; about what stands there, they hang on the next paragraph.
    """
    for paragraph in (*paragraphs[order:], *paragraphs[:order][::-1]):
        if next(paragraph.iterancestors(qn("w:txbxContent")), None) is not None:
            continue
        for run in paragraph.r_lst[:1]:
            yield Run(run, document)


def _comment_text(finding: Finding) -> str:
    clause = f" ({finding.clause})" if finding.clause else ""
    more = f" (và {finding.more} chỗ nữa)" if finding.more else ""
    return f"{finding.severity.capitalize()}: {finding.found}{more}. Yêu cầu: {finding.asked}{clause}. [{finding.rule}]"

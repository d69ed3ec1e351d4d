"""Copy a .docx with its findings as Word comments at their places."""

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
_MOST = 500
"""So many comments a document gets; those beyond are in the printed list alone."""


def annotate(data: bytes, findings: Iterable[Finding]) -> bytes:
    """Give the document with a comment for every finding, one comment a place; what was there stays.

    Findings about the document as a whole stand at its first words. The same input gives the same bytes.
    Raises UsageError for a file that cannot carry comments.
    """
    try:
        read_package(data, max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED)
        document = docx.Document(io.BytesIO(data))
        places = list(document.element.body.iter(qn("w:p")))
        groups = itertools.groupby(sorted(findings), key=lambda each: each.where.order)
        for order, group in itertools.islice(groups, _MOST):
            _comment(document, places, order, list(group))
        out = io.BytesIO()
        document.save(out)
        parts = read_package(out.getvalue(), max_parts=_MAX_PARTS, max_unpacked=_MAX_UNPACKED)
    except Exception as error:
        raise UsageError(f"không ghi chú thích vào tệp này được ({type(error).__name__})") from error
    return write_package(compress(name, content) for name, content in parts.items())


def _comment(document: Document, places: list[CT_P], order: int, findings: list[Finding]) -> None:
    run = next(_runs_from(document, places, max(order, 0)), None)
    if run is None:
        run = document.add_paragraph().add_run()
    text = "\n".join(_words(finding) for finding in findings)
    comment = document.add_comment(run, text, AUTHOR, INITIALS)
    # The moment would be the only thing here that two runs on the same file do not share.
    comment._comment_elm.attrib.pop(qn("w:date"), None)  # noqa: SLF001 - python-docx has no other way


def _runs_from(document: Document, places: list[CT_P], order: int) -> Iterator[Run]:
    """Give the first run of a paragraph; one without runs is marked at the next that has some, else one before."""
    for place in (*places[order:], *places[:order][::-1]):
        for run in place.r_lst[:1]:
            yield Run(run, document)


def _words(finding: Finding) -> str:
    clause = f" ({finding.clause})" if finding.clause else ""
    more = f" (và {finding.more} chỗ nữa)" if finding.more else ""
    return f"{finding.severity.capitalize()}: {finding.found}{more}. Yêu cầu: {finding.asked}{clause}. [{finding.rule}]"

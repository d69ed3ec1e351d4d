"""Apply the rules to a .docx: bytes in, findings out, never an exception for what the bytes hold."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.the_thuc.checks import body, head, letters, lines, whole
from pipeline.the_thuc.checks import closing as closing_forms
from pipeline.the_thuc.components.recognise import Components, recognise
from pipeline.the_thuc.finding import Finding, Hit, Where
from pipeline.the_thuc.reading.document import Document
from pipeline.the_thuc.reading.opened import StrangeFileError, open_package
from pipeline.the_thuc.reading.read import read_document
from pipeline.the_thuc.rules import rules

CHECKS: tuple[Callable[[Document, Components], Iterator[Hit]], ...] = (
    whole.check_macros,
    whole.check_pages,
    whole.check_page_numbers,
    whole.check_letters,
    whole.check_presence,
    whole.check_order,
    letters.check_faces,
    head.check_motto,
    head.check_agency,
    head.check_number,
    head.check_date,
    lines.check_lines,
    body.check_basis,
    body.check_text,
    closing_forms.check_signing,
    closing_forms.check_recipients,
)
_MOST_WORDS = 300
_YEAR = re.compile(r"ngày\s*(\d{1,2})?\D*tháng\s*(\d{1,2})?\D*năm\s*(\d{4})")


def check_the_thuc(data: bytes, most_rows: int | None = None) -> tuple[Finding, ...]:
    """Check any file against Nghị định 30/2020/NĐ-CP; with `most_rows`, only the first rows of each table.

    Findings come in the order of the document; the same fault in many places is one finding that counts them.
    A file that is no readable .docx gives one finding that says why.
    """
    try:
        document = read_document(open_package(data, most_rows))
    except StrangeFileError as error:
        return _findings([Hit(error.rule, Where(label="tệp"), error.reason)], dt.date.max)
    components = recognise(document)
    hits = (hit for check in CHECKS for hit in check(document, components))
    return _findings(hits, _issued(components))


def unreadable(reason: str) -> tuple[Finding, ...]:
    """Give the one finding about a file that the system does not let be read."""
    return _findings([Hit("tep-khong-doc-duoc", Where(label="tệp"), reason)], dt.date.max)


def _findings(hits: Iterable[Hit], issued: dt.date) -> tuple[Finding, ...]:
    """Join equal hits, add what the rules say, leave out rules not yet in force when the document was issued."""
    first: dict[tuple[str, str], Where] = {}
    count: dict[tuple[str, str], int] = {}
    skipped = False
    for rule, where, found in hits:
        if rules()[rule].valid_from > issued:
            skipped = True
            continue
        key = rule, found[:_MOST_WORDS]
        count[key] = count.get(key, 0) + 1
        first[key] = min(first.get(key, where), where)
    if skipped and not first:
        key = "chua-hieu-luc", f"văn bản đề ngày {issued:%d/%m/%Y}, trước Nghị định: không kiểm tra"
        first[key], count[key] = Where(), 1
    made = []
    for (name, found), where in first.items():
        told = rules()[name]
        made.append(Finding(where, name, found, told.asked, told.clause, told.severity, count[name, found] - 1))
    return tuple(sorted(made))


def _issued(components: Components) -> dt.date:
    """Give the date that the document bears; one without a full date counts as new."""
    piece = components.first("dia_danh")
    match = _YEAR.search(piece.text) if piece else None
    if not match:
        return dt.date.max
    try:
        return dt.date(int(match[3]), int(match[2] or 12), int(match[1] or 28))
    except ValueError:
        return dt.date.max

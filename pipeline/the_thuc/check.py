"""Check a .docx against the layout rules: bytes in, findings out, never an exception for what the bytes hold."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.the_thuc.checks import (
    annexes,
    body,
    head,
    headings,
    letters,
    lines,
    recipients,
    typefaces,
    whole,
    wording,
)
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
    typefaces.check_letters,
    whole.check_presence,
    whole.check_order,
    letters.check_faces,
    head.check_motto,
    head.check_single_lines,
    head.check_spacing,
    head.check_agency,
    head.check_number,
    head.check_date,
    lines.check_lines,
    body.check_basis,
    body.check_text,
    headings.check_headings,
    wording.check_capitals,
    wording.check_citations,
    closing_forms.check_signing,
    recipients.check_addressees,
    recipients.check_recipients,
    annexes.check_annexes,
)
_MAX_KEY_LETTERS = 300
_YEAR = re.compile(r"ngày\s*(\d{1,2})?\D*tháng\s*(\d{1,2})?\D*năm\s*(\d{4})")


def check_the_thuc(data: bytes, most_rows: int | None = None, *, strict: bool = False) -> tuple[Finding, ...]:
    """Check the layout of any file against Nghị định 30/2020/NĐ-CP and return the findings, in document order.

    The same fault in many places is one finding that counts them. A file that is no readable .docx gives one finding
    that says why. With `most_rows`, only that many first rows of each table are looked at. With `strict`, rules whose
    findings are often a matter of opinion are applied, too.
    """
    try:
        document = read_document(open_package(data, most_rows))
    except StrangeFileError as error:
        return _findings([Hit(error.rule, Where(label="tệp"), error.reason)], dt.date.max)
    components = recognise(document)
    return _findings(hits_in(document, components, strict=strict), _issue_date(components))


def hits_in(document: Document, components: Components, *, strict: bool = False) -> Iterator[Hit]:
    """Yield each broken rule at each place; of a paper that is no kind of the decree, those that hold for any paper."""
    for check in CHECKS:
        for hit in check(document, components):
            rule = rules()[hit.rule]
            if (strict or not rule.strict) and (components.other is None or rule.any_paper):
                yield hit


def unreadable(reason: str) -> tuple[Finding, ...]:
    """Return the one finding about a file that the operating system does not let us read."""
    return _findings([Hit("tep-khong-doc-duoc", Where(label="tệp"), reason)], dt.date.max)


def _findings(hits: Iterable[Hit], issue_date: dt.date) -> tuple[Finding, ...]:
    """Turn hits into findings: join equal ones, add each rule's data, skip rules not in force on the issue date."""
    places: dict[tuple[str, str], Where] = {}
    counts: dict[tuple[str, str], int] = {}
    skipped = False
    for rule_id, where, observation in hits:
        if rules()[rule_id].valid_from > issue_date:
            skipped = True
            continue
        key = rule_id, observation[:_MAX_KEY_LETTERS]
        counts[key] = counts.get(key, 0) + 1
        places[key] = min(places.get(key, where), where)
    if skipped and not places:
        key = "chua-hieu-luc", f"văn bản đề ngày {issue_date:%d/%m/%Y}, trước Nghị định: không kiểm tra"
        places[key], counts[key] = Where(), 1
    findings = []
    for (rule_id, observation), where in places.items():
        rule = rules()[rule_id]
        findings.append(
            Finding(
                where, rule_id, observation, rule.asked, rule.clause, rule.severity, counts[rule_id, observation] - 1
            )
        )
    return tuple(sorted(findings))


def _issue_date(components: Components) -> dt.date:
    """Return the date printed on the document, or the latest possible date when there is none.

    A document without a date is new, so every rule holds for it. A missing month counts as 12, a missing day as 28.
    """
    piece = components.first("dia_danh")
    match = _YEAR.search(piece.text) if piece else None
    if not match:
        return dt.date.max
    try:
        return dt.date(int(match[3]), int(match[2] or 12), int(match[1] or 28))
    except ValueError:
        return dt.date.max

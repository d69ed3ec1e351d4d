"""Mend letters where there is one right answer: a zero before a number, the marks at line ends, composed Unicode."""

import re
import unicodedata

from pipeline.the_thuc.checks.recipients import BULLETS
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.mending.job import Job
from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.runs import runs_of, text_of

_NUMBER = re.compile(r"Số\s*:\s*(?=\d\s*/)")
_DAY = re.compile(r"(?<=ngày )(?=\d )|(?<=tháng )(?=[12] )")
_MARKS = ".;:, \u00a0"


def compose(job: Job, _: Hit) -> None:
    """Compose the letters of all runs of the text (NFC)."""
    for element in job.elements:
        for run in runs_of(element):
            text, _is_plain = text_of(run)
            if unicodedata.is_normalized("NFC", text) or job.pen.rewrite(run, unicodedata.normalize("NFC", text)):
                continue
            for holder in run.iterfind(f"{W}t"):
                # A run with tab stops or drawings cannot be tracked as a whole; its letters look the same.
                holder.text = unicodedata.normalize("NFC", holder.text or "")


def pad_number(job: Job, hit: Hit) -> None:
    """Put a zero before a number below 10."""
    text = _text(job, hit.where.order)
    if match := _NUMBER.search(text):
        job.pen.replace(job.elements[hit.where.order], match.end(), match.end(), "0")


def pad_date(job: Job, hit: Hit) -> None:
    """Put a zero before days below 10 and before the months 1 and 2."""
    for match in reversed(list(_DAY.finditer(_text(job, hit.where.order)))):
        job.pen.replace(job.elements[hit.where.order], match.start(), match.start(), "0")


def end_recipients(job: Job, hit: Hit) -> None:
    """End a recipient with a semicolon, the last one with a full stop.

    A recipient on several lines is told by its first; the mark belongs at the end of the last.
    """
    lines = job.components.pieces["noi_nhan_dong"]
    orders = [piece.paragraph.where.order for piece in lines if piece.whole]
    if hit.where.order not in orders:
        return
    at = orders.index(hit.where.order)
    while at + 1 < len(lines) and not lines[at + 1].text.startswith(BULLETS):
        at += 1
    if at >= len(orders):
        return
    text = _text(job, orders[at])
    kept = len(text.rstrip(_MARKS))
    job.pen.replace(job.elements[orders[at]], kept, len(text), "." if at == len(lines) - 1 else ";")


def _text(job: Job, order: int) -> str:
    """Return the letters of a paragraph's runs as they stand in the XML."""
    hidden = [run for run in runs_of(job.elements[order]) if run.find(f"{W}rPr/{W}vanish") is not None]
    return "" if hidden else "".join(text_of(run)[0] for run in runs_of(job.elements[order]))

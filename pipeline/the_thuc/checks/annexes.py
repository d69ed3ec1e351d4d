"""Check the annexes: label, title, reference, numbering, page numbers (Phụ lục I, phần I, mục III, khoản 1)."""

import re
from collections.abc import Iterator

from pipeline.the_thuc.checks.letters import check_faces_of
from pipeline.the_thuc.components.annexes import Annex
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, printed

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_RIGHT_LABEL = re.compile(r"Phụ lục( [\dIVXLC]+)?")
_MENTION = re.compile(r"phụ lục|kèm theo|đính kèm", re.IGNORECASE)


def check_annexes(document: Document, components: Components) -> Iterator[Hit]:
    """Check each annex, their numbers when there are two or more, and that the text points to them."""
    annexes = components.annexes
    for annex in annexes:
        yield from _check_annex(annex)
    if len(annexes) > 1:
        for annex, number in zip(annexes, _ROMAN, strict=False):
            if annex.number != number:
                yield Hit("phu-luc-so", annex.label.paragraph.where, f"“{annex.label.text}”; đây là phụ lục {number}")
    for annex in () if components.other else annexes:
        section = annex.label.paragraph.section
        if section == 0 or not document.sections[min(section, len(document.sections) - 1)].restarts:
            yield Hit("phu-luc-so-trang", annex.label.paragraph.where, "số trang không bắt đầu lại từ 1")
    words = (*components.body, *components.basis)
    if annexes and words and not components.other and not any(_MENTION.search(paragraph.text) for paragraph in words):
        yield Hit("phu-luc-chi-dan", annexes[0].label.paragraph.where, "nội dung không nhắc tới phụ lục")


def _check_annex(annex: Annex) -> Iterator[Hit]:
    where = annex.label.paragraph.where
    yield from check_faces_of("phu-luc", annex.label)
    if not _RIGHT_LABEL.fullmatch(annex.label.text):
        yield Hit("phu-luc-dang", where, f"“{annex.label.text[:60]}”")
    for piece in annex.title:
        yield from check_faces_of("phu-luc-ten", piece)
    if annex.reference is None:
        yield Hit("phu-luc-kem-theo", where, f"dưới “{printed(annex.label)}” không có dòng (Kèm theo …)")
    else:
        yield from check_faces_of("phu-luc-dan", annex.reference)

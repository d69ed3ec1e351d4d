"""Mend how letters and paragraphs look: size, bold, italic, font, colour, alignment, indents, spacing."""

from collections.abc import Callable, Mapping

from lxml import etree

from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.mending.job import Job
from pipeline.the_thuc.rules import rules

_FONT = "Times New Roman"
_INDENT = "720"
"""1,27 cm in twips (mục II, khoản 6)."""
_SIX_POINTS = "120"
_SINGLE, _ONE_AND_A_HALF = "240", "360"
_BODY = "noi-dung"


def mend_size(job: Job, hit: Hit) -> None:
    """Set the nearest size that the rule allows."""
    lowest, highest = rules()[hit.rule].bounds
    prefix = hit.rule.removesuffix("-co-chu")
    found = [None] if prefix == _BODY else list(job.pieces(prefix, hit.where.order))
    for piece in found:
        faces = job.by_order[hit.where.order].runs if piece is None else piece.runs
        sizes = [run.face.size for run in faces if any(letter.isalnum() for letter in run.text)]
        wrong = [size for size in sizes if not lowest <= size <= highest]
        if wrong:
            half_points = str(round((lowest if wrong[0] < lowest else highest) * 2))
            for run in job.runs(hit.where.order, piece):
                for name in ("sz", "szCs"):
                    job.pen.run(run, name, {"val": half_points})


def mend_style(job: Job, hit: Hit) -> None:
    """Set bold or italic as the rule asks."""
    prefix, _, aspect = hit.rule.rpartition("-")
    names = ("b", "bCs") if aspect == "dam" else ("i", "iCs")
    value = "1" if rules()[hit.rule].allowed == ("co",) else "0"
    for piece in job.pieces(prefix, hit.where.order):
        for run in job.runs(hit.where.order, piece):
            for name in names:
                job.pen.run(run, name, {"val": value})


def mend_bold(job: Job, hit: Hit) -> None:
    """Set all letters of a heading bold."""
    for run in job.runs(hit.where.order):
        for name in ("b", "bCs"):
            job.pen.run(run, name, {"val": "1"})


def mend_font(job: Job, hit: Hit) -> None:
    """Set Times New Roman for all letters of a paragraph."""
    for run in job.runs(hit.where.order):
        set_font(job, run)


def set_font(job: Job, run: etree._Element) -> None:
    """Set Times New Roman for a run, and take the theme's font away, which would win over it."""
    job.pen.run(run, "rFonts", dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), _FONT))
    job.pen.drop(run, "rFonts", ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"))


def mend_colour(job: Job, hit: Hit) -> None:
    """Set black for all letters of a paragraph."""
    for run in job.runs(hit.where.order):
        job.pen.run(run, "color", {"val": "000000"})
        job.pen.drop(run, "color", ("themeColor", "themeTint", "themeShade"))


def mend_centred(job: Job, hit: Hit) -> None:
    """Centre a paragraph without a first-line indent."""
    element = job.elements[hit.where.order]
    job.pen.paragraph(element, "jc", {"val": "center"})
    if job.by_order[hit.where.order].shape.first > 0:
        job.pen.paragraph(element, "ind", {"firstLine": "0"})


def mend_flush_left(job: Job, hit: Hit) -> None:
    """Set a paragraph flush left."""
    job.pen.paragraph(job.elements[hit.where.order], "jc", {"val": "left"})


def mend_justified(job: Job, hit: Hit) -> None:
    """Justify a paragraph of the text."""
    job.pen.paragraph(job.elements[hit.where.order], "jc", {"val": "both"})


def mend_indent(job: Job, hit: Hit) -> None:
    """Set the first line in by 1,27 cm; one that is set in with blanks or tab stops is left, as these are letters."""
    paragraph, element = job.by_order[hit.where.order], job.elements[hit.where.order]
    if not paragraph.text[:1].isspace():
        job.pen.paragraph(element, "ind", {"left": "0", "firstLine": _INDENT})
        job.pen.drop(element, "ind", ("hanging", "start", "firstLineChars", "hangingChars", "leftChars"))


def mend_gap(job: Job, hit: Hit) -> None:
    """Put six points above a paragraph."""
    element = job.elements[hit.where.order]
    job.pen.paragraph(element, "spacing", {"before": _SIX_POINTS, "beforeAutospacing": "0"})
    if job.by_order[hit.where.order].shape.contextual:
        job.pen.paragraph(element, "contextualSpacing", {"val": "0"})


def mend_line_spacing(job: Job, hit: Hit) -> None:
    """Set the nearest allowed line spacing: single, or one and a half lines; in the head single."""
    shape = job.by_order[hit.where.order].shape
    is_wide = shape.line_rule == "auto" and shape.line > 1 and hit.rule == "noi-dung-gian-dong"
    line = _ONE_AND_A_HALF if is_wide else _SINGLE
    job.pen.paragraph(job.elements[hit.where.order], "spacing", {"line": line, "lineRule": "auto"})


FORMS: Mapping[str, Callable[[Job, Hit], None]] = {
    "de-muc-dam": mend_bold,
    "chuong-dam": mend_bold,
    "chuong-giua": mend_centred,
    "mau-chu": mend_colour,
    "noi-nhan-trai": mend_flush_left,
    "noi-dung-canh-deu": mend_justified,
    "noi-dung-thut-dong": mend_indent,
    "noi-dung-cach-doan": mend_gap,
    "ve-viec-cach": mend_gap,
    "noi-dung-gian-dong": mend_line_spacing,
    "dau-trang-gian-dong": mend_line_spacing,
}

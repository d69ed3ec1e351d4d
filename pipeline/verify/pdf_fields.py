"""Check that a PDF is ready for signing: it has two signature fields, where the decree puts signature and seal."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pikepdf

from pipeline.pdf.names import SEAL, SIGNATURE
from pipeline.pdf.text import Line, Piece, lines
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper
from pipeline.vietnamese import RECIPIENTS, squashed

_LEAST, _MOST = 0.25, 0.42
"""Least and greatest share of the signature's width that the seal may cover: “khoảng 1/3”."""


class _Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def field_problems(
    pdf: pikepdf.Pdf, paper: Paper, pages: Sequence[Sequence[Piece]], signing: Sequence[str], name: str
) -> Iterator[Problem]:
    """Check that both fields are on one page, the signature between post and name, the seal over its left third.

    By Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7 and 8. `signing` are the lines of posts and name;
    where nobody knows them, they are those beside the recipients.
    """
    fields = {}
    for number, page in enumerate(pdf.pages):
        for note in page.obj.get("/Annots", pikepdf.Array()).as_list():
            fields[str(note.get("/T", ""))] = (number, _box(note))
    if not {SIGNATURE, SEAL} <= fields.keys():
        yield bad_output(name, "thieu-o-ky", "PDF không có ô chữ ký cho người ký và ô dấu cho cơ quan")
        return
    (number, signature), (seal_number, seal) = fields[SIGNATURE], fields[SEAL]
    page_lines = list(lines(pages[number]))
    signing_lines = [squashed(line) for line in signing if line.strip()] or _signing_lines(paper)
    if number != seal_number or not _between(signature, page_lines, signing_lines):
        yield bad_output(name, "o-ky-sai-cho", "ô chữ ký không nằm giữa chức vụ và họ tên người ký")
    overlap = (seal.right - signature.left) / (signature.right - signature.left)
    beside = seal.left < signature.left and seal.bottom < signature.top and signature.bottom < seal.top
    if not _LEAST <= overlap <= _MOST or not beside:
        yield bad_output(name, "o-ky-sai-cho", "ô dấu không trùm khoảng 1/3 ô chữ ký về bên trái")


def _between(box: _Box, page_lines: Sequence[Line], signing: Sequence[str]) -> bool:
    """Tell whether a box touches no line, and the lines right above and below it are neighbours in the signing block.

    `signing` are the lines of that block, without white space.
    """
    if any(line.left < box.right and box.left < line.right and _touches(line, box) for line in page_lines):
        return False
    near = [line for line in page_lines if line.left < box.right and box.left < line.right and line.text in signing]
    above = min((line for line in near if line.base >= box.top), key=lambda line: line.base, default=None)
    below = max((line for line in near if line.base < box.bottom), key=lambda line: line.base, default=None)
    if above is None or above.base - box.top > above.size:
        return False
    after = signing[signing.index(above.text) + 1 :]
    return after == ([below.text] if below else [])


def _touches(line: Line, box: _Box) -> bool:
    return line.base < box.top and box.bottom < line.base + 0.7 * line.size


def _signing_lines(paper: Paper) -> list[str]:
    """Return the lines of the cells after the recipients' cell, each without white space."""
    paragraphs = [paragraph for paragraph in paper.paragraphs if paragraph.text.strip()]
    cells = [list(cell) for _, cell in groupby(paragraphs, key=lambda paragraph: paragraph.place)]
    starts = [number for number, cell in enumerate(cells) if cell[0].text.strip() == RECIPIENTS]
    return [squashed(each.text) for cell in cells[starts[-1] + 1 :] for each in cell] if starts else []


def _box(note: Any) -> _Box:
    left, bottom, right, top = (float(corner) for corner in note.get("/Rect", [0, 0, 0, 0]))
    return _Box(left, bottom, right, top)

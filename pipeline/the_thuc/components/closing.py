"""Find the end of a document: the signing block and Nơi nhận."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.the_thuc.reading.document import Piece, printed
from pipeline.vietnamese import slug

POWER = re.compile(r"(T/M|K/T|T/L|TUQ|TM|KT|TL|Q)(?=[.\s/]|ỦY|CHỦ)\s*\.?", re.IGNORECASE)
_POST = re.compile(
    r"(PHÓ |Q\. ?|QUYỀN )?(CHỦ TỊCH|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|TRƯỞNG|HIỆU TRƯỞNG|CHÁNH|BỘ TRƯỞNG|THỨ TRƯỞNG|CỤC TRƯỞNG|"
    r"VỤ TRƯỞNG|VIỆN TRƯỞNG|THỦ TRƯỞNG|THỦ TƯỚNG|BÍ THƯ|CHI CỤC TRƯỞNG|CHỈ HUY|TỔ TRƯỞNG|NGƯỜI|HIỆU PHÓ|CHỦ NHIỆM|"
    r"TRẠM TRƯỞNG|ĐỘI TRƯỞNG)"
)
UNIT = re.compile(r"(XÃ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|TỈNH|THÀNH PHỐ|ĐẶC KHU)\b", re.IGNORECASE)
_NOTE = re.compile(r"[(\[].*[)\]]|đã ký|ký tên.*", re.IGNORECASE)
_RECIPIENT = re.compile(r"\s*[-–—+•*]|.*[;.]$")
_NEAR = 14


class Closing(NamedTuple):
    """The end of a document: Nơi nhận with its lines, the signer's posts and name.

    `first_order` is the order of the first paragraph of these: the body ends before it.
    """

    heading: Piece | None
    recipients: tuple[Piece, ...]
    posts: tuple[Piece, ...]
    name: Piece | None
    first_order: int


def find_closing(everything: Sequence[Piece], after: int) -> Closing:
    """Find the signing block and Nơi nhận, side by side in a table or one after the other.

    Only paragraphs whose order is greater than `after` are looked at.
    """
    lines = [piece for piece in everything if piece.paragraph.where.order > after]
    at = next((n for n, piece in enumerate(lines) if _is_heading(piece)), None)
    heading = None if at is None else lines[at]
    if heading is not None and at is not None and (cell := heading.paragraph.cell):
        in_tables = [(piece, piece.paragraph.cell) for piece in lines if piece.paragraph.cell]
        beside = [(piece, each) for piece, each in in_tables if each.table == cell.table and each.row >= cell.row]
        recipients = [piece for piece, each in beside if each.column == cell.column and piece is not heading]
        signing = [piece for piece, each in beside if each.column > cell.column] or _loose_signing(lines, at)
    elif at is not None:
        signing = _loose_signing(lines, at)
        recipients = []
        for piece in lines[at + 1 :]:
            if piece in signing:
                continue
            if piece.paragraph.cell or not _RECIPIENT.match(piece.text) or piece.paragraph.breaks_page:
                break
            recipients.append(piece)
    else:
        recipients, signing = [], _loose_signing(lines, len(lines))
    posts, name = _signer(signing)
    own = [piece for piece in (heading, *posts, name) if piece]
    first = min((piece.paragraph.where.order for piece in own), default=10**9)
    return Closing(heading, tuple(recipients), posts, name, first)


def _is_heading(piece: Piece) -> bool:
    if "nh" not in piece.text[:12].lower():
        return False
    line_slug = slug(piece.text[:40])
    return line_slug == "noi-nhan" or (line_slug.startswith("noi-nhan") and piece.text[:10].rstrip().endswith(":"))


def is_post(text: str) -> bool:
    """Tell whether a line names a power to sign or a post."""
    return bool(POWER.match(text) or _POST.match(text.upper()))


def _loose_signing(lines: Sequence[Piece], at: int) -> list[Piece]:
    """Find posts and name outside a table: from the first line in capitals near Nơi nhận that names a post."""
    start = max(0, at - _NEAR)
    near = lines[start : at + _NEAR * 2] if at < len(lines) else lines[-_NEAR:]
    first = next((n for n, piece in enumerate(near) if is_post(printed(piece)) and _is_capital(piece)), None)
    if first is None:
        return []
    signing: list[Piece] = []
    for piece in near[first:]:
        text = printed(piece)
        if _is_heading(piece) or _RECIPIENT.match(text):
            if signing and not is_post(printed(signing[-1])):
                break
            continue
        signing.append(piece)
        if not is_post(text) and not _NOTE.fullmatch(text) and not _goes_on(signing):
            break
    return signing


def _is_capital(piece: Piece) -> bool:
    return printed(piece).isupper()


def _signer(lines: Sequence[Piece]) -> tuple[tuple[Piece, ...], Piece | None]:
    """Split a signing block into posts and the signer's name: the name is the last line that is no post."""
    lines = [piece for piece in lines if not _NOTE.fullmatch(piece.text)]
    posts: list[Piece] = []
    rest: list[Piece] = []
    for piece in lines:
        is_first_name = posts and not rest and not is_post(printed(piece)) and not _is_capital(piece)
        (rest if rest or is_first_name else posts).append(piece)
    if not rest and len(posts) > 1 and not is_post(printed(posts[-1])) and not _goes_on(posts):
        rest = [posts.pop()]
    return tuple(posts), rest[0] if rest else None


def _goes_on(posts: Sequence[Piece]) -> bool:
    """Tell whether the last line continues the collective's name above it, as XÃ CẨM LƯƠNG does."""
    return len(posts) > 1 and bool(UNIT.match(printed(posts[-1])))

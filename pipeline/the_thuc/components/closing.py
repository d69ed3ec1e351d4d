"""Find the end of a document: the signing block and Nơi nhận."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.the_thuc.reading.document import Paragraph, Piece, printed
from pipeline.vietnamese import slug

POWER = re.compile(r"(T/M|K/T|T/L|TUQ|TM|KT|TL|Q)(?=[.\s/]|ỦY|CHỦ)\s*\.?", re.IGNORECASE)
_POST = re.compile(
    r"(PHÓ |Q\. ?|QUYỀN )?(CHỦ TỊCH|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|TRƯỞNG|HIỆU TRƯỞNG|CHÁNH|BỘ TRƯỞNG|THỨ TRƯỞNG|CỤC TRƯỞNG|"
    r"VỤ TRƯỞNG|VIỆN TRƯỞNG|THỦ TRƯỞNG|THỦ TƯỚNG|BÍ THƯ|CHI CỤC TRƯỞNG|CHỈ HUY|TỔ TRƯỞNG|NGƯỜI|HIỆU PHÓ|CHỦ NHIỆM|"
    r"TRẠM TRƯỞNG|ĐỘI TRƯỞNG|TỔNG CỤC TRƯỞNG|TỔNG BIÊN TẬP|HẠT TRƯỞNG|KHO BẠC)"
)
_SIGNER = re.compile(
    r"(THƯ K[ÝÍ]|CHỦ TO[ẠA]|CHỦ TỌA|CHỦ TRÌ|NGƯỜI |ĐẠI DIỆN|BÊN [A-D]\b|TRƯỞNG ĐOÀN|ĐOÀN |CÁC BÊN|"
    r"(CÁC )?THÀNH VIÊN|TM\.|KT\.|XÁC NHẬN)"
)
UNIT = re.compile(r"(XÃ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|TỈNH|THÀNH PHỐ|ĐẶC KHU)\b", re.IGNORECASE)
_NOTE = re.compile(r"[(\[].*[)\]]\d*|đã ký|ký tên.*", re.IGNORECASE | re.DOTALL)
_RECIPIENT = re.compile(r"\s*[-–—+•*]|.*[;.]$|\(.*\)$")
_NAME = re.compile(r"[^\W\d_]+\.?( [^\W\d_]+\.?){1,6}")
_NEAR = 14
_MOST_NOTE_LINES = 3
# Ký hiệu người soạn thảo và số lượng bản phát hành (Phụ lục I, phần I, mục III, khoản 3), such as PL.(300).
_DRAFTER = re.compile(r"[A-ZĐ][A-ZĐa-z.]{0,9}\s*\(?\d{1,4}\)?\.?")


class Closing(NamedTuple):
    """The end of a document: Nơi nhận with its lines, the signer's posts and name; a minutes' two signers have two.

    `unnamed` are the last posts of signers without a name, where another has one. `first_order` is the order of the
    first paragraph of these: the body ends before it.
    """

    heading: Piece | None
    recipients: tuple[Piece, ...]
    posts: tuple[Piece, ...]
    names: tuple[Piece, ...]
    unnamed: tuple[Piece, ...]
    first_order: int


def find_closing(everything: Sequence[Piece], after: int, *, by_two: bool) -> Closing:
    """Find the signing block and Nơi nhận, side by side in a table or one after the other.

    Only paragraphs whose order is greater than `after` are looked at. With `by_two`, two may sign beside each other, as
    in form 1.9 (Thư ký and Chủ tọa).
    """
    lines = [piece for piece in everything if piece.paragraph.where.order > after]
    at = next((n for n, piece in enumerate(lines) if _is_heading(piece)), None)
    heading = None if at is None else lines[at]
    two = _two_signers(lines, heading) if by_two else []
    if heading is not None and at is not None and (cell := heading.paragraph.cell):
        in_tables = [(piece, piece.paragraph.cell) for piece in lines if piece.paragraph.cell]
        beside = [(piece, each) for piece, each in in_tables if each.table == cell.table and each.row >= cell.row]
        recipients = [piece for piece, each in beside if each.column == cell.column and piece is not heading]
        signing = [piece for piece, each in beside if each.column > cell.column] or _loose_signing(lines, at)
        signing += [] if two else _name_below(lines, signing, cell.table)
    elif at is not None:
        signing = _loose_signing(lines, at)
        recipients = []
        for piece in lines[at + 1 :]:
            if piece in signing:
                continue
            if piece.paragraph.cell or piece.paragraph.breaks_page or not _goes_on_listing(recipients, piece):
                break
            recipients.append(piece)
    else:
        recipients, signing = [], _loose_signing(lines, len(lines))
    blocks = two or [signing]
    signers = [_signer(block) for block in blocks]
    posts = tuple(piece for each, _ in signers for piece in each)
    names = tuple(name for _, name in signers if name)
    unnamed = tuple(each[-1] for each, name in signers if names and each and name is None)
    own = [piece for piece in (heading, *posts, *names) if piece]
    first = min((piece.paragraph.where.order for piece in own), default=10**9)
    recipients = [piece for piece in recipients if not _DRAFTER.fullmatch(piece.text)]
    return Closing(heading, tuple(recipients), posts, names, unnamed, first)


def _is_heading(piece: Piece) -> bool:
    if "nh" not in piece.text[:12].lower():
        return False
    line_slug = slug(piece.text[:40])
    return line_slug == "noi-nhan" or (line_slug.startswith("noi-nhan") and piece.text[:10].rstrip().endswith(":"))


def _goes_on_listing(recipients: Sequence[Piece], piece: Piece) -> bool:
    """Tell whether a line below Nơi nhận belongs to it: it looks like a recipient, or one above has not ended yet."""
    return bool(_RECIPIENT.match(piece.text)) or (bool(recipients) and recipients[-1].text[-1] not in ".;")


def is_post(text: str) -> bool:
    """Tell whether a line names a power to sign or a post."""
    return bool(POWER.match(text) or _POST.match(text.upper()))


def _two_signers(lines: Sequence[Piece], heading: Piece | None) -> list[list[Piece]]:
    """Return the signing blocks that stand side by side in the last table that has such, each of one column."""
    found = [piece for piece in lines if piece.paragraph.cell and _is_signer(piece)]
    tables = {piece.paragraph.cell.table: piece for piece in found if piece.paragraph.cell}
    if not tables:
        return _beside_by_tabs(lines)
    table = max(tables)
    first = next(cell for piece in found if (cell := piece.paragraph.cell) and cell.table == table)
    until = heading.paragraph.cell if heading else None
    blocks: dict[int, list[Piece]] = {}
    for piece in lines:
        cell = piece.paragraph.cell
        if not cell or cell.table != table or cell.row < first.row or piece is heading:
            continue
        if until and until.table == table and cell.row >= until.row and cell.column == until.column:
            continue
        blocks.setdefault(cell.column, []).append(piece)
    return list(blocks.values()) if len(blocks) > 1 else []


def _beside_by_tabs(lines: Sequence[Piece]) -> list[list[Piece]]:
    """Return two signing blocks laid out with tab stops: each paragraph has a piece for the left and the right one."""
    first = next((n for n, piece in enumerate(lines) if _is_signer(piece) and not piece.whole), None)
    if first is None:
        return []
    blocks: list[list[Piece]] = [[], []]
    side, paragraph = 0, None
    for piece in lines[first:]:
        if _is_heading(piece):
            break
        side = side + 1 if piece.paragraph is paragraph else 0
        paragraph = piece.paragraph
        if side < len(blocks) and not piece.whole:
            blocks[side].append(piece)
    return blocks


def _is_signer(piece: Piece) -> bool:
    text = printed(piece)
    return text.isupper() and bool(_SIGNER.match(text) or is_post(text))


def _loose_signing(lines: Sequence[Piece], at: int) -> list[Piece]:
    """Find posts and name outside a table: from the first line in capitals near Nơi nhận that names a post."""
    start = max(0, at - _NEAR)
    near = lines[start : at + _NEAR * 2] if at < len(lines) else lines[-_NEAR:]
    first = next(
        (n for n, piece in enumerate(near) if is_post(printed(piece)) and _is_capital(piece) and _is_apart(piece)), None
    )
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


def _is_apart(piece: Piece) -> bool:
    """Tell whether a line stands where one signs: to the right, in the middle, beside something, or in a cell."""
    paragraph = piece.paragraph
    if paragraph.cell or not piece.whole or paragraph.shape.align in {"center", "right"}:
        return True
    return paragraph.shape.left + paragraph.shape.first > paragraph.room / 5 or piece.paragraph.text[:4].isspace()


def _name_below(lines: Sequence[Piece], signing: Sequence[Piece], table: int) -> list[Piece]:
    """Return the name that stands in a paragraph below the table of posts and recipients."""
    signing = _without_notes(signing)
    if not signing or not is_post(printed(signing[-1])):
        return []
    in_table = [n for n, piece in enumerate(lines) if piece.paragraph.cell and piece.paragraph.cell.table == table]
    for piece in lines[in_table[-1] + 1 :][:2]:
        paragraph: Paragraph = piece.paragraph
        if paragraph.cell or paragraph.breaks_page:
            break
        if _NAME.fullmatch(piece.text) and _is_apart(piece) and not piece.text.lower().startswith("phụ lục"):
            # How it stands to the posts cannot be told.
            return [piece._replace(whole=False)]
    return []


def _is_capital(piece: Piece) -> bool:
    return printed(piece).isupper()


def _signer(lines: Sequence[Piece]) -> tuple[tuple[Piece, ...], Piece | None]:
    """Split a signing block into posts and the signer's name: the name is the last line that is no post."""
    lines = _without_notes(lines)
    posts: list[Piece] = []
    rest: list[Piece] = []
    for piece in lines:
        is_first_name = posts and not rest and not is_post(printed(piece)) and not _is_capital(piece)
        (rest if rest or is_first_name else posts).append(piece)
    if not rest and len(posts) > 1 and not is_post(printed(posts[-1])) and not _goes_on(posts):
        rest = [posts.pop()]
    return tuple(posts), rest[0] if rest else None


def _without_notes(lines: Sequence[Piece]) -> list[Piece]:
    """Leave out the forms' own notes about the signature: in brackets, on one line or on several."""
    kept: list[Piece] = []
    until = 0
    for n, piece in enumerate(lines):
        if n < until or _NOTE.fullmatch(piece.text):
            continue
        if piece.text.startswith(("(", "[")):
            ends = (m for m in range(n, min(n + _MOST_NOTE_LINES, len(lines))) if ")" in lines[m].text)
            if (end := next(ends, None)) is not None:
                until = end + 1
                continue
        kept.append(piece)
    return kept


def _goes_on(posts: Sequence[Piece]) -> bool:
    """Tell whether the last line continues the collective's name above it, as XÃ CẨM LƯƠNG does."""
    return len(posts) > 1 and bool(UNIT.match(printed(posts[-1])))

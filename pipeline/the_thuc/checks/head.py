"""Check the wording of the head: Quốc hiệu, Tiêu ngữ, agency, number, place and date."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator

from pipeline.the_thuc.checks.widths import width_of
from pipeline.the_thuc.components.phrases import QUOC_HIEU, TIEU_NGU
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit, Where
from pipeline.the_thuc.reading.document import BOXES, Document, Piece, printed
from pipeline.the_thuc.rules import kinds, rules
from pipeline.vietnamese import slug

_NUMBER = re.compile(r"Số: ?([^/]*)/(.*)")
_COPIES = ("SY", "TrS", "SL")
"""Abbreviations of copies (Phụ lục III, mục I)."""
_BLANK = re.compile(r"[\s.…_]*")
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(
    r"(?P<place>[^,]*[^,\s]), ngày(?P<day> \d{1,2} |[\s.…_]+)"
    r"tháng(?P<month> \d{1,2} |[\s.…_]+)năm(?P<year> \d{4}|[\s\d.…_]+)"
)
_FITS = 1.02
"""How much wider than its cell a line may be computed: fonts and rounding differ."""
_SINGLE_SPACED = 1.05
_POINT_SLACK = 0.1
_SHORT_NAME = re.compile(r"(UBND|HĐND|BCĐ|TT|P\.)\b")


def check_motto(_: Document, components: Components) -> Iterator[Hit]:
    """Check Quốc hiệu and Tiêu ngữ (mục II, khoản 1): their words, and that they stand right of the agency."""
    for component, phrase in (("quoc_hieu", QUOC_HIEU), ("tieu_ngu", TIEU_NGU)):
        piece = components.first(component)
        if piece is None:
            continue
        rule = f"{component.replace('_', '-')}-loi-van"
        text = " ".join(printed(each) for each in components.pieces[component])
        allowed = rules()[rule].allowed
        # Lower case in Quốc hiệu is left to the rule about capitals.
        wording = text.upper() if component == "quoc_hieu" else text
        if wording not in allowed and (
            piece.whole or slug(text) != phrase or not any(each in text for each in allowed)
        ):
            yield Hit(rule, piece.paragraph.where, f"“{text[:80]}”")
    piece = components.first("quoc_hieu")
    agency = components.first("co_quan")
    if piece and agency and piece.whole and not _is_right_of(components):
        yield Hit("quoc-hieu-vi-tri", piece.paragraph.where, "Quốc hiệu không ở bên phải tên cơ quan")


def check_single_lines(_: Document, components: Components) -> Iterator[Hit]:
    """Check that Quốc hiệu, Tiêu ngữ and the date fit on a line each.

    By mục II, khoản 1 Quốc hiệu and Tiêu ngữ are two lines; by khoản 4 place and date are on one with the number.
    """
    for component in ("quoc_hieu", "tieu_ngu", "dia_danh"):
        pieces = components.pieces[component]
        if not pieces:
            continue
        piece, rule = pieces[0], f"{component.replace('_', '-')}-mot-dong"
        shape, room = piece.paragraph.shape, piece.paragraph.room
        wide = width_of(piece) + max(shape.left, 0.0) + max(shape.right, 0.0)
        if len(pieces) > 1:
            yield Hit(rule, piece.paragraph.where, f"“{piece.text[:40]}” ngắt thành hai dòng")
        elif piece.whole and _is_sized(piece) and wide > room * _FITS:
            yield Hit(
                rule, piece.paragraph.where, f"dòng chữ dài {wide:.0f} mm trong ô {room:.0f} mm: ngắt thành hai dòng"
            )


def _is_sized(piece: Piece) -> bool:
    """Tell whether the width of the place where a piece stands is known."""
    return piece.paragraph.room > 0 and (piece.paragraph.cell is None or piece.paragraph.cell.sized)


def check_spacing(_: Document, components: Components) -> Iterator[Hit]:
    """Check single spacing in the names of agencies and in Quốc hiệu and Tiêu ngữ (mục II, khoản 1 và 2)."""
    for component in ("quoc_hieu", "tieu_ngu", "chu_quan", "co_quan"):
        for piece in components.pieces[component]:
            shape = piece.paragraph.shape
            if shape.line_rule == "auto" and shape.line > _SINGLE_SPACED:
                yield Hit("dau-trang-gian-dong", piece.paragraph.where, f"giãn {shape.line:.4g} dòng".replace(".", ","))
    for piece, below in itertools.pairwise((*components.pieces["so"][:1], *components.pieces["ve_viec"][:1])):
        gap = piece.paragraph.shape.after + below.paragraph.shape.before
        apart = below.paragraph.where.order - piece.paragraph.where.order
        if apart == 1 and gap + _POINT_SLACK < rules()["ve-viec-cach"].bounds[0]:
            yield Hit("ve-viec-cach", below.paragraph.where, f"cách số, ký hiệu {gap:.3g} pt".replace(".", ","))


def _is_right_of(components: Components) -> bool:
    motto, agency = components.pieces["quoc_hieu"][0].paragraph, components.pieces["co_quan"][0].paragraph
    if motto.cell is None or agency.cell is None:
        return motto.cell is None and motto.shape.left > motto.room / 5
    return motto.cell.table == agency.cell.table and motto.cell.column > agency.cell.column


def check_agency(_: Document, components: Components) -> Iterator[Hit]:
    """Check that the issuing agency's name is written in full (mục II, khoản 2)."""
    piece = components.first("co_quan")
    if piece and _SHORT_NAME.match(printed(piece)):
        yield Hit("co-quan-viet-tat", piece.paragraph.where, f"“{printed(piece)[:80]}”")


def check_number(_: Document, components: Components) -> Iterator[Hit]:
    """Check the number and symbol, such as `Số: 05/KH-UBND` (mục II, khoản 3).

    The number may be blank: the văn thư fills it in on issue (Điều 15).
    """
    piece = components.first("so")
    if piece is None:
        return
    where, text = piece.paragraph.where, printed(piece)
    match = _NUMBER.fullmatch(text)
    if not match:
        yield Hit("so-dang", where, f"“{text[:80]}”")
        return
    number, symbol = match[1], match[2].strip()
    if _YEAR.fullmatch(symbol.partition("/")[0].strip()):
        yield Hit("so-co-nam", where, f"“{text[:80]}”")
        return
    if not _BLANK.fullmatch(number):
        if not number.strip().isdecimal():
            yield Hit("so-dang", where, f"số “{number.strip()[:40]}”")
        elif number != number.strip():
            yield Hit("so-cach", where, f"“{text[:80]}”")
        if number.strip().isdecimal() and int(number) < 10 and len(number.strip()) < 2:  # noqa: PLR2004 - the rule's own number
            yield Hit("so-khong-dau", where, f"số “{number.strip()}”")
    yield from _check_symbol(symbol, match[2], where, components)


def _check_symbol(symbol: str, symbol_with_spaces: str, where: Where, components: Components) -> Iterator[Hit]:
    if not symbol or "–" in symbol or "—" in symbol or "/" in symbol or len(symbol) > 60:  # noqa: PLR2004
        yield Hit("so-dang", where, f"ký hiệu “{symbol[:40]}”")
        return
    if re.search(r"\s", symbol_with_spaces.rstrip()):
        yield Hit("so-cach", where, f"ký hiệu “{symbol_with_spaces.strip()}”")
    groups = [group.strip() for group in symbol.split("-")]
    yield from _check_kind(groups, symbol, where, components)
    for group in groups[bool(components.kind) :]:
        if group != group.upper() and group not in rules()["ky-hieu-in-hoa"].allowed:
            yield Hit("ky-hieu-in-hoa", where, f"“{group}”")


def _check_kind(groups: list[str], symbol: str, where: Where, components: Components) -> Iterator[Hit]:
    """Check the first group of the symbol: it abbreviates tên loại, spelled as Phụ lục III, mục I has it.

    A công văn has no such group.
    """
    abbreviations = {abbreviation for _, abbreviation in kinds().values()}
    by_fold = {abbreviation.casefold(): abbreviation for abbreviation in (*abbreviations, *_COPIES)}
    if components.is_letter:
        if groups[0] in {"CV", *abbreviations} and len(groups) > 1:
            yield Hit("cong-van-ky-hieu", where, f"ký hiệu “{symbol}” bắt đầu bằng “{groups[0]}”")
    elif components.kind:
        name, abbreviation = components.kind
        if len(groups) == 1 or (groups[0].casefold() != abbreviation.casefold()):
            yield Hit("ky-hieu-ten-loai", where, f"ký hiệu “{symbol}”; {name} viết tắt là {abbreviation}")
        elif groups[0] != abbreviation:
            yield Hit("ky-hieu-kieu-chu", where, f"“{groups[0]}”; {name} viết tắt là {abbreviation}")
    elif groups[0].casefold() in by_fold and groups[0] not in by_fold.values():
        yield Hit("ky-hieu-kieu-chu", where, f"“{groups[0]}”; phải là {by_fold[groups[0].casefold()]}")


def check_date(_: Document, components: Components) -> Iterator[Hit]:
    """Check place and date: a comma between them, days under 10 and months 1 and 2 with a zero (mục II, khoản 4).

    The day may be blank: it is filled in on issue.
    """
    piece = components.first("dia_danh")
    if piece is None:
        return
    where, text = piece.paragraph.where, " ".join(printed(each) for each in components.pieces["dia_danh"])
    number = components.first("so")
    if number and not _on_one_line(components):
        yield Hit("dia-danh-cung-dong", where, "không cùng dòng với số, ký hiệu")
    match = _DATE.fullmatch(text)
    if not match:
        yield Hit("dia-danh-dang", where, f"“{text[:80]}”")
        return
    words = match["place"].split()
    if any(word[0].isalpha() and not word[0].isupper() for word in (words[0], words[-1])):
        yield Hit("dia-danh-viet-hoa", where, f"“{match['place'][:40]}”")
    day, month, year = (match[part].strip(" .…_\t\u00a0") for part in ("day", "month", "year"))
    if (len(day) == 1 and day.isdecimal()) or month in {"1", "2"}:
        yield Hit("ngay-khong-dau", where, f"“{text[:80]}”")
    if len(month) == 2 and month.startswith("0") and month not in {"01", "02", "00"}:  # noqa: PLR2004
        yield Hit("thang-thua-khong", where, f"tháng {month}")
    if month.isdecimal() and year.isdecimal() and len(year) == 4:  # noqa: PLR2004
        try:
            dt.date(int(year), int(month), int(day) if day.isdecimal() else 1)
        except ValueError:
            yield Hit("ngay-khong-co", where, f"ngày {day}/{month}/{year}")


def _on_one_line(components: Components) -> bool:
    number, date = components.pieces["so"][0].paragraph, components.pieces["dia_danh"][0].paragraph
    if number.cell and date.cell:
        return number.cell.table == date.cell.table and number.cell.row == date.cell.row
    return number is date or BOXES in {cell.table for cell in (number.cell, date.cell) if cell}

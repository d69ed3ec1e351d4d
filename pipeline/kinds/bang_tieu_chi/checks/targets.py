"""Check a commune's targets: none is missing or unknown, and figures are written in the Vietnamese way."""

import dataclasses
import difflib
import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.emphasis import plain_text
from pipeline.input.load import AT_KEY
from pipeline.input.sources import CRITERIA_SET_FILE
from pipeline.kinds.bang_tieu_chi.checks.rule import TargetsFile
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.problem import short

# A number by itself: no part of a date, a document's number or a word.
_NUMBER = re.compile(r"(?<![\w/.,-])[0-9]+(?:[.,][0-9]+)*(?![\w/])(?![.,][0-9])")
_WELL_FORMED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:,[0-9]+)?")
_ENGLISH_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ENGLISH_DECIMALS = re.compile(r"[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_FIGURE = re.compile(rf"(?:[^0-9]{{0,30}}?)({_NUMBER.pattern})\s*(%|[^0-9,;.(]*)")
_PERCENTAGE = re.compile(rf"({_NUMBER.pattern})\s*%")
_BOUNDS = re.compile(r"\s*(?:trở lên|trở xuống|trở đi|/năm|một năm|mỗi năm)\s*$")
LONGEST_FIGURE = 60
"""A longer target is a text, not a figure."""


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A target that is a number with a unit, such as 1.100 tấn."""

    so: Decimal
    don_vi_tinh: str


def figure(target: str) -> Figure | None:
    """Read a target as a figure; None for a text, and for a number written in a doubtful way."""
    match = _FIGURE.match(target) if len(target) <= LONGEST_FIGURE else None
    if not match or not _WELL_FORMED.fullmatch(match[1]) or _ENGLISH_THOUSANDS.fullmatch(match[1]):
        return None
    return Figure(Decimal(match[1].replace(".", "").replace(",", ".")), _BOUNDS.sub("", match[2]).strip().lower())


def targets_are_complete(file: TargetsFile) -> Iterator[Finding]:
    """Require a target for every criterion that is left to the commune."""
    for identity, row in file.year.own_rows.items():
        if identity not in file.chi_tieu:
            message = f"thiếu chỉ tiêu cho “{short(f'{row.ky_hieu} {plain_text(row.ten_tieu_chi)}')}”"
            yield Finding(("chi_tieu", AT_KEY), message, f"thêm dòng `{identity}: …` dưới `chi_tieu`")


def targets_have_criteria(file: TargetsFile) -> Iterator[Finding]:
    """Refuse a target whose criterion does not exist or is not left to the commune."""
    own_rows = file.year.own_rows
    rows = {placed.row.dinh_danh: placed.row for placed in file.year.rows}
    for identity in [identity for identity in file.chi_tieu if identity not in own_rows]:
        if identity not in rows:
            near = difflib.get_close_matches(identity, own_rows, n=1)
            hint = f"có phải `{near[0]}`?" if near else f"xem các định danh trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), f"bộ tiêu chí không có `{short(identity)}`", hint)
        else:
            message = f"chỉ tiêu của “{short(plain_text(rows[identity].ten_tieu_chi))}” không do xã điền"
            hint = f"bỏ dòng này, hoặc ghi `xa_tu_dien: true` ở tiêu chí đó trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), message, hint)


def numbers_are_vietnamese(file: TargetsFile) -> Iterator[Finding]:
    """Question numbers not written in the Vietnamese way, a dot in thousands and a comma before decimals: 1.100,5."""
    for identity, target in file.chi_tieu.items():
        for match in _NUMBER.finditer(target):
            number = match[0]
            if _ENGLISH_THOUSANDS.fullmatch(number):
                correction = number.replace(",", "\0").replace(".", ",").replace("\0", ".")
                hint = f"nếu là hàng nghìn thì ghi {correction}; nếu là số lẻ thì bỏ bớt chữ số sau dấu phẩy"
            elif _WELL_FORMED.fullmatch(number) or _DATE.fullmatch(number):
                continue
            elif _ENGLISH_DECIMALS.fullmatch(number):
                hint = f"nếu là số lẻ thì ghi {number.replace('.', ',')}"
            else:
                hint = "dấu chấm ngăn hàng nghìn, dấu phẩy trước phần lẻ, ví dụ 1.100,5"
            yield Finding(("chi_tieu", identity), f"“{number}” không viết theo cách của tiếng Việt", hint, number)


def percentages_are_at_most_100(file: TargetsFile) -> Iterator[Finding]:
    """Question a percentage over 100: it is seldom meant."""
    for identity, target in file.chi_tieu.items():
        for match in _PERCENTAGE.finditer(target):
            value = figure(match[0])
            if value and value.so > 100:  # noqa: PLR2004 - per cent
                hint = "xem lại số; nếu đúng thì để nguyên"
                yield Finding(("chi_tieu", identity), f"“{match[0]}” quá 100%", hint, match[0])

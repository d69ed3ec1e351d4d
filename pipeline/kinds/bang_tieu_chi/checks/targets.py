"""Rules about a commune's targets: each is there once, and its figures are written as Vietnamese figures are."""

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
    """Read a target as a figure; a text, and a number written in a doubtful way, is none."""
    found = _FIGURE.match(target) if len(target) <= LONGEST_FIGURE else None
    if not found or not _WELL_FORMED.fullmatch(found[1]) or _ENGLISH_THOUSANDS.fullmatch(found[1]):
        return None
    return Figure(Decimal(found[1].replace(".", "").replace(",", ".")), _BOUNDS.sub("", found[2]).strip().lower())


def targets_are_complete(file: TargetsFile) -> Iterator[Finding]:
    """Every criterion left to the commune has a target."""
    for identity, row in file.year.own_rows.items():
        if identity not in file.chi_tieu:
            message = f"thiếu chỉ tiêu cho “{short(f'{row.ky_hieu} {plain_text(row.ten_tieu_chi)}')}”"
            yield Finding(("chi_tieu", AT_KEY), message, f"thêm dòng `{identity}: …` dưới `chi_tieu`")


def targets_have_criteria(file: TargetsFile) -> Iterator[Finding]:
    """Every target belongs to a criterion left to the commune."""
    own = file.year.own_rows
    rows = {placed.row.dinh_danh: placed.row for placed in file.year.rows}
    for identity in [identity for identity in file.chi_tieu if identity not in own]:
        if identity not in rows:
            near = difflib.get_close_matches(identity, own, n=1)
            hint = f"có phải `{near[0]}`?" if near else f"xem các định danh trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), f"bộ tiêu chí không có `{short(identity)}`", hint)
        else:
            message = f"chỉ tiêu của “{short(plain_text(rows[identity].ten_tieu_chi))}” không do xã điền"
            hint = f"bỏ dòng này, hoặc ghi `xa_tu_dien: true` ở tiêu chí đó trong {CRITERIA_SET_FILE}"
            yield Finding(("chi_tieu", identity, AT_KEY), message, hint)


def numbers_are_vietnamese(file: TargetsFile) -> Iterator[Finding]:
    """Thousands have a dot and decimals a comma: 1.100 tấn; 50,4 triệu đồng; 0,86%. The other way round is doubtful."""
    for identity, target in file.chi_tieu.items():
        for found in _NUMBER.finditer(target):
            number = found[0]
            if _ENGLISH_THOUSANDS.fullmatch(number):
                mend = number.replace(",", "\0").replace(".", ",").replace("\0", ".")
                hint = f"nếu là hàng nghìn thì ghi {mend}; nếu là số lẻ thì bỏ bớt chữ số sau dấu phẩy"
            elif _WELL_FORMED.fullmatch(number) or _DATE.fullmatch(number):
                continue
            elif _ENGLISH_DECIMALS.fullmatch(number):
                hint = f"nếu là số lẻ thì ghi {number.replace('.', ',')}"
            else:
                hint = "dấu chấm ngăn hàng nghìn, dấu phẩy trước phần lẻ, ví dụ 1.100,5"
            yield Finding(("chi_tieu", identity), f"“{number}” không viết theo cách của tiếng Việt", hint, number)


def percentages_are_at_most_100(file: TargetsFile) -> Iterator[Finding]:
    """A share of more than 100 % is seldom meant."""
    for identity, target in file.chi_tieu.items():
        for found in _PERCENTAGE.finditer(target):
            read = figure(found[0])
            if read and read.so > 100:  # noqa: PLR2004 - per cent
                hint = "xem lại số; nếu đúng thì để nguyên"
                yield Finding(("chi_tieu", identity), f"“{found[0]}” quá 100%", hint, found[0])

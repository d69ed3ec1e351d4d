"""Check the texts that a unit has filled in: none is missing or unknown, figures are written in the Vietnamese way."""

import difflib
import re
from collections.abc import Collection, Iterator

from pipeline.emphasis import plain_text
from pipeline.input.load import AT_KEY
from pipeline.input.sources import CRITERIA_SET_FILE
from pipeline.kinds.bang_tieu_chi.checks.rule import ValuesFile
from pipeline.kinds.bang_tieu_chi.figures import ENGLISH_THOUSANDS, NUMBER, WELL_FORMED, figure
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.problem import short

_ENGLISH_DECIMALS = re.compile(r"[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_PERCENTAGE = re.compile(rf"({NUMBER.pattern})\s*%")


def targets_are_complete(file: ValuesFile) -> Iterator[Finding]:
    """Require a value for every criterion that is left to the unit, in the columns that are filled in there."""
    for column, values in _own_columns(file):
        for identity, row in file.table.own.items():
            if identity not in values and not file.leaves_out(identity):
                message = f"thiếu {_name(file, column)} cho “{short(f'{row.ky_hieu} {plain_text(row.ten_tieu_chi)}')}”"
                yield Finding((column, identity), message, f"thêm dòng `{identity}: …` dưới `{column}`")


def values_have_criteria(file: ValuesFile) -> Iterator[Finding]:
    """Refuse a value whose criterion does not exist, and a target whose criterion is not left to the unit."""
    every = {**file.values.texts, **file.values.points, "khong_ap_dung": file.values.khong_ap_dung}
    own_columns = {column for column, _ in _own_columns(file)}
    for column, values in every.items():
        right = file.table.own if column in own_columns else file.table.by_identity
        for identity in [identity for identity in values if identity not in right]:
            if identity not in file.table.by_identity:
                near = difflib.get_close_matches(identity, right, n=1)
                hint = f"có phải `{near[0]}`?" if near else f"xem các định danh trong {CRITERIA_SET_FILE}"
                yield Finding((column, identity, AT_KEY), f"bộ tiêu chí không có `{short(identity)}`", hint)
            else:
                name = short(plain_text(file.table.by_identity[identity].ten_tieu_chi))
                message = f"{_name(file, column)} của “{name}” không do xã điền"
                hint = f"bỏ dòng này, hoặc ghi `xa_tu_dien: true` ở tiêu chí đó trong {CRITERIA_SET_FILE}"
                yield Finding((column, identity, AT_KEY), message, hint)


def _own_columns(file: ValuesFile) -> Iterator[tuple[str, Collection[str]]]:
    """Give the columns, of those in the file, whose values are needed where a criterion is left to the unit."""
    for key, column in file.table.columns.items():
        if column.hang_can == "xa_tu_dien" and file.values.has(key):
            yield key, file.values.texts.get(key, {}).keys() | file.values.points.get(key, {}).keys()


def _name(file: ValuesFile, column: str) -> str:
    """Give a column's name as it is said within a sentence."""
    name = file.table.columns[column].ten_cot if column in file.table.columns else column
    return f"{name[:1].lower()}{name[1:]}"


def numbers_are_vietnamese(file: ValuesFile) -> Iterator[Finding]:
    """Question numbers not written in the Vietnamese way, a dot in thousands and a comma before decimals: 1.100,5."""
    for column, identity, target in _texts(file):
        for match in NUMBER.finditer(target):
            number = match[0]
            if ENGLISH_THOUSANDS.fullmatch(number):
                correction = number.replace(",", "\0").replace(".", ",").replace("\0", ".")
                hint = f"nếu là hàng nghìn thì ghi {correction}; nếu là số lẻ thì bỏ bớt chữ số sau dấu phẩy"
            elif WELL_FORMED.fullmatch(number) or _DATE.fullmatch(number):
                continue
            elif _ENGLISH_DECIMALS.fullmatch(number):
                hint = f"nếu là số lẻ thì ghi {number.replace('.', ',')}"
            else:
                hint = "dấu chấm ngăn hàng nghìn, dấu phẩy trước phần lẻ, ví dụ 1.100,5"
            yield Finding((column, identity), f"“{number}” không viết theo cách của tiếng Việt", hint, number)


def percentages_are_at_most_100(file: ValuesFile) -> Iterator[Finding]:
    """Question a percentage over 100: it is seldom meant."""
    for column, identity, target in _texts(file):
        for match in _PERCENTAGE.finditer(target):
            value = figure(match[0])
            if value and value.so > 100:  # noqa: PLR2004 - per cent
                hint = "xem lại số; nếu đúng thì để nguyên"
                yield Finding((column, identity), f"“{match[0]}” quá 100%", hint, match[0])


def _texts(file: ValuesFile) -> Iterator[tuple[str, str, str]]:
    """Give the values of all columns of texts and numbers: column, criterion, text."""
    for key, column in file.table.columns.items():
        for identity, text in file.values.texts.get(key, {}).items() if column.kieu_cot in {"van_ban", "so"} else ():
            yield key, identity, text

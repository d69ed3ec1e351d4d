"""Check the table of a year: identities, labels, where targets come from."""

import re
from collections.abc import Iterator, Sequence

from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.checks.rule import TableFile
from pipeline.kinds.bang_tieu_chi.model import TieuChi
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.problem import Key, short

_NUMBERED = re.compile(r"(?:(?P<parent>[0-9]+),)?(?P<number>[0-9]+)")
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def identities_are_unique(file: TableFile) -> Iterator[Finding]:
    """Require that an identity names one criterion: it is the key of points and targets."""
    names: dict[str, str] = {}
    for key, _, row in file.rows:
        if row.dinh_danh in names:
            message = f"`{row.dinh_danh}` đã là định danh của “{short(plain_text(names[row.dinh_danh]))}”"
            hint = "đặt định danh khác; định danh đã dùng năm trước thì giữ nguyên"
            yield Finding((*key, "dinh_danh"), message, hint)
        names.setdefault(row.dinh_danh, row.ten_tieu_chi)


def target_has_one_source(file: TableFile) -> Iterator[Finding]:
    """Refuse a target that is both common to all communes and each commune's own."""
    for key, _, row in file.rows:
        if row.xa_tu_dien and row.chi_tieu_chung is not None:
            message = "vừa có `chi_tieu_chung` vừa có `xa_tu_dien: true`"
            yield Finding((*key, "xa_tu_dien"), message, "bỏ một trong hai khóa")


def labels_count_up(file: TableFile) -> Iterator[Finding]:
    """Require that labels of sibling rows count up without a gap: I, II; 1, 2; 1,9, 1,10; dashes do not count.

    The first part of `1,10` is the label of the group above, where that is a number. The sections' labels must all be
    there, since the formula of the total row is made of them.
    """
    yield from _labels(file.table.bang_tieu_chi, ("bang_tieu_chi",), "")


def _labels(rows: Sequence[TieuChi], key: Key, above: str) -> Iterator[Finding]:
    number = 1
    for position, row in enumerate(rows):
        here = (*key, position)
        expected = _expected_label(row, number, above)
        if expected and row.ky_hieu != expected:
            message = f"ký hiệu là `{row.ky_hieu}`, theo thứ tự phải là `{expected}`"
            place = (*here, "ky_hieu") if row.ky_hieu else (*here, "dinh_danh")
            yield Finding(place, message, f'ghi `ky_hieu: "{expected}"`, hoặc xem lại thứ tự các hàng')
        number += bool(expected)
        yield from _labels(row.tieu_chi_con, (*here, "tieu_chi_con"), row.ky_hieu)


def _expected_label(row: TieuChi, number: int, above: str) -> str:
    """Give the label that a row must have as the `number`th of its kind, or nothing where its kind has no number."""
    if row.cap_hang == "muc_lon":
        return _roman(number)
    if not (match := _NUMBERED.fullmatch(row.ky_hieu)):
        return ""
    return f"{above if above.isdecimal() else match['parent']},{number}" if match["parent"] else str(number)


def _roman(number: int) -> str:
    """Write a number from 1 to 39 in Roman numerals, by taking away the greatest value that fits."""
    numeral = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral

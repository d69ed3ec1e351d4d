"""Rules about the table of a year: identities, labels, where targets come from."""

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
    """A criterion's identity names one criterion."""
    seen: dict[str, str] = {}
    for key, _, row in file.rows:
        if row.dinh_danh in seen:
            message = f"`{row.dinh_danh}` đã là định danh của “{short(plain_text(seen[row.dinh_danh]))}”"
            hint = "đặt định danh khác; định danh đã dùng năm trước thì giữ nguyên"
            yield Finding((*key, "dinh_danh"), message, hint)
        seen.setdefault(row.dinh_danh, row.ten_tieu_chi)


def target_has_one_source(file: TableFile) -> Iterator[Finding]:
    """A target is common to all communes or each commune's own, not both."""
    for key, _, row in file.rows:
        if row.xa_tu_dien and row.chi_tieu_chung is not None:
            message = "vừa có `chi_tieu_chung` vừa có `xa_tu_dien: true`"
            yield Finding((*key, "xa_tu_dien"), message, "bỏ một trong hai khóa")


def labels_count_up(file: TableFile) -> Iterator[Finding]:
    """Labels of rows side by side count up without gap or repetition: I, II; 1, 2; 1,9, 1,10; dashes stand for none.

    The first part of `1,10` is the label of the group above, where that is a number. The formula of the total row is
    made of the sections' labels, so that these must all be there.
    """
    yield from _labels(file.table.bang_tieu_chi, ("bang_tieu_chi",), "")


def _labels(rows: Sequence[TieuChi], key: Key, above: str) -> Iterator[Finding]:
    expected = 1
    for position, row in enumerate(rows):
        here = (*key, position)
        wanted = _wanted(row, expected, above)
        if wanted and row.ky_hieu != wanted:
            message = f"ký hiệu là `{row.ky_hieu}`, theo thứ tự phải là `{wanted}`"
            place = (*here, "ky_hieu") if row.ky_hieu else (*here, "dinh_danh")
            yield Finding(place, message, f'ghi `ky_hieu: "{wanted}"`, hoặc xem lại thứ tự các hàng')
        expected += bool(wanted)
        yield from _labels(row.tieu_chi_con, (*here, "tieu_chi_con"), row.ky_hieu)


def _wanted(row: TieuChi, number: int, above: str) -> str:
    """Give the label that a row must have as the `number`th of its kind, or nothing where its kind has no number."""
    if row.cap_hang == "muc_lon":
        return _roman(number)
    if not (found := _NUMBERED.fullmatch(row.ky_hieu)):
        return ""
    return f"{above if above.isdecimal() else found['parent']},{number}" if found["parent"] else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written

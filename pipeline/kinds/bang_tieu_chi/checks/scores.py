"""Check the points that a unit or its appraisers have given, and what explains them: limits, reasons, evidence."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.emphasis import plain_text
from pipeline.input.load import AT_KEY
from pipeline.kinds.bang_tieu_chi.checks.rule import ValuesFile
from pipeline.kinds.bang_tieu_chi.model import MAXIMUM, TieuChi
from pipeline.kinds.bang_tieu_chi.totals import column_totals
from pipeline.kinds.van_ban.checks.rule import Finding
from pipeline.problem import short
from pipeline.vietnamese import format_points

_NUMBERED = re.compile(r"(?<!\d)\d{1,6}/[A-ZĐ][\w.]*(?:-[A-ZĐ][\w.]*)*")
_DATED = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{4}(?!\d)|ngày \d{1,2} tháng \d{1,2} năm \d{4}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")


def points_are_complete(file: ValuesFile) -> Iterator[Finding]:
    """Require a value for every scored criterion that applies to the unit, in each column that must have one there."""
    for column, values in {**file.values.texts, **file.values.points}.items():
        about = file.table.columns[column]
        for identity, row in file.table.scored.items() if about.hang_can == "co_diem" else ():
            if identity not in values and not file.leaves_out(identity) and not row.thuong_phat:
                message = f"thiếu {about.ten_cot.lower()} cho “{_label(row)}”"
                hint = f"thêm dòng `{identity}: …` dưới `{column}`, hoặc nêu lý do dưới `khong_ap_dung`"
                yield Finding((column, identity), message, hint)


def points_are_within_limits(file: ValuesFile) -> Iterator[Finding]:
    """Refuse points over the maximum, and negative ones but for bonuses and penalties, down to their least."""
    for column, points in file.values.points.items():
        for identity, value in points.items():
            row = file.table.scored.get(identity)
            if row is None:
                continue
            maximum = row.diem_toi_da or Decimal(0)
            least = (row.diem_toi_thieu if row.diem_toi_thieu is not None else Decimal(-999)) if row.thuong_phat else 0
            if value > maximum:
                message = f"{format_points(value)} điểm, quá điểm tối đa {format_points(maximum)} của “{_label(row)}”"
                yield Finding((column, identity), message, f"ghi từ 0 đến {format_points(maximum)}")
            elif value < least:
                limit = format_points(Decimal(least))
                message = f"{format_points(value)} điểm, dưới mức ít nhất {limit} của “{_label(row)}”"
                hint = f"ghi từ {limit} đến {format_points(maximum)}"
                mend = "" if row.thuong_phat else "; chỉ tiêu chí có `thuong_phat: true` được âm"
                yield Finding((column, identity), message, f"{hint}{mend}")


def points_are_of_rows_that_apply(file: ValuesFile) -> Iterator[Finding]:
    """Refuse points for a criterion that does not apply."""
    for column, points in file.values.points.items():
        for identity in points:
            row = file.table.scored.get(identity)
            if row and file.leaves_out(identity):
                message = f"“{_label(row)}” vừa có điểm vừa ghi là không áp dụng"
                yield Finding((column, identity, AT_KEY), message, "bỏ điểm, hoặc bỏ dòng dưới `khong_ap_dung`")


def control_totals_agree(file: ValuesFile) -> Iterator[Finding]:
    """Compare points that are given for a row with rows below it, a control total, with what these add up to."""
    for column, points in file.values.points.items():
        table = file.table
        given = [identity for identity in points if identity in table.by_identity and identity not in table.scored]
        sums = column_totals(file.table, points, file.values.khong_ap_dung).diem if given else {}
        for identity in given:
            row, computed = file.table.by_identity[identity], sums.get(identity, Decimal(0))
            if row.cap_hang == "ghi_chu" or points[identity] != computed:
                both = f"ghi {format_points(points[identity])} điểm, các hàng con cộng lại là {format_points(computed)}"
                hint = "sửa điểm của một hàng con, sửa số này, hoặc bỏ dòng này: máy tự cộng"
                yield Finding((column, identity), f"“{_label(row)}” {both}", hint)


def differences_are_explained(file: ValuesFile) -> Iterator[Finding]:
    """Require a text in the columns that explain a difference of two points, wherever these differ."""
    for key, column in file.table.columns.items():
        if not column.khi_khac:
            continue
        first, second = (_points(file, each) for each in column.khi_khac)
        if first is None or second is None:
            continue
        for identity, row in file.table.scored.items():
            one, other = first.get(identity), second.get(identity)
            if row.thuong_phat and MAXIMUM in column.khi_khac:
                continue
            if (
                one is not None
                and other is not None
                and one != other
                and not file.values.texts.get(key, {}).get(identity)
            ):
                both = f"{format_points(one)} khác {format_points(other)}"
                message = f"“{_label(row)}”: {both} mà không có {column.ten_cot.lower()}"
                where = (key, identity) if file.values.has(key) else (column.khi_khac[0], identity)
                yield Finding(where, message, f"thêm dòng `{identity}: …` dưới `{key}`")


def evidence_is_numbered_and_dated(file: ValuesFile) -> Iterator[Finding]:
    """Require number, notation and date of every document that is given as evidence."""
    for key, column in file.table.columns.items():
        for identity, text in file.values.texts.get(key, {}).items() if column.kieu_cot == "tai_lieu" else ():
            for each in filter(None, (part.strip() for part in plain_text(text).split(";"))):
                lacking = [
                    words
                    for pattern, words in ((_NUMBERED, "số, ký hiệu"), (_DATED, "ngày"))
                    if not pattern.search(each)
                ]
                if lacking:
                    message = f"“{short(each)}” không có {' và '.join(lacking)}"
                    hint = "ghi mỗi tài liệu như: 15/BC-UBND ngày 20/11/2026; ngăn nhau bằng dấu chấm phẩy"
                    yield Finding((key, identity), message, hint, each)


def numbers_are_numbers(file: ValuesFile) -> Iterator[Finding]:
    """Require a number, written in the Vietnamese way, in a column of numbers."""
    for key, column in file.table.columns.items():
        for identity, text in file.values.texts.get(key, {}).items() if column.kieu_cot == "so" else ():
            if not _NUMBER.fullmatch(text):
                message = f"`{short(text)}` không phải một số; cột này chỉ nhận số"
                yield Finding((key, identity), message, "ghi ví dụ 1.100 hoặc 50,4")


def _points(file: ValuesFile, column: str) -> dict[str, Decimal] | None:
    """Give a column's points by criterion, the maximum among them; None for a column that is not filled in."""
    if column == MAXIMUM:
        return {identity: row.diem_toi_da or Decimal(0) for identity, row in file.table.scored.items()}
    return dict(file.values.points[column]) if column in file.values.points else None


def _label(row: TieuChi) -> str:
    return short(f"{row.ky_hieu} {plain_text(row.ten_tieu_chi)}".strip())

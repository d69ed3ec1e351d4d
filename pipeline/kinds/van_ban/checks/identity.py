"""Check which unit a file is of: its name, code and kind, and names of other units in it."""

import functools
import re
from collections.abc import Iterator

from pipeline.input.units import Unit, history, is_certain, list_at, named, neighbours, possible_units
from pipeline.kinds.van_ban.checks.rule import DocumentFile, Finding
from pipeline.kinds.van_ban.model import VanBanCuaDonVi
from pipeline.vietnamese import LETTERS, slug, spelling_key

_MADE_UP = "Mẫu "
"""How the names of units that do not exist begin; only sample data may have one."""
_CAPITALS = "A-Z" + "".join(letter for letter in LETTERS if letter.isupper())
_OWN_AGENCY = re.compile(
    r"\b(?:UBND|HĐND|MTTQ(?: Việt Nam)?|Đảng ủy|Công an|Trạm Y tế) (xã|phường|thị trấn|đặc khu)\b(?!,)"
)


def file_is_named_after_commune(file: DocumentFile) -> Iterator[Finding]:
    """Require that the file is named after the unit: its code and the slug of its name."""
    unit = file.document.don_vi
    expected = f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}.yaml"
    if file.path.name != expected:
        message = f"tệp tên `{file.path.name}` nhưng nội dung là của {unit.ten_don_vi}, mã {unit.ma_don_vi}"
        yield Finding(("don_vi", "ma_don_vi"), message, f"đổi tên tệp thành `{expected}`, hoặc sửa mã, tên đơn vị")


def unit_is_in_the_list(file: DocumentFile) -> Iterator[Finding]:
    """Require code, kind and name of the official list of units as of the document's date.

    This is an error where the lists are certain of that date (units.is_certain).
    """
    if is_certain(file.document.don_vi.ma_don_vi, file.day):
        yield from _list_mismatches(file)


def unit_may_be_in_the_list(file: DocumentFile) -> Iterator[Finding]:
    """Question code, kind and name where the date lies between two lists: a merger or renaming may explain them."""
    if not is_certain(file.document.don_vi.ma_don_vi, file.day):
        yield from _list_mismatches(file)


def _list_mismatches(file: DocumentFile) -> Iterator[Finding]:
    """Compare code, kind and name with the official lists that may hold on the document's date."""
    unit, day = file.document.don_vi, file.day
    if _is_made_up(file.document):
        return
    units = possible_units(unit.ma_don_vi, day)
    own_name = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    if spelling_key(own_name) in {spelling_key(_full(each)) for each in units}:
        return
    as_of = f"danh mục đơn vị hành chính ngày {list_at(day).since:%d/%m/%Y}"
    same_name = named(unit.loai_don_vi, unit.ten_don_vi, day)[:3]
    codes = "; ".join(f"{each.ma_don_vi} là {_full(each)}, {each.huyen or each.tinh}" for each in same_name)
    hint = f"sửa mã hoặc tên: {codes}" if codes else "sửa mã, loại hoặc tên đơn vị, hoặc ngày của văn bản"
    if not units:
        earlier = history(unit.ma_don_vi)[-1:]
        also = f"; ngày {earlier[0][0].since:%d/%m/%Y} là {_full(earlier[0][1])}" if earlier else ""
        yield Finding(("don_vi", "ma_don_vi"), f"mã {unit.ma_don_vi} không có trong {as_of}{also}", hint)
    else:
        official_names = " hoặc ".join(map(_full, units))
        key = "ten_don_vi" if units[0].loai_don_vi == unit.loai_don_vi else "loai_don_vi"
        yield Finding(
            ("don_vi", key), f"mã {unit.ma_don_vi} ghi là {own_name}, trong {as_of} là {official_names}", hint
        )


def place_is_not_another_unit(file: DocumentFile) -> Iterator[Finding]:
    """Refuse the name of a neighbouring unit as the place before the date."""
    unit = file.document.don_vi
    for other in _neighbours(file):
        if unit.dia_danh == other.ten_don_vi != unit.ten_don_vi:
            message = f"địa danh là {unit.dia_danh}, tên của {_full(other)}; văn bản này của {unit.ten_don_vi}"
            yield Finding(("don_vi", "dia_danh"), message, f"ghi `dia_danh: {unit.ten_don_vi}`")


def place_is_the_unit(file: DocumentFile) -> Iterator[Finding]:
    """Question a place before the date without the unit's official name.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 4.
    """
    unit = file.document.don_vi
    if unit.ten_don_vi not in unit.dia_danh and all(unit.dia_danh != other.ten_don_vi for other in _neighbours(file)):
        message = f"địa danh là {unit.dia_danh}, đơn vị là {unit.ten_don_vi}"
        yield Finding(("don_vi", "dia_danh"), message, f"thường là `dia_danh: {unit.ten_don_vi}`")


def no_other_unit_is_named(file: DocumentFile) -> Iterator[Finding]:
    """Question names of neighbouring units: often they are left over from the file that this one was copied from."""
    pattern = _names_pattern(_neighbours(file))
    own = file.document.don_vi
    if pattern is None:
        return
    for key, text in file.texts:
        if key[0] != "don_vi" and (match := pattern.search(text.replace(own.ten_don_vi, ""))):
            message = f"có tên đơn vị khác: “{match[0]}”; văn bản này của {own.loai_don_vi} {own.ten_don_vi}"
            hint = "nếu còn sót từ tệp khác thì sửa; nếu đúng là nói về đơn vị ấy thì để nguyên"
            yield Finding(key, message, hint, match[0])


def kind_of_unit_agrees(file: DocumentFile) -> Iterator[Finding]:
    """Question agencies named with another kind of unit, such as “HĐND xã” in a thị trấn's plan."""
    own = file.document.don_vi.loai_don_vi
    for key, text in file.texts:
        for match in _OWN_AGENCY.finditer(text):
            if match[1] != own:
                message = f"“{match[0]}” nhưng đơn vị là {own}"
                yield Finding(key, message, f"nếu là cơ quan của đơn vị này thì ghi {own}", match[0])


def _is_made_up(document: VanBanCuaDonVi) -> bool:
    return document.so_lieu_mau and document.don_vi.ten_don_vi.startswith(_MADE_UP)


def _neighbours(file: DocumentFile) -> tuple[Unit, ...]:
    return () if _is_made_up(file.document) else neighbours(file.document.don_vi.ma_don_vi, file.day)


@functools.lru_cache(maxsize=64)
def _names_pattern(units: tuple[Unit, ...]) -> re.Pattern[str] | None:
    """Give a pattern that matches any of the units' names; a name without a space only after its kind.

    It does not match where another capital follows: Cẩm Lương Sơn is another name.
    """
    if not units:
        return None
    longest_first = sorted(units, key=lambda unit: (-len(unit.ten_don_vi), unit.ten_don_vi))
    alternatives = [
        re.escape(unit.ten_don_vi if " " in unit.ten_don_vi else f"{unit.loai_don_vi} {unit.ten_don_vi}")
        for unit in longest_first
    ]
    return re.compile(rf"(?<!\w)(?:(?:xã|phường|thị trấn|đặc khu) )?(?:{'|'.join(alternatives)})(?!\w| [{_CAPITALS}])")


def _full(unit: Unit) -> str:
    return f"{unit.loai_don_vi} {unit.ten_don_vi}"

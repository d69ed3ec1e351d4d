"""Check which unit a file is of: its name, code and kind, and names of other units in it."""

import difflib
import functools
import re
from collections.abc import Iterator, Sequence

from pipeline.input.units import Unit, history, is_certain, list_at, named, neighbours, possible_units
from pipeline.kinds.van_ban.checks.rule import Finding, UnitFile
from pipeline.vietnamese import LETTERS, slug, spelling_key

_MADE_UP = "Mẫu "
"""How the names of units that do not exist begin; only sample data may have one."""
_NEAR, _FEW = 75, 3
"""How many per cent of two names must agree for one to be a slip of the other, and how many codes a message names."""
_CAPITALS = "A-Z" + "".join(letter for letter in LETTERS if letter.isupper())
_OWN_AGENCY = re.compile(
    r"\b(?:UBND|HĐND|MTTQ(?: Việt Nam)?|Đảng ủy|Công an|Trạm Y tế) (xã|phường|thị trấn|đặc khu)\b(?!,)"
)


def file_is_named_after_commune(file: UnitFile) -> Iterator[Finding]:
    """Require that the file is named after the unit: its code and the slug of its name."""
    unit = file.don_vi
    expected = f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}.yaml"
    if file.path.name != expected:
        message = f"tệp tên `{file.path.name}` nhưng nội dung là của {unit.ten_don_vi}, mã {unit.ma_don_vi}"
        yield Finding(("don_vi", "ma_don_vi"), message, f"đổi tên tệp thành `{expected}`, hoặc sửa mã, tên đơn vị")


def unit_is_in_the_list(file: UnitFile) -> Iterator[Finding]:
    """Require code, kind and name of the official list of units as of the document's date.

    This is an error where the lists are certain of that date (units.is_certain).
    """
    if is_certain(file.don_vi.ma_don_vi, file.day):
        yield from _list_mismatches(file)


def unit_may_be_in_the_list(file: UnitFile) -> Iterator[Finding]:
    """Question code, kind and name where the date lies between two lists: a merger or renaming may explain them."""
    if not is_certain(file.don_vi.ma_don_vi, file.day):
        yield from _list_mismatches(file)


def _list_mismatches(file: UnitFile) -> Iterator[Finding]:
    """Compare code, kind and name with the official lists that may hold on the document's date."""
    unit, day = file.don_vi, file.day
    if _is_made_up(file):
        return
    units = possible_units(unit.ma_don_vi, day)
    own_name = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    if spelling_key(own_name) in {spelling_key(_full(each)) for each in units}:
        return
    as_of = f"danh mục đơn vị hành chính ngày {list_at(day).since:%d/%m/%Y}"
    if not units:
        earlier = history(unit.ma_don_vi)[-1:]
        also = f"; ngày {earlier[0][0].since:%d/%m/%Y} là {_full(earlier[0][1])}" if earlier else ""
        yield Finding(("don_vi", "ma_don_vi"), f"mã {unit.ma_don_vi} không có trong {as_of}{also}", _mend(file))
        return
    message = f"mã {unit.ma_don_vi} ghi là {own_name}, trong {as_of} là {' hoặc '.join(map(_full, units))}"
    if near := _misspelt(unit.ten_don_vi, units):
        yield Finding(("don_vi", "ten_don_vi"), message, f"ghi `ten_don_vi: {near}`")
    elif units[0].ten_don_vi == unit.ten_don_vi:
        yield Finding(("don_vi", "loai_don_vi"), message, f"ghi `loai_don_vi: {units[0].loai_don_vi}`")
    else:
        yield Finding(("don_vi", "ma_don_vi"), message, _mend(file))


def _misspelt(name: str, units: Sequence[Unit]) -> str:
    """Give the official name that a name is a slip of: other letters or marks, not another word."""
    near = difflib.get_close_matches(name, [each.ten_don_vi for each in units], n=1, cutoff=_NEAR / 100)
    return next((each for each in near if len(each.split()) == len(name.split()) and each != name), "")


def _mend(file: UnitFile) -> str:
    """Say which codes the unit's name has on the document's date: in the province that its code was in, if it was."""
    unit, day = file.don_vi, file.day
    past = history(unit.ma_don_vi)
    provinces = {each.tinh for _, each in past}
    same_name = [each for each in named(unit.loai_don_vi, unit.ten_don_vi, day) if each.tinh in provinces or not past]
    codes = [f"{each.ma_don_vi} là {_full(each)}, {each.huyen or each.tinh}" for each in same_name[:_FEW]]
    if codes:
        return f"sửa mã: {'; '.join(codes)}"
    own_name = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    until = [each.until for each, of_list in past if _full(of_list) == own_name]
    if until:
        return f"{own_name} có mã này đến {until[-1]:%d/%m/%Y}, nay không còn: ghi mã, tên của xã mới sau sắp xếp"
    return "sửa mã, loại hoặc tên đơn vị, hoặc ngày của văn bản"


def place_is_not_another_unit(file: UnitFile) -> Iterator[Finding]:
    """Refuse the name of a neighbouring unit as the place before the date."""
    unit = file.don_vi
    for other in _neighbours(file):
        if unit.dia_danh == other.ten_don_vi != unit.ten_don_vi:
            message = f"địa danh là {unit.dia_danh}, tên của {_full(other)}; văn bản này của {unit.ten_don_vi}"
            yield Finding(("don_vi", "dia_danh"), message, f"ghi `dia_danh: {unit.ten_don_vi}`")


def place_is_the_unit(file: UnitFile) -> Iterator[Finding]:
    """Question a place before the date without the unit's official name.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 4.
    """
    unit = file.don_vi
    if unit.ten_don_vi not in unit.dia_danh and all(unit.dia_danh != other.ten_don_vi for other in _neighbours(file)):
        message = f"địa danh là {unit.dia_danh}, đơn vị là {unit.ten_don_vi}"
        yield Finding(("don_vi", "dia_danh"), message, f"thường là `dia_danh: {unit.ten_don_vi}`")


def no_other_unit_is_named(file: UnitFile) -> Iterator[Finding]:
    """Question names of neighbouring units: often they are left over from the file that this one was copied from."""
    pattern = _names_pattern(_neighbours(file))
    own = file.don_vi
    if pattern is None:
        return
    for key, text in file.texts:
        if key[0] != "don_vi" and (match := pattern.search(text.replace(own.ten_don_vi, ""))):
            message = f"có tên đơn vị khác: “{match[0]}”; văn bản này của {own.loai_don_vi} {own.ten_don_vi}"
            hint = "nếu còn sót từ tệp khác thì sửa; nếu đúng là nói về đơn vị ấy thì để nguyên"
            yield Finding(key, message, hint, match[0])


def kind_of_unit_agrees(file: UnitFile) -> Iterator[Finding]:
    """Question agencies named with another kind of unit, such as “HĐND xã” in a thị trấn's plan."""
    own = file.don_vi.loai_don_vi
    for key, text in file.texts:
        for match in _OWN_AGENCY.finditer(text):
            if match[1] != own:
                message = f"“{match[0]}” nhưng đơn vị là {own}"
                yield Finding(key, message, f"nếu là cơ quan của đơn vị này thì ghi {own}", match[0])


def _is_made_up(file: UnitFile) -> bool:
    return file.so_lieu_mau and file.don_vi.ten_don_vi.startswith(_MADE_UP)


def _neighbours(file: UnitFile) -> tuple[Unit, ...]:
    return () if _is_made_up(file) else neighbours(file.don_vi.ma_don_vi, file.day)


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

"""Rules about which unit a file is of: its name, code and kind, and names of other units in it."""

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
    """The file's name is the unit's code and the slug of its name."""
    unit = file.document.don_vi
    expected = f"{unit.ma_don_vi}-{slug(unit.ten_don_vi)}.yaml"
    if file.path.name != expected:
        message = f"tệp tên `{file.path.name}` nhưng nội dung là của {unit.ten_don_vi}, mã {unit.ma_don_vi}"
        yield Finding(("don_vi", "ma_don_vi"), message, f"đổi tên tệp thành `{expected}`, hoặc sửa mã, tên đơn vị")


def unit_is_in_the_list(file: DocumentFile) -> Iterator[Finding]:
    """Code, kind and name are those of the official list of units as of the document's date.

    An error where the lists are certain of that date (units.is_certain).
    """
    if is_certain(file.document.don_vi.ma_don_vi, file.day):
        yield from _unlisted(file)


def unit_may_be_in_the_list(file: DocumentFile) -> Iterator[Finding]:
    """The same where the date lies between two lists, so that a merger or renaming in between may explain it."""
    if not is_certain(file.document.don_vi.ma_don_vi, file.day):
        yield from _unlisted(file)


def _unlisted(file: DocumentFile) -> Iterator[Finding]:
    unit, day = file.document.don_vi, file.day
    if _is_made_up(file.document):
        return
    known = possible_units(unit.ma_don_vi, day)
    written = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    if spelling_key(written) in {spelling_key(_full(each)) for each in known}:
        return
    as_of = f"danh mục đơn vị hành chính ngày {list_at(day).since:%d/%m/%Y}"
    same_name = named(unit.loai_don_vi, unit.ten_don_vi, day)[:3]
    codes = "; ".join(f"{each.ma_don_vi} là {_full(each)}, {each.huyen or each.tinh}" for each in same_name)
    mend = f"sửa mã hoặc tên: {codes}" if codes else "sửa mã, loại hoặc tên đơn vị, hoặc ngày của văn bản"
    if not known:
        earlier = history(unit.ma_don_vi)[-1:]
        also = f"; ngày {earlier[0][0].since:%d/%m/%Y} là {_full(earlier[0][1])}" if earlier else ""
        yield Finding(("don_vi", "ma_don_vi"), f"mã {unit.ma_don_vi} không có trong {as_of}{also}", mend)
    else:
        listed = " hoặc ".join(map(_full, known))
        key = "ten_don_vi" if known[0].loai_don_vi == unit.loai_don_vi else "loai_don_vi"
        yield Finding(("don_vi", key), f"mã {unit.ma_don_vi} ghi là {written}, trong {as_of} là {listed}", mend)


def place_is_not_another_unit(file: DocumentFile) -> Iterator[Finding]:
    """The place before the date is not the name of a neighbouring unit."""
    unit = file.document.don_vi
    for other in _neighbours(file):
        if unit.dia_danh == other.ten_don_vi != unit.ten_don_vi:
            message = f"địa danh là {unit.dia_danh}, tên của {_full(other)}; văn bản này của {unit.ten_don_vi}"
            yield Finding(("don_vi", "dia_danh"), message, f"ghi `dia_danh: {unit.ten_don_vi}`")


def place_is_the_unit(file: DocumentFile) -> Iterator[Finding]:
    """The place before the date holds the unit's official name (Phụ lục I, phần I, mục II, khoản 4)."""
    unit = file.document.don_vi
    if unit.ten_don_vi not in unit.dia_danh and all(unit.dia_danh != other.ten_don_vi for other in _neighbours(file)):
        message = f"địa danh là {unit.dia_danh}, đơn vị là {unit.ten_don_vi}"
        yield Finding(("don_vi", "dia_danh"), message, f"thường là `dia_danh: {unit.ten_don_vi}`")


def no_other_unit_is_named(file: DocumentFile) -> Iterator[Finding]:
    """Names of neighbouring units are often left over from the file that this one was copied from."""
    names = _names(_neighbours(file))
    own = file.document.don_vi
    if names is None:
        return
    for key, text in file.texts:
        if key[0] != "don_vi" and (found := names.search(text.replace(own.ten_don_vi, ""))):
            message = f"có tên đơn vị khác: “{found[0]}”; văn bản này của {own.loai_don_vi} {own.ten_don_vi}"
            hint = "nếu còn sót từ tệp khác thì sửa; nếu đúng là nói về đơn vị ấy thì để nguyên"
            yield Finding(key, message, hint, found[0])


def kind_of_unit_agrees(file: DocumentFile) -> Iterator[Finding]:
    """Agencies of the unit are named with its own kind: no “HĐND xã” in a thị trấn's plan."""
    own = file.document.don_vi.loai_don_vi
    for key, text in file.texts:
        for found in _OWN_AGENCY.finditer(text):
            if found[1] != own:
                message = f"“{found[0]}” nhưng đơn vị là {own}"
                yield Finding(key, message, f"nếu là cơ quan của đơn vị này thì ghi {own}", found[0])


def _is_made_up(document: VanBanCuaDonVi) -> bool:
    return document.so_lieu_mau and document.don_vi.ten_don_vi.startswith(_MADE_UP)


def _neighbours(file: DocumentFile) -> tuple[Unit, ...]:
    return () if _is_made_up(file.document) else neighbours(file.document.don_vi.ma_don_vi, file.day)


@functools.lru_cache(maxsize=64)
def _names(units: tuple[Unit, ...]) -> re.Pattern[str] | None:
    """Match any of the units' names; one of a single syllable or a number only after its kind.

    Not where another capital follows: Cẩm Lương Sơn is another name.
    """
    if not units:
        return None
    ordered = sorted(units, key=lambda unit: (-len(unit.ten_don_vi), unit.ten_don_vi))
    alternatives = [
        re.escape(unit.ten_don_vi if " " in unit.ten_don_vi else f"{unit.loai_don_vi} {unit.ten_don_vi}")
        for unit in ordered
    ]
    return re.compile(rf"(?<!\w)(?:(?:xã|phường|thị trấn|đặc khu) )?(?:{'|'.join(alternatives)})(?!\w| [{_CAPITALS}])")


def _full(unit: Unit) -> str:
    return f"{unit.loai_don_vi} {unit.ten_don_vi}"

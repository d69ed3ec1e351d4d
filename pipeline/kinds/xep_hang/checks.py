"""Check how communes are to be ranked and classed."""

from collections.abc import Collection, Iterator

from pipeline.kinds.van_ban.checks.rule import Finding, Rule
from pipeline.kinds.xep_hang.model import XepHang
from pipeline.vietnamese import format_points

_WHOLE = 100


def thresholds_fall(keys: XepHang) -> Iterator[Finding]:
    """Require that classes go from high to low, no two with one threshold or name, the last from 0."""
    for position in range(1, len(keys.xep_loai)):
        above, here = keys.xep_loai[position - 1 : position + 1]
        if here.tu_ty_le == above.tu_ty_le:
            message = f"“{above.ten_loai}” và “{here.ten_loai}” cùng từ {format_points(here.tu_ty_le)}%"
            yield Finding(("xep_loai", position, "tu_ty_le"), message, "mỗi mức một ngưỡng riêng")
        elif here.tu_ty_le > above.tu_ty_le:
            message = f"“{here.ten_loai}” từ {format_points(here.tu_ty_le)}%, cao hơn mức kê trước nó"
            yield Finding(("xep_loai", position, "tu_ty_le"), message, "kê các mức từ cao xuống thấp")
    last = len(keys.xep_loai) - 1
    if keys.xep_loai[last].tu_ty_le:
        message = f"mức cuối từ {format_points(keys.xep_loai[last].tu_ty_le)}%: xã dưới ngưỡng ấy không có mức nào"
        yield Finding(("xep_loai", last, "tu_ty_le"), message, "thêm một mức `tu_ty_le: 0`")


def names_differ(keys: XepHang) -> Iterator[Finding]:
    """Require that no two classes have one name."""
    names = [each.ten_loai for each in keys.xep_loai]
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Finding(("xep_loai", position, "ten_loai"), f"đã có mức “{name}”", "đặt tên khác")


def shares_are_shares(keys: XepHang) -> Iterator[Finding]:
    """Require that thresholds and shares are at most 100 per cent."""
    for position, each in enumerate(keys.xep_loai):
        for key, value in (("tu_ty_le", each.tu_ty_le), ("ty_le_toi_da", each.ty_le_toi_da)):
            if value is not None and value > _WHOLE:
                yield Finding(("xep_loai", position, key), f"{format_points(value)}% quá 100%", "ghi từ 0 đến 100")


def exceptions_name_classes(keys: XepHang) -> Iterator[Finding]:
    """Refuse a class that is not among those given."""
    names = [each.ten_loai for each in keys.xep_loai]
    for code, each in keys.xep_khac.items():
        if each.xep_loai not in names:
            message = f"không có mức “{each.xep_loai}”"
            yield Finding(("xep_khac", code, "xep_loai"), message, f"chỉ dùng một trong: {', '.join(names)}")


RANKING_RULES: tuple[Rule[XepHang], ...] = (
    Rule("nguong-xep-loai", thresholds_fall),
    Rule("muc-trung", names_differ),
    Rule("ty-le-qua-100", shares_are_shares),
    Rule("muc-la", exceptions_name_classes),
)


def strange_codes(keys: XepHang, codes: Collection[str]) -> Iterator[Finding]:
    """Find exceptions for units that the year has no file of."""
    for code in keys.xep_khac:
        if code not in codes:
            yield Finding(("xep_khac", code), f"năm này không có xã mã {code}", "sửa mã, hoặc bỏ mục này")

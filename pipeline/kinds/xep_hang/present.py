"""Put the ranking and the state of a year's communes into words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pipeline.kinds.bang_tieu_chi.present import shortest
from pipeline.kinds.xep_hang.model import XepHang
from pipeline.kinds.xep_hang.ranking import Scored, ranking
from pipeline.vietnamese import format_points

NAMES = frozenset({"cac_don_vi", "cac_xep_loai", "so_don_vi", "cac_xa_chua_nop", "ten_cac_xa_chua_nop"})
UNIT_PARTS = frozenset({"thu_hang", "ten_don_vi", "diem_toi_da", "diem_dat", "ty_le", "xep_loai", "ly_do"})
CLASS_PARTS, MISSING_PARTS = frozenset({"ten_loai", "so_luong"}), frozenset({"so_thu_tu", "ten_don_vi"})
NOT_HANDED_IN = "Chưa có kết quả"
"""What the annex says of a unit that has no points."""


def ranking_fields(units: Sequence[Scored], missing: Sequence[str], keys: XepHang) -> dict[str, object]:
    """Give the fields of the ranking: every unit, the best first, at the end those without points."""
    ranked = ranking(units, keys)
    counts = Counter(each.class_name for each in ranked)
    rows = [
        _item(
            thu_hang=str(each.rank),
            ten_don_vi=_begun(each.unit.name),
            diem_toi_da=format_points(shortest(each.unit.applicable)),
            diem_dat=format_points(shortest(each.unit.reached)),
            ty_le=format_points(each.unit.percentage),
            xep_loai=each.class_name,
            ly_do=keys.xep_khac[each.unit.code].ly_do if each.unit.code in keys.xep_khac else "",
        )
        for each in ranked
    ]
    blank = {"thu_hang": "", "diem_toi_da": "", "diem_dat": "", "ty_le": "", "xep_loai": NOT_HANDED_IN, "ly_do": ""}
    rows += [_item(**blank, ten_don_vi=_begun(name)) for name in missing]
    classes = [_item(ten_loai=each.ten_loai, so_luong=str(counts[each.ten_loai])) for each in keys.xep_loai]
    return {"cac_don_vi": tuple(rows), "cac_xep_loai": tuple(classes), "so_don_vi": str(len(rows))}


def state_fields(missing: Sequence[str]) -> dict[str, object]:
    """Give the fields about the units that have not handed in."""
    rows = (_item(so_thu_tu=str(number), ten_don_vi=name) for number, name in enumerate(missing, 1))
    return {"cac_xa_chua_nop": tuple(rows), "ten_cac_xa_chua_nop": ", ".join(missing)}


def _item(**texts: str) -> Mapping[str, str]:
    return MappingProxyType(texts)


def _begun(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"

"""Put the year's list into words for the Word template tong-hop.docx: its units, and how many are in each state."""

import dataclasses
from collections import Counter
from pathlib import PurePath

from pipeline.kinds.tong_hop.summary import Summary
from pipeline.output.states import TinhTrang


@dataclasses.dataclass(frozen=True, slots=True)
class DongTongHop:
    """One unit of the list."""

    so_thu_tu: str
    ma_don_vi: str
    ten_don_vi: str
    tinh_trang: str
    so_trang: str
    ten_tep: str


@dataclasses.dataclass(frozen=True, slots=True)
class DemTinhTrang:
    """How many units are in a state."""

    tinh_trang: str
    so_luong: str


@dataclasses.dataclass(frozen=True, slots=True)
class TongHop:
    """The fields of the template, spelled as there; templates/README.md says where each is printed."""

    tieu_de: str
    ten_loai: str
    nam: str
    dia_ban: str
    tong_so: str
    cac_tinh_trang: tuple[DemTinhTrang, ...]
    cac_dong: tuple[DongTongHop, ...]
    so_lieu_mau: bool


def listing(summary: Summary) -> TongHop:
    """Put the list into words; no arithmetic is left for the template."""
    counts = Counter(member.tinh_trang for member in summary.members)
    kind, year = summary.ten_loai, str(summary.nam)
    places = {(member.huyen, member.tinh) for member in summary.members}
    place = ", ".join(filter(None, places.pop())) if len(places) == 1 else ""
    return TongHop(
        tieu_de=f"Tổng hợp {kind} năm {year}",
        ten_loai=kind.lower(),
        nam=year,
        dia_ban=f"trên địa bàn {place}" if place else "",
        tong_so=_format_count(len(summary.members)),
        cac_tinh_trang=tuple(
            DemTinhTrang(str(state), _format_count(counts[state])) for state in TinhTrang if counts[state]
        ),
        cac_dong=tuple(
            DongTongHop(
                so_thu_tu=_format_count(number),
                ma_don_vi=member.ma_don_vi,
                ten_don_vi=member.ten_don_vi,
                tinh_trang=str(member.tinh_trang),
                so_trang="" if member.so_trang is None else str(member.so_trang),
                ten_tep=", ".join(PurePath(file).stem for file in member.files if file.endswith(".docx")),
            )
            for number, member in enumerate(summary.members, 1)
        ),
        so_lieu_mau=bool(summary.samples),
    )


def _format_count(number: int) -> str:
    return f"{number:,}".replace(",", ".")

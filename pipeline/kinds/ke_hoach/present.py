"""The present stage: everything that the document says, as it will be printed, in one frozen Context."""

import dataclasses
import functools

from pipeline.emphasis import Doan, parse_emphasis
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.ke_hoach.model import BoTieuChi, CapHang, Commune, NguoiKy, TieuChi, TieuDeCot
from pipeline.vietnamese import (
    format_header_date,
    format_number,
    format_points,
    format_short_date,
)

# About half a page of the template's columns (at 12 pt, some 24 lines of 28 letters): longer rows may break.
LONG_ROW = 650


@dataclasses.dataclass(frozen=True, slots=True)
class Hang:
    """One row of the table."""

    cap_hang: CapHang
    ky_hieu: str
    ten_tieu_chi: tuple[Doan, ...]
    chi_tieu: tuple[Doan, ...]
    diem_toi_da: str
    thoi_gian: str
    ghi_chu: str
    rat_dai: bool
    bac: int


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """The fields of the template, spelled as there; templates/README.md says where each is printed."""

    ten_co_quan: str
    viet_tat_co_quan: str
    loai_don_vi: str
    ten_don_vi: str
    ten_don_vi_in_hoa: str
    so_ky_hieu: str
    dia_danh: str
    ngay_ban_hanh: str
    ten_loai: str
    trich_yeu: tuple[str, ...]
    tieu_de: str
    van_ban_can_cu: str
    nam_ke_hoach: str
    noi_bao_cao: str
    nguoi_cho_y_kien: str
    tieu_de_cot: TieuDeCot
    cac_hang: tuple[Hang, ...]
    cong_thuc_tong: str
    tong_diem: str
    noi_nhan: tuple[str, ...]
    noi_luu: str
    chuc_vu_ky: tuple[str, ...]
    ho_ten: str
    so_lieu_mau: bool


def present(criteria_set: BoTieuChi, commune: Commune, totals: Totals) -> Context:
    """Put a commune's data into words; no arithmetic is left for the template."""
    unit, date = commune.don_vi, commune.ngay_ban_hanh
    full_name = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    kind, agency, cited = criteria_set.loai_van_ban, criteria_set.co_quan_ban_hanh, criteria_set.van_ban_can_cu
    *first_lines, last_line = criteria_set.trich_yeu
    subject = (*first_lines, f"{last_line} {full_name}")
    cited_date = cited.ngay_ban_hanh
    return Context(
        ten_co_quan=agency.ten_co_quan.upper(),
        viet_tat_co_quan=agency.viet_tat,
        loai_don_vi=unit.loai_don_vi,
        ten_don_vi=full_name,
        ten_don_vi_in_hoa=full_name.upper(),
        so_ky_hieu=f"{format_number(commune.so_van_ban)}/{kind.viet_tat}-{agency.viet_tat}",
        dia_danh=unit.dia_danh,
        ngay_ban_hanh=format_header_date(date.ngay, date.thang, date.nam),
        ten_loai=kind.ten_loai.upper(),
        trich_yeu=subject,
        tieu_de=f"{kind.ten_loai} {' '.join(subject)}",
        van_ban_can_cu=(
            f"{cited.ten_loai} số {cited.so_ky_hieu}"
            f" ngày {format_short_date(cited_date.ngay or 0, cited_date.thang, cited_date.nam)}"
            f" của {cited.noi_ban_hanh} về việc {cited.trich_yeu}"
        ),
        nam_ke_hoach=str(criteria_set.nam_ke_hoach),
        noi_bao_cao=criteria_set.noi_bao_cao,
        nguoi_cho_y_kien=criteria_set.nguoi_cho_y_kien,
        tieu_de_cot=criteria_set.tieu_de_cot,
        cac_hang=tuple(
            _row(row, commune.chi_tieu[row.dinh_danh], len(key)) if row.xa_tu_dien else _common_row(row, len(key))
            for key, row in criteria_set.rows()
        ),
        cong_thuc_tong=" + ".join(section.ky_hieu for section in criteria_set.bang_tieu_chi),
        tong_diem=format_points(totals.tong_diem),
        noi_nhan=commune.noi_nhan,
        noi_luu=commune.noi_luu,
        chuc_vu_ky=_signing_lines(commune.nguoi_ky, agency.ten_co_quan.upper()),
        ho_ten=commune.nguoi_ky.ho_ten,
        so_lieu_mau=commune.so_lieu_mau,
    )


@functools.lru_cache(maxsize=4096)
def _common_row(row: TieuChi, length: int) -> Hang:
    """Present a row that is the same in every commune, once."""
    return _row(row, row.chi_tieu_chung or "", length)


def _row(row: TieuChi, target: str, length: int) -> Hang:
    """Present a row whose key in the file has a length: two more for every level, from two on."""
    return Hang(
        cap_hang=row.cap_hang,
        ky_hieu=row.ky_hieu,
        ten_tieu_chi=parse_emphasis(row.ten_tieu_chi),
        chi_tieu=parse_emphasis(target) if target else (),
        diem_toi_da="" if row.diem_toi_da is None else format_points(row.diem_toi_da),
        thoi_gian=row.thoi_gian,
        ghi_chu=row.ghi_chu,
        rat_dai=max(len(row.ten_tieu_chi), len(target)) > LONG_ROW,
        bac=length // 2 - 1,
    )


def _signing_lines(signer: NguoiKy, agency: str) -> tuple[str, ...]:
    """Give the lines above the signature (Nghị định 30/2020/NĐ-CP, Điều 13 and Phụ lục I, phần I, mục II, khoản 7)."""
    post, replaced = signer.chuc_vu.upper(), signer.ky_thay.upper()
    match signer.hinh_thuc_ky:
        case "TM.":
            return (f"TM. {agency}", post)
        case "Q.":
            return (f"TM. {agency}", f"Q. {post}")
        case "KT.":
            return (f"TM. {agency}", f"KT. {replaced}", post)
        case "TL." | "TUQ." as form:
            return (f"{form} {replaced}", post)
        case _:
            return (post,)

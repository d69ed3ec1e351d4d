"""Put what every official document has into words, as printed: head, number, date, subject, recipients, signer."""

import dataclasses
from collections.abc import Sequence

from pipeline.kinds.van_ban.model import CoQuan, LoaiVanBan, NguoiKy, VanBanCanCu, VanBanCuaDonVi
from pipeline.vietnamese import format_header_date, format_number, format_short_date


@dataclasses.dataclass(frozen=True, slots=True)
class OfficialFields:
    """The fields of a template that every official document has, spelled as there."""

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
    noi_nhan: tuple[str, ...]
    noi_luu: str
    chuc_vu_ky: tuple[str, ...]
    ho_ten: str
    so_lieu_mau: bool


def official_fields(
    document: VanBanCuaDonVi, kind: LoaiVanBan, agency: CoQuan, subject_lines: Sequence[str]
) -> OfficialFields:
    """Put what a unit's document has in common with every other into words; the unit's name ends its subject."""
    unit, date = document.don_vi, document.ngay_ban_hanh
    full_name = f"{unit.loai_don_vi} {unit.ten_don_vi}"
    *first_lines, last_line = subject_lines
    subject = (*first_lines, f"{last_line} {full_name}")
    return OfficialFields(
        ten_co_quan=agency.ten_co_quan.upper(),
        viet_tat_co_quan=agency.viet_tat,
        loai_don_vi=unit.loai_don_vi,
        ten_don_vi=full_name,
        ten_don_vi_in_hoa=full_name.upper(),
        so_ky_hieu=f"{format_number(document.so_van_ban)}/{kind.viet_tat}-{agency.viet_tat}",
        dia_danh=unit.dia_danh,
        ngay_ban_hanh=format_header_date(date.ngay, date.thang, date.nam),
        ten_loai=kind.ten_loai.upper(),
        trich_yeu=subject,
        tieu_de=f"{kind.ten_loai} {' '.join(subject)}",
        noi_nhan=document.noi_nhan,
        noi_luu=document.noi_luu,
        chuc_vu_ky=_signing_lines(document.nguoi_ky, agency.ten_co_quan.upper()),
        ho_ten=document.nguoi_ky.ho_ten,
        so_lieu_mau=document.so_lieu_mau,
    )


def cited(basis: VanBanCanCu) -> str:
    """Name a document that another is based on: kind, number, date, issuer, subject."""
    date = basis.ngay_ban_hanh
    return (
        f"{basis.ten_loai} số {basis.so_ky_hieu}"
        f" ngày {format_short_date(date.ngay or 0, date.thang, date.nam)}"
        f" của {basis.noi_ban_hanh} về việc {basis.trich_yeu}"
    )


def _signing_lines(signer: NguoiKy, agency: str) -> tuple[str, ...]:
    """Give the lines above the signature (Nghị định 30/2020/NĐ-CP, Điều 13 and Phụ lục I, phần I, mục II, khoản 7)."""
    post, replaced_post = signer.chuc_vu.upper(), signer.ky_thay.upper()
    match signer.hinh_thuc_ky:
        case "TM.":
            return (f"TM. {agency}", post)
        case "Q.":
            return (f"TM. {agency}", f"Q. {post}")
        case "KT.":
            return (f"TM. {agency}", f"KT. {replaced_post}", post)
        case "TL." | "TUQ." as form:
            return (f"{form} {replaced_post}", post)
        case _:
            return (post,)

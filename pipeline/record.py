"""The record beside each document: the decree's metadata of an outgoing document, and what the files came from."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from pipeline import VERSION
from pipeline.model import BoTieuChi, Commune
from pipeline.present import Context


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """What a document was made from: SHA-256 of the inputs, names of the tools."""

    du_lieu: str
    bo_tieu_chi: str
    mau: str
    libreoffice: str | None
    phong_chu: str | None


def digest(data: bytes) -> str:
    """Give the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def record(
    criteria_set: BoTieuChi,
    commune: Commune,
    context: Context,
    pages: int | None,
    sources: Sources,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    """Describe a finished document.

    `van_ban` has the fields of Nghị định 30/2020/NĐ-CP, Phụ lục VI, under their names there; what only the office's
    registry knows is null. `pages` is None when there is no PDF.
    """
    date, unit, signer = commune.ngay_ban_hanh, commune.don_vi, commune.nguoi_ky
    kind, agency = criteria_set.loai_van_ban, criteria_set.co_quan_ban_hanh
    return {
        "van_ban": {
            "FileCode": None,
            "DocOrdinal": None,
            "TypeName": kind.ten_loai,
            "CodeNumber": commune.so_van_ban or None,
            "CodeNotation": f"{kind.viet_tat}-{agency.viet_tat}",
            "IssuedDate": None if date.ngay is None else f"{date.ngay:02d}/{date.thang:02d}/{date.nam}",
            "OrganName": f"{agency.ten_co_quan} {context.ten_don_vi}",
            "Subject": " ".join(context.trich_yeu),
            "Language": "Tiếng Việt",
            "PageAmount": pages,
            "Description": "Số liệu mẫu" if commune.so_lieu_mau else None,
            "SignerInfo": {"Position": signer.chuc_vu, "FullName": signer.ho_ten or None},
            "To": [{"OrganId": None, "OrganName": line} for line in commune.noi_nhan],
            "Priority": None,
            "IssuedAmount": None,
            "DueDate": None,
        },
        "don_vi": unit.model_dump(),
        "so_lieu_mau": commune.so_lieu_mau,
        "tong_diem": context.tong_diem,
        "nguon": {"phien_ban": VERSION, **dataclasses.asdict(sources)},
        "tep": {name: digest(content) for name, content in files.items()},
    }

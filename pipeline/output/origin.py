"""The record beside each document: the decree's metadata of an outgoing document, and what the files came from."""

import dataclasses
import functools
import hashlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import VERSION
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import Context

_LIBRARIES = ("deflate", "docxtpl", "jinja2", "markupsafe", "pikepdf", "pypdfium2")
_SECTIONS = 2
"""Levels of the table whose points are told: sections and their groups."""


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """What a document was made from: SHA-256 of code, data file, criteria set, template; the tools of its PDF."""

    ma_nguon: str
    du_lieu: str
    bo_tieu_chi: str
    mau: str
    cong_cu: str | None

    def same_data(self, recorded: Mapping[str, Any]) -> bool:
        """Tell whether a recorded origin has the same data file and criteria set."""
        return [recorded["du_lieu"], recorded["bo_tieu_chi"]] == [self.du_lieu, self.bo_tieu_chi]

    def same_docx(self, recorded: Mapping[str, Any]) -> bool:
        """Tell whether a recorded origin would give the same .docx."""
        return self.same_data(recorded) and [recorded["mau"], recorded["ma_nguon"]] == [self.mau, self.ma_nguon]

    def same_pdf(self, recorded: Mapping[str, Any]) -> bool:
        """Tell whether a recorded origin would give the same .docx and the same PDF."""
        return self.same_docx(recorded) and bool(recorded["cong_cu"] == self.cong_cu)


@functools.cache
def code_digest() -> str:
    """Give the SHA-256 of the pipeline's own code and the versions of the libraries that shape its outputs."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    modules = [path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(Path(__file__).parents[1].rglob("*.py"))]
    return digest(b"\0".join([*(version.encode() for version in versions), *modules]))


def digest(data: bytes) -> str:
    """Give the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def record(
    criteria_set: BoTieuChi,
    commune: Commune,
    context: Context,
    pages: int | None,
    origin: Origin,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    """Describe a finished document.

    `van_ban` has the fields of Nghị định 30/2020/NĐ-CP, Phụ lục VI, under their names there; what only the office's
    registry knows is null. `diem_cac_muc` are level, label, name and points of sections and groups. `pages` is None
    when there is no PDF.
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
        "da_ban_hanh": commune.da_ban_hanh,
        "tong_diem": context.tong_diem,
        "diem_cac_muc": [
            [row.bac, row.ky_hieu, "".join(each.chu for each in row.ten_tieu_chi), row.diem_toi_da]
            for row in context.cac_hang
            if row.bac < _SECTIONS and row.diem_toi_da
        ],
        "chi_tieu": dict(commune.chi_tieu),
        "phien_ban": VERSION,
        "nguon": dataclasses.asdict(origin),
        "tep": {name: digest(content) for name, content in files.items()},
    }

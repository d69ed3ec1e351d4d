"""Make the record of a finished plan: the decree's metadata, and the facts that page, changes and summary show."""

import dataclasses

from pipeline import VERSION
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import Context
from pipeline.kinds.kind import Document, Made
from pipeline.output.origin import digest
from pipeline.output.records import Metadata, Points, PublishedUnit, Recipient, Record, Signer

_SECTIONS = 2
"""Levels of the table whose points the record has: sections and their groups."""


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What a plan was made from, and what it prints."""

    criteria_set: BoTieuChi
    commune: Commune
    context: Context


def describe(document: Document, output: Made) -> Record:
    """Give the record of a finished plan."""
    facts: Facts = document.facts
    commune, context = facts.commune, facts.context
    return Record(
        van_ban=_metadata(facts, output.pages),
        don_vi=PublishedUnit.model_validate(commune.don_vi.model_dump()),
        so_lieu_mau=commune.so_lieu_mau,
        da_ban_hanh=commune.da_ban_hanh,
        tong_diem=context.tong_diem,
        diem_cac_muc=tuple(
            Points(row.bac, row.ky_hieu, "".join(each.chu for each in row.ten_tieu_chi), row.diem_toi_da)
            for row in context.cac_hang
            if row.bac < _SECTIONS and row.diem_toi_da
        ),
        chi_tieu=dict(commune.chi_tieu),
        phien_ban=VERSION,
        nguon=output.origin,
        tep={file: digest(content) for file, content in output.files.items()},
        noi_dung=output.text,
    )


def _metadata(facts: Facts, pages: int | None) -> Metadata:
    commune, context = facts.commune, facts.context
    kind, agency = facts.criteria_set.loai_van_ban, facts.criteria_set.co_quan_ban_hanh
    date, signer = commune.ngay_ban_hanh, commune.nguoi_ky
    return Metadata(
        FileCode=None,
        DocOrdinal=None,
        TypeName=kind.ten_loai,
        CodeNumber=commune.so_van_ban or None,
        CodeNotation=f"{kind.viet_tat}-{agency.viet_tat}",
        IssuedDate=None if date.ngay is None else f"{date.ngay:02d}/{date.thang:02d}/{date.nam}",
        OrganName=f"{agency.ten_co_quan} {context.ten_don_vi}",
        Subject=" ".join(context.trich_yeu),
        Language="Tiếng Việt",
        PageAmount=pages,
        Description="Số liệu mẫu" if commune.so_lieu_mau else None,
        SignerInfo=Signer(Position=signer.chuc_vu, FullName=signer.ho_ten or None),
        To=tuple(Recipient(OrganId=None, OrganName=line) for line in commune.noi_nhan),
        Priority=None,
        IssuedAmount=None,
        DueDate=None,
    )

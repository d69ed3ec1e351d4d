"""Make the record of a finished paper: the decree's metadata, and the facts that page, changes and summary show."""

from pipeline import VERSION
from pipeline.emphasis import plain_text
from pipeline.kinds.bang_tieu_chi.present import shortest
from pipeline.kinds.kind import Document, Made
from pipeline.kinds.loai.assemble import facts_of
from pipeline.output.origin import digest
from pipeline.output.records import Metadata, Points, PublishedUnit, Recipient, Record, Signer
from pipeline.vietnamese import format_points

_SECTIONS = 2
"""Levels of the table whose points the record has: sections and their groups."""


def describe(document: Document, output: Made) -> Record:
    """Give the record of a finished paper."""
    facts = facts_of(document)
    about = facts.official
    return Record(
        loai=facts.kind.name,
        van_ban=_metadata(document, output.pages),
        don_vi=PublishedUnit.model_validate(about.unit.model_dump()) if about.unit else None,
        so_lieu_mau=about.so_lieu_mau,
        da_ban_hanh=about.da_ban_hanh,
        cot_diem=tuple(column.tieu_de for column in facts.kind.keys.cac_cot if column.khoa_cot in document.points),
        tong_diem=tuple(format_points(shortest(facts.totals[key].tong_diem)) for key in document.points),
        diem_cac_muc=_sections(document),
        gia_tri=_values(document),
        phien_ban=VERSION,
        nguon=output.origin,
        tep={file: digest(content) for file, content in output.files.items()},
        noi_dung=output.text,
    )


def _sections(document: Document) -> tuple[Points, ...]:
    """Give the points of sections and groups, in the columns of points that the paper prints."""
    facts = facts_of(document)
    if facts.year.table is None or not document.points:
        return ()
    return tuple(
        Points(
            placed.bac,
            placed.row.ky_hieu,
            plain_text(placed.row.ten_tieu_chi),
            tuple(
                format_points(shortest(value))
                if (value := facts.totals[key].diem.get(placed.row.dinh_danh)) is not None
                else ""
                for key in document.points
            ),
        )
        for placed in facts.year.table.rows
        if placed.bac < _SECTIONS and placed.row.cap_hang != "ghi_chu"
    )


def _values(document: Document) -> dict[str, dict[str, str]]:
    """Give what the unit has filled in, of the columns that the paper prints."""
    values = facts_of(document).values
    if values is None:
        return {}
    points = {key: {name: format_points(each) for name, each in of.items()} for key, of in values.points.items()}
    return {key: dict(each) for key, each in {**values.texts, **points}.items() if key in document.columns}


def _metadata(document: Document, pages: int | None) -> Metadata:
    about = facts_of(document).official
    date, signer = about.ngay_ban_hanh, about.nguoi_ky
    return Metadata(
        FileCode=None,
        DocOrdinal=None,
        TypeName=about.ten_loai,
        CodeNumber=about.so_van_ban or None,
        CodeNotation=about.notation,
        IssuedDate=None if date.ngay is None else f"{date.ngay:02d}/{date.thang:02d}/{date.nam}",
        OrganName=about.agency_name,
        Subject=" ".join(about.trich_yeu),
        Language="Tiếng Việt",
        PageAmount=pages,
        Description="Số liệu mẫu" if about.so_lieu_mau else None,
        SignerInfo=Signer(Position=signer.chuc_vu, FullName=signer.ho_ten or None),
        To=tuple(Recipient(OrganId=None, OrganName=line) for line in about.noi_nhan),
        Priority=None,
        IssuedAmount=None,
        DueDate=None,
    )

"""Put the facts of all providers together into one paper that can be printed."""

import dataclasses
from collections.abc import Mapping

from pipeline.kinds.bang_tieu_chi.present import heading_rows, points_columns, table_fields, total_fields, unit_totals
from pipeline.kinds.bang_tieu_chi.table import GiaTri
from pipeline.kinds.bang_tieu_chi.totals import Totals
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.template import PAPER_FIELDS, compiled, own_asked
from pipeline.kinds.loai.year import Year
from pipeline.kinds.noi_dung.present import filled_in, own_fields
from pipeline.kinds.van_ban.model import CoQuan, DonVi, NguoiKy, NguoiKyNoiNhan, VanBanRieng
from pipeline.kinds.van_ban.present import Official, official_fields, plain_fields


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What a paper was made from, for its record."""

    kind: PaperKind
    year: Year
    official: Official
    values: GiaTri | None
    totals: Mapping[str, Totals]


@dataclasses.dataclass(frozen=True, slots=True)
class Issue:
    """What a paper is issued by and about, before all defaults are in place: `people` are the strongest first."""

    kind: PaperKind
    year: Year
    agency: CoQuan
    paper: VanBanRieng
    people: tuple[NguoiKyNoiNhan, ...]
    unit: DonVi | None
    sample: bool


def facts_of(document: Document) -> Facts:
    """Give what a paper was made from; raises TypeError for a document that is no paper from data."""
    if not isinstance(document.facts, Facts):
        raise TypeError(document.name)
    return document.facts


def official(issue: Issue) -> Official:
    """Give what is known of a paper as an official document, all defaults in place.

    Raises ValueError when nobody says who signs or receives: whoever checked the data has said so.
    """
    people, keys, paper, agency = issue.people, issue.kind.keys, issue.paper, issue.agency
    signer = next((layer.nguoi_ky for layer in people if layer.nguoi_ky), None)
    recipients = next((layer.noi_nhan for layer in people if layer.noi_nhan), None)
    filing = next((layer.noi_luu for layer in people if layer.noi_luu), None)
    if not (isinstance(signer, NguoiKy) and recipients and filing):
        raise ValueError(issue.kind.name)
    return Official(
        unit=issue.unit,
        agency=agency,
        ten_loai=keys.ten_loai,
        notation=keys.ky_hieu or f"{keys.viet_tat}-{agency.viet_tat}",
        so_van_ban=paper.so_van_ban,
        ngay_ban_hanh=paper.ngay_ban_hanh,
        da_ban_hanh=paper.da_ban_hanh,
        so_lieu_mau=issue.sample,
        nguoi_ky=signer,
        noi_nhan=recipients,
        noi_luu=filing,
        trich_yeu=keys.trich_yeu,
        can_cu=keys.can_cu,
        kinh_gui=keys.kinh_gui,
        nam=issue.year.number,
    )


def document(issue: Issue, values: GiaTri | None, extra: Mapping[str, object], *, name: str, place: str) -> Document:
    """Put a paper's facts into the fields of its template, and give the paper.

    `values` is what its unit has filled in, `extra` are the fields of providers about all units of the year.
    """
    kind, year, paper, about = issue.kind, issue.year, issue.paper, official(issue)
    totals = unit_totals(year.table, values) if year.table else {}
    plain = plain_fields(about) | (total_fields(year.table, values, totals) if year.table else {})
    plain |= {field: text for field, text in extra.items() if isinstance(text, str)}
    about = _filled(about, plain)
    template = compiled(kind.template, PAPER_FIELDS)
    own = own_fields({**kind.keys.noi_dung, **paper.noi_dung}, own_asked(template), plain)
    table = table_fields(year.table, kind.keys.cac_cot, values, totals) if year.table and kind.keys.cac_cot else {}
    standard = official_fields(about, plain)
    fields = {**plain, **standard, **table, **extra, **own}
    columns = tuple(column.khoa_cot for column in kind.keys.cac_cot)
    return Document(
        name=name,
        place=place,
        fields=fields,
        date=about.ngay_ban_hanh.day,
        pages=range(kind.keys.so_trang_it_nhat, kind.keys.so_trang_nhieu_nhat + 1),
        sample=about.so_lieu_mau,
        posts=standard["chuc_vu_ky"],  # type: ignore[arg-type]
        signer=about.nguoi_ky.ho_ten,
        columns=columns,
        points=tuple(key for key in points_columns(year.table) if key in columns) if year.table else (),
        headings=heading_rows(year.table) if year.table and columns else frozenset(),
        facts=Facts(kind, year, about, values, totals),
    )


def _filled(about: Official, plain: Mapping[str, str]) -> Official:
    """Fill in the names in braces within the lines of a paper."""
    return dataclasses.replace(
        about,
        trich_yeu=tuple(filled_in(line, plain) for line in about.trich_yeu),
        can_cu=tuple(filled_in(line, plain) for line in about.can_cu),
        kinh_gui=tuple(filled_in(line, plain) for line in about.kinh_gui),
        noi_nhan=tuple(filled_in(line, plain) for line in about.noi_nhan),
    )

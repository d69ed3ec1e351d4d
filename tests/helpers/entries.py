"""Entries and records as a build would publish them, with what a test cares about changed."""

from collections.abc import Mapping

from pipeline.output.manifest import Entry, PublishedProblem
from pipeline.output.origin import Origin
from pipeline.output.records import Metadata, PublishedUnit, Record, Signer

ORIGIN = Origin(ma_nguon="1", du_lieu="1", bo_tieu_chi="1", mau="1", cong_cu=None)


def entry(title: str, files: Mapping[str, str], *, sample: bool = False, pages: int | None = 9) -> Entry:
    """Give an entry of a document that is not issued."""
    return Entry(
        loai="ke-hoach",
        ten_loai="Kế hoạch",
        so_trang=pages,
        so_lieu_mau=sample,
        da_ban_hanh=False,
        phien_ban="1",
        nguon=ORIGIN,
        ten_don_vi=title,
        tep=dict(files),
    )


def record(files: Mapping[str, str]) -> Record:
    """Give a record with these files."""
    blank = dict.fromkeys(Metadata.model_fields)
    said = dict.fromkeys(("TypeName", "CodeNotation", "OrganName", "Subject", "Language"), "x")
    signer = Signer(Position="x", FullName=None)
    unit = PublishedUnit(ma_don_vi="00001", loai_don_vi="xã", ten_don_vi="X", dia_danh="X")
    return Record(
        loai="ke-hoach",
        van_ban=Metadata.model_validate({**blank, **said, "SignerInfo": signer, "To": ()}),
        don_vi=unit,
        so_lieu_mau=False,
        da_ban_hanh=False,
        cot_diem=("Điểm",),
        tong_diem=("100",),
        phien_ban="1",
        nguon=ORIGIN,
        tep=dict(files),
        noi_dung="x",
    )


def problem(words: str) -> PublishedProblem:
    """Give a problem whose texts are all the same."""
    return PublishedProblem(noi=words, dong=1, cot=2, ma_loi="ma", thong_bao=words, cach_sua=words)

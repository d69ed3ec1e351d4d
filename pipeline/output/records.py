"""Define the record beside each document: the decree's metadata of an outgoing document, facts, files, origin.

docs/manifest.md describes every key.
"""

from pathlib import Path
from typing import NamedTuple

import pydantic
import pydantic_core

from pipeline.files import read_plain, to_json
from pipeline.output.origin import Origin
from pipeline.output.published import Flag, Number, Published, Text


class Signer(Published):
    """Who signs."""

    Position: Text
    FullName: Text | None


class Recipient(Published):
    """Who receives."""

    OrganId: Text | None
    OrganName: Text


class Metadata(Published):
    """The fields of Nghị định 30/2020/NĐ-CP, Phụ lục VI, under their names there.

    A field that only the office's registry knows is null. `PageAmount` is null when there is no PDF.
    """

    FileCode: None
    DocOrdinal: None
    TypeName: Text
    CodeNumber: Text | None
    CodeNotation: Text
    IssuedDate: Text | None
    OrganName: Text
    Subject: Text
    Language: Text
    PageAmount: Number | None
    Description: Text | None
    SignerInfo: Signer
    To: tuple[Recipient, ...]
    Priority: None
    IssuedAmount: None
    DueDate: None


class PublishedUnit(Published):
    """The administrative unit that a document belongs to."""

    ma_don_vi: Text
    loai_don_vi: Text
    ten_don_vi: Text
    dia_danh: Text


class Points(NamedTuple):
    """The points of a section or group: its level, label, name, points as printed in each column of points."""

    bac: Number
    ky_hieu: Text
    ten_tieu_chi: Text
    diem: tuple[Text, ...]


class Difference(NamedTuple):
    """One difference between a document and the former one: what it is about, the former value, the present one."""

    words: Text
    old: Text
    new: Text


class Record(Published):
    """What is known of a published document.

    `loai` is the name of its kind, `don_vi` the unit that it is about, None for a paper about all. `cot_diem` are the
    headings of its columns of points, `tong_diem` their totals; `gia_tri` what the unit filled in, by column and
    criterion. `tep` has the SHA-256 of its files, `noi_dung` that of its text, `thay_doi` its last change.
    """

    loai: Text
    van_ban: Metadata
    don_vi: PublishedUnit | None = None
    so_lieu_mau: Flag
    da_ban_hanh: Flag
    cot_diem: tuple[Text, ...] = ()
    tong_diem: tuple[Text, ...] = ()
    diem_cac_muc: tuple[Points, ...] = ()
    gia_tri: dict[Text, dict[Text, Text]] = pydantic.Field(default_factory=dict)
    phien_ban: Text
    nguon: Origin
    tep: dict[Text, Text]
    noi_dung: Text
    thay_doi: tuple[Difference, ...] = ()

    @property
    def unit_name(self) -> str:
        """Give the unit's name after its kind, such as `xã Cẩm Lương`; for a paper about all units who issued it."""
        return f"{self.don_vi.loai_don_vi} {self.don_vi.ten_don_vi}" if self.don_vi else self.van_ban.OrganName

    def content(self) -> bytes:
        """Give the bytes of the record's file."""
        return to_json(self.fields())


def read_record(out: Path, name: str, document: str) -> Record | None:
    """Read the record of a published document; None when there is none, or none that can be read."""
    try:
        return parse_record(read_plain(out / name / f"{document}.json"))
    except (OSError, ValueError):
        return None


def parse_record(content: bytes) -> Record | None:
    """Read the bytes of a record; None for anything else."""
    try:
        return Record.model_validate(pydantic_core.from_json(content))
    except (ValueError, pydantic.ValidationError):
        return None

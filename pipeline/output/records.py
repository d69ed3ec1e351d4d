"""What a record and a list's entry look like: both lie in the output folder, where anybody may have changed them.

Anything else counts as damage, and is made anew.
"""

from typing import Annotated, Any, TypeGuard

import pydantic

_Three = Annotated[list[str], pydantic.Field(min_length=3, max_length=3)]
_Four = Annotated[list[int | str], pydantic.Field(min_length=4, max_length=4)]


class _Shape(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)


class _Origin(_Shape):
    ma_nguon: str
    du_lieu: str
    bo_tieu_chi: str
    mau: str
    cong_cu: str | None


class _Entry(_Shape):
    """Of a document, or of a year's summary, which has the first three alone."""

    tep: dict[str, str]
    da_ban_hanh: bool
    nguon: _Origin
    so_lieu_mau: bool = False
    so_trang: int | None = None
    ten_don_vi: str = ""
    phien_ban: str = ""
    da_ky: dict[str, str] = {}
    ban_cu: list[str] = []


class _Signer(_Shape):
    Position: str
    FullName: str | None


class _Recipient(_Shape):
    OrganName: str


class _Fields(_Shape):
    """Those of Nghị định 30/2020/NĐ-CP, Phụ lục VI, that are read again."""

    TypeName: str
    CodeNumber: str | None
    CodeNotation: str
    IssuedDate: str | None
    Subject: str
    PageAmount: int | None
    SignerInfo: _Signer
    To: list[_Recipient]


class _Unit(_Shape):
    loai_don_vi: str
    ten_don_vi: str
    dia_danh: str


class _Record(_Shape):
    van_ban: _Fields
    don_vi: _Unit
    so_lieu_mau: bool
    da_ban_hanh: bool
    tong_diem: str
    chi_tieu: dict[str, str]
    phien_ban: str
    nguon: _Origin
    tep: dict[str, str]
    noi_dung: str
    diem_cac_muc: list[_Four] = []
    thay_doi: list[_Three] = []


def is_entry(found: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value can be an entry of the list of all documents."""
    return _fits(_Entry, found)


def is_record(found: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value can be a document's record."""
    return _fits(_Record, found)


def _fits(shape: type[_Shape], found: object) -> bool:
    try:
        shape.model_validate(found)
    except pydantic.ValidationError:
        return False
    return True

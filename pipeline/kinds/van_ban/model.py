"""Define what the data of every official document are made of: texts, dates, points, agency, unit, signer, recipients.

Titles and descriptions are Vietnamese: they become the JSON Schema that editors show while typing.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipeline.emphasis import parse_emphasis
from pipeline.problem import short
from pipeline.vietnamese import parse_date, parse_points


@dataclasses.dataclass(frozen=True, slots=True)
class NgayThang:
    """A date; the day may still be blank."""

    ngay: int | None
    thang: int
    nam: int

    @property
    def day(self) -> dt.date:
        """Give the date as a day; the first of the month while the day is blank."""
        return dt.date(self.nam, self.thang, self.ngay or 1)


def _text_as(code: str, message: str, parse: Callable[[str], Any], schema: dict[str, Any]) -> tuple[Any, Any]:
    """Give the validator and JSON Schema of a text read by `parse`, whose ValueError becomes a problem with `code`."""

    def validate(value: object) -> object:
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "")
        try:
            return parse(value)
        except ValueError:
            raise PydanticCustomError(code, message, {"value": short(value)}) from None

    return BeforeValidator(validate), WithJsonSchema(schema)


def _read_emphasis(text: str) -> str:
    parse_emphasis(text)
    return text.strip()


def _read_flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004 - years are the longest
        raise ValueError(text)
    return int(text)


def _read_date(text: str) -> NgayThang:
    return NgayThang(*parse_date(text))


def _read_full_date(text: str) -> NgayThang:
    date = _read_date(text)
    if date.ngay is None:
        raise ValueError(text)
    return date


QUOTED = "x-quoted"
"""Marks a key whose value is always in quotes: so a code keeps its zeros, and a label `1,10` or `-` stays a text."""

# A scalar without quotes may look like a number to an editor: both types are allowed there, the pattern decides.
_SCALAR = ["string", "number"]
VanBan = Annotated[str, Field(min_length=1, max_length=500)]
DoanVan = Annotated[
    str,
    Field(min_length=1, max_length=4000),
    *_text_as(
        "dau-nhan-manh",
        "dấu * nhấn mạnh mở mà không đóng",
        _read_emphasis,
        {"type": [*_SCALAR], "minLength": 1, "maxLength": 4000},
    ),
]
Diem = Annotated[
    Decimal,
    *_text_as(
        "diem-khong-hop-le",
        "`{value}` không phải điểm: viết bằng chữ số, phần lẻ sau dấu phẩy, ví dụ 0,5",
        parse_points,
        {"type": ["string", "integer"], "pattern": "^[0-9]{1,3}(,[0-9]{1,2})?$", "minimum": 0, "maximum": 999},
    ),
]
NgayBanHanh = Annotated[
    NgayThang,
    *_text_as(
        "ngay-khong-hop-le",
        "`{value}` không phải ngày: viết 24/8/2023, hoặc /8/2023 khi chưa có ngày",
        _read_date,
        {"type": "string", "pattern": "^([0-9]{1,2})?/[0-9]{1,2}/[0-9]{4}$"},
    ),
]
NgayDayDu = Annotated[
    NgayThang,
    *_text_as(
        "ngay-khong-hop-le",
        "`{value}` không phải ngày: viết đủ ngày, tháng, năm, ví dụ 24/8/2023",
        _read_full_date,
        {"type": "string", "pattern": "^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$"},
    ),
]
Co = Annotated[
    bool,
    *_text_as("co-khong-hop-le", "`{value}`: chỉ ghi true hoặc false", _read_flag, {"type": "boolean"}),
]
SoDem = Annotated[
    int,
    *_text_as("so-khong-hop-le", "`{value}` không phải số nguyên", _read_count, {"type": "integer"}),
]
DinhDanh = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class Keys(BaseModel):
    """Keys of a data file: frozen; unknown ones are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        # Titles are written by hand, in Vietnamese.
        field_title_generator=lambda *_: "",
        model_title_generator=lambda _: "",
    )


class LoaiVanBan(Keys):
    """Tên loại văn bản."""

    ten_loai: VanBan = Field(title="Tên loại", description="Kế hoạch")
    viet_tat: VanBan = Field(
        title="Viết tắt", description="Chữ viết tắt tên loại: KH (Nghị định 30/2020/NĐ-CP, Phụ lục III)"
    )


class CoQuan(Keys):
    """Cơ quan ban hành, không kể tên đơn vị hành chính."""

    ten_co_quan: VanBan = Field(title="Tên cơ quan", description="Ủy ban nhân dân")
    viet_tat: VanBan = Field(title="Viết tắt", description="UBND")


class VanBanCanCu(Keys):
    """Văn bản giao lập kế hoạch."""

    ten_loai: VanBan = Field(title="Tên loại", description="Loại của văn bản được căn cứ, ví dụ Công văn")
    so_ky_hieu: VanBan = Field(title="Số, ký hiệu", description="Số và ký hiệu, ví dụ 2096/UBND-NV")
    ngay_ban_hanh: NgayDayDu = Field(title="Ngày ban hành", description="Đủ ngày, tháng, năm, ví dụ 24/8/2023")
    noi_ban_hanh: VanBan = Field(title="Nơi ban hành", description="Cơ quan ban hành")
    trich_yeu: VanBan = Field(title="Trích yếu", description="Trích yếu, in sau “về việc”")


class DonVi(Keys):
    """Đơn vị hành chính."""

    ma_don_vi: str = Field(
        title="Mã đơn vị",
        pattern="^[0-9]{5}$",
        description="Mã của Tổng cục Thống kê, 5 chữ số, trong ngoặc kép",
        json_schema_extra={QUOTED: True},
    )
    loai_don_vi: Literal["xã", "phường", "thị trấn", "đặc khu"] = Field(
        title="Loại đơn vị", description="Loại đơn vị, chữ thường"
    )
    ten_don_vi: VanBan = Field(title="Tên đơn vị", description="Tên, không kể xã, phường …")
    dia_danh: VanBan = Field(title="Địa danh", description="Địa danh trước ngày tháng")


class NguoiKy(Keys):
    """Người ký (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7)."""

    hinh_thuc_ky: Literal["TM.", "Q.", "KT.", "TL.", "TUQ.", ""] = Field(
        title="Hình thức ký", description='"" là ký thẳng chức vụ'
    )
    ky_thay: str = Field(
        "", title="Ký thay", max_length=200, description="Chức vụ của người được ký thay, khi KT., TL., TUQ."
    )
    chuc_vu: VanBan = Field(title="Chức vụ", description="Chức vụ của người ký")
    ho_ten: str = Field(
        title="Họ và tên", max_length=100, description="Họ và tên, không ghi học hàm, học vị; để trống khi chưa rõ"
    )


class VanBanCuaDonVi(Keys):
    """Một văn bản của một đơn vị: đơn vị, số, ngày, người ký, nơi nhận."""

    don_vi: DonVi = Field(title="Đơn vị", description="Đơn vị hành chính ban hành kế hoạch")
    so_lieu_mau: Co = Field(
        title="Số liệu mẫu", default=False, description="true: số liệu mẫu, văn bản in rõ điều đó ở mọi trang"
    )
    da_ban_hanh: Co = Field(title="Đã ban hành", default=False, description="true: đã ban hành, không dựng lại khác đi")
    so_van_ban: str = Field(title="Số văn bản", pattern="^[0-9]{0,6}$", description='Số văn bản; "" khi chưa cấp số')
    ngay_ban_hanh: NgayBanHanh = Field(title="Ngày ban hành", description="24/8/2023, hoặc /8/2023 khi chưa có ngày")
    nguoi_ky: NguoiKy = Field(
        title="Người ký", description="Người ký và hình thức ký (Nghị định 30/2020/NĐ-CP, Phụ lục I)"
    )
    noi_nhan: tuple[VanBan, ...] = Field(
        title="Nơi nhận", min_length=1, description="Mỗi nơi nhận một dòng, không dấu gạch, không ;"
    )
    noi_luu: VanBan = Field(title="Nơi lưu", description="Dòng Lưu, ví dụ VT, VP")

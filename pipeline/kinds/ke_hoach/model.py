"""The types of the data files: one criteria set a year, one file a commune. Keys are the form's own words.

Titles and descriptions are Vietnamese: they become the JSON Schema that editors show while typing.
"""

import dataclasses
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipeline.emphasis import parse_emphasis
from pipeline.problem import Key, short
from pipeline.vietnamese import parse_date, parse_points

CRITERIA_SET_FILE = "bo-tieu-chi.yaml"
"""The name of the file that the communes of a year have in common."""

CapHang = Literal["muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu"]
"""The level of a table row; the template has one sample row for each."""


@dataclasses.dataclass(frozen=True, slots=True)
class NgayThang:
    """A date; the day may still be blank."""

    ngay: int | None
    thang: int
    nam: int


def _text_as(code: str, message: str, parse: Callable[[str], Any], schema: dict[str, Any]) -> tuple[Any, Any]:
    """Read a text by `parse`, whose ValueError becomes a problem with this code and message."""

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


class _Keys(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TieuChi(_Keys):
    """Một hàng của bảng và các hàng dưới nó."""

    dinh_danh: DinhDanh = Field(description="Tên máy của tiêu chí: không dấu, không đổi qua các năm và các xã")
    cap_hang: CapHang = Field(description="Cấp của hàng; mỗi cấp có một hàng mẫu trong tệp Word")
    ky_hieu: str = Field("", max_length=10, description='Cột TT: "I", "1", "1,10", "-", "+" hoặc bỏ khóa này')
    ten_tieu_chi: DoanVan = Field(description="Cột Tiêu chí; **đậm**, *nghiêng* khi khác kiểu chữ của cấp")
    chi_tieu_chung: DoanVan | None = Field(None, description="Cột Chỉ tiêu, khi giống nhau ở mọi xã")
    xa_tu_dien: Co = Field(default=False, description="true: mỗi xã ghi chỉ tiêu của mình trong tệp của xã")
    diem_toi_da: Diem | None = Field(None, description="Cột Điểm; ở hàng có hàng con là số kiểm tra của tổng")
    thoi_gian: str = Field("", max_length=100, description="Cột Thời gian thực hiện")
    ghi_chu: str = Field("", max_length=500, description="Cột Ghi chú")
    tieu_chi_con: tuple["TieuChi", ...] = Field((), description="Các hàng dưới hàng này")


class LoaiVanBan(_Keys):
    """Tên loại văn bản."""

    ten_loai: VanBan = Field(description="Kế hoạch")
    viet_tat: VanBan = Field(description="Chữ viết tắt tên loại: KH (Nghị định 30/2020/NĐ-CP, Phụ lục III)")


class CoQuan(_Keys):
    """Cơ quan ban hành, không kể tên đơn vị hành chính."""

    ten_co_quan: VanBan = Field(description="Ủy ban nhân dân")
    viet_tat: VanBan = Field(description="UBND")


class VanBanCanCu(_Keys):
    """Văn bản giao lập kế hoạch."""

    ten_loai: VanBan = Field(description="Loại của văn bản được căn cứ, ví dụ Công văn")
    so_ky_hieu: VanBan = Field(description="Số và ký hiệu, ví dụ 2096/UBND-NV")
    ngay_ban_hanh: NgayDayDu = Field(description="Đủ ngày, tháng, năm, ví dụ 24/8/2023")
    noi_ban_hanh: VanBan = Field(description="Cơ quan ban hành")
    trich_yeu: VanBan = Field(description="Trích yếu, in sau “về việc”")


class TieuDeCot(_Keys):
    """Sáu tiêu đề cột của bảng."""

    so_thu_tu: VanBan = Field(description="Tiêu đề cột 1")
    ten_tieu_chi: VanBan = Field(description="Tiêu đề cột 2")
    chi_tieu: VanBan = Field(description="Tiêu đề cột 3")
    diem_toi_da: VanBan = Field(description="Tiêu đề cột 4")
    thoi_gian: VanBan = Field(description="Tiêu đề cột 5")
    ghi_chu: VanBan = Field(description="Tiêu đề cột 6")


class BoTieuChi(_Keys):
    """Bộ tiêu chí của một năm: phần chung của kế hoạch mọi xã."""

    nam_ke_hoach: SoDem = Field(description="Năm kế hoạch, trùng tên thư mục")
    loai_van_ban: LoaiVanBan = Field(description="Tên loại văn bản và chữ viết tắt của nó")
    co_quan_ban_hanh: CoQuan = Field(description="Cơ quan ban hành, không kể tên đơn vị hành chính")
    trich_yeu: tuple[VanBan, ...] = Field(min_length=1, description="Các dòng trích yếu; tên xã nối vào dòng cuối")
    van_ban_can_cu: VanBanCanCu = Field(description="Văn bản giao lập kế hoạch")
    noi_bao_cao: VanBan = Field(description="Nơi xã gửi báo cáo kế hoạch, trong đoạn kết")
    nguoi_cho_y_kien: VanBan = Field(description="Người cho ý kiến, trong đoạn kết")
    tieu_de_cot: TieuDeCot = Field(description="Sáu tiêu đề cột của bảng")
    tong_diem: Diem = Field(description="Số kiểm tra của tổng điểm")
    so_trang_it_nhat: SoDem = Field(description="Văn bản ngắn hơn là có lỗi: không xuất bản")
    so_trang_nhieu_nhat: SoDem = Field(description="Văn bản dài hơn là có lỗi: không xuất bản")
    bang_tieu_chi: tuple[TieuChi, ...] = Field(min_length=1, description="Các hàng của bảng, theo thứ tự in")

    def rows(self) -> Iterator[tuple[Key, TieuChi]]:
        """Give every row in the order of the table, with its key in the file."""
        yield from _rows(("bang_tieu_chi",), self.bang_tieu_chi)


def _rows(key: Key, criteria: tuple[TieuChi, ...]) -> Iterator[tuple[Key, TieuChi]]:
    for position, criterion in enumerate(criteria):
        yield (*key, position), criterion
        yield from _rows((*key, position, "tieu_chi_con"), criterion.tieu_chi_con)


class DonVi(_Keys):
    """Đơn vị hành chính."""

    ma_don_vi: str = Field(pattern="^[0-9]{5}$", description="Mã của Tổng cục Thống kê, 5 chữ số, trong ngoặc kép")
    loai_don_vi: Literal["xã", "phường", "thị trấn", "đặc khu"] = Field(description="Loại đơn vị, chữ thường")
    ten_don_vi: VanBan = Field(description="Tên, không kể xã, phường …")
    dia_danh: VanBan = Field(description="Địa danh trước ngày tháng")


class NguoiKy(_Keys):
    """Người ký (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7)."""

    hinh_thuc_ky: Literal["TM.", "Q.", "KT.", "TL.", "TUQ.", ""] = Field(description='"" là ký thẳng chức vụ')
    ky_thay: str = Field("", max_length=200, description="Chức vụ của người được ký thay, khi KT., TL., TUQ.")
    chuc_vu: VanBan = Field(description="Chức vụ của người ký")
    ho_ten: str = Field(max_length=100, description="Họ và tên, không ghi học hàm, học vị; để trống khi chưa rõ")


class Commune(_Keys):
    """Kế hoạch của một xã trong một năm."""

    don_vi: DonVi = Field(description="Đơn vị hành chính ban hành kế hoạch")
    so_lieu_mau: Co = Field(default=False, description="true: số liệu mẫu, văn bản in rõ điều đó ở mọi trang")
    da_ban_hanh: Co = Field(default=False, description="true: đã ban hành, không dựng lại khác đi")
    so_van_ban: str = Field(pattern="^[0-9]{0,6}$", description='Số văn bản; "" khi chưa cấp số')
    ngay_ban_hanh: NgayBanHanh = Field(description="24/8/2023, hoặc /8/2023 khi chưa có ngày")
    nguoi_ky: NguoiKy = Field(description="Người ký và hình thức ký (Nghị định 30/2020/NĐ-CP, Phụ lục I)")
    noi_nhan: tuple[VanBan, ...] = Field(min_length=1, description="Mỗi nơi nhận một dòng, không dấu gạch, không ;")
    noi_luu: VanBan = Field(description="Dòng Lưu, ví dụ VT, VP")
    chi_tieu: dict[str, DoanVan] = Field(description="Chỉ tiêu của xã, theo dinh_danh của tiêu chí")

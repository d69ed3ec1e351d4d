"""Define what the data of every official document are made of: agency, unit, signer, recipients, number and date.

Titles and descriptions are Vietnamese: they become the JSON Schema that editors show while typing.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.kinds.van_ban.values import QUOTED, CayGiaTri, Co, DinhDanh, NgayBanHanh, VanBan


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


class CoQuan(Keys):
    """Cơ quan ban hành."""

    co_quan_chu_quan: str = Field(
        "", title="Cơ quan chủ quản", max_length=200, description="Dòng trên tên cơ quan, nếu có: UBND tỉnh Thanh Hóa"
    )
    ten_co_quan: VanBan = Field(title="Tên cơ quan", description="Ủy ban nhân dân; Sở Nội vụ")
    ten_don_vi: str = Field(
        "",
        title="Tên đơn vị",
        max_length=200,
        description="Dòng thứ hai của tên, khi không phải của xã: tỉnh Thanh Hóa",
    )
    viet_tat: VanBan = Field(title="Viết tắt", description="UBND")
    dia_danh: str = Field("", title="Địa danh", max_length=200, description="Khi không phải của xã: Thanh Hóa")


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


class NguoiKyNoiNhan(Keys):
    """Người ký và nơi nhận; ghi ở đâu thì thay cho giá trị chung ở đó."""

    nguoi_ky: NguoiKy | None = Field(
        None, title="Người ký", description="Người ký và hình thức ký (Nghị định 30/2020/NĐ-CP, Phụ lục I)"
    )
    noi_nhan: Annotated[tuple[VanBan, ...], Field(min_length=1)] | None = Field(
        None, title="Nơi nhận", description="Mỗi nơi nhận một dòng, không dấu gạch, không ;"
    )
    noi_luu: VanBan | None = Field(None, title="Nơi lưu", description="Dòng Lưu, ví dụ VT, VP")


class SoNgay(Keys):
    """Số và ngày của một văn bản."""

    so_van_ban: str = Field(title="Số văn bản", pattern="^[0-9]{0,6}$", description='Số văn bản; "" khi chưa cấp số')
    ngay_ban_hanh: NgayBanHanh = Field(title="Ngày ban hành", description="24/8/2023, hoặc /8/2023 khi chưa có ngày")
    da_ban_hanh: Co = Field(title="Đã ban hành", default=False, description="true: đã ban hành, không dựng lại khác đi")


class VanBanRieng(NguoiKyNoiNhan, SoNgay):
    """Một văn bản: số, ngày, và những gì riêng của nó."""

    noi_dung: CayGiaTri = Field(
        default_factory=dict, title="Nội dung", description="Các trường mà mẫu Word hỏi thêm, của riêng văn bản này"
    )


class CoQuanChung(Keys):
    """Cơ quan ban hành văn bản của các xã."""

    co_quan_ban_hanh: CoQuan = Field(
        title="Cơ quan ban hành", description="Cơ quan ban hành, không kể tên đơn vị hành chính"
    )


class Chung(NguoiKyNoiNhan, CoQuanChung):
    """Phần chung cho văn bản của mọi xã trong năm."""


class DonViCuaTep(Keys):
    """Đơn vị của một tệp."""

    don_vi: DonVi = Field(title="Đơn vị", description="Đơn vị hành chính")
    so_lieu_mau: Co = Field(
        title="Số liệu mẫu", default=False, description="true: số liệu mẫu, văn bản in rõ điều đó ở mọi trang"
    )


class TepDonVi(NguoiKyNoiNhan, DonViCuaTep):
    """Tệp của một đơn vị trong một năm: đơn vị, các văn bản của nó."""

    van_ban: dict[DinhDanh, VanBanRieng] = Field(
        default_factory=dict, title="Văn bản", description="Theo loại: tên tệp của loại trong thư mục năm"
    )

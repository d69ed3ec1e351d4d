"""Define the keys of the scored table: a year's criteria, the columns that are filled in, a paper's columns."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.kinds.van_ban.model import Keys
from pipeline.kinds.van_ban.values import QUOTED, Co, Diem, DiemCoDau, DinhDanh, DoanVan, KhoaCot, SoDem, VanBan

CapHang = Literal["muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu"]
"""The level of a table row; the template has one sample row for each."""
KieuCot = Literal["van_ban", "so", "diem", "tai_lieu"]
HangCuaCot = Literal["xa_tu_dien", "co_diem", "tuy_y"]

OWN_COLUMNS = ("ky_hieu", "ten_tieu_chi", "diem_toi_da", "thoi_gian", "ghi_chu")
"""The columns that every criteria set has: keys of its rows."""
MAXIMUM = "diem_toi_da"
MOST_COLUMNS = 20


class CotDuLieu(Keys):
    """Một cột mà xã hoặc người thẩm định điền, ngoài các cột của chính bộ tiêu chí."""

    khoa_cot: KhoaCot = Field(title="Khóa", description="Tên máy của cột, cũng là khóa trong tệp của xã")
    ten_cot: VanBan = Field(title="Tên cột", description="Tên cột, dùng trong thông báo")
    kieu_cot: KieuCot = Field(title="Kiểu", description="van_ban (chữ), so (con số), diem (điểm), tai_lieu (văn bản)")
    hang_can: HangCuaCot = Field(
        title="Hàng cần", description="Hàng nào phải có giá trị: xa_tu_dien, co_diem (mọi hàng cho điểm) hoặc tuy_y"
    )
    khi_khac: tuple[KhoaCot, ...] = Field(
        (), title="Khi khác", max_length=2, description="Hai cột điểm; hàng nào hai điểm khác nhau thì phải có giá trị"
    )


class TieuChi(Keys):
    """Một hàng của bảng và các hàng dưới nó."""

    dinh_danh: DinhDanh = Field(
        title="Định danh", description="Tên máy của tiêu chí: không dấu, không đổi qua các năm và các xã"
    )
    cap_hang: CapHang = Field(title="Cấp của hàng", description="Cấp của hàng; mỗi cấp có một hàng mẫu trong tệp Word")
    ky_hieu: str = Field(
        "",
        title="Ký hiệu",
        max_length=10,
        description='Cột TT: "I", "1", "1,10", "-", "+" hoặc bỏ khóa này',
        json_schema_extra={QUOTED: True},
    )
    ten_tieu_chi: DoanVan = Field(
        title="Tên tiêu chí", description="Cột Tiêu chí; **đậm**, *nghiêng* khi khác kiểu chữ của cấp"
    )
    chi_tieu_chung: DoanVan | None = Field(
        None, title="Chỉ tiêu chung", description="Giá trị của cột chi_tieu, khi giống nhau ở mọi xã"
    )
    xa_tu_dien: Co = Field(
        title="Xã tự điền", default=False, description="true: mỗi xã ghi chỉ tiêu của mình trong tệp của xã"
    )
    diem_toi_da: Diem | None = Field(
        None, title="Điểm tối đa", description="Cột Điểm; ở hàng có hàng con là số kiểm tra của tổng"
    )
    thuong_phat: Co = Field(
        title="Thưởng, phạt", default=False, description="true: điểm cộng hoặc trừ, có thể âm đến diem_toi_thieu"
    )
    diem_toi_thieu: DiemCoDau | None = Field(
        None, title="Điểm tối thiểu", description="Chỉ ở hàng thuong_phat: trừ nhiều nhất, ví dụ -5"
    )
    thoi_gian: str = Field("", title="Thời gian", max_length=100, description="Cột Thời gian thực hiện")
    ghi_chu: str = Field("", title="Ghi chú", max_length=500, description="Cột Ghi chú")
    gia_tri: dict[KhoaCot, DoanVan] = Field(
        default_factory=dict, title="Giá trị chung", description="Giá trị của các cột khác, giống nhau ở mọi xã"
    )
    tieu_chi_con: tuple["TieuChi", ...] = Field((), title="Tiêu chí con", description="Các hàng dưới hàng này")


CACH_DANH_SO = r"^[AaIi1]([.,]1){0,3}$"


class BoTieuChi(Keys):
    """Bộ tiêu chí của một năm: các hàng của bảng, chung cho mọi loại văn bản và mọi xã."""

    nam: SoDem = Field(title="Năm", description="Năm của bộ tiêu chí, trùng tên thư mục")
    tong_diem: Diem = Field(title="Tổng điểm", description="Số kiểm tra của tổng điểm")
    thang_diem: Diem | None = Field(
        None, title="Thang điểm", description="Chỉ ghi khi không phải 100: tổng điểm mà bộ tiêu chí cố ý dùng"
    )
    cach_danh_so: tuple[Annotated[str, Field(pattern=CACH_DANH_SO)], ...] = Field(
        (),
        title="Cách đánh số",
        max_length=6,
        description='Ký hiệu đầu tiên của từng bậc, từ ngoài vào: "I", "1", "1,1"; không kê thì không kiểm tra',
        json_schema_extra={"items": {QUOTED: True}},
    )
    cac_cot: tuple[CotDuLieu, ...] = Field(
        (), title="Cột", max_length=MOST_COLUMNS, description="Các cột mà xã hoặc người thẩm định điền"
    )
    bang_tieu_chi: tuple[TieuChi, ...] = Field(
        title="Bảng tiêu chí", min_length=1, description="Các hàng của bảng, theo thứ tự in"
    )


class CotIn(Keys):
    """Một cột của bảng trong một loại văn bản."""

    khoa_cot: KhoaCot = Field(
        title="Khóa",
        description="ky_hieu, ten_tieu_chi, diem_toi_da, thoi_gian, ghi_chu, hoặc khóa của một cột trong bộ tiêu chí",
    )
    tieu_de: VanBan = Field(title="Tiêu đề", description="Tiêu đề in ở hàng đầu bảng")

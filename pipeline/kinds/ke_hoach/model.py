"""Define the plan's data files: one criteria set a year, one file a commune. Keys are the words of the paper form."""

from pydantic import Field

from pipeline.kinds.bang_tieu_chi.model import TieuChi, TieuDeCot
from pipeline.kinds.van_ban.model import (
    CoQuan,
    Diem,
    DoanVan,
    Keys,
    LoaiVanBan,
    SoDem,
    VanBan,
    VanBanCanCu,
    VanBanCuaDonVi,
)


class BoTieuChi(Keys):
    """Bộ tiêu chí của một năm: phần chung của kế hoạch mọi xã."""

    nam_ke_hoach: SoDem = Field(title="Năm kế hoạch", description="Năm kế hoạch, trùng tên thư mục")
    loai_van_ban: LoaiVanBan = Field(title="Loại văn bản", description="Tên loại văn bản và chữ viết tắt của nó")
    co_quan_ban_hanh: CoQuan = Field(
        title="Cơ quan ban hành", description="Cơ quan ban hành, không kể tên đơn vị hành chính"
    )
    trich_yeu: tuple[VanBan, ...] = Field(
        title="Trích yếu", min_length=1, description="Các dòng trích yếu; tên xã nối vào dòng cuối"
    )
    van_ban_can_cu: VanBanCanCu = Field(title="Văn bản căn cứ", description="Văn bản giao lập kế hoạch")
    noi_bao_cao: VanBan = Field(title="Nơi báo cáo", description="Nơi xã gửi báo cáo kế hoạch, trong đoạn kết")
    nguoi_cho_y_kien: VanBan = Field(title="Người cho ý kiến", description="Người cho ý kiến, trong đoạn kết")
    tieu_de_cot: TieuDeCot = Field(title="Tiêu đề cột", description="Sáu tiêu đề cột của bảng")
    tong_diem: Diem = Field(title="Tổng điểm", description="Số kiểm tra của tổng điểm")
    so_trang_it_nhat: SoDem = Field(title="Số trang ít nhất", description="Văn bản ngắn hơn là có lỗi: không xuất bản")
    so_trang_nhieu_nhat: SoDem = Field(
        title="Số trang nhiều nhất", description="Văn bản dài hơn là có lỗi: không xuất bản"
    )
    bang_tieu_chi: tuple[TieuChi, ...] = Field(
        title="Bảng tiêu chí", min_length=1, description="Các hàng của bảng, theo thứ tự in"
    )


class Commune(VanBanCuaDonVi):
    """Kế hoạch của một xã trong một năm."""

    chi_tieu: dict[str, DoanVan] = Field(title="Chỉ tiêu", description="Chỉ tiêu của xã, theo dinh_danh của tiêu chí")

"""Define a kind of paper as its file in the folder of a year says it."""

from typing import Literal

from pydantic import Field

from pipeline.kinds.bang_tieu_chi.model import MOST_COLUMNS, CotIn
from pipeline.kinds.van_ban.model import CoQuan, Keys, NguoiKyNoiNhan, VanBanRieng
from pipeline.kinds.van_ban.values import CayGiaTri, Co, DinhDanh, SoTrang, VanBan
from pipeline.kinds.xep_hang.model import TongHopXa, XepHang

MOST_LINES = 20


class DauLoai(Keys):
    """Một loại văn bản là gì, của cơ quan nào, nói về gì."""

    ten_loai: VanBan = Field(title="Tên loại", description="Kế hoạch, Báo cáo, Quyết định …")
    viet_tat: VanBan = Field(
        title="Viết tắt", description="Chữ viết tắt tên loại: KH, BC (Nghị định 30/2020/NĐ-CP, Phụ lục III)"
    )
    ky_hieu: str = Field(
        "", title="Ký hiệu", max_length=30, description="Ký hiệu sau số, khi khác viet_tat-cơ quan: SNV-CCHC ở công văn"
    )
    ma_tep: str = Field(
        "", title="Mã tệp", pattern="^[A-Z0-9]{0,12}$", description="Chữ đầu tên tệp, khi trùng loại khác: BC2"
    )
    pham_vi: Literal["tung_xa", "ca_nam"] = Field(
        title="Phạm vi", description="tung_xa: mỗi xã một văn bản; ca_nam: mỗi năm một văn bản"
    )
    mau_word: str = Field(
        "",
        title="Mẫu Word",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]{0,80}\.docx)?$",
        description="Tên tệp mẫu, trong mau/ của năm hoặc templates/; bỏ trống: cùng tên với tệp này",
    )
    loai_truoc: DinhDanh | None = Field(None, title="Loại trước", description="Loại văn bản mà văn bản này tiếp theo")
    co_quan_ban_hanh: CoQuan | None = Field(
        None, title="Cơ quan ban hành", description="Khi không phải UBND xã, chẳng hạn cơ quan thẩm định"
    )
    trich_yeu: tuple[VanBan, ...] = Field(
        title="Trích yếu",
        min_length=1,
        max_length=MOST_LINES,
        description="Mỗi dòng in một dòng; {ten_don_vi} là tên xã",
    )
    can_cu: tuple[VanBan, ...] = Field(
        (), title="Căn cứ", max_length=MOST_LINES, description="Mỗi căn cứ một dòng, không dấu cuối dòng"
    )
    kinh_gui: tuple[VanBan, ...] = Field((), title="Kính gửi", max_length=MOST_LINES, description="Mỗi nơi một dòng")


class LoaiVanBan(NguoiKyNoiNhan, DauLoai):
    """Một loại văn bản của một năm."""

    so_trang_it_nhat: SoTrang = Field(title="Số trang ít nhất", description="Văn bản ngắn hơn là có lỗi")
    so_trang_nhieu_nhat: SoTrang = Field(title="Số trang nhiều nhất", description="Văn bản dài hơn là có lỗi")
    cac_cot: tuple[CotIn, ...] = Field(
        (), title="Các cột", max_length=MOST_COLUMNS, description="Các cột của bảng, theo thứ tự in"
    )
    xep_hang: XepHang | None = Field(None, title="Xếp hạng", description="Xếp hạng các xã trong năm")
    tong_hop: TongHopXa | None = Field(None, title="Tổng hợp", description="Xã nào chưa nộp")
    so_lieu_mau: Co = Field(
        title="Số liệu mẫu", default=False, description="Chỉ ở loại ca_nam; true: mọi trang in rõ điều đó"
    )
    van_ban: VanBanRieng | None = Field(None, title="Văn bản", description="Chỉ ở loại ca_nam: số, ngày của văn bản")
    noi_dung: CayGiaTri = Field(
        default_factory=dict, title="Nội dung", description="Các trường mà mẫu Word hỏi thêm, giống nhau ở mọi xã"
    )

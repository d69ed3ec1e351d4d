"""Define how a year's communes are ranked and classed, and how their state is told: all of it is data."""

from pydantic import Field

from pipeline.kinds.van_ban.model import Keys
from pipeline.kinds.van_ban.values import QUOTED, Co, Diem, KhoaCot, VanBan


class XepLoai(Keys):
    """Một mức xếp loại."""

    ten_loai: VanBan = Field(title="Tên loại", description="Tên mức xếp loại")
    tu_ty_le: Diem = Field(title="Từ tỷ lệ", description="Từ bao nhiêu phần trăm điểm trở lên")
    ty_le_toi_da: Diem | None = Field(
        None,
        title="Tỷ lệ tối đa",
        description="Nhiều nhất bao nhiêu phần trăm số xã được xếp hạng ở mức này, làm tròn xuống",
    )


class XepKhac(Keys):
    """Một xã xếp loại khác với tỷ lệ điểm, và lý do."""

    xep_loai: VanBan = Field(title="Xếp loại", description="Tên một mức dưới `xep_loai`")
    ly_do: VanBan = Field(title="Lý do", description="Vì sao xếp khác tỷ lệ điểm")


class XepHang(Keys):
    """Xếp hạng các xã theo tỷ lệ điểm."""

    cot_diem: KhoaCot = Field(title="Cột điểm", description="Cột điểm dùng để xếp hạng")
    cho_thieu: Co = Field(title="Cho thiếu", default=False, description="true: xuất bản dù còn xã chưa có điểm")
    xep_loai: tuple[XepLoai, ...] = Field(
        title="Xếp loại", min_length=1, description="Các mức, từ cao xuống thấp; mức cuối từ 0"
    )
    xep_khac: dict[str, XepKhac] = Field(
        default_factory=dict, title="Xếp khác", description="Theo mã đơn vị", json_schema_extra={QUOTED: True}
    )


class TongHopXa(Keys):
    """Tình trạng nộp của các xã."""

    cot_thieu: KhoaCot = Field(title="Cột thiếu", description="Xã chưa có cột này là chưa nộp")

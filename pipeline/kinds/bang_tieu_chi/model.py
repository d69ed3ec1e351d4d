"""Define the types of the scored table: its tree of rows, and the headings of its columns."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from pydantic import Field

from pipeline.kinds.van_ban.model import QUOTED, Co, Diem, DinhDanh, DoanVan, Keys, VanBan
from pipeline.problem import Key

CapHang = Literal["muc_lon", "nhom_tieu_chi", "tieu_chi", "gach_dau_dong", "dau_cong", "ghi_chu"]
"""The level of a table row; the template has one sample row for each."""


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
        None, title="Chỉ tiêu chung", description="Cột Chỉ tiêu, khi giống nhau ở mọi xã"
    )
    xa_tu_dien: Co = Field(
        title="Xã tự điền", default=False, description="true: mỗi xã ghi chỉ tiêu của mình trong tệp của xã"
    )
    diem_toi_da: Diem | None = Field(
        None, title="Điểm tối đa", description="Cột Điểm; ở hàng có hàng con là số kiểm tra của tổng"
    )
    thoi_gian: str = Field("", title="Thời gian", max_length=100, description="Cột Thời gian thực hiện")
    ghi_chu: str = Field("", title="Ghi chú", max_length=500, description="Cột Ghi chú")
    tieu_chi_con: tuple["TieuChi", ...] = Field((), title="Tiêu chí con", description="Các hàng dưới hàng này")


class TieuDeCot(Keys):
    """Sáu tiêu đề cột của bảng."""

    so_thu_tu: VanBan = Field(title="Số thứ tự", description="Tiêu đề cột 1")
    ten_tieu_chi: VanBan = Field(title="Tên tiêu chí", description="Tiêu đề cột 2")
    chi_tieu: VanBan = Field(title="Chỉ tiêu", description="Tiêu đề cột 3")
    diem_toi_da: VanBan = Field(title="Điểm tối đa", description="Tiêu đề cột 4")
    thoi_gian: VanBan = Field(title="Thời gian", description="Tiêu đề cột 5")
    ghi_chu: VanBan = Field(title="Ghi chú", description="Tiêu đề cột 6")


class Placed(NamedTuple):
    """A row with its key in the file and its depth: 0 for a section, one more for each level below."""

    key: Key
    bac: int
    row: TieuChi


class BangDiem(Protocol):
    """A scored table: its sections, and its control total, the declared sum that computed points must agree with."""

    @property
    def tong_diem(self) -> Decimal:
        """Give the control total."""

    @property
    def bang_tieu_chi(self) -> tuple[TieuChi, ...]:
        """Give the sections."""


def placed_rows(table: BangDiem) -> Iterator[Placed]:
    """Give every row in the order of the table: a row before those below it."""
    yield from _below(("bang_tieu_chi",), 0, table.bang_tieu_chi)


def _below(key: Key, depth: int, criteria: tuple[TieuChi, ...]) -> Iterator[Placed]:
    for position, criterion in enumerate(criteria):
        yield Placed((*key, position), depth, criterion)
        yield from _below((*key, position, "tieu_chi_con"), depth + 1, criterion.tieu_chi_con)

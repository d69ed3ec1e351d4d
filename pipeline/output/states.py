"""How a document stands, by one rule for page, summary and release."""

import enum

from pipeline.output.manifest import Entry


class TinhTrang(enum.StrEnum):
    """How a unit's document stands, in the order of a list of totals."""

    DA_BAN_HANH = "đã ban hành"
    SAN_SANG = "sẵn sàng"
    SO_LIEU_MAU = "số liệu mẫu"
    CO_LOI = "có lỗi"


def state_of(entry: Entry | None, has_errors: bool) -> TinhTrang:  # noqa: FBT001 - entry and errors are the question
    """Tell how a document stands, of what the manifest says of it; one that has errors now, or is not there, has them.

    What lies in the folder of a document with errors is the one before.
    """
    if has_errors or entry is None:
        return TinhTrang.CO_LOI
    if entry.da_ban_hanh:
        return TinhTrang.DA_BAN_HANH
    return TinhTrang.SO_LIEU_MAU if entry.so_lieu_mau else TinhTrang.SAN_SANG

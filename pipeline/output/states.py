"""Decide how a document stands, by one rule for page, summary and release."""

import enum

from pipeline.output.manifest import Entry


class TinhTrang(enum.StrEnum):
    """How a unit's document stands, in the order of a list of totals."""

    DA_BAN_HANH = "đã ban hành"
    SAN_SANG = "sẵn sàng"
    SO_LIEU_MAU = "số liệu mẫu"
    CO_LOI = "có lỗi"


def state_of(entry: Entry | None, has_errors: bool) -> TinhTrang:  # noqa: FBT001 - entry and errors are the question
    """Tell how a document stands by its manifest entry; CO_LOI when it has errors now, or has no entry.

    The files of a document with errors are those of the build before them.
    """
    if has_errors or entry is None:
        return TinhTrang.CO_LOI
    if entry.da_ban_hanh:
        return TinhTrang.DA_BAN_HANH
    return TinhTrang.SO_LIEU_MAU if entry.so_lieu_mau else TinhTrang.SAN_SANG

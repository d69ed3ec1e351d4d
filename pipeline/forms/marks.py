"""Name what a form carries for the machine: the hidden sheet, the hidden row of keys, the hidden column of criteria."""

from pipeline.problem import Key

META_SHEET = "_may"
"""The hidden sheet: whose form, of which criteria and kind, and what each open cell held when the form was written."""
FORMAT = "bieu-nhap-1"
"""What the first cell of the hidden sheet says: the form's own version."""
META = ("dang", "nam", "ma_don_vi", "ten_don_vi", "loai", "bam_bo_tieu_chi", "bam_loai")
BASE = "luc_phat"
"""The line of the hidden sheet after which the values of the open cells follow, by key."""
REFUSED = "!"
"""Stands before the key of a text that an annotated copy shows again, although it cannot be what was meant."""

IDENTITY, LABEL, NAME, MAXIMUM = "dinh_danh", "ky_hieu", "ten_tieu_chi", "diem_toi_da"
COLUMNS = (IDENTITY, LABEL, NAME, MAXIMUM)
"""The keys of the first columns; those of the form's own columns follow in the hidden row."""
UNIT = "don_vi"
"""Marks the row that names the unit, in the hidden column; of a row of the head, it is the key."""
FAULTS_SHEET = "Cần sửa"


def printable(text: str) -> str:
    """Give a text as a message may show it: a cell may hold what steers a terminal, or turns the line round."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def key_text(key: Key) -> str:
    """Write a key of a unit's file in one text; no part of it has a slash."""
    return "/".join(map(str, key))

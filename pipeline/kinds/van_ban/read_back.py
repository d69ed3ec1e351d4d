"""Say what the standard parts of an official document must print, and in which face, for reading it back."""

from pipeline.kinds.van_ban.present import OfficialFields
from pipeline.verify.paper import BOLD, BOLD_ITALIC, ITALIC
from pipeline.verify.parts import PLAIN
from pipeline.verify.standard_parts import Standard
from pipeline.vietnamese import MOTTO, NATION, RECIPIENTS


def standard(fields: OfficialFields) -> Standard:
    """Give the lines around the text, by Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II and V."""
    return Standard(
        head=(
            *((fields.ten_co_quan, BOLD), (fields.ten_don_vi_in_hoa, BOLD), (NATION, BOLD), (MOTTO, BOLD)),
            *((f"Số: {fields.so_ky_hieu}", PLAIN), (f"{fields.dia_danh}, {fields.ngay_ban_hanh}", ITALIC)),
        ),
        subject=tuple((text, BOLD) for text in (fields.ten_loai, *fields.trich_yeu)),
        recipients=(
            (RECIPIENTS, BOLD_ITALIC),
            *((f"- {line};", PLAIN) for line in fields.noi_nhan),
            (f"- Lưu: {fields.noi_luu}.", PLAIN),
        ),
        signature=tuple((text, BOLD) for text in (*fields.chuc_vu_ky, fields.ho_ten) if text.strip()),
    )

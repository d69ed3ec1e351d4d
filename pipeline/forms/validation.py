"""Say what Excel lets be typed in an open cell; a paste goes round it, so reading checks everything again."""

from decimal import Decimal
from typing import Any

from pipeline.forms.layout import ISSUED_WORDS, Slot
from pipeline.vietnamese import format_points


def validation(slot: Slot, cell: str) -> dict[str, Any]:
    """Say what Excel lets be typed in a cell; a paste goes round it, so reading checks again."""
    match slot.sort:
        case "points":
            least, most = (format_points(each or Decimal(0)) for each in (slot.least, slot.most))
            return {
                "validate": "decimal",
                "criteria": "between",
                "minimum": float(slot.least or 0),
                "maximum": float(slot.most or 0),
                "error_title": "Điểm không hợp lệ",
                "error_message": f"Ghi một số từ {least} đến {most}.",
            }
        case "day":
            return {
                "validate": "custom",
                "value": f'=AND(LEN({cell})<=10,COUNTIF({cell},"*/*/????")=1)',
                "error_title": "Ngày không hợp lệ",
                "error_message": "Ghi ngày/tháng/năm, ví dụ 24/12/2026; chưa có ngày thì /12/2026.",
            }
        case "choice":
            return {"validate": "list", "source": list(ISSUED_WORDS.values()), "error_message": "Chọn trong danh sách."}
        case _:
            longest = 6 if len(slot.key) > 2 else 4000  # noqa: PLR2004 - the number of a paper
            return {
                "validate": "length",
                "criteria": "<=",
                "value": longest,
                "error_title": "Quá dài",
                "error_message": f"Nhiều nhất {longest} chữ.",
            }

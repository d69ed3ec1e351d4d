"""Put what every official document has into words, as printed: head, number, date, subject, recipients, signer."""

import dataclasses
from collections.abc import Mapping, Sequence

from pipeline.kinds.van_ban.model import CoQuan, DonVi, NguoiKy
from pipeline.kinds.van_ban.values import NgayThang
from pipeline.the_thuc.checks.widths import width
from pipeline.vietnamese import format_header_date, format_number

NAMES = frozenset(
    {
        *("co_quan_chu_quan", "ten_co_quan", "ten_don_vi_in_hoa", "viet_tat_co_quan", "loai_don_vi", "ten_don_vi"),
        *(
            "so_ky_hieu",
            "dia_danh",
            "ngay_ban_hanh",
            "ten_loai",
            "trich_yeu",
            "ve_viec",
            "tieu_de",
            "can_cu",
            "kinh_gui",
            "nhieu_noi_gui",
        ),
        *("noi_nhan", "noi_luu", "chuc_vu_ky", "ho_ten", "so_lieu_mau", "nam"),
        *("ke_co_quan", "ke_trich_yeu"),
    }
)
"""The fields of a template that every official document has."""


PLAIN_NAMES = frozenset(
    {
        *("co_quan_chu_quan", "ten_co_quan", "ten_don_vi_in_hoa", "viet_tat_co_quan", "loai_don_vi", "ten_don_vi"),
        *("so_ky_hieu", "dia_danh", "ngay_ban_hanh", "ten_loai", "nam"),
    }
)
"""Of these, the ones that other texts may name in braces."""


_AGENCY_SIZE, _SUBJECT_SIZE = 13, 14
_AGENCY_LINES = {"rat_ngan": 12, "ngan": 18, "dai": 27}
_SUBJECT_LINES = {"rat_ngan": 15, "ngan": 22, "vua": 33, "dai": 50, "rat_dai": 67}
"""Lengths in mm of the lines that templates have, of which the data choose one (templates/README.md)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Official:
    """What is known of an official document, all defaults in place.

    `unit` is the unit that it is about, None for a paper about all; `notation` stands after the number.
    """

    unit: DonVi | None
    agency: CoQuan
    ten_loai: str
    notation: str
    so_van_ban: str
    ngay_ban_hanh: NgayThang
    da_ban_hanh: bool
    so_lieu_mau: bool
    nguoi_ky: NguoiKy
    noi_nhan: tuple[str, ...]
    noi_luu: str
    trich_yeu: tuple[str, ...]
    can_cu: tuple[str, ...]
    kinh_gui: tuple[str, ...]
    nam: int

    @property
    def place(self) -> str:
        """Give the place before the date: the agency's own, else the unit's."""
        return self.agency.dia_danh or (self.unit.dia_danh if self.unit else "")

    @property
    def agency_name(self) -> str:
        """Give the whole name of who issues, such as Ủy ban nhân dân xã Cẩm Lương."""
        return " ".join(filter(None, (self.agency.ten_co_quan, _second_line(self))))


def plain_fields(document: Official) -> dict[str, str]:
    """Give the fields that are one text and that other texts may name in braces, such as {ten_don_vi}."""
    unit = document.unit
    date = document.ngay_ban_hanh
    return {
        "co_quan_chu_quan": document.agency.co_quan_chu_quan.upper(),
        "ten_co_quan": document.agency.ten_co_quan.upper(),
        "ten_don_vi_in_hoa": _second_line(document).upper(),
        "viet_tat_co_quan": document.agency.viet_tat,
        "loai_don_vi": unit.loai_don_vi if unit else "",
        "ten_don_vi": _full_name(unit) if unit else document.agency.ten_don_vi,
        "so_ky_hieu": f"{format_number(document.so_van_ban)}/{document.notation}",
        "dia_danh": document.place,
        "ngay_ban_hanh": format_header_date(date.ngay, date.thang, date.nam),
        "ten_loai": document.ten_loai.upper(),
        "nam": str(document.nam),
    }


def official_fields(document: Official, plain: Mapping[str, str]) -> dict[str, object]:
    """Put a document into words; the braces in its texts are filled in already, `plain` are its plain_fields."""
    return {
        **plain,
        "trich_yeu": document.trich_yeu,
        "ve_viec": f"V/v {' '.join(document.trich_yeu)}",
        "tieu_de": f"{document.ten_loai} {' '.join(document.trich_yeu)}".strip(),
        "can_cu": _with_marks(document.can_cu),
        "kinh_gui": _with_marks(document.kinh_gui) if len(document.kinh_gui) > 1 else document.kinh_gui,
        "nhieu_noi_gui": len(document.kinh_gui) > 1,
        "noi_nhan": document.noi_nhan,
        "noi_luu": document.noi_luu,
        "chuc_vu_ky": signing_lines(document.nguoi_ky, _authority(document)),
        "ho_ten": document.nguoi_ky.ho_ten,
        "so_lieu_mau": document.so_lieu_mau,
        "ke_co_quan": line_class((plain["ten_co_quan"], plain["ten_don_vi_in_hoa"]), _AGENCY_SIZE, _AGENCY_LINES),
        "ke_trich_yeu": line_class(document.trich_yeu, _SUBJECT_SIZE, _SUBJECT_LINES),
    }


def line_class(lines: Sequence[str], size: int, lengths: Mapping[str, int]) -> str:
    """Choose the drawn line that is a third to a half as long as the longest of the bold lines of text above it.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 2 and 5. `size` is the text's in points, `lengths`
    are those of the template's lines, in mm, by the name of their class. Where none fits, the nearest is chosen.
    """
    longest = max((width(line, size, bold=True) for line in lines), default=0)
    return min(lengths, key=lambda name: max(2 * lengths[name] - longest, longest - 3 * lengths[name], 0))


def _full_name(unit: DonVi) -> str:
    return f"{unit.loai_don_vi} {unit.ten_don_vi}"


def _second_line(document: Official) -> str:
    """Give the second line of the agency's name: the unit's, for an agency that is the unit's own."""
    agency = document.agency
    if agency.ten_don_vi or agency.co_quan_chu_quan or document.unit is None or agency.dia_danh:
        return agency.ten_don_vi
    return _full_name(document.unit)


def _authority(document: Official) -> str:
    """Give whom a signer with TM. stands for: an agency by its name without the unit, as the decree's forms have it."""
    return document.agency.ten_co_quan.upper()


def _with_marks(lines: tuple[str, ...]) -> tuple[str, ...]:
    """End the lines of what a document is based on, or of whom it goes to: a semicolon each, the last one a full stop.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 6, điểm a and khoản 9, điểm a.
    """
    return tuple(f"{line.rstrip(' ;.')}{';' if number < len(lines) else '.'}" for number, line in enumerate(lines, 1))


def signing_lines(signer: NguoiKy, agency: str) -> tuple[str, ...]:
    """Give the lines above the signature (Nghị định 30/2020/NĐ-CP, Điều 13 and Phụ lục I, phần I, mục II, khoản 7)."""
    post, replaced_post = signer.chuc_vu.upper(), signer.ky_thay.upper()
    match signer.hinh_thuc_ky:
        case "TM.":
            return (f"TM. {agency}", post)
        case "Q.":
            return (f"TM. {agency}", f"Q. {post}")
        case "KT." if agency.startswith(("ỦY BAN", "HỘI ĐỒNG")):
            return (f"TM. {agency}", f"KT. {replaced_post}", post)
        case "KT." | "TL." | "TUQ." as form:
            return (f"{form} {replaced_post}", post)
        case _:
            return (post,)

"""Check who signs and who receives."""

import collections
import re
from collections.abc import Iterator

from pipeline.kinds.van_ban.checks.rule import Finding, PeopleFile
from pipeline.vietnamese import slug

_TITLE = re.compile(
    r"^(?:GS|PGS|TSKH|TS|ThS|Th\.S|CN|KS|BS|CK[I1]+|DS|LS|NGƯT|NGND|NSƯT|NSND|"
    r"Giáo sư|Phó giáo sư|Tiến sĩ|Tiến sỹ|Thạc sĩ|Thạc sỹ|Cử nhân|Kỹ sư|Bác sĩ|Bác sỹ)(?:\.|\s|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:Ông|Bà|Đồng chí|Đ/c|Đ\.c|Anh|Chị)\b[.:]?\s*", re.IGNORECASE)
_QUOTES = "“”\"‘’'„ "


def signing_names_the_replaced(file: PeopleFile) -> Iterator[Finding]:
    """Require the post signed for with KT., TL. and TUQ., and with no other form of signing.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7.
    """
    signer = file.people.nguoi_ky
    if signer is None:
        return
    replaces = signer.hinh_thuc_ky in {"KT.", "TL.", "TUQ."}
    if replaces and not signer.ky_thay:
        message = f"ký {signer.hinh_thuc_ky} nhưng không có `ky_thay`"
        hint = "thêm dòng `ky_thay: Chủ tịch` (chức vụ của người được ký thay)"
        yield Finding(("nguoi_ky", "hinh_thuc_ky"), message, hint)
    if signer.ky_thay and not replaces:
        message = f"có `ky_thay` là `{signer.ky_thay}` nhưng hình thức ký là `{signer.hinh_thuc_ky}`"
        yield Finding(("nguoi_ky", "ky_thay"), message, "bỏ `ky_thay`, hoặc ghi hình thức ký KT., TL. hay TUQ.")


def deputies_sign_for_the_head(file: PeopleFile) -> Iterator[Finding]:
    """Require that a deputy signs KT., or TL., TUQ. by delegation (Nghị định 30/2020/NĐ-CP, Điều 13, khoản 1 and 2)."""
    signer = file.people.nguoi_ky
    if signer is None:
        return
    if slug(signer.chuc_vu).startswith("pho-") and signer.hinh_thuc_ky not in {"KT.", "TL.", "TUQ."}:
        message = f"{signer.chuc_vu} ký `{signer.hinh_thuc_ky}`; cấp phó ký thay người đứng đầu"
        yield Finding(("nguoi_ky", "hinh_thuc_ky"), message, "ghi `hinh_thuc_ky: KT.` và `ky_thay: Chủ tịch`")


def no_title_before_the_name(file: PeopleFile) -> Iterator[Finding]:
    """Refuse an academic title or degree before the signer's name.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 7, điểm b.
    """
    name = file.people.nguoi_ky.ho_ten if file.people.nguoi_ky else ""
    if match := _TITLE.match(name):
        message = f"trước họ tên người ký có “{match[0].strip()}”"
        bare_name = _TITLE.sub("", name).strip(" .")
        yield Finding(("nguoi_ky", "ho_ten"), message, f"chỉ ghi họ tên: {bare_name}")


def name_stands_alone(file: PeopleFile) -> Iterator[Finding]:
    """Refuse quotes around the signer's name, and a form of address before it."""
    name = file.people.nguoi_ky.ho_ten if file.people.nguoi_ky else ""
    bare = _ADDRESS.sub("", name.strip(_QUOTES)).strip()
    if bare != name:
        message = f"họ tên người ký là “{name}”, có dấu ngoặc kép hoặc lời xưng hô"
        yield Finding(
            ("nguoi_ky", "ho_ten"), message, f"chỉ ghi họ tên: {bare}" if bare else "ghi họ tên, hoặc để trống"
        )


def recipients_are_bare(file: PeopleFile) -> Iterator[Finding]:
    """Refuse list marks in the lines of recipients: the template prints `- `, `;` and `.`.

    They are those of Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 9.
    """
    recipients, filing_line = file.people.noi_nhan or (), file.people.noi_luu or ""
    for position, line in enumerate((*recipients, filing_line)):
        if line.startswith(("-", "–", "+")) or line.endswith((";", ".")):
            key = ("noi_nhan", position) if position < len(recipients) else ("noi_luu",)
            yield Finding(key, f"“{line}” có dấu đầu hoặc cuối dòng", "chỉ ghi tên nơi nhận; dấu -, ; và . do máy in")


def recipients_are_named_once(file: PeopleFile) -> Iterator[Finding]:
    """Refuse a recipient that stands in the list twice, whatever its letters' case."""
    recipients = file.people.noi_nhan or ()
    lines = [slug(line) for line in recipients]
    for line, times in collections.Counter(lines).items():
        if times > 1:
            position = len(lines) - 1 - lines[::-1].index(line)
            message = f"“{recipients[position]}” có {times} lần"
            yield Finding(("noi_nhan", position), message, "giữ một dòng")


def filing_begins_with_the_registry(file: PeopleFile) -> Iterator[Finding]:
    """Require that the filing line begins with VT, the registry, which keeps one copy; and that it stands apart.

    So says Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 9, điểm c.
    """
    filing_line = file.people.noi_luu
    if filing_line is not None and not re.match(r"VT(?:,|$)", filing_line):
        hint = "ghi `noi_luu: VT` hoặc `noi_luu: VT, đơn vị soạn thảo`; chữ Lưu do máy in"
        yield Finding(("noi_luu",), f"dòng Lưu là “{filing_line}”, phải bắt đầu bằng VT (văn thư)", hint)
    for position, line in enumerate(file.people.noi_nhan or ()):
        if slug(line).startswith("luu-"):
            yield Finding(("noi_nhan", position), f"“{line}” là dòng Lưu", "chuyển sang khóa `noi_luu`")

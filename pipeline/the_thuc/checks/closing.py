"""Check the wording of the end: power to sign, posts, the signer's name (mục II, khoản 7)."""

import re
from collections.abc import Iterator, Sequence

from pipeline.the_thuc.components.closing import POWER, UNIT
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, Piece, printed

_RIGHT_POWER = re.compile(r"(TM|KT|Q|TL|TUQ)\. (?=\S)")
_COLLECTIVE = re.compile(r"(ỦY BAN|UỶ BAN|HỘI ĐỒNG|BAN|ĐOÀN|TẬP THỂ|CHÍNH PHỦ|TỔ|HỘI|THƯỜNG TRỰC|QUỐC HỘI|UBND|HĐND)\b")
_TITLES = re.compile(
    r"((PGS|GS|TSKH|TS|Ths|ThS|Th\.?S|CN|KS|BS|DS|LS|NGND|NGƯT|NSND|NSƯT|TTND|TTƯT|AHLĐ|CKI|CKII)\b\.?|"
    r"(Phó giáo sư|Giáo sư|Tiến s[ĩỹ]|Thạc s[ĩỹ]|Cử nhân|Kỹ sư|Bác s[ĩỹ]|Luật sư|Nhà giáo|Thầy thuốc|Anh hùng)\b)",
    re.IGNORECASE,
)
# Đối với lực lượng vũ trang và tổ chức sự nghiệp giáo dục, y tế, khoa học, cơ quan quản lý ngành quy định riêng.
_OWN_RULES = re.compile(
    r"(TRƯỜNG|BỆNH VIỆN|VIỆN|TRUNG TÂM Y TẾ|TRẠM Y TẾ|CÔNG AN|BỘ CHỈ HUY|BAN CHỈ HUY QUÂN SỰ|ĐẠI HỌC|HỌC VIỆN)"
)
_COUNCIL = re.compile(r"(ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND|HỘI ĐỒNG NHÂN DÂN|HĐND)\b")
# Agencies that are no councils themselves, so that none of them signs for a people's committee or council.
_OFFICE = re.compile(
    r"(SỞ|PHÒNG|CHI CỤC|CỤC|VỤ|TRUNG TÂM|TRƯỜNG|BỆNH VIỆN|TRẠM|THANH TRA|CÔNG TY|VIỆN|BAN QUẢN LÝ|VĂN PHÒNG)\b"
)
_DEPUTY = re.compile(r"(PHÓ |HIỆU PHÓ|THỨ TRƯỞNG)")


def check_signing(_: Document, components: Components) -> Iterator[Hit]:
    """Check the signing block (khoản 7): TM. goes with a collective, KT., Q., TL., TUQ. with a post; a post ends it."""
    posts = components.pieces["chuc_vu"]
    texts = [printed(piece) for piece in posts]
    agency = " ".join(printed(piece) for piece in components.pieces["co_quan"]).upper()
    powers: list[str] = []
    for piece, text in zip(posts, texts, strict=True):
        if match := POWER.match(text):
            power = match[1].upper().replace("/", "")
            powers.append(power)
            yield from _check_power(piece, power, text[match.end() :].strip().upper(), agency)
    if texts and powers and powers[-1] in {"TM", "KT", "TL", "TUQ"} and not _has_post_below(texts):
        yield Hit("ky-thieu-chuc-vu", posts[-1].paragraph.where, f"dưới “{texts[-1][:80]}” không có chức vụ")
    yield from _check_deputy(posts, texts, powers)
    is_council = agency.startswith(("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND"))
    if is_council and texts and not {"TM", "TL", "TUQ"} & set(powers) and not _signs_alone(components):
        yield Hit("ky-ubnd", posts[0].paragraph.where, f"“{texts[0][:80]}”")
    for signer in components.pieces["ho_ten"]:
        if (title := _TITLES.match(printed(signer))) and not _OWN_RULES.match(agency):
            yield Hit("ho-ten-hoc-vi", signer.paragraph.where, f"“{title[0].strip()}” trước họ tên")


def _check_power(piece: Piece, power: str, rest: str, agency: str) -> Iterator[Hit]:
    """Check a line such as `TM. ỦY BAN NHÂN DÂN`: how the power is written, and before what; `rest` is what follows."""
    text = printed(piece)
    if not _RIGHT_POWER.match(text):
        yield Hit("ky-quyen-han", piece.paragraph.where, f"“{text[:80]}”")
    if rest and (power == "TM") != bool(_COLLECTIVE.match(rest)):
        yield Hit("ky-thay-mat", piece.paragraph.where, f"“{text[:80]}”")
    if power == "TM" and _COUNCIL.match(rest) and _OFFICE.match(agency):
        yield Hit("ky-tm-sai-co-quan", piece.paragraph.where, f"“{text[:60]}”; cơ quan ban hành là {agency[:60]}")


def _check_deputy(posts: Sequence[Piece], texts: Sequence[str], powers: Sequence[str]) -> Iterator[Hit]:
    """Check that a deputy signs KT. the head (khoản 7, điểm b; Điều 13, khoản 2), not in their own name."""
    at = next((n for n, text in enumerate(texts) if _DEPUTY.match(text.upper())), None)
    if at is not None and not {"KT", "TUQ"} & set(powers):
        yield Hit("ky-thieu-kt", posts[at].paragraph.where, f"“{texts[at][:60]}” ký mà không ghi KT.")


def _has_post_below(texts: list[str]) -> bool:
    last = max(n for n, text in enumerate(texts) if POWER.match(text))
    return any(not UNIT.match(text) for text in texts[last + 1 :])


def _signs_alone(components: Components) -> bool:
    """Tell whether the chairperson may sign this kind alone, without TM., such as a quyết định or a chỉ thị."""
    return components.kind is not None and components.kind[1] in {"QĐ", "CT", "CĐ", "GM", "GGT", "GUQ", "BB", "HĐ"}

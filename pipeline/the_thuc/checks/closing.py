"""Check the wording of the end: power to sign, posts, the signer's name, Nơi nhận (mục II, khoản 7 và 9)."""

import re
from collections.abc import Iterator

from pipeline.the_thuc.components.closing import POWER, UNIT
from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document, printed
from pipeline.the_thuc.rules import rules

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
_FILING_LINE = re.compile(r"- Lưu: ?VT\b.*")


def check_signing(_: Document, components: Components) -> Iterator[Hit]:
    """Check the signing block (khoản 7): TM. goes with a collective, KT., Q., TL., TUQ. with a post; a post ends it."""
    posts = components.pieces["chuc_vu"]
    texts = [printed(piece) for piece in posts]
    powers: list[str] = []
    for piece, text in zip(posts, texts, strict=True):
        match = POWER.match(text)
        if not match:
            continue
        if not _RIGHT_POWER.match(text):
            yield Hit("ky-quyen-han", piece.paragraph.where, f"“{text[:80]}”")
        power = match[1].upper().replace("/", "")
        powers.append(power)
        rest = text[match.end() :].strip().upper()
        if rest and (power == "TM") != bool(_COLLECTIVE.match(rest)):
            yield Hit("ky-thay-mat", piece.paragraph.where, f"“{text[:80]}”")
    if texts and powers and powers[-1] in {"TM", "KT", "TL", "TUQ"} and not _has_post_below(texts):
        yield Hit("ky-thieu-chuc-vu", posts[-1].paragraph.where, f"dưới “{texts[-1][:80]}” không có chức vụ")
    agency = " ".join(printed(piece) for piece in components.pieces["co_quan"]).upper()
    is_council = agency.startswith(("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND"))
    if is_council and texts and not {"TM", "TL", "TUQ"} & set(powers) and not _signs_alone(components):
        yield Hit("ky-ubnd", posts[0].paragraph.where, f"“{texts[0][:80]}”")
    signer = components.first("ho_ten")
    if signer and (title := _TITLES.match(printed(signer))) and not _OWN_RULES.match(agency):
        yield Hit("ho-ten-hoc-vi", signer.paragraph.where, f"“{title[0].strip()}” trước họ tên")


def _has_post_below(texts: list[str]) -> bool:
    last = max(n for n, text in enumerate(texts) if POWER.match(text))
    return any(not UNIT.match(text) for text in texts[last + 1 :])


def _signs_alone(components: Components) -> bool:
    """Tell whether the chairperson may sign this kind alone, without TM., such as a quyết định or a chỉ thị."""
    return components.kind is not None and components.kind[1] in {"QĐ", "CT", "CĐ", "GM", "GGT", "GUQ", "BB", "HĐ"}


def check_recipients(_: Document, components: Components) -> Iterator[Hit]:
    """Check Nơi nhận (khoản 9): each line is `- …;`, the last is `- Lưu: VT, …` and ends in `.`."""
    heading = components.first("noi_nhan")
    if heading is None:
        return
    if printed(heading) not in rules()["noi-nhan-loi-van"].allowed:
        yield Hit("noi-nhan-loi-van", heading.paragraph.where, f"“{printed(heading)[:60]}”")
    if heading.whole and heading.paragraph.shape.align not in {"left", "both"}:
        yield Hit("noi-nhan-trai", heading.paragraph.where, "không sát lề trái")
    lines = components.pieces["noi_nhan_dong"]
    if not lines:
        yield Hit("noi-nhan-thieu", heading.paragraph.where, "dưới “Nơi nhận” không có danh sách")
        return
    for number, piece in enumerate(lines):
        text, where = printed(piece), piece.paragraph.where
        is_last = number == len(lines) - 1
        if not text.startswith("- "):
            yield Hit("noi-nhan-gach", where, f"đầu dòng là “{text[:12]}”")
        if not text.endswith("." if is_last else ";"):
            yield Hit("noi-nhan-dau-cau", where, f"{'dòng cuối' if is_last else 'dòng'} kết thúc bằng “{text[-1]}”")
        if is_last and not _FILING_LINE.fullmatch("- " + text.lstrip("-–—+•*· ")):
            yield Hit("noi-nhan-luu", where, f"dòng cuối là “{text[:60]}”")

"""Check words of the text: capitals that a closed list decides (Phụ lục II), citations (mục II, khoản 6, điểm b)."""

import re
from collections.abc import Iterator

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.finding import Hit
from pipeline.the_thuc.reading.document import Document

# A part of each wrong spelling, which is quick to look for, the spelling, and what Phụ lục II has instead. Words that
# are names in one sentence and common nouns in another (nhà nước, nhân dân, thành phố) are left alone.
_INSIDE = r"(?<=[a-zà-ỹ,;] )"
_UNIT = r"(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh) [A-ZĐ]"
_SPELLINGS = (
    (" Nhân ", re.compile(r"(?:Ủy|Uỷ|ủy|uỷ) [Bb]an Nhân [Dd]ân"), "Ủy ban nhân dân"),
    (" Ban nhân ", re.compile(r"(?:Ủy|Uỷ|ủy|uỷ) Ban nhân [Dd]ân"), "Ủy ban nhân dân"),
    (" Nhân ", re.compile(r"\b[Hh]ội [Đđ]ồng Nhân [Dd]ân"), "Hội đồng nhân dân"),
    (" Đồng nhân ", re.compile(r"\b[Hh]ội Đồng nhân [Dd]ân"), "Hội đồng nhân dân"),
    (" ủy ban nhân dân ", re.compile(rf"{_INSIDE}ủy ban nhân dân {_UNIT}"), "Ủy ban nhân dân viết hoa"),
    (" hội đồng nhân dân ", re.compile(rf"{_INSIDE}hội đồng nhân dân {_UNIT}"), "Hội đồng nhân dân viết hoa"),
    (" quốc hội", re.compile(rf"{_INSIDE}quốc hội\b"), "Quốc hội"),
    (" Tỉnh ", re.compile(rf"{_INSIDE}Tỉnh [A-ZĐ]\w+ [A-ZĐ]\w+"), "tỉnh viết thường"),
    ("Quốc Hội", re.compile(r"\bQuốc Hội\b"), "Quốc hội"),
    ("Chính Phủ", re.compile(r"\bChính Phủ\b"), "Chính phủ"),
    ("Thủ Tướng", re.compile(r"\bThủ Tướng\b"), "Thủ tướng"),
    ("Mặt Trận Tổ", re.compile(r"\bMặt Trận Tổ [Qq]uốc\b"), "Mặt trận Tổ quốc"),
    (" Khoản ", re.compile(r"(?<=[a-zà-ỹ,;] )Khoản \d"), "khoản viết thường"),
    (" Điểm ", re.compile(r"(?<=[a-zà-ỹ,;] )Điểm [a-zđ](?=[ ,;.])"), "điểm viết thường"),
    (" điều ", re.compile(r"(?:khoản \d+|điểm [a-zđ]|tại|theo),? điều \d{1,3}\b"), "Điều viết hoa"),
)
_CITED = (
    r"(?P<kind>Nghị định|Nghị quyết|Quyết định|Thông tư|Chỉ thị|Kế hoạch|Công văn|Tờ trình|Thông báo|Báo cáo|Hướng dẫn)"
    r" (?:số )?(?P<number>\d{1,5}[^\s,;.)]*/[^\s,;.)]+)"
)
_CITATION = re.compile(_CITED + r"(?P<rest>.{0,12})")


def check_capitals(_: Document, components: Components) -> Iterator[Hit]:
    """Check the names and words whose capitals Phụ lục II fixes."""
    for paragraph in (*components.basis, *components.body):
        text = paragraph.text
        for sign, pattern, right in _SPELLINGS:
            if sign in text and (match := pattern.search(text)):
                yield Hit("viet-hoa", paragraph.where, f"“{match[0]}”; {right}")


def check_citations(_: Document, components: Components) -> Iterator[Hit]:
    """Check that a document is cited with its date the first time, and without it from then on."""
    seen: set[str] = set()
    for paragraph in (*components.basis, *components.body):
        for match in _CITATION.finditer(paragraph.text):
            number, has_date = match["number"], "ngày" in match["rest"]
            if has_date and number in seen:
                yield Hit("vien-dan-lai", paragraph.where, f"“{match['kind']} {number[:40]}” ghi lại ngày")
            elif not has_date and number not in seen:
                yield Hit("vien-dan", paragraph.where, f"“{match['kind']} {number[:40]}” không ghi ngày")
            seen.add(number)

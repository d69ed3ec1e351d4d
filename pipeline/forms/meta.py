"""Read the hidden sheet of a form: whose it is, what it was made by, what its open cells held when it went out."""

import dataclasses
from collections.abc import Mapping

from pipeline.forms.book import At, Book
from pipeline.forms.marks import BASE, FORMAT, META, META_SHEET
from pipeline.forms.parcel import FRESH, Refused


@dataclasses.dataclass(frozen=True, slots=True)
class Meta:
    """What the hidden sheet of a form says: whose it is, of what, and what its open cells held, by key."""

    year: str
    code: str
    unit: str
    kind: str
    criteria_hash: str
    kind_hash: str
    base: Mapping[str, str]


def read_meta(book: Book) -> Meta:
    """Read the hidden sheet; raises Refused for a workbook that is no form of ours."""
    sheet = next((each for each in book.sheets if each.name == META_SHEET), None)
    lines = (
        [(sheet.text(At(row, 0)), sheet.text(At(row, 1))) for row in sorted({at.row for at in sheet.cells})]
        if sheet
        else []
    )
    said = dict(lines[: len(META)])
    if said.get(META[0]) != FORMAT or any(key not in said for key in META):
        raise Refused("khong-phai-mau", "không phải mẫu do máy này làm, hoặc đã mất trang ẩn", FRESH)
    _, year, code, unit, kind, criteria_hash, kind_hash = (said[key] for key in META)
    base = {key: text for key, text in lines[len(META) :] if key != BASE}
    return Meta(year, code, unit, kind, criteria_hash, kind_hash, base)

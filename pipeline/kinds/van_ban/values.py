"""Define the values of data files: texts, dates, points, flags, counts, identities; each is a text that has a form."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipeline.emphasis import parse_emphasis
from pipeline.problem import short
from pipeline.vietnamese import parse_date, parse_points, parse_signed_points


@dataclasses.dataclass(frozen=True, slots=True)
class NgayThang:
    """A date; the day may still be blank."""

    ngay: int | None
    thang: int
    nam: int

    @property
    def day(self) -> dt.date:
        """Give the date as a day; the first of the month while the day is blank."""
        return dt.date(self.nam, self.thang, self.ngay or 1)


def _text_as(code: str, message: str, parse: Callable[[str], Any], schema: dict[str, Any]) -> tuple[Any, Any]:
    """Give the validator and JSON Schema of a text read by `parse`, whose ValueError becomes a problem with `code`."""

    def validate(value: object) -> object:
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "")
        try:
            return parse(value)
        except ValueError:
            raise PydanticCustomError(code, message, {"value": short(value)}) from None

    return BeforeValidator(validate), WithJsonSchema(schema)


def _read_emphasis(text: str) -> str:
    parse_emphasis(text)
    return text.strip()


def _read_flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004 - years are the longest
        raise ValueError(text)
    return int(text)


def _read_pages(text: str) -> int:
    pages = _read_count(text)
    if not 1 <= pages <= _MOST_PAGES:
        raise ValueError(text)
    return pages


def _read_date(text: str) -> NgayThang:
    return NgayThang(*parse_date(text))


_MOST_PAGES = 999
QUOTED = "x-quoted"
"""Marks a key whose value is always in quotes: so a code keeps its zeros, and a label `1,10` or `-` stays a text."""

# A scalar without quotes may look like a number to an editor: both types are allowed there, the pattern decides.
_SCALAR = ["string", "number"]
VanBan = Annotated[str, Field(min_length=1, max_length=500)]
DoanVan = Annotated[
    str,
    Field(min_length=1, max_length=4000),
    *_text_as(
        "dau-nhan-manh",
        "dấu * nhấn mạnh mở mà không đóng",
        _read_emphasis,
        {"type": [*_SCALAR], "minLength": 1, "maxLength": 4000},
    ),
]
Diem = Annotated[
    Decimal,
    *_text_as(
        "diem-khong-hop-le",
        "`{value}` không phải điểm: viết bằng chữ số, phần lẻ sau dấu phẩy, ví dụ 0,5",
        parse_points,
        {"type": ["string", "integer"], "pattern": "^[0-9]{1,3}(,[0-9]{1,2})?$", "minimum": 0, "maximum": 999},
    ),
]
DiemCoDau = Annotated[
    Decimal,
    *_text_as(
        "diem-khong-hop-le",
        "`{value}` không phải điểm: viết bằng chữ số, phần lẻ sau dấu phẩy, ví dụ 0,5 hoặc -0,5",
        parse_signed_points,
        {"type": ["string", "integer"], "pattern": "^-?[0-9]{1,3}(,[0-9]{1,2})?$", "minimum": -999, "maximum": 999},
    ),
]
NgayBanHanh = Annotated[
    NgayThang,
    *_text_as(
        "ngay-khong-hop-le",
        "`{value}` không phải ngày: viết 24/8/2023, hoặc /8/2023 khi chưa có ngày",
        _read_date,
        {"type": "string", "pattern": "^([0-9]{1,2})?/[0-9]{1,2}/[0-9]{4}$"},
    ),
]
Co = Annotated[
    bool,
    *_text_as("co-khong-hop-le", "`{value}`: chỉ ghi true hoặc false", _read_flag, {"type": "boolean"}),
]
SoDem = Annotated[
    int,
    *_text_as("so-khong-hop-le", "`{value}` không phải số nguyên", _read_count, {"type": "integer"}),
]
SoTrang = Annotated[
    int,
    *_text_as(
        "so-khong-hop-le", "`{value}` không phải số trang, từ 1 đến 999", _read_pages, {"type": "integer", "minimum": 1}
    ),
]
CayGiaTri = Annotated[
    dict[str, Any],
    Field(json_schema_extra={"type": "object"}),
]
"""Values of the fields that a template asks for beyond those of the code; the provider noi_dung checks their shape."""
KhoaCot = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
DinhDanh = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]

"""Decode a file's bytes to text: UTF-8, Unicode normalisation NFC, LF line ends; what is not UTF-8 is a problem."""

import bisect
import codecs
import itertools
import re
import unicodedata
from collections.abc import Iterator

from pipeline.files import MAX_BYTES
from pipeline.problem import Place, Problem, Severity

_MARKS = 30
_NOT_LATIN = re.compile(f"[^\x00-\u02ff\u1e00-\u1eff]{{{_MARKS + 1},}}")
ABOUT_CROWDS = f"có hơn {_MARKS} dấu chồng lên một chữ", "xóa các dấu thừa rồi gõ lại chữ này"


def decoded(data: bytes, path: str) -> str | Problem:
    """Decode a file to text in NFC with LF line ends, or give the problem that prevents it."""
    if len(data) > MAX_BYTES:
        message = f"tệp dài hơn giới hạn {MAX_BYTES} byte"
        return Problem(Place(path, 1, 1), "tep-qua-lon", message, "mỗi tệp chỉ chứa dữ liệu của một xã")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        guess = "có vẻ là UTF-16" if utf_16 else "có vẻ là bảng mã cũ: Windows-1258, TCVN3 hoặc VNI"
        message = f"tệp không phải UTF-8 (byte thứ {error.start + 1} là 0x{data[error.start]:02x}); {guess}"
        return Problem(Place(path, line, 1), "sai-bang-ma", message, "mở tệp, chọn Lưu với bảng mã (Encoding) UTF-8")
    if crowd_match := crowd(text):
        return Problem(place_in(text, crowd_match.start(), path), "qua-nhieu-dau", *ABOUT_CROWDS)
    return unicodedata.normalize("NFC", text)


def crowd(text: str) -> re.Match[str] | None:
    """Find a letter with more than 30 combining marks.

    That is Unicode's limit (stream-safe text, UAX 15, 13.1); without a limit normalisation takes far too long.
    """
    for letters_match in _NOT_LATIN.finditer(text):
        runs = itertools.groupby(letters_match[0], lambda letter: unicodedata.combining(letter) > 0)
        if any(is_mark and len(list(run)) > _MARKS for is_mark, run in runs):
            return letters_match
    return None


def put_right(data: bytes, path: str) -> Iterator[Problem]:
    """Warn about what reading corrected in a file that decodes: a byte order mark (BOM), decomposed letters (NFD)."""
    hint = "chạy `nox -s format`"
    if data.startswith(codecs.BOM_UTF8):
        message = "tệp bắt đầu bằng dấu BOM, đã bỏ qua"
        yield Problem(Place(path, 1, 1), "co-bom", message, hint, Severity.WARNING)
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if not unicodedata.is_normalized("NFC", text):
        lines = text.split("\n")
        line = next(number for number, each in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", each))
        text = lines[line - 1]
        column = bisect.bisect_left(range(len(text)), True, key=lambda n: _is_apart(text[: n + 1]))  # noqa: FBT003 - the first that is
        message = "chữ có dấu rời (Unicode tổ hợp, NFD), đã ghép lại thành chữ dựng sẵn (NFC)"
        yield Problem(Place(path, line, max(column, 1)), "chu-to-hop", message, hint, Severity.WARNING)


def _is_apart(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text)


def place_in(text: str, position: int, path: str) -> Place:
    """Give the line and column, from 1, of a position in a text."""
    return Place(path, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))

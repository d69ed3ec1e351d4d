"""Unpack a file that anybody may have sent as an .xlsx, or refuse it and say what it is instead.

What is read is bounded: bytes of the file, parts, bytes unpacked. A password, a macro, an XML entity is a refusal.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.input.sources import read_source
from pipeline.problem import UsageError, short
from pipeline.word.package import EncryptedError, TooLargeError, read_package

MAX_FILE = 4 * 1024 * 1024
MAX_UNPACKED = 24 * 1024 * 1024
MAX_PARTS = 200
"""The most bytes of a file, bytes that it unpacks to, and parts of XML."""
FRESH = "lấy mẫu mới (lệnh form), chép giá trị sang bằng Paste Special → Values"
SAVE_AS = "mở bằng Excel, lưu lại: Save As → Excel Workbook (*.xlsx)"

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


class Refused(Exception):  # noqa: N818 - it is a refusal
    """A file that is not read, with a code, what it is, and what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def parts_of(path: Path) -> Mapping[str, bytes]:
    """Read a file and give its parts of XML by name; raises Refused for what is no .xlsx that can be read safely."""
    try:
        data = read_source(path, MAX_FILE).content
    except UsageError as error:
        raise Refused("khong-doc-duoc", str(error), "để tệp thường, đọc được, ở chỗ đó") from error
    if len(data) > MAX_FILE:
        raise Refused("qua-lon", f"tệp lớn hơn {MAX_FILE // 1024 // 1024} MB", FRESH)
    if not data.startswith(_ZIP):
        raise _no_zip(data)
    names: list[str] = []
    parts = _unpacked(data, names)
    _look_at_kind(path, names, parts)
    for name, content in parts.items():
        # Entities need a DOCTYPE; a part of another encoding than UTF-8 could hide one.
        if b"\0" in content or b"<!doctype" in content.lower() or b"<!entity" in content.lower():
            raise Refused("excel-la", f"phần `{short(name)}` của tệp có khai báo mà Excel không ghi", FRESH)
    return parts


def _look_at_kind(path: Path, names: list[str], parts: Mapping[str, bytes]) -> None:
    """Refuse a package that is no workbook without macros, and one under another name."""
    types = parts.get("[Content_Types].xml", b"")
    if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in types:
        raise Refused("excel-co-macro", "tệp có macro (.xlsm)", SAVE_AS)
    if "xl/workbook.xml" not in parts:
        what = "bảng tính nhị phân (.xlsb)" if "xl/workbook.bin" in names else "tệp nén hoặc tài liệu khác"
        raise Refused("khong-phai-excel", f"{what}, không phải .xlsx", SAVE_AS)
    if path.suffix.lower() != ".xlsx":
        message = f"tên tệp kết thúc bằng `{path.suffix}`, mà trong là .xlsx"
        raise Refused("sai-duoi-tep", message, "đổi đuôi tên tệp thành .xlsx")


def _unpacked(data: bytes, names: list[str]) -> dict[str, bytes]:
    """Unpack the parts of XML that are looked at, and note the names of all."""

    def wanted(name: str) -> bool:
        names.append(name)
        return name.endswith((".xml", ".rels")) and not name.startswith(("xl/theme/", "xl/drawings/", "docProps/"))

    try:
        return read_package(data, wanted, MAX_PARTS, MAX_UNPACKED)
    except EncryptedError as error:
        raise Refused("excel-co-mat-khau", "tệp có mật khẩu", "bỏ mật khẩu rồi lưu lại") from error
    except TooLargeError as error:
        message = "tệp bung ra quá lớn: quá nhiều hàng, kể cả hàng trống có định dạng"
        raise Refused("qua-lon", message, FRESH) from error
    except ValueError as error:
        raise Refused("excel-hong", "tệp .xlsx hỏng", SAVE_AS) from error


def _no_zip(data: bytes) -> Refused:
    """Say what a file is that is no zip."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            mend = "bỏ mật khẩu rồi lưu lại: File → Info → Protect Workbook"
            return Refused("excel-co-mat-khau", "tệp có mật khẩu", mend)
        return Refused("excel-kieu-cu", "tệp Excel 97-2003 (.xls)", SAVE_AS)
    what = "tệp rỗng" if not data else "tệp chữ (CSV, HTML) đổi tên" if _is_text(data) else "tệp loại khác"
    return Refused("khong-phai-excel", f"{what}, không phải .xlsx", SAVE_AS)


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))

"""Read and write the ledger of issued papers: a file of the data folder, committed with the data, one line a paper.

What is issued stays issued on a machine that has nothing but the repository: the line says what the paper was.
"""

from collections.abc import Mapping
from pathlib import Path

import pydantic
import pydantic_core

from pipeline.files import MAX_BYTES, write_atomic
from pipeline.input.sources import LEDGER_FILE
from pipeline.output.manifest import DOCUMENT, Entry, Side
from pipeline.output.origin import Origin
from pipeline.output.published import Published, Text
from pipeline.output.records import Record
from pipeline.problem import UsageError

_MOST_BYTES = 64 * MAX_BYTES
_SHAPES = (
    ("du_lieu", "dữ liệu"),
    ("loai", "tệp của loại văn bản"),
    ("bo_tieu_chi", "bộ tiêu chí"),
    ("mau", "mẫu Word"),
)


class Issued(Published):
    """What an issued paper was: its place, number and date, SHA-256 of what it was made from, of its .docx and PDF.

    `pdf` is empty while none was made; another LibreOffice makes another, so it only tells a signed one.
    """

    van_ban: Text
    so: Text = ""
    ngay: Text = ""
    du_lieu: Text
    bo_tieu_chi: Text = ""
    loai: Text = ""
    mau: Text
    docx: Text
    pdf: Text = ""

    def differences(self, origin: Origin) -> str:
        """Say (in Vietnamese) in what a paper of another origin differs; code and libraries where in nothing else."""
        found = [words for key, words in _SHAPES if getattr(self, key) != getattr(origin, key)]
        return ", ".join(found) or "mã nguồn hoặc thư viện"


def read_ledger(data: Path) -> dict[str, Issued]:
    """Read the ledger of a data folder, by place; empty where there is none.

    Raises UsageError for a line that is none of ours: to go on without it would be to forget what was issued.
    """
    path = data / LEDGER_FILE
    if not path.exists() and not path.is_symlink():
        return {}
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise UsageError(f"`{path.as_posix()}` không phải tệp thường; lấy lại tệp ấy từ git")
    ledger: dict[str, Issued] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            issued = Issued.model_validate(pydantic_core.from_json(line))
        except (ValueError, pydantic.ValidationError):
            issued = None
        if issued is None or not DOCUMENT.fullmatch(issued.van_ban) or issued.van_ban in ledger:
            raise UsageError(f"`{path.as_posix()}` hỏng ở dòng {number}; lấy lại tệp ấy từ git, đừng sửa tay")
        ledger[issued.van_ban] = issued
    return ledger


def write_ledger(data: Path, ledger: Mapping[str, Issued]) -> None:
    """Write the ledger, in the order of places."""
    lines = [pydantic_core.to_json(ledger[name].model_dump(exclude_defaults=True)) + b"\n" for name in sorted(ledger)]
    write_atomic(data, LEDGER_FILE, b"".join(lines))


def issued_of(name: str, record: Record) -> Issued:
    """Make the line of an issued paper from its record."""
    return _issued(name, record, record.van_ban.CodeNumber or "", record.van_ban.IssuedDate or "")


def issued_of_entry(name: str, entry: Entry) -> Issued:
    """Make a line of what a former publication says of an issued paper: neither number nor date."""
    return _issued(name, entry)


def _issued(name: str, said: Side, number: str = "", day: str = "") -> Issued:
    origin = said.nguon
    return Issued(
        van_ban=name,
        so=number,
        ngay=day,
        du_lieu=origin.du_lieu,
        bo_tieu_chi=origin.bo_tieu_chi,
        loai=origin.loai,
        mau=origin.mau,
        docx=_hash(said, ".docx"),
        pdf=_hash(said, ".pdf"),
    )


def _hash(said: Side, ending: str) -> str:
    return next((each for file, each in said.tep.items() if file.endswith(ending)), "")

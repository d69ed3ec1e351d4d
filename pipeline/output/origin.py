"""Hash all that a document is made from (content-addressed), so that a build makes only what would differ today."""

import functools
import hashlib
import importlib.metadata
from pathlib import Path

from pipeline.output.published import Published, Text

PACKAGE = Path(__file__).parents[1]
SHAPING = (
    *("__init__.py", "problem.py", "vietnamese.py", "emphasis.py", "files.py"),
    *("input/**/*", "word/**/*", "pdf/**/*", "the_thuc/**/*", "verify/**/*"),
    *("kinds/*.py", "kinds/van_ban/**/*", "kinds/bang_tieu_chi/**/*", "kinds/noi_dung/**/*", "kinds/xep_hang/**/*"),
    "kinds/loai/**/*",
    *("jobs/render.py", "output/published.py", "output/records.py", "output/origin.py"),
)
"""Files of the package that shape every document, as patterns; those of its own kind come beside them."""
BESIDE = {"tong_hop": ("output/manifest.py", "output/states.py")}
"""Files that shape one kind alone but lie outside its folder: a summary reads what is published."""
NOT_SHAPING = frozenset(
    {
        *("input/selection.py", "input/strays.py", "pdf/signed.py", "pdf/signatures.py", "the_thuc/annotate.py"),
        *(f"the_thuc/mending/{name}.py" for name in ("mend", "pen", "job", "forms", "pages", "strokes", "words")),
    }
)
"""Files among all these that shape no document."""
_LIBRARIES = (
    *("deflate", "docxtpl", "jinja2", "lxml", "markupsafe", "pikepdf", "pydantic", "pypdfium2", "python-docx"),
    "ruamel.yaml",
)
_ENDINGS = frozenset({".py", ".yaml", ".tsv"})


class Origin(Published):
    """What a document was made from: SHA-256 of code, data, kind, criteria, template; the tools of its PDF.

    `du_lieu` is that of the data that the document says, and not of whole files: a target is no part of a decision.
    `bo_tieu_chi` is empty for a kind that has nothing to do with criteria. `loai_truoc` is that of the data of the
    paper before it; it shapes nothing, and tells when that paper has changed since.
    """

    ma_nguon: Text
    du_lieu: Text
    loai: Text = ""
    bo_tieu_chi: Text
    mau: Text
    cong_cu: Text | None
    loai_truoc: Text = ""

    def same_data(self, other: "Origin") -> bool:
        """Tell whether another origin has the same data, kind and criteria."""
        return other.du_lieu == self.du_lieu and self.same_shared(other)

    def same_shared(self, other: "Origin") -> bool:
        """Tell whether another origin has the same kind and criteria."""
        return (other.loai, other.bo_tieu_chi) == (self.loai, self.bo_tieu_chi)

    def same_docx(self, other: "Origin") -> bool:
        """Tell whether another origin gives the same .docx."""
        return self.same_data(other) and (other.mau, other.ma_nguon) == (self.mau, self.ma_nguon)

    def same_pdf(self, other: "Origin") -> bool:
        """Tell whether another origin gives the same .docx and the same PDF."""
        return self.same_docx(other) and other.cong_cu == self.cong_cu


def shaping_files(kind: str = "") -> list[Path]:
    """Give the files of the package that shape every document or, for a kind, those that shape that kind alone."""
    patterns = (f"kinds/{kind}/**/*", *BESIDE.get(kind, ())) if kind else SHAPING
    paths = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    by_name = {path.relative_to(PACKAGE).as_posix(): path for path in paths if path.suffix in _ENDINGS}
    return [by_name[name] for name in sorted(by_name.keys() - NOT_SHAPING)]


@functools.cache
def code_digest(kind: str = "") -> str:
    """Give the SHA-256 of what shapes documents: code, rules, units, and the versions of libraries.

    `kind` is a kind with code of its own, empty for those that data define.
    """
    return digest(f"{_shared_digest()} {_files_digest(shaping_files(kind)) if kind else ''}".encode())


@functools.cache
def _shared_digest() -> str:
    versions = [f"{library} {importlib.metadata.version(library)}" for library in _LIBRARIES]
    return digest("\0".join([*versions, _files_digest(shaping_files())]).encode())


def _files_digest(files: list[Path]) -> str:
    """Give the SHA-256 of files with LF for CRLF: a checkout on Windows counts as the same code."""
    return digest(b"\0".join([path.read_bytes().replace(b"\r\n", b"\n") for path in files]))


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

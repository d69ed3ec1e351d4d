"""Tell a signed PDF from the one that was published and from anything else: the one check of all who handle PDFs.

A file counts as signed only if it is the published bytes followed by increments (ISO 32000-1, 7.5.6) in which
everything is accounted for: signatures.py says what may be added. Whose certificate it is, and who vouches for it, is
another question, answered beside this one and never instead of it.
"""

import enum
import hashlib
import re
from collections.abc import Collection
from typing import NamedTuple

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")


class Trust(enum.StrEnum):
    """What can be said of a signer's certificate without asking anybody: whether it was revoked is not known here."""

    VALID = "chứng thư còn hạn, nơi cấp được tin"
    UNKNOWN = "chứng thư còn hạn, không rõ nơi cấp"
    EXPIRED = "chứng thư ngoài thời hạn"


class Signature(NamedTuple):
    """A signature that fits its file: the field, the name in the certificate, what is known of the certificate."""

    field: str
    signer: str
    trust: Trust


class Signed(NamedTuple):
    """A PDF that is the published one, signed or not: the published bytes, and the signatures in their order."""

    published: bytes
    signatures: tuple[Signature, ...]


class NotSignedError(ValueError):
    """A file is neither the published PDF nor that one signed; the message (Vietnamese) says why."""


def examine(pdf: bytes, published: Collection[str], issuers: bytes = b"") -> Signed:
    """Give what a PDF consists of; it must begin with a file whose SHA-256 (in hex) is in `published`.

    `issuers` are certificates in PEM that are trusted to vouch for signers. Raises NotSignedError for everything that
    is not a published PDF, or one with valid signatures and nothing else.
    """
    base = published_part(pdf, published)
    if base is None:
        raise NotSignedError("không phải bản đã xuất bản, cũng không phải bản ấy rồi ký thêm")
    if base == pdf:
        return Signed(base, ())
    # Half a second to load, and most builds meet no signed file.
    from pipeline.pdf.signatures import signatures  # noqa: PLC0415

    try:
        return Signed(base, signatures(pdf, base, issuers))
    except NotSignedError:
        raise
    except Exception as error:
        # A stranger's file may break a reader in any way; whatever it is, it is no signed PDF.
        message = f"phần thêm sau bản đã xuất bản không đọc được ({type(error).__name__})"
        raise NotSignedError(message) from error


def require_certificates(pem: bytes) -> None:
    """Raise ValueError for bytes that are no certificates, in PEM or DER; no bytes are none."""
    from pipeline.pdf.signatures import certificates  # noqa: PLC0415 - as above

    if pem:
        certificates(pem)


def published_part(pdf: bytes, published: Collection[str]) -> bytes | None:
    """Give the published file that a PDF begins with, whatever follows; None when it begins with none of these."""
    hasher, start = hashlib.sha256(), 0
    for end in _END.finditer(pdf):
        for stop in (end.start() + len(b"%%EOF"), end.end()):
            hasher.update(pdf[start:stop])
            start = stop
            if hasher.hexdigest() in published:
                return pdf[:stop]
    return None

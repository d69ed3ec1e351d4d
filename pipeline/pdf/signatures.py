"""Check the signatures that follow a published PDF, and that nothing else does.

Every signature covers all but itself, fits what it covers, and between the published bytes and the end nothing was
added but signatures, appearances of our two fields, validation data (DSS) and time stamps, by pyHanko's difference
analysis and by what is left between its objects.
"""

import io
import logging
import re
import string
from collections.abc import Collection

from asn1crypto.x509 import Certificate  # type: ignore[import-untyped]
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.form_field_rules import SigFieldCreationRule, SigFieldModificationRule
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from pipeline.pdf.names import SEAL, SIGNATURE
from pipeline.pdf.signed import NotSignedError, Signature, Trust

_STAMP = "/DocTimeStamp"
_NAMELESS = "không ghi tên"
# Before the first signature SigFlags says that there are fields, after it that the file must only be appended to.
_FORM = FormUpdatingRule(
    [SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
    ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
)
_POLICY = StandardDiffPolicy(DEFAULT_DIFF_POLICY.global_rules, _FORM)
_TAIL = re.compile(
    rb"(?:[0-9]+\s+[0-9]+\s+obj\b(?:(?!endobj).)*endobj\s*"
    rb"|xref\s[0-9fn\s]+trailer\s*<<(?:(?!startxref).)*>>\s*"
    rb"|startxref\s+[0-9]+\s+%%EOF\s*)*",
    re.DOTALL,
)
"""What increments that no signature covers may be made of: objects, tables of them, ends; no loose bytes."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # What they would log of a file becomes the reason of an error.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def signatures(pdf: bytes, base: bytes, issuers: bytes) -> tuple[Signature, ...]:
    """Check all that follows the published bytes `base` of a PDF, and give the signatures in it.

    `issuers` are certificates in PEM that are trusted to vouch for signers. Raises NotSignedError when anything else
    is there, and errors of the library's for what is no PDF.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    found = [*reader.embedded_signatures]
    if not any(str(each.sig_object_type) != _STAMP for each in found):
        raise NotSignedError("có phần thêm sau bản đã xuất bản mà không có chữ ký")
    _check_differences(reader, base)
    context = ValidationContext(trust_roots=certificates(issuers), allow_fetching=False)
    checked = tuple(_checked(each, context) for each in found)
    _check_tail(pdf, found)
    return checked


def certificates(pem: bytes) -> list[Certificate]:
    """Read certificates in PEM, or one in DER. Raises ValueError for anything else."""
    return [*load_certs_from_pemder_data(pem)] if pem else []


def _check_differences(reader: PdfFileReader, base: bytes) -> None:
    """Raise NotSignedError unless the increments add signatures, appearances of our fields, DSS and time stamps."""
    first = PdfFileReader(io.BytesIO(base)).xrefs
    revision = first.total_revisions - 1
    begins_so = reader.xrefs.total_revisions > first.total_revisions and (
        reader.xrefs.get_startxref_for_revision(revision) == first.get_startxref_for_revision(revision)
    )
    if not begins_so:
        raise NotSignedError("phần thêm không nối tiếp bản đã xuất bản")
    result = _POLICY.review_file(reader, revision)
    if isinstance(result, SuspiciousModification) or result.modification_level > ModificationLevel.FORM_FILLING:
        raise NotSignedError("phần thêm sau bản đã xuất bản sửa cả nội dung, không chỉ ký")
    for field in (each.get_object() for each in reader.root["/AcroForm"]["/Fields"]):
        left, bottom, right, top = (float(each) for each in field.get("/Rect", (0, 0, 0, 0)))
        is_seen = bool((right - left) * (top - bottom)) or "/Kids" in field
        if str(field["/T"]) not in {SIGNATURE, SEAL} and is_seen:
            raise NotSignedError("chữ ký hiện ra ở chỗ không có sẵn trong bản đã xuất bản; phải ký vào hai ô có sẵn")


def _checked(signature: EmbeddedPdfSignature, context: ValidationContext) -> Signature:
    """Check one signature, and give it. Raises NotSignedError when it does not fit what it covers."""
    validate = validate_pdf_timestamp if str(signature.sig_object_type) == _STAMP else validate_pdf_signature
    status = validate(signature, context, diff_policy=_POLICY)
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not _is_gap_plain(signature):
        raise NotSignedError(f"chữ ký `{signature.field_name}` không phủ hết tệp")
    if not (status.intact and status.valid) or getattr(status, "docmdp_ok", True) is False:
        raise NotSignedError(f"chữ ký `{signature.field_name}` không khớp nội dung mà nó ký")
    certificate = signature.signer_cert
    trust = Trust.VALID if status.trusted else Trust.UNKNOWN
    if not certificate.not_valid_before <= context.moment <= certificate.not_valid_after:
        trust = Trust.EXPIRED
    subject = certificate.subject.native
    name = subject.get("common_name") or subject.get("organization_name") or _NAMELESS
    return Signature(str(signature.field_name), " ".join(str(name).split()), trust)


def _is_gap_plain(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature leaves out of what it covers its own hexadecimal digits alone."""
    _, length, start, _ = (int(each) for each in signature.byte_range)
    signature.reader.stream.seek(length)
    gap = signature.reader.stream.read(start - length).decode("latin-1")
    return gap[:1] == "<" and gap[-1:] == ">" and {*gap[1:-1]} <= {*string.hexdigits}


def _check_tail(pdf: bytes, found: Collection[EmbeddedPdfSignature]) -> None:
    """Raise NotSignedError for loose bytes after the last signature, in which another reader may find things."""
    tail = pdf[max(int(each.byte_range[2]) + int(each.byte_range[3]) for each in found) :].strip()
    if tail and not (_TAIL.fullmatch(tail) and tail.endswith(b"%%EOF")):
        raise NotSignedError("sau chữ ký cuối còn những byte không thuộc phần nào của tệp")

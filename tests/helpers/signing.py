"""Sign PDFs with keys and certificates of the tests' own making."""

import datetime as dt
import functools
import io
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

Keys = Callable[[int], tuple[SimpleSigner, bytes]]
"""Makes a signer with a certificate that is valid to the end of a year, and gives both, the certificate in PEM."""


@functools.cache
def make_signer(folder: Path, end: int) -> tuple[SimpleSigner, bytes]:
    """Make a signer with a certificate of its own making, valid until a year begins; files lie in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Thử ký")])
    usage = {"digital_signature": True, "content_commitment": True, "key_cert_sign": True}
    other = ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only")
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(end, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(other, False)), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    made = SimpleSigner.load(str(folder / "key.pem"), str(folder / "cert.pem"))  # type: ignore[no-untyped-call]
    if made is None:
        raise ValueError(folder)
    return made, certificate.public_bytes(pem)


def sign(data: bytes, field: str, signer: SimpleSigner, *, new: bool = False) -> bytes:
    """Sign a PDF in a field that it has or, with `new`, in one of its own."""
    out = io.BytesIO()
    about = PdfSignatureMetadata(field_name=field)
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), about, signer, existing_fields_only=not new, output=out)
    return out.getvalue()

"""A published PDF can be signed at once, by its signer and then by its agency, and once signed it stays."""

import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from reading import with_fields

from pipeline.cli import main as cli
from pipeline.jobs.build import run
from pipeline.kinds.kind import Document
from pipeline.pdf.convert import convert
from pipeline.pdf.names import SEAL, SIGNATURE
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.pdf.signature_fields import signing_boxes
from pipeline.pdf.signed import is_signed, published_part
from pipeline.pdf.text import Line
from pipeline.word.fill import Template, fill

PDFIUM: Any = pypdfium2  # has no types of its own
SIGNER = (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Bùi Quốc Bảo")
NAME = "2024/KH-15127-phong-son/KH-2024-15127-phong-son"
DATA = "data/2024/15127-phong-son.yaml"


@pytest.fixture(scope="module")
def raw(tools: Office, document: bytes) -> bytes:
    (made,) = convert([document], tools)
    assert made
    return made


@pytest.fixture(scope="module")
def pdf(raw: bytes) -> bytes:
    return normalise(raw, dt.date(2023, 8, 1), *SIGNER)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimpleSigner, ValidationContext]:
    """Give a signer with a certificate of its own making, and what trusts it."""
    folder = tmp_path_factory.mktemp("khoa")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Thử ký")])
    usage = {"digital_signature": True, "content_commitment": True, "key_cert_sign": True}
    other = ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only")
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(other, False)), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    made = SimpleSigner.load(str(folder / "key.pem"), str(folder / "cert.pem"))  # type: ignore[no-untyped-call]
    assert made
    trusted = load_cert_from_pemder(str(folder / "cert.pem"))  # type: ignore[no-untyped-call]
    return made, ValidationContext(trust_roots=[trusted])


def _sign(data: bytes, field: str, signer: SimpleSigner) -> bytes:
    out = io.BytesIO()
    about = PdfSignatureMetadata(field_name=field)
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), about, signer, existing_fields_only=True, output=out)
    return out.getvalue()


def test_both_fields_are_signed_in_order_and_valid(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    signed = _sign(_sign(pdf, SIGNATURE, signer[0]), SEAL, signer[0])
    found = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    states = [validate_pdf_signature(each, signer[1]) for each in found]

    assert [each.field_name for each in found] == [SIGNATURE, SEAL]
    assert [(state.bottom_line, state.trusted) for state in states] == [(True, True)] * 2
    assert signed.startswith(pdf)


def test_a_changed_file_is_no_longer_valid(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    """The test above can fail."""
    signed = bytearray(_sign(pdf, SIGNATURE, signer[0]))
    signed[len(pdf) // 2] ^= 1
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures

    assert not validate_pdf_signature(found, signer[1]).bottom_line


def test_empty_fields_change_nothing_that_is_printed(raw: bytes, pdf: bytes) -> None:
    """Rendered with forms, as a printer gets it, pixel by pixel."""
    last = []
    for data in (normalise(raw, dt.date(2023, 8, 1)), pdf):
        document = PDFIUM.PdfDocument(data)
        document.init_forms()
        page = document[len(document) - 1]
        bitmap = page.render(scale=1)
        last.append(bytes(bitmap.buffer))
        bitmap.close()
        page.close()
        document.close()

    assert last[0] == last[1]


def test_the_fields_stand_where_the_lines_are(pdf: bytes) -> None:
    """Signature between post and name, in the middle; seal over its left third."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fields = {str(each.T): [float(corner) for corner in each.Rect] for each in opened.Root.AcroForm.Fields}
        assert all(each.P.objgen == opened.pages[-1].objgen for each in opened.Root.AcroForm.Fields)
    document = PDFIUM.PdfDocument(pdf)
    page = document[len(document) - 1]
    text = page.get_textpage()
    post, name = _rectangle(text, "CHỦ TỊCH"), _rectangle(text, "Bùi Quốc Bảo")
    for each in (text, page, document):
        each.close()
    left, bottom, right, top = fields[SIGNATURE]
    seal = fields[SEAL]

    assert name[3] <= bottom < top <= post[1]
    assert (left + right) / 2 == pytest.approx((post[0] + post[2]) / 2, abs=2)
    assert (seal[2] - left) / (right - left) == pytest.approx(1 / 3, abs=0.01)
    assert seal[0] < left


def _rectangle(text: Any, words: str) -> tuple[float, float, float, float]:
    """Give left, bottom, right and top of the last place where words stand."""
    found, place = None, text.search(words)
    while at := place.get_next():
        found = at
    assert found
    boxes = [text.get_charbox(number) for number in range(found[0], found[0] + found[1])]
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _lines(*rows: tuple[str, float]) -> list[Line]:
    return [Line(text, 400 - 4 * len(text), 400 + 4 * len(text), base, 14) for text, base in rows]


def test_other_lines_move_the_fields() -> None:
    printed = _lines(("KT.CHỦTỊCH", 500), ("PHÓCHỦTỊCH", 480), ("BùiBa", 300))
    boxes = signing_boxes(printed, ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "Bùi Ba")
    unnamed = signing_boxes(printed, ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "")

    assert boxes
    assert 300 < boxes[0].bottom < boxes[0].top < 480
    assert boxes[0].bottom == pytest.approx(313, abs=1)
    assert unnamed
    assert unnamed[0].bottom > 400
    assert signing_boxes(printed, ["CHỦ TỊCH"], "") is None
    assert signing_boxes(printed, [], "") is None


def test_a_signed_file_is_known_from_the_published_one(
    pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]
) -> None:
    digest = hashlib.sha256(pdf).hexdigest()
    signed = _sign(pdf, SIGNATURE, signer[0])
    twice = _sign(signed, SEAL, signer[0])

    assert [is_signed(each) for each in (pdf, signed, twice)] == [False, True, True]
    assert published_part(signed, digest) == pdf
    assert published_part(twice, digest) == pdf
    assert published_part(twice[1:], digest) is None


def test_a_title_is_no_signature(tools: Office, template: Template, plan: Document) -> None:
    """It stands in plain text in the metadata, where a signature would be looked for."""
    changed = with_fields(plan, tieu_de="/ByteRange [0 1 2 3] /Contents <0123456789abcdef0123456789abcdef>")
    (made,) = convert([fill(template, changed.fields)], tools)
    pdf = normalise(made or b"", dt.date(2023, 8, 1), *SIGNER)

    assert b"/ByteRange [0 1 2 3]" in pdf
    assert not is_signed(pdf)


@pytest.fixture
def room(repository: Path, tools: Office) -> Path:  # noqa: ARG001 - PDFs are made
    assert _build() == 0
    return repository


def _build(*arguments: str) -> int:
    return cli.main(["build", "--data=data", "--templates=templates", "--out=build", "--jobs=1", *arguments])


def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path("build", NAME).parent.iterdir()}


def _change(old: str, new: str) -> None:
    path = Path(DATA)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def kept(room: Path, signer: tuple[SimpleSigner, ValidationContext]) -> dict[str, bytes]:
    """Give the files of a document whose published PDF was signed in its place."""
    path = room / "build" / f"{NAME}.pdf"
    path.write_bytes(_sign(path.read_bytes(), SIGNATURE, signer[0]))
    return _files()


def _sums_hold() -> bool:
    lines = [line.split("  ", 1) for line in Path("build/SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    return all(hashlib.sha256(Path("build", name).read_bytes()).hexdigest() == digest for digest, name in lines)


def test_a_signed_pdf_stands_while_nothing_changes(kept: dict[str, bytes], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    for _ in range(2):
        assert _build() == 0
        said = capsys.readouterr().err
        assert "giữ nguyên         2" in said
        assert "da-ky" not in said
        assert _files() == kept
        assert _sums_hold()


@pytest.mark.parametrize("arguments", [(), ("--no-pdf",), ("15127",)])
def test_a_signed_pdf_is_never_built_over(
    kept: dict[str, bytes], arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    _change("1,10 **ha**", "1,20 **ha**")
    capsys.readouterr()
    for _ in range(2):
        assert _build(*arguments) == 0
        assert f"{DATA}: cảnh báo [da-ky]" in capsys.readouterr().err
        assert _files() == kept
        assert _sums_hold()
    entry = json.loads(Path("build/manifest.json").read_bytes())["van_ban"]["2024/KH-15127-phong-son"]
    assert entry["da_ky"] == {Path(NAME).name + ".pdf": hashlib.sha256(kept[Path(NAME).name + ".pdf"]).hexdigest()}


def test_a_pdf_that_is_signed_while_the_build_runs_is_kept(
    room: Path, signer: tuple[SimpleSigner, ValidationContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = room / "build" / f"{NAME}.pdf"
    _change("1,10 **ha**", "1,20 **ha**")

    def sign_first(*arguments: object) -> object:
        path.write_bytes(_sign(path.read_bytes(), SIGNATURE, signer[0]))
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("pipeline.cli.main.run", sign_first)
    before = {name: content for name, content in _files().items() if not name.endswith(".pdf")}
    assert _build() == 0

    assert before.items() <= _files().items()
    assert is_signed(path.read_bytes())
    assert list((room / "build").glob("*/van-ban-*.zip"))


def test_a_signed_document_stays_when_its_data_file_goes(
    kept: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(DATA).unlink()

    assert _build() == 1
    assert "[da-ky]" in capsys.readouterr().err
    assert _files() == kept

"""A published PDF can be signed at once, by its signer and then by its agency, and once signed it stays."""

import datetime as dt
import functools
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from asn1crypto.keys import PrivateKeyInfo  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from reading import with_fields
from signing import Keys, make_signer, sign

from pipeline.cli import main as cli
from pipeline.jobs.build import run
from pipeline.kinds.kind import Document
from pipeline.pdf.convert import convert
from pipeline.pdf.names import SEAL, SIGNATURE
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office
from pipeline.pdf.signature_fields import signing_boxes
from pipeline.pdf.signatures import certificates
from pipeline.pdf.signed import NotSignedError, Signature, Signed, Trust, examine
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
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return functools.partial(make_signer, tmp_path_factory.mktemp("khoa"))


@pytest.fixture(scope="module")
def signer(keys: Keys) -> tuple[SimpleSigner, ValidationContext]:
    """Give a signer, and what trusts it."""
    made, pem = keys(2999)
    return made, ValidationContext(trust_roots=certificates(pem))


def test_both_fields_are_signed_in_order_and_valid(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    signed = sign(sign(pdf, SIGNATURE, signer[0]), SEAL, signer[0])
    found = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    states = [validate_pdf_signature(each, signer[1]) for each in found]

    assert [each.field_name for each in found] == [SIGNATURE, SEAL]
    assert [(state.bottom_line, state.trusted) for state in states] == [(True, True)] * 2
    assert signed.startswith(pdf)


def test_a_changed_file_is_no_longer_valid(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    """The test above can fail."""
    signed = bytearray(sign(pdf, SIGNATURE, signer[0]))
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
    signed = sign(pdf, SIGNATURE, signer[0])
    twice = sign(signed, SEAL, signer[0])

    assert examine(pdf, {digest}) == Signed(pdf, ())
    assert examine(signed, {digest}) == Signed(pdf, (Signature(SIGNATURE, "Thử ký", Trust.UNKNOWN),))
    assert [each.field for each in examine(twice, {digest}).signatures] == [SIGNATURE, SEAL]
    assert examine(twice, {digest, "0" * 64}).published == pdf
    assert examine(twice, {hashlib.sha256(signed).hexdigest()}).published == signed


def test_who_vouches_for_a_signer_is_another_question(pdf: bytes, keys: Keys) -> None:
    digest = {hashlib.sha256(pdf).hexdigest()}
    found = {
        end: examine(sign(pdf, SIGNATURE, signer), digest, certificate).signatures[0].trust
        for end, (signer, certificate) in {"2999": keys(2999), "2021": keys(2021)}.items()
    }

    assert found == {"2999": Trust.VALID, "2021": Trust.EXPIRED}


def _appended(data: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """Add an increment."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(data)), io.BytesIO()
    change(writer)
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _paint(writer: IncrementalPdfFileWriter) -> None:
    """Cover the first page with white."""
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    cover = writer.add_object(StreamObject(stream_data=b"q 1 1 1 rg 0 0 595 842 re f Q"))
    page[pdf_name("/Contents")] = ArrayObject([page.raw_get("/Contents"), cover])
    writer.update_container(page)


def _large_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("other", on_page=0, box=(0, 0, 600, 800)))


def _moved_field(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/Rect")] = ArrayObject([NumberObject(each) for each in (0, 0, 600, 800)])  # type: ignore[no-untyped-call]
    writer.update_container(field)


def _no_dates(data: bytes, _: bytes) -> bytes:
    """Break the signature's own bytes, which it does not cover."""
    at = data.rindex(b"/Contents <") + 600
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


_TEXT = b"%PDF-1.7\nanything /ByteRange [0 1 2 3] /Contents <0000000000000000>\n%%EOF\n"
Sign = Callable[[bytes, str], bytes]
NOT_SIGNED: dict[str, Callable[[bytes, Sign], bytes]] = {
    "nothing of the published file": lambda _, __: _TEXT,
    "words like a signature's": lambda pdf, _: pdf + b"\n% /ByteRange [0 1 2 3] /Contents <0000000000000000>\n",
    "the same with an end": lambda pdf, _: pdf + _TEXT[9:],
    "an increment without a signature": lambda pdf, _: _appended(pdf, _paint),
    "painted, then signed": lambda pdf, sign: sign(_appended(pdf, _paint), SIGNATURE),
    "signed, then painted": lambda pdf, sign: _appended(sign(pdf, SIGNATURE), _paint),
    "signed, painted, signed": lambda pdf, sign: sign(_appended(sign(pdf, SIGNATURE), _paint), SEAL),
    "a field over the whole page": lambda pdf, sign: sign(_appended(pdf, _large_field), "other"),
    "our field over the whole page": lambda pdf, sign: sign(_appended(pdf, _moved_field), SIGNATURE),
    "a byte of the increment": lambda pdf, sign: (
        sign(pdf, SIGNATURE).replace(b"/Reason", b"/Season").replace(b"/SigFlags 3", b"/SigFlags 2")
    ),
    "a byte of the signature": lambda pdf, sign: _no_dates(sign(pdf, SIGNATURE), pdf),
    "a shorter file": lambda pdf, sign: sign(pdf, SIGNATURE)[:-20],
    "loose bytes at the end": lambda pdf, sign: sign(pdf, SIGNATURE) + b"% more\n%%EOF\n",
    "another file appended": lambda pdf, sign: sign(pdf, SIGNATURE) + pdf,
    "the published file changed": lambda pdf, sign: sign(
        pdf.replace(b"\xbf\xf7\xa2\xfe", b"\xbf\xf7\xa2\xff"), SIGNATURE
    ),
}


@pytest.mark.parametrize("case", NOT_SIGNED)
def test_anything_else_is_no_signed_pdf(case: str, pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    made = NOT_SIGNED[case](pdf, lambda data, field: sign(data, field, signer[0], new=field == "other"))
    assert made != pdf

    with pytest.raises(NotSignedError):
        examine(made, {hashlib.sha256(pdf).hexdigest()})


def test_validation_data_may_follow(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    signed = sign(pdf, SIGNATURE, signer[0])
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    store = _appended(
        signed,
        lambda writer: DocumentSecurityStore.supply_dss_in_writer(
            writer, found.pkcs7_content, certs=[signer[0].signing_cert]
        ),
    )
    digest = {hashlib.sha256(pdf).hexdigest()}

    assert len(examine(store, digest).signatures) == 1
    assert len(examine(sign(store, SEAL, signer[0]), digest).signatures) == 2
    with pytest.raises(NotSignedError, match="byte"):
        examine(store + b"% more\n", digest)


def test_a_time_stamp_may_follow(pdf: bytes, signer: tuple[SimpleSigner, ValidationContext]) -> None:
    signed, out = sign(pdf, SIGNATURE, signer[0]), io.BytesIO()
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dấu thời gian")])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=2)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    (stamp,) = certificates(certificate.public_bytes(serialization.Encoding.PEM))
    der, plain = serialization.Encoding.DER, serialization.NoEncryption()
    stamper = DummyTimeStamper(
        stamp, PrivateKeyInfo.load(key.private_bytes(der, serialization.PrivateFormat.PKCS8, plain))
    )
    PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(signed)), "sha256", output=out)
    digest = {hashlib.sha256(pdf).hexdigest()}

    assert [each.signer for each in examine(out.getvalue(), digest).signatures] == ["Thử ký", "Dấu thời gian"]
    with pytest.raises(NotSignedError):
        examine(signed + out.getvalue()[len(signed) :].replace(b"/DocTimeStamp", b"/DocTimeStomp"), digest)


def test_a_title_is_no_signature(tools: Office, template: Template, plan: Document) -> None:
    """It stands in plain text in the metadata, where a signature would be looked for."""
    changed = with_fields(plan, tieu_de="/ByteRange [0 1 2 3] /Contents <0123456789abcdef0123456789abcdef>")
    (made,) = convert([fill(template, changed.fields)], tools)
    pdf = normalise(made or b"", dt.date(2023, 8, 1), *SIGNER)

    assert b"/ByteRange [0 1 2 3]" in pdf
    assert examine(pdf, {hashlib.sha256(pdf).hexdigest()}) == Signed(pdf, ())


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
    path.write_bytes(sign(path.read_bytes(), SIGNATURE, signer[0]))
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
        path.write_bytes(sign(path.read_bytes(), SIGNATURE, signer[0]))
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("pipeline.cli.main.run", sign_first)
    before = {name: content for name, content in _files().items() if not name.endswith(".pdf")}
    assert _build() == 0

    assert before.items() <= _files().items()
    assert b"/ByteRange" in path.read_bytes()
    assert list((room / "build").glob("*/van-ban-*.zip"))


def test_a_signed_document_stays_when_its_data_file_goes(
    kept: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(DATA).unlink()

    assert _build() == 1
    assert "[da-ky]" in capsys.readouterr().err
    assert _files() == kept


@pytest.mark.parametrize("case", [*NOT_SIGNED][:8:2])
def test_what_is_no_signed_pdf_is_named_kept_aside_and_listed_nowhere(
    case: str, room: Path, signer: tuple[SimpleSigner, ValidationContext], capsys: pytest.CaptureFixture[str]
) -> None:
    """By build, verify, release and page alike."""
    path = room / "build" / f"{NAME}.pdf"
    before = _files()
    bad = NOT_SIGNED[case](path.read_bytes(), lambda data, field: sign(data, field, signer[0], new=field == "other"))
    path.write_bytes(bad)
    _list_as_signed(bad)

    assert cli.main(["verify", "build", "--data=data", "--templates=templates", "--jobs=1"]) == 6
    assert cli.main(["release", "nam-2024", "--data=data", "--out=build", "--dir=phat-hanh"]) == 2
    capsys.readouterr()
    assert _build() == 0
    said = capsys.readouterr().err
    assert f"{path.relative_to(room).as_posix()}: cảnh báo [pdf-la]" in said
    (kept,) = (room / "build" / ".de-rieng").rglob("*.pdf")
    assert kept.read_bytes() == bad
    assert kept.relative_to(room).as_posix() in said
    assert _files() == before
    assert _sums_hold()
    assert cli.main(["verify", "build", "--data=data", "--templates=templates", "--jobs=1"]) == 0
    assert hashlib.sha256(bad).hexdigest() not in "".join(
        each.read_text(encoding="utf-8") for each in (room / "build").glob("*.*") if each.is_file()
    )
    assert _build() == 0
    assert "pdf-la" not in capsys.readouterr().err


def _list_as_signed(content: bytes) -> None:
    """Fit the manifest and SHA256SUMS to a file as if a build had taken it for a signed one."""
    manifest, sums = Path("build/manifest.json"), Path("build/SHA256SUMS")
    found = json.loads(manifest.read_bytes())
    entry, file = found["van_ban"]["2024/KH-15127-phong-son"], f"{Path(NAME).name}.pdf"
    old, new = entry["tep"][file], hashlib.sha256(content).hexdigest()
    entry["da_ky"] = {file: new}
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(found), encoding="utf-8")
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    sums.write_text(sums.read_text(encoding="utf-8").replace(old, new).replace(before, after), encoding="utf-8")


def test_damage_of_a_document_that_cannot_be_made_now_is_undone_as_far_as_it_can_be(
    room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = room / "build" / f"{NAME}.pdf"
    before = path.read_bytes()
    _change("so_van_ban", "so_van_bann")
    for content, code, words in ((before + b"more", "cảnh báo", "trả về chỗ cũ"), (b"other", "lỗi", "thiếu PDF")):
        path.write_bytes(content)
        capsys.readouterr()
        assert _build() == 1
        said = capsys.readouterr().err
        assert f"{code} [pdf-la]" in said
        assert words in said
        assert path.is_file() == (code == "cảnh báo")
        if path.is_file():
            assert path.read_bytes() == before


def test_verify_says_who_signed(kept: dict[str, bytes], keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    Path("tin.pem").write_bytes(keys(2999)[1])
    Path("khac.pem").write_bytes(b"x")
    assert _build() == 0
    verify = ["verify", "build", "--data=data", "--templates=templates", "--jobs=1"]
    for arguments, words in (([], Trust.UNKNOWN), (["--trust=tin.pem"], Trust.VALID)):
        capsys.readouterr()
        assert cli.main([*verify, *arguments]) == 0
        assert f"chữ ký của Thử ký ở ô {SIGNATURE}: {words}" in capsys.readouterr().err
    assert cli.main([*verify, "--trust=khac.pem"]) == 2
    assert _files() == kept


def test_a_signed_pdf_is_taken_up_when_lists_and_record_are_lost(kept: dict[str, bytes]) -> None:
    for path in (Path("build/manifest.json"), Path("build", f"{NAME}.json"), Path("build/.da-xem.json")):
        path.unlink()
    assert _build() == 0

    assert _files() == kept
    assert _sums_hold()
    assert "da_ky" in Path("build/manifest.json").read_text(encoding="utf-8")

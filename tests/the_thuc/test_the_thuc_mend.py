"""Mending: what has one right answer is changed, nothing else; tracked, it can be accepted and rejected."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import docx
import pytest
from lxml import etree
from the_thuc_documents import CASES, read_case, with_python_docx

from pipeline.problem import UsageError
from pipeline.the_thuc.check import check_the_thuc
from pipeline.the_thuc.mending.mend import mend
from pipeline.the_thuc.reading.opened import W, open_package
from pipeline.the_thuc.reading.read import read_document

MADE = {
    path.stem: with_python_docx(case.get("sua", {}), case.get("xml", ()))
    for path in CASES
    if (case := read_case(path))["cach_lam"] == "python-docx"
}
# What mending may change in the letters: a zero before a number, the marks of recipients, composed letters.
WITH_OTHER_LETTERS = {"so-khong-dau", "ngay-khong-dau", "noi-nhan-dau-cau", "bang-ma"}
MENDED = {
    "le-letter": {"kho-giay", "le-tren", "le-duoi", "le-trai", "le-phai"},
    "phong-arial": {"phong-chu"},
    "mau-do": {"mau-chu"},
    "quoc-hieu-to": {"quoc-hieu-co-chu", "quoc-hieu-dam"},
    "ngay-dam": {"dia-danh-dam", "so-nghieng"},
    "noi-dung-nho": {"noi-dung-co-chu", "noi-dung-canh-deu", "noi-dung-thut-dong"},
    "noi-dung-sat": {"noi-dung-cach-doan", "noi-dung-gian-dong"},
    "noi-dung-nen": {"noi-dung-gian-dong", "noi-dung-thut-dong"},
    "so-khong-dau": {"so-khong-dau"},
    "ngay-khong-dau": {"ngay-khong-dau"},
    "ke-thieu": {"co-quan-ke", "tieu-ngu-ke", "trich-yeu-ke"},
    "ke-qua-dai": {"co-quan-ke-dai", "tieu-ngu-ke-dai", "trich-yeu-ke-dai"},
    "ke-gach-chan": {"ke-gach-chan"},
    "so-trang-khong": {"so-trang-thieu"},
    "so-trang-dam": {"so-trang-kieu-chu"},
    "so-trang-dau": {"so-trang-trang-1"},
    "chu-to-hop": {"bang-ma"},
    "phu-luc-sai": {"phu-luc-dam", "phu-luc-giua", "phu-luc-ten-dam", "phu-luc-dan-nghieng"},
    "quyet-dinh-can-cu-sai": {"can-cu-nghieng", "noi-dung-cach-doan"},
}


def _rules(data: bytes) -> set[str]:
    return {finding.rule for finding in check_the_thuc(data)}


def _letters(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in read_document(open_package(data)).paragraphs]


def _trees(data: bytes) -> Mapping[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.endswith("document.xml") or "header" in name]
        return {name: etree.fromstring(package.read(name)) for name in names}


@pytest.mark.parametrize("name", MENDED)
def test_what_has_one_answer_is_mended(name: str) -> None:
    result = mend(MADE[name])

    assert MENDED[name] <= _rules(MADE[name])
    assert not MENDED[name] & _rules(result.data)
    assert MENDED[name] <= {finding.rule for finding in result.done}
    assert {finding.rule for finding in result.left} == _rules(result.data)


@pytest.mark.parametrize(("name", "tracked"), [*((name, False) for name in MADE), *((name, True) for name in MENDED)])
def test_mending_brings_no_fault_and_no_other_letters(name: str, *, tracked: bool) -> None:
    before = _rules(MADE[name])
    result = mend(MADE[name], tracked=tracked)

    assert _rules(result.data) <= before
    assert {finding.rule for finding in result.done}.isdisjoint(_rules(result.data))
    if not before & WITH_OTHER_LETTERS:
        assert _letters(result.data) == _letters(MADE[name])


@pytest.mark.parametrize("name", MENDED)
def test_tracked_changes_accepted_give_the_mended_document(name: str) -> None:
    assert _rules(mend(MADE[name], tracked=True).data) == _rules(mend(MADE[name]).data)


@pytest.mark.parametrize("name", [*MENDED, "noi-nhan-sai"])
def test_tracked_changes_rejected_give_the_old_document(name: str) -> None:
    rejected = mend(MADE[name], tracked=True).data
    with zipfile.ZipFile(io.BytesIO(rejected)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    for part, tree in _trees(rejected).items():
        parts[part] = etree.tostring(_reject(tree))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)

    old, new = (read_document(open_package(each)) for each in (MADE[name], out.getvalue()))
    assert [(each.text, each.shape, each.drawn) for each in new.paragraphs] == [
        (each.text, each.shape, each.drawn) for each in old.paragraphs
    ]
    assert [[run.face for run in each.runs if run.text.strip()] for each in new.paragraphs] == [
        [run.face for run in each.runs if run.text.strip()] for each in old.paragraphs
    ]
    assert (new.sections, new.page_numbers) == (old.sections, old.page_numbers)


def _reject(tree: etree._Element) -> etree._Element:
    """Reject tracked changes as Word does: take away what was inserted, give back what was there before."""
    for inserted in list(tree.iter(f"{W}ins")):
        inserted.getparent().remove(inserted)  # type: ignore[union-attr]
    for deleted in list(tree.iter(f"{W}del")):
        for text in deleted.iter(f"{W}delText"):
            text.tag = f"{W}t"
        for run in reversed(deleted):
            deleted.addnext(run)
        deleted.getparent().remove(deleted)  # type: ignore[union-attr]
    for name in ("rPrChange", "pPrChange", "sectPrChange"):
        for change in list(tree.iter(f"{W}{name}")):
            holder: Any = change.getparent()
            kept = [each for each in holder if etree.QName(each).localname in {"rPr", "sectPr", "headerReference"}]
            holder[:] = [*kept[: name != "pPrChange"], *change[0], *kept[name != "pPrChange" :]]
    return tree


def test_properties_stand_where_the_schema_has_them() -> None:
    """Word refuses a file with properties out of order."""
    for tree in _trees(mend(MADE["ke-thieu"]).data).values():
        for properties in tree.iter(f"{W}rPr"):
            names = [etree.QName(child).localname for child in properties]
            order = ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "strike", "color", "sz", "szCs", "u"]
            known = [name for name in names if name in order]
            assert known == sorted(known, key=order.index)


def test_what_is_left_has_its_comment() -> None:
    result = mend(with_python_docx({"so": {"chu": "Số: 5/KH-UBND"}}))
    (comment,) = docx.Document(io.BytesIO(result.data)).comments

    assert [finding.rule for finding in result.done] == ["so-khong-dau"]
    assert "ky-hieu-ten-loai" in comment.text


def test_a_right_document_stays_as_it_is() -> None:
    result = mend(MADE["dung-bao-cao"])

    assert (result.done, result.left) == ((), ())
    assert _trees(result.data).keys() == _trees(MADE["dung-bao-cao"]).keys()


def test_the_same_input_gives_the_same_bytes() -> None:
    assert mend(MADE["le-letter"], tracked=True).data == mend(MADE["le-letter"], tracked=True).data


def test_what_cannot_be_mended_is_said() -> None:
    out = io.BytesIO(MADE["mau-do"])
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<x/>")

    with pytest.raises(UsageError, match="đã ký số"):
        mend(out.getvalue())
    with pytest.raises(UsageError, match="không phải tệp"):
        mend(b"la")

"""What changed between two publications: thay-doi.json for programs, thay-doi.md for people.

A document's former side is its former record or, where that is lost, its entry in the former manifest, which knows
less; only what both sides know is compared.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.files import to_json

JSON, MARKDOWN = "thay-doi.json", "thay-doi.md"
NEW, GONE, CHANGED = "mới", "đã bỏ", "thay đổi"

Titles = Callable[[str], Mapping[str, str]]
"""Names of criteria by dinh_danh, of a year such as 2023."""

PREVIOUS, OTHER = "lần xuất bản trước", "bản xuất bản đem so (--since)"
"""What a publication is compared with, in words: never where that lies on somebody's machine."""

_CAUSES = {"mau": "mẫu Word", "bo_tieu_chi": "bộ tiêu chí"}
_MARKS = re.compile(r"([\\`*_\[\]<>|#&~])")


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What became of one document; `lines` are what it is, old and new, `causes` what moved for the whole year."""

    name: str
    title: str
    kind: str
    lines: tuple[tuple[str, str, str], ...] = ()
    causes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """What became of all documents that changed, by name, and since when: PREVIOUS or OTHER."""

    changes: tuple[Change, ...] = ()
    since: str = PREVIOUS


def compare(name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, titles: Titles) -> Change | None:
    """Compare two records, or entries of a manifest, of a document such as 2023/15139-cam-luong; None when equal.

    None for a side is that there was no document.
    """
    if not old or not new:
        side = old or new
        return Change(name, _title(name, side), NEW if new else GONE) if side else None
    lines = [*_facts_moved(_facts(old), _facts(new)), *_cells_moved(name, old, new, titles)]
    causes = tuple(words for key, words in _CAUSES.items() if old["nguon"][key] != new["nguon"][key])
    before, after = old.get("noi_dung"), new.get("noi_dung")
    if before and after and before != after and not lines:
        lines.append(("Nội dung chữ của văn bản", "", "có chỗ khác"))
    return Change(name, _title(name, new), CHANGED, tuple(lines), causes) if lines else None


def _title(name: str, side: Mapping[str, Any] | None) -> str:
    return str(_facts(side or {}).get("Tên đơn vị") or name)


def _facts(side: Mapping[str, Any]) -> dict[str, str]:
    """Give what can be compared, by its name for people: of a record, or of a manifest's entry."""
    found: dict[str, Any] = {}
    if "van_ban" in side:
        fields, unit = side["van_ban"], side["don_vi"]
        signer = fields["SignerInfo"]
        found = {
            "Tên đơn vị": f"{unit['loai_don_vi']} {unit['ten_don_vi']}",
            "Địa danh": unit["dia_danh"],
            "Số văn bản": fields["CodeNumber"],
            "Ngày ban hành": fields["IssuedDate"],
            "Trích yếu": fields["Subject"],
            "Chức vụ người ký": signer["Position"],
            "Người ký": signer["FullName"],
            "Nơi nhận": "; ".join(each["OrganName"] for each in fields["To"]),
            "Tổng điểm": side["tong_diem"],
            "Số trang": fields["PageAmount"],
        }
    elif side:
        found = {"Tên đơn vị": side.get("ten_don_vi"), "Số trang": side.get("so_trang")}
    for key, words in (("so_lieu_mau", "Số liệu mẫu"), ("da_ban_hanh", "Đã ban hành")):
        if key in side:
            found[words] = "có" if side[key] else "không"
    return {words: "" if value is None else str(value) for words, value in found.items()}


def _facts_moved(old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    for words, value in new.items():
        if words in old and old[words] != value:
            yield words, old[words], value


def _cells_moved(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any], titles: Titles
) -> Iterable[tuple[str, str, str]]:
    before, after = old.get("chi_tieu"), new.get("chi_tieu")
    if before is None or after is None or before == after:
        return
    known = titles(name.partition("/")[0])
    for key in dict.fromkeys([*after, *before]):
        if before.get(key) != after.get(key):
            yield f"Chỉ tiêu: {known.get(key, key)}", before.get(key, ""), after.get(key, "")


def change_files(found: Comparison) -> dict[str, bytes]:
    """Give the two files that say what changed; the same changes give the same bytes."""
    written = {"so_voi": found.since, "van_ban": {each.name: _written(each) for each in found.changes}}
    return {JSON: to_json(written), MARKDOWN: _markdown(found).encode()}


def read_changes(content: bytes) -> Comparison:
    """Read thay-doi.json; nothing where it has another form."""
    try:
        read = json.loads(content)
        changes = tuple(
            Change(
                str(name),
                str(each["ten_don_vi"]),
                str(each["loai"]),
                tuple((str(words), str(old), str(new)) for words, old, new in each["khac"]),
                tuple(str(cause) for cause in each["do"]),
            )
            for name, each in read["van_ban"].items()
        )
        return Comparison(changes, OTHER if read.get("so_voi") == OTHER else PREVIOUS)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return Comparison()


def _written(change: Change) -> dict[str, Any]:
    return {
        "ten_don_vi": change.title,
        "loai": change.kind,
        "khac": [list(line) for line in change.lines],
        "do": list(change.causes),
    }


def _markdown(found: Comparison) -> str:
    lines = [f"# Thay đổi so với {found.since}", ""]
    for each in found.changes:
        lines += [f"## {_plain(each.title)} ({_plain(each.name)}): {each.kind}", ""]
        lines += [f"Có thay đổi ở: {', '.join(each.causes)}.", ""] if each.causes else []
        for words, *values in each.lines:
            old, new = (_plain(value) or "(trống)" for value in values)
            lines.append(f"- {_plain(words)}: {old} → {new}")
        lines += [""] if each.lines else []
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """Give a text as one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))

"""Compare two publications, document by document: thay-doi.json for programs, thay-doi.md for people.

A document's former side is its former record or, where that is lost, its entry in the former manifest, which knows
less; only what both sides know is compared.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping

import pydantic
import pydantic_core

from pipeline.files import to_json
from pipeline.output.manifest import Entry, Side
from pipeline.output.published import Published, Text
from pipeline.output.records import Difference, Record

JSON, MARKDOWN = "thay-doi.json", "thay-doi.md"
NEW, GONE, CHANGED = "mới", "đã bỏ", "thay đổi"

Titles = Callable[[str], Mapping[str, str]]
"""Names of criteria by dinh_danh and of columns by key, of a year such as 2023."""

PREVIOUS, OTHER = "lần xuất bản trước", "bản xuất bản đem so (--since)"
"""What a publication is compared with, in words: never where that lies on somebody's machine."""

_CAUSES = {"mau": "mẫu Word", "loai": "tệp của loại văn bản", "bo_tieu_chi": "bộ tiêu chí"}
_MARKS = re.compile(r"([\\`*_\[\]<>|#&~])")


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What changed in one document: `lines` are its differences, `causes` what changed for the whole year."""

    name: str
    title: str
    kind: str
    lines: tuple[Difference, ...] = ()
    causes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """The documents that changed, in the order of their names, and since which publication: PREVIOUS or OTHER."""

    changes: tuple[Change, ...] = ()
    since: str = PREVIOUS


def compare(name: str, old: Side | None, new: Side | None, titles: Titles) -> Change | None:
    """Compare two records, or entries of a manifest, of a document such as 2023/KH-15139-cam-luong.

    A side is None when there is no document. Returns None when nothing changed.
    """
    if not old or not new:
        side = old or new
        return Change(name, _title(name, side), NEW if new else GONE) if side else None
    lines = [*_fact_differences(_facts(old), _facts(new))]
    causes = tuple(words for key, words in _CAUSES.items() if getattr(old.nguon, key) != getattr(new.nguon, key))
    if isinstance(old, Record) and isinstance(new, Record):
        lines += _value_differences(name, old.gia_tri, new.gia_tri, titles)
        if old.noi_dung != new.noi_dung and not lines:
            lines.append(Difference("Nội dung chữ của văn bản", "", "có chỗ khác"))
    return Change(name, _title(name, new), CHANGED, tuple(lines), causes) if lines else None


def _title(name: str, side: Side) -> str:
    unit, kind = (
        (side.unit_name, side.van_ban.TypeName) if isinstance(side, Record) else (side.ten_don_vi, side.ten_loai)
    )
    return f"{unit}, {kind.lower()}" if unit else name


def _facts(side: Side) -> dict[str, str]:
    """Give what can be compared of a record or of a manifest's entry, by a name for people."""
    facts: dict[str, str | int | None] = {"Tên đơn vị": side.ten_don_vi if isinstance(side, Entry) else side.unit_name}
    if isinstance(side, Record):
        about, unit = side.van_ban, side.don_vi
        facts |= {
            "Địa danh": unit.dia_danh if unit else None,
            "Số văn bản": about.CodeNumber,
            "Ngày ban hành": about.IssuedDate,
            "Trích yếu": about.Subject,
            "Chức vụ người ký": about.SignerInfo.Position,
            "Người ký": about.SignerInfo.FullName,
            "Nơi nhận": "; ".join(each.OrganName for each in about.To),
            "Tổng điểm": "; ".join(side.tong_diem),
            "Số trang": about.PageAmount,
        }
    else:
        facts["Số trang"] = side.so_trang
    facts |= {"Số liệu mẫu": _yes_or_no(side.so_lieu_mau), "Đã ban hành": _yes_or_no(side.da_ban_hanh)}
    return {words: "" if value is None else str(value) for words, value in facts.items()}


def _yes_or_no(flag: bool) -> str:  # noqa: FBT001 - the flag is the whole question
    return "có" if flag else "không"


def _fact_differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[Difference]:
    for words, value in new.items():
        if words in old and old[words] != value:
            yield Difference(words, old[words], value)


Values = Mapping[str, Mapping[str, str]]
"""What a unit filled in, by column and criterion."""


def _value_differences(name: str, before: Values, after: Values, titles: Titles) -> Iterable[Difference]:
    if before == after:
        return
    names = titles(name.partition("/")[0])
    for column in dict.fromkeys([*after, *before]):
        old, new = before.get(column, {}), after.get(column, {})
        for key in dict.fromkeys([*new, *old]):
            if old.get(key) != new.get(key):
                words = f"{names.get(column, column)}: {names.get(key, key)}"
                yield Difference(words, old.get(key, ""), new.get(key, ""))


def change_files(comparison: Comparison) -> dict[str, bytes]:
    """Give thay-doi.json and thay-doi.md by file name; the same changes give the same bytes."""
    content = {
        "so_voi": comparison.since,
        "van_ban": {each.name: _as_published(each).fields() for each in comparison.changes},
    }
    return {JSON: to_json(content), MARKDOWN: _markdown(comparison).encode()}


class _WrittenChange(Published):
    ten_don_vi: Text
    loai: Text
    khac: tuple[Difference, ...]
    do: tuple[Text, ...]


class _WrittenChanges(Published):
    so_voi: Text = PREVIOUS
    van_ban: dict[Text, _WrittenChange]


def read_changes(content: bytes) -> Comparison:
    """Read thay-doi.json; give an empty comparison when it has another form."""
    try:
        published = _WrittenChanges.model_validate(pydantic_core.from_json(content))
    except (ValueError, pydantic.ValidationError):
        return Comparison()
    changes = tuple(
        Change(name, each.ten_don_vi, each.loai, each.khac, each.do) for name, each in published.van_ban.items()
    )
    return Comparison(changes, OTHER if published.so_voi == OTHER else PREVIOUS)


def _as_published(change: Change) -> _WrittenChange:
    return _WrittenChange(ten_don_vi=change.title, loai=change.kind, khac=change.lines, do=change.causes)


def _markdown(comparison: Comparison) -> str:
    lines = [f"# Thay đổi so với {comparison.since}", ""]
    for each in comparison.changes:
        lines += [f"## {_plain(each.title)} ({_plain(each.name)}): {each.kind}", ""]
        lines += [f"Có thay đổi ở: {', '.join(each.causes)}.", ""] if each.causes else []
        for words, *values in each.lines:
            old, new = (_plain(value) or "(trống)" for value in values)
            lines.append(f"- {_plain(words)}: {old} → {new}")
        lines += [""] if each.lines else []
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """Give a text as one line, with Markdown's own characters escaped."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))

"""Compare filled forms: each with its unit's file, now and when the form was written, and those of one unit."""

import dataclasses
from collections.abc import Iterator, Sequence

from pipeline.authoring.format import scalar
from pipeline.forms.amounts import Doubt
from pipeline.forms.book import At
from pipeline.forms.layout import Slot
from pipeline.forms.marks import key_text
from pipeline.forms.read import Entry
from pipeline.forms.receive import Received
from pipeline.input.load import load
from pipeline.problem import Problem, Severity, short


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A problem, and the form and the cell that it is at; neither for one of the unit's file alone."""

    problem: Problem
    form: Received | None = None
    at: At | None = None


def changes(form: Received) -> tuple[list[tuple[Slot, str]], list[Found]]:
    """Compare a form with its unit's file as it is, and as it was when the form was written.

    What the form left alone stays as the file has it now; what both changed is a conflict.
    """
    new: list[tuple[Slot, str]] = []
    found: list[Found] = []
    for slot in form.form.slots:
        entry = form.entry(slot.key)
        if entry is None or entry.text == slot.text:
            continue
        before = form.meta.base.get(key_text(slot.key), "")
        now, typed = f"tệp xã nay ghi `{short(slot.text)}`", f"lúc phát mẫu là `{short(before)}`"
        if entry.text == before:
            doubt = Doubt(
                "tep-moi-hon", f"{now}, {typed}; giữ giá trị của tệp xã", "muốn đổi thì lấy mẫu mới", Severity.WARNING
            )
            found.append(Found(form.problem(entry.at, doubt), form, entry.at))
            continue
        if slot.text != before:
            doubt = Doubt(
                "tep-da-doi", f"mẫu ghi `{short(entry.text)}`, mà {now} ({typed})", "chọn một giá trị trong bản trả lại"
            )
            found.append(Found(form.problem(entry.at, doubt), form, entry.at))
        new.append((slot, entry.text))
        problems = load(f"gia_tri: {scalar(entry.text, {})}\n".encode(), "")[1] if entry.text else ()
        for each in problems:
            doubt = Doubt(each.code, each.message, each.hint, each.severity)
            found.append(Found(form.problem(entry.at, doubt), form, entry.at))
    return new, found


def conflicts(forms: Sequence[Received]) -> Iterator[Found]:
    """Find values in which two forms of a unit differ: of the same kind any, of two kinds those that both changed."""
    for number, form in enumerate(forms):
        for other in forms[:number]:
            same_kind = form.form.kind == other.form.kind
            for key in form.reply.entries.keys() & other.reply.entries.keys():
                mine, theirs = form.reply.entries[key], other.reply.entries[key]
                moved = all(each.entry(key).text != each.meta.base.get(key_text(key), "") for each in (form, other))  # type: ignore[union-attr]
                if mine.text != theirs.text and (same_kind or moved):
                    yield _conflict(form, mine, other, theirs)
                    yield _conflict(other, theirs, form, mine)


def _conflict(form: Received, mine: Entry, other: Received, theirs: Entry) -> Found:
    there = f"{other.path.as_posix()} ô {theirs.at} ghi `{short(theirs.text)}`"
    message = f"hai mẫu của cùng một xã khác nhau: ở đây `{short(mine.text)}`, {there}"
    doubt = Doubt("hai-mau-khac-nhau", message, "chỉ gửi lại một mẫu")
    return Found(form.problem(mine.at, doubt), form, mine.at)

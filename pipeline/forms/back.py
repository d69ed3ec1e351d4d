"""Read forms back into units' files: all in one run, checked as a whole, written only where nothing is wrong."""

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.files import write_atomic
from pipeline.forms.amounts import LOST, Doubt
from pipeline.forms.book import At
from pipeline.forms.compare import Found, changes, conflicts
from pipeline.forms.layout import DAY, NUMBER, PAPERS, Slot
from pipeline.forms.marks import printable
from pipeline.forms.merge import changed
from pipeline.forms.receive import Received, paths_of, receive
from pipeline.forms.write import Annotations, file_name, write_form
from pipeline.input.load import AT_KEY
from pipeline.input.sources import Folders, Source, read_source
from pipeline.kinds.loai.unit import read_unit
from pipeline.problem import Key, Place, Problem, Severity, has_error, short

_HINTS = {
    "thieu-chi-tieu": "điền ô này, hoặc ghi lý do ở cột Không áp dụng",
    "thieu-diem-cham": "điền ô này, hoặc ghi lý do ở cột Không áp dụng",
    "thieu-giai-trinh": "điền lý do vào cột Giải trình (hoặc Lý do) của hàng này",
    "bo-trong": "điền ô này",
    "ngay-khong-hop-le": "ghi ngày dạng 24/12/2026; chưa có ngày thì /12/2026",
    "diem-khong-hop-le": "ghi số, phần lẻ sau dấu phẩy, nhiều nhất hai chữ số: 0,5",
}
"""How to mend in a form what check says how to mend in a file."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A value that a form changes: where it stands there, what it is about, the old text and the new."""

    place: str
    about: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True, slots=True)
class UnitResult:
    """What the forms of one unit come to: its file, its changes, and the bytes to write, None when they must not be.

    `before` are the file's bytes as they were read, None for a new file.
    """

    path: Path
    before: bytes | None
    changes: tuple[Change, ...]
    content: bytes | None


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a run comes to: the files read, units' results, all problems, annotated copies of bad forms by name."""

    paths: tuple[Path, ...]
    results: tuple[UnitResult, ...]
    problems: tuple[Problem, ...]
    copies: Mapping[str, bytes]


def read_back(folders: Folders, words: Sequence[str]) -> Outcome:
    """Read the forms that words name, files or folders, and say what would be written; writes nothing.

    Raises UsageError for a word that names nothing.
    """
    paths, problems = paths_of(words)
    by_unit: dict[Path, list[Received]] = collections.defaultdict(list)
    for path in paths:
        got = receive(path, folders)
        if isinstance(got, Problem):
            problems.append(got)
        else:
            by_unit[got.file.path].append(got)
    results: list[UnitResult] = []
    copies: dict[str, bytes] = {}
    for forms in by_unit.values():
        result, found = _unit(forms)
        results.append(result)
        problems += (each.problem for each in found)
        for form in forms:
            if mine := [each for each in found if each.form is form]:
                copies |= _copy(form, mine, copies)
    return Outcome(tuple(paths), tuple(results), tuple(problems), copies)


def write_results(outcome: Outcome) -> tuple[list[Path], list[Problem]]:
    """Write the units' files that change, each whole or not at all.

    Gives their paths, and problems for files that somebody else has changed meanwhile: these stay as they are.
    """
    written: list[Path] = []
    problems: list[Problem] = []
    for result in outcome.results:
        if result.content is None:
            continue
        if (read_source(result.path).content if result.path.exists() else None) != result.before:
            message = "tệp vừa được sửa trong lúc nhập mẫu, không ghi đè"
            problems.append(Problem(Place(result.path.as_posix()), "tep-da-doi", message, "chạy lại lệnh import"))
            continue
        write_atomic(result.path.parent, result.path.name, result.content)
        written.append(result.path)
    return written, problems


def _unit(forms: Sequence[Received]) -> tuple[UnitResult, list[Found]]:
    """Put the forms of one unit together, check the file that they would give, and find all that is wrong."""
    first = forms[0]
    found = [
        Found(form.problem(fault.at, fault.doubt), form, fault.at) for form in forms for fault in form.reply.faults
    ]
    found += conflicts(forms)
    new: dict[Key, tuple[Received, Slot, str]] = {}
    for form in forms:
        mine, doubts = changes(form)
        found += doubts
        new |= {slot.key: (form, slot, text) for slot, text in mine}
    texts = {key: text for key, (_, _, text) in new.items()}
    content = _proposed(forms, texts)
    if content is None and not has_error(each.problem for each in found):
        doubt = Doubt("khong-ghi-duoc", "không ghi được mà giữ nguyên mọi chú thích của tệp xã", "báo người giữ mã")
        found.append(Found(first.problem(None, doubt), first))
    if texts or not first.file.is_new:
        # What check says of a cell that could not be read is only what follows from that.
        unread = {(each.form, each.at) for each in found if each.at and each.problem.severity is Severity.ERROR}
        said = {(each.problem.code, each.problem.message) for each in found}
        for problem in _checked(forms, texts, {key for key in texts if _spot(new[key][0], key) in unread}):
            each = _at_cell(problem, forms, new)
            if (each.form, each.at) not in unread and (problem.code, problem.message) not in said:
                found.append(each)
    else:
        doubt = Doubt("mau-trong", "mẫu chưa điền gì", "điền rồi gửi lại", Severity.WARNING)
        found.append(Found(first.problem(None, doubt), first))
    found.sort(key=lambda each: (str(each.form.path) if each.form else "", each.at or At(-1, -1)))
    shown = tuple(_change(form, slot, text) for form, slot, text in new.values())
    good = content if texts and not has_error(each.problem for each in found) else None
    before = None if first.file.is_new else first.file.source.content
    return UnitResult(first.file.path, before, shown, good), found


def _spot(form: Received, key: Key) -> tuple[Received, At | None]:
    entry = form.entry(key)
    return form, entry.at if entry else None


def _proposed(forms: Sequence[Received], texts: Mapping[Key, str]) -> bytes | None:
    """Give the bytes of the unit's file with the values of its forms; None where they cannot be written."""
    first = forms[0]
    if not texts:
        return first.file.source.content
    rows = [line.identity for line in first.form.lines]
    return changed(first.file.source.content, {**_new_papers(forms, texts), **texts}, rows, first.year.unit_model)


def _checked(forms: Sequence[Received], texts: Mapping[Key, str], unread: set[Key]) -> list[Problem]:
    """Check the file that the forms would give; where values cannot be read, also what is wrong beside them."""
    path, year = forms[0].file.source.path, forms[0].year
    problems: list[Problem] = []
    bad = {slot.key for form in forms for slot in form.form.slots}
    if content := _proposed(forms, texts):
        unit, found = read_unit(Source(path, content), year)
        problems += found
        bad &= {problem.place.key for problem in found}
        if unit is not None or not bad:
            return problems
    else:
        bad = unread
    rest = _proposed(forms, {**texts, **{key: f"/1/{year.name}" if key[-1] == DAY else "" for key in bad}})
    others = read_unit(Source(path, rest), year)[1] if rest else ()
    return [*problems, *(each for each in others if _bare(each.place.key) not in bad)]


def _bare(key: Key) -> Key:
    """Give the key of a value that a problem is about, or of the value whose key it is about."""
    return tuple(part for part in key if part != AT_KEY)


def _new_papers(forms: Sequence[Received], texts: Mapping[Key, str]) -> dict[Key, str]:
    """Give number and day of the papers that the unit's file has not yet, of kinds for which something is filled in."""
    papers = forms[0].file.tree.get(PAPERS)
    sides: dict[Key, str] = {}
    for form in forms:
        kind = form.form.kind
        if (not isinstance(papers, dict) or kind not in papers) and any(form.entry(key) for key in texts):
            for side in (NUMBER, DAY):
                entry = form.entry((PAPERS, kind, side))
                sides[PAPERS, kind, side] = entry.text if entry else ""
    return sides


def _at_cell(problem: Problem, forms: Sequence[Received], new: Mapping[Key, tuple[Received, Slot, str]]) -> Found:
    """Put a problem of the unit's file at the cell that it comes from, if it comes from one."""
    key = _bare(problem.place.key)
    form = new[key][0] if key in new else next((each for each in forms if each.entry(key)), None)
    hint = _HINTS.get(problem.code, problem.hint)
    if form is None and key[:1] == (PAPERS,) and len(key) > 1:
        form = next((each for each in forms if each.form.kind == key[1]), None)
    if form is None:
        return Found(problem)
    entry = form.entry(key)
    at = entry.at if entry else None
    return Found(form.problem(at, Doubt(problem.code, problem.message, hint, problem.severity)), form, at)


def _change(form: Received, slot: Slot, text: str) -> Change:
    entry = form.entry(slot.key)
    about = f"{slot.name}, “{short(slot.about)}”" if slot.about else slot.name
    return Change(form.place(entry.at if entry else None), about, printable(slot.text), printable(text))


def _copy(form: Received, found: Sequence[Found], copies: Mapping[str, bytes]) -> dict[str, bytes]:
    """Make the annotated copy of a form with errors: a fresh one with its values, red cells, notes and a list."""
    if not has_error(each.problem for each in found):
        return {}
    keys = {entry.at: key for key, entry in form.reply.entries.items()}
    notes: dict[Key, str] = {}
    for each in found:
        if each.at in keys and each.problem.severity is Severity.ERROR:
            key = keys[each.at]
            words = _in_one_line(each.problem)
            notes[key] = f"{notes[key]}\n{words}" if key in notes else words
    lines = tuple(f"{f'ô {each.at}: ' if each.at else ''}{_in_one_line(each.problem)}" for each in found)
    spots = {each.at for each in found if each.problem.code in LOST}
    lost = frozenset(key for at, key in keys.items() if at in spots and form.reply.entries[key].text)
    values = {key: entry.text for key, entry in form.reply.entries.items()}
    stem, number = file_name(form.form).removesuffix(".xlsx"), 2
    name = f"{stem}.xlsx"
    while name in copies:
        name, number = f"{stem}-{number}.xlsx", number + 1
    return {name: write_form(form.form, Annotations(values, notes, lines, lost))}


def _in_one_line(problem: Problem) -> str:
    return f"{problem.severity} [{problem.code}] {problem.message}. Cách sửa: {problem.hint}"

"""A kind of paper is one value: a new one is rendered by the stages as they are."""

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from pipeline.input.sources import Source
from pipeline.jobs.render import render
from pipeline.kinds import KINDS
from pipeline.kinds.kind import Document, Kind, Scope
from pipeline.problem import ExitCode, Problem, TemplateError, bad_output
from pipeline.verify.paper import Paper
from pipeline.word.fill import Fields


@dataclasses.dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited."""

    ho_ten: str


@dataclasses.dataclass(frozen=True, slots=True)
class Invitation:
    """A paper without a table."""

    tieu_de: str
    khach_moi: tuple[Guest, ...]


def _read_back(paper: Paper, fields: Invitation, _: bytes, name: str) -> Iterator[Problem]:
    printed = [paragraph.text for paragraph in paper.paragraphs if paragraph.text]
    wanted = [fields.tieu_de, *(guest.ho_ten for guest in fields.khach_moi)]
    if printed != wanted:
        yield bad_output(name, "sai-noi-dung", f"in {printed}, phải là {wanted}")


INVITATION = Kind(
    name="giay_moi",
    abbreviation="GM",
    scope=Scope.COMMUNE,
    template="giay-moi.docx",
    fields=Fields(Invitation, (Guest,)),
    read_back=_read_back,
    by_decree=False,
)


def _template(*texts: str) -> Source:
    made = docx.Document()
    for text in texts:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return Source("giay-moi.docx", out.getvalue())


def _document(title: str = "Giấy mời") -> Document:
    fields = Invitation(title, (Guest("A"), Guest("B")))
    return Document("GM-1", "data/giay-moi.yaml", fields, dt.date(2026, 1, 1), range(1, 2), sample=False)


LOOP = ("{{ tieu_de }}", "{%p for khach in khach_moi %}", "{{ khach.ho_ten }}", "{%p endfor %}")


def test_a_new_kind_is_filled_and_read_back_by_the_same_stages() -> None:
    (made,) = render(INVITATION, [_document()], _template(*LOOP), None)

    assert made.problems == ()
    texts = [each.text for each in docx.Document(io.BytesIO(made.files["GM-1.docx"])).paragraphs]
    assert texts == ["Giấy mời", "A", "B"]


def test_what_a_new_kind_did_not_mean_to_print_is_not_published() -> None:
    (made,) = render(INVITATION, [_document()], _template(*LOOP, "Thừa"), None)

    assert [(each.code, each.exit_code) for each in made.problems] == [("sai-noi-dung", ExitCode.VERIFICATION)]
    assert made.files == {}


def test_a_template_sees_the_fields_of_its_kind_alone() -> None:
    with pytest.raises(TemplateError, match="cac_hang"):
        render(INVITATION, [_document()], _template("{{ cac_hang }}"), None)


def test_kinds_are_told_apart_and_have_their_folders() -> None:
    folder = Path(__file__).parents[2] / "pipeline" / "kinds"
    for part in ("name", "abbreviation", "template"):
        assert len({getattr(kind, part) for kind in KINDS}) == len(KINDS)

    assert all((folder / kind.name / "kind.py").is_file() for kind in KINDS)
    assert {kind.scope for kind in KINDS} == set(Scope)

"""Hold a finished paper to its document: by its template as another reader understands it, by the decree, by sums."""

from collections.abc import Iterator

from pipeline.kinds.bang_tieu_chi.read_back import table_problems
from pipeline.kinds.kind import Document, Kind
from pipeline.kinds.loai.template import PAPER_FIELDS
from pipeline.kinds.van_ban.read_back import official_problems
from pipeline.problem import Problem
from pipeline.verify.expected import script_problems
from pipeline.verify.paper import Paper
from pipeline.verify.standard_parts import blank_problems, sample_problems, tag_problems, texts_in, title_problems

_NEEDED = ("ten_co_quan", "so_ky_hieu", "ten_loai", "trich_yeu", "noi_nhan", "noi_luu", "chuc_vu_ky", "nam")


def paper_problems(paper: Paper, document: Document, template: bytes, name: str) -> Iterator[Problem]:
    """Compare a .docx with its document; with an empty `template` the text around the fields is not compared."""
    fields = document.fields
    needed = {field: tuple(texts_in(fields[field])) for field in _NEEDED}
    yield from blank_problems(needed, name)
    yield from tag_problems(paper, lambda: texts_in(fields), name)
    yield from title_problems(paper, str(fields["tieu_de"]), name)
    if document.sample:
        yield from sample_problems(paper, name)
    yield from official_problems(paper, fields, name)
    if document.columns:
        yield from table_problems(paper, fields, document.columns, document.points, name)
    if template:
        yield from script_problems(paper, template, fields, name)


def printed_kind(name: str) -> Kind:
    """Give a kind from data as the stages after reading see it."""
    return Kind(name, PAPER_FIELDS, paper_problems, by_decree=True)

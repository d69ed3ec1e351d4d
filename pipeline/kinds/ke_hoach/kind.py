"""Define the plan as a Kind: what each stage needs to know of it."""

from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.model import TieuDeCot
from pipeline.kinds.bang_tieu_chi.present import Hang
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import Context, present
from pipeline.kinds.ke_hoach.read import criteria_titles, read_commune, read_year
from pipeline.kinds.ke_hoach.read_back import docx_problems
from pipeline.kinds.ke_hoach.record import Facts, describe
from pipeline.kinds.kind import DataFiles, Document, Kind, Scope
from pipeline.problem import Problem
from pipeline.word.fill import Fields


def prepare(criteria_set: Source, source: Source) -> tuple[Document | None, tuple[Problem, ...]]:
    """Turn a commune's file into a plan, by way of load, parse, check and present; or into the problems that stop it.

    Without a right criteria set there is no plan and no problem here: check_shared gives those, once for the year.
    """
    year = read_year(criteria_set)[0]
    if year is None:
        return None, ()
    commune, problems = read_commune(source, year)
    if commune is None:
        return None, problems
    context = present(year.criteria_set, commune, year.totals)
    return document_of(source, year.criteria_set, commune, context), problems


def check_shared(criteria_set: Source) -> tuple[Problem, ...]:
    """Give the problems of a year's criteria set."""
    return read_year(criteria_set)[1]


def document_of(source: Source, criteria_set: BoTieuChi, commune: Commune, context: Context) -> Document:
    """Give the document that prints a context."""
    return Document(
        name=source.document,
        place=source.path,
        fields=context,
        date=commune.ngay_ban_hanh.day,
        pages=range(criteria_set.so_trang_it_nhat, criteria_set.so_trang_nhieu_nhat + 1),
        sample=context.so_lieu_mau,
        posts=context.chuc_vu_ky,
        signer=context.ho_ten,
        facts=Facts(criteria_set, commune, context),
    )


KE_HOACH = Kind(
    name="ke_hoach",
    abbreviation="KH",
    scope=Scope.COMMUNE,
    template="ke-hoach.docx",
    fields=Fields(Context, (Hang, TieuDeCot)),
    read_back=docx_problems,
    by_decree=True,
    data=DataFiles(check_shared, prepare, describe, criteria_titles),
)

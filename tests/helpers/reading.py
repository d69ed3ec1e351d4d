"""Short ways to read a plan back, for tests and benches."""

import datetime as dt

from pipeline.kinds.ke_hoach.kind import KE_HOACH
from pipeline.kinds.ke_hoach.present import Context
from pipeline.kinds.kind import Document, read_back
from pipeline.problem import Problem
from pipeline.verify.paper import Paper
from pipeline.word.fill import Template, compile_template


def verify_docx(
    data: bytes, context: Context, template: bytes = b"", name: str = "x.docx"
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a plan back and hold it to its Context; without a template the text between its parts is not compared."""
    document = Document(
        "x", name, context, dt.date(2023, 1, 1), range(1, 100), context.so_lieu_mau, context.chuc_vu_ky, context.ho_ten
    )
    return read_back(KE_HOACH, data, document, template, name)


def compile_plan(data: bytes, path: str) -> Template:
    """Compile a template of the plan."""
    return compile_template(data, path, KE_HOACH.fields)

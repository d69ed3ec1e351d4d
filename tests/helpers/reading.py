"""Short ways to read a plan back, for tests and benches."""

import dataclasses

from pipeline.kinds.kind import Document, read_back
from pipeline.kinds.loai.read_back import printed_kind
from pipeline.kinds.loai.template import PAPER_FIELDS
from pipeline.problem import Problem
from pipeline.verify.paper import Paper
from pipeline.word.fill import Template, compile_template


def verify_docx(
    data: bytes, document: Document, template: bytes = b"", name: str = "x.docx"
) -> tuple[Paper | None, tuple[Problem, ...]]:
    """Read a paper back and hold it to its document; without a template the text between its parts is not compared."""
    return read_back(printed_kind("ke-hoach"), data, document, template, name)


def with_fields(document: Document, **changed: object) -> Document:
    """Give a document with some fields changed."""
    return dataclasses.replace(document, fields={**document.fields, **changed})


def compile_plan(data: bytes, path: str) -> Template:
    """Compile a template of a kind from data."""
    return compile_template(data, path, PAPER_FIELDS)

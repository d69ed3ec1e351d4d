"""Compile a kind's Word template, and tell the fields that it asks of the data from those that the code provides."""

import functools
from collections.abc import Mapping

from pipeline.input.sources import Source
from pipeline.kinds.bang_tieu_chi.present import ITEMS, SHARE, SUM
from pipeline.kinds.bang_tieu_chi.present import NAMES as TABLE_NAMES
from pipeline.kinds.van_ban.present import NAMES as OFFICIAL_NAMES
from pipeline.kinds.xep_hang.present import CLASS_PARTS, MISSING_PARTS, UNIT_PARTS
from pipeline.kinds.xep_hang.present import NAMES as RANKING_NAMES
from pipeline.problem import TemplateError
from pipeline.word.asked import Asked, Fields
from pipeline.word.fill import Template, compile_template

PROVIDED = OFFICIAL_NAMES | TABLE_NAMES | RANKING_NAMES
"""The fields that code provides, beside those of totals, whose names depend on the year's columns."""
PAPER_FIELDS = Fields(
    names=PROVIDED,
    items=(
        *ITEMS,
        ("cac_don_vi", UNIT_PARTS),
        ("cac_xep_loai", CLASS_PARTS),
        ("cac_xa_chua_nop", MISSING_PARTS),
    ),
    is_open=True,
    may_break="cac_hang",
)


@functools.lru_cache(maxsize=32)
def compiled(source: Source, fields: Fields) -> Template:
    """Compile a template, once in each process; raises TemplateError when it cannot be used at all."""
    if not source.content:
        raise TemplateError(f"{source.path}: không có mẫu Word này")
    return compile_template(source.content, source.path, fields)


def own_asked(template: Template) -> Mapping[str, Asked]:
    """Give the fields that a template asks of the data: those that no code provides."""
    return {name: field for name, field in template.asked.items() if not is_provided(name)}


def is_provided(name: str) -> bool:
    """Tell whether the code provides a field; a total of a column that the year lacks is found when it is printed."""
    return name in PROVIDED or name.startswith((SUM, SHARE))

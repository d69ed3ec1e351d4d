"""Give people's words for what a record holds by key: names of criteria, names of columns."""

import functools
from collections.abc import Callable, Mapping

from pipeline.emphasis import plain_text
from pipeline.input.sources import CRITERIA_SET_FILE, Folders, find_years, read_source
from pipeline.kinds.loai.year import YearSources, read_year
from pipeline.problem import PipelineError


def titles_of(folders: Folders) -> Callable[[str], Mapping[str, str]]:
    """Give a function from a year to the names of its criteria, by identity, and of its columns, by key.

    It reads each year's criteria once, and gives no names where these cannot be read or have an error.
    """

    @functools.cache
    def titles(year: str) -> Mapping[str, str]:
        path = folders.data / year / CRITERIA_SET_FILE
        try:
            if path.parent not in find_years(folders.data):
                return {}
            table = read_year(YearSources(year, read_source(path), None, (), frozenset(), ())).table
        except PipelineError:
            return {}
        if table is None:
            return {}
        columns = {key: column.ten_cot for key, column in table.columns.items()}
        return columns | {identity: plain_text(row.ten_tieu_chi) for identity, row in table.by_identity.items()}

    return titles

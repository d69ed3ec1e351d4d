"""Define the list of a year's units as a Kind: made of the communes' papers, no official document."""

import datetime as dt

from pipeline.kinds.kind import Document, Kind, Scope
from pipeline.kinds.tong_hop.listing import DemTinhTrang, DongTongHop, TongHop
from pipeline.kinds.tong_hop.read_back import docx_problems
from pipeline.word.fill import Fields

_MOST_PAGES = 1000
"""The list has fewer pages than these, whatever the number of units."""

TONG_HOP = Kind(
    name="tong_hop",
    abbreviation="TONG-HOP",
    scope=Scope.YEAR,
    template="tong-hop.docx",
    fields=Fields(TongHop, (DongTongHop, DemTinhTrang)),
    read_back=docx_problems,
    by_decree=False,
)


def document_of(listing: TongHop, name: str, place: str, date: dt.date) -> Document:
    """Give the document that prints a list; `name` is that of its files without ending, `place` where they lie."""
    return Document(name, place, listing, date, range(1, _MOST_PAGES), listing.so_lieu_mau)

"""Define the list of a year's units as a Kind: made of the communes' papers, no official document."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from pipeline.kinds.kind import Document, Kind
from pipeline.kinds.tong_hop.listing import DemTinhTrang, DongTongHop, TongHop
from pipeline.kinds.tong_hop.read_back import docx_problems
from pipeline.word.asked import Fields

TEMPLATE = "tong-hop.docx"
_MOST_PAGES = 1000
"""The list has fewer pages than these, whatever the number of units."""


def _names(kind: type[TongHop | DongTongHop | DemTinhTrang]) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind))


TONG_HOP = Kind(
    name="tong_hop",
    fields=Fields(
        names=_names(TongHop), items=(("cac_tinh_trang", _names(DemTinhTrang)), ("cac_dong", _names(DongTongHop)))
    ),
    read_back=docx_problems,
    by_decree=False,
)


def document_of(listing: TongHop, name: str, place: str, date: dt.date) -> Document:
    """Give the document that prints a list; `name` is that of its files without ending, `place` where they lie."""
    fields = {
        **{field.name: getattr(listing, field.name) for field in dataclasses.fields(listing)},
        "cac_tinh_trang": tuple(map(_item, listing.cac_tinh_trang)),
        "cac_dong": tuple(map(_item, listing.cac_dong)),
    }
    return Document(name, place, fields, date, range(1, _MOST_PAGES), listing.so_lieu_mau, facts=listing)


def _item(row: DongTongHop | DemTinhTrang) -> Mapping[str, str]:
    return MappingProxyType({field.name: getattr(row, field.name) for field in dataclasses.fields(row)})

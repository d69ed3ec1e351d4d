"""Lists: what Word prints before the words of a paragraph that is a list's item."""

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.properties import Properties, paragraph_properties

# Marks of the fonts Symbol and Wingdings, and of others, that print as dots, squares, arrows: no hyphen.
_HYPHENS = {"-": "-", "\uf02d": "-", "\u2010": "-", "\u2011": "-"}


class Lists:
    """The list definitions of numbering.xml, by the number that paragraphs name."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self._levels: dict[tuple[str, str], etree._Element] = {}
        if numbering is None:
            return
        abstract = {each.get(f"{W}abstractNumId"): each for each in numbering.iterfind(f"{W}abstractNum")}
        for each in numbering.iterfind(f"{W}num"):
            named = each.find(f"{W}abstractNumId")
            found = None if named is None else abstract.get(named.get(f"{W}val"))
            for level in () if found is None else found.iterfind(f"{W}lvl"):
                self._levels[each.get(f"{W}numId", ""), level.get(f"{W}ilvl", "0")] = level

    def level(self, number: str, level: str) -> tuple[str, Properties]:
        """Give the mark before the words and the list's own indents.

        The mark of a bullet is its character and a space, that of a numbered item "# ": its number is not counted.
        """
        found = self._levels.get((number, level))
        if found is None:
            return "", {}
        kind, text = found.find(f"{W}numFmt"), found.find(f"{W}lvlText")
        properties = paragraph_properties(found.find(f"{W}pPr"))
        mark = "" if text is None else text.get(f"{W}val", "")
        if kind is not None and kind.get(f"{W}val") == "bullet":
            return f"{_HYPHENS.get(mark, mark[:1])} " if mark else "", properties
        return "# " if mark else "", properties

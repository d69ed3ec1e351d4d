"""Resolve list definitions: what Word prints before the words of a list item, and its indents."""

from lxml import etree

from pipeline.the_thuc.reading.opened import W
from pipeline.the_thuc.reading.properties import Properties, paragraph_properties

# Characters that print as a hyphen. Others of Symbol and Wingdings print as dots, squares, arrows.
_HYPHENS = {"-": "-", "\uf02d": "-", "\u2010": "-", "\u2011": "-"}


class Lists:
    """The list definitions of numbering.xml, by the numbering id (numId) that paragraphs refer to."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self._levels: dict[tuple[str, str], etree._Element] = {}
        if numbering is None:
            return
        abstract = {each.get(f"{W}abstractNumId"): each for each in numbering.iterfind(f"{W}abstractNum")}
        for each in numbering.iterfind(f"{W}num"):
            reference = each.find(f"{W}abstractNumId")
            definition = None if reference is None else abstract.get(reference.get(f"{W}val"))
            for level in () if definition is None else definition.iterfind(f"{W}lvl"):
                self._levels[each.get(f"{W}numId", ""), level.get(f"{W}ilvl", "0")] = level

    def level(self, number: str, level: str) -> tuple[str, Properties]:
        """Return the mark before the words, and the paragraph properties of a list level.

        A bullet's mark is its character and a space. A numbered item's is "# ": no rule needs its number.
        """
        definition = self._levels.get((number, level))
        if definition is None:
            return "", {}
        number_format, level_text = definition.find(f"{W}numFmt"), definition.find(f"{W}lvlText")
        properties = paragraph_properties(definition.find(f"{W}pPr"))
        mark = "" if level_text is None else level_text.get(f"{W}val", "")
        if number_format is not None and number_format.get(f"{W}val") == "bullet":
            return f"{_HYPHENS.get(mark, mark[:1])} " if mark else "", properties
        return "# " if mark else "", properties

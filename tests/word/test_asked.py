"""Which fields a template asks for: their shape and place follow from the tags; closed kinds refuse others."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.document import Document

from pipeline.emphasis import Doan
from pipeline.input.sources import Source
from pipeline.kinds.loai.template import own_asked
from pipeline.kinds.noi_dung.shapes import shape_asked
from pipeline.problem import TemplateError
from pipeline.word.asked import ELSE, Asked, Fields
from pipeline.word.fill import Template, compile_template, fill

OPEN = Fields(names=frozenset({"ten", "cac_hang"}), items=(("cac_hang", frozenset({"cap", "cot_1"})),), is_open=True)
CLOSED = Fields(names=OPEN.names, items=OPEN.items)


def _saved(build: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    document.core_properties.title = ""
    build(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _lines(*lines: str) -> bytes:
    return _saved(lambda document: [document.add_paragraph(line) for line in lines])


def _asked(*lines: str, fields: Fields = OPEN) -> dict[str, Asked]:
    return dict(compile_template(_lines(*lines), "mau.docx", fields).asked)


@pytest.mark.parametrize(
    ("lines", "shape", "parts"),
    [
        (("{{ x }}",), "text", set()),
        (("{% if x %}có{% endif %}",), "text", set()),
        (("{% if not x and x == 'a' %}có{% endif %}",), "text", set()),
        (("{{r x }}",), "text", set()),
        (("{%p for d in x %}", "- {{ d }};", "{%p endfor %}"), "lines", set()),
        (("a{% for d in x %} {{ d }}{% endfor %}",), "lines", set()),
        (("{%p for d in x %}", "{{ d.ky_hieu }} {{r d.chu }}", "{%p endfor %}"), "outline", {"ky_hieu", "chu"}),
        (
            ("{%p for d in x %}", "{%p if d.cap == 'I' %}", "{{r d.chu }}", "{%p endif %}", "{%p endfor %}"),
            "outline",
            {"cap", "chu"},
        ),
        (("{%p for d in x %}", "{{ d.ten }}: {{ d.so }}", "{%p endfor %}"), "rows", {"ten", "so"}),
        (("{%p for d in x %}", "{{ d.chu }}: {{ d.so }}", "{%p endfor %}"), "rows", {"chu", "so"}),
        (
            ("{%p for d in x %}", "{{ d.a }}", "{%p endfor %}", "{%p for e in x %}", "{{ e.b }}", "{%p endfor %}"),
            "rows",
            {"a", "b"},
        ),
    ],
)
def test_the_shape_follows_from_the_tags(lines: tuple[str, ...], shape: str, parts: set[str]) -> None:
    asked = _asked(*lines)

    assert set(asked) == {"x"}
    assert shape_asked(asked["x"]) == shape
    assert asked["x"].parts == parts


def test_a_loop_s_item_is_no_field_within_it_and_one_outside() -> None:
    asked = _asked("{% for d in x %}{{ d }}{{ y }}{% endfor %}", "{{ d }}")

    assert set(asked) == {"x", "y", "d"}
    assert asked["x"].looped
    assert asked["x"].printed
    assert not asked["d"].looped


def test_the_place_is_the_first_paragraph_that_names_it() -> None:
    """In the words that people see there; loops and conditions only where there is nothing else."""
    asked = _asked(
        "không",
        "Kính gửi: {{ x }}, {{ y }}",
        "{{ x }} lần nữa",
        "{% if z %}{{ z }}{% endif %}",
        "{% for d in lap %}{% endfor %}",
    )

    assert [(name, field.words) for name, field in asked.items()] == [
        ("x", "Kính gửi: {{ x }}, {{ y }}"),
        ("y", "Kính gửi: {{ x }}, {{ y }}"),
        ("z", "{{ z }}"),
        ("lap", "{% for d in lap %}{% endfor %}"),
    ]


def test_the_place_of_a_loop_or_condition_in_a_paragraph_of_its_own_is_not_the_paragraph_before() -> None:
    """Such a paragraph vanishes when printed; the message must not send people to the one above it."""
    asked = _asked(
        *("Kính gửi: {{ noi }}", "{%p for d in x %}", "- {{ d }};", "{%p endfor %}"),
        *("{%p if y %}", "{{ y }}", "{%p endif %}"),
    )

    assert asked["x"].words in {"{%p for d in x %}", "- {{ d }};"}
    assert asked["y"].words in {"{%p if y %}", "{{ y }}"}


@pytest.mark.parametrize(
    ("lines", "choices"),
    [
        (("{%p if d.cap == 'I' %}", "{{ d.a }}", "{%p elif d.cap == '1' %}", "{{ d.a }}", "{%p endif %}"), {"I", "1"}),
        (("{%p if d.cap == 'I' %}", "{{ d.a }}", "{%p else %}", "{{ d.a }}", "{%p endif %}"), {"I", ELSE}),
        (("{%p if d.cap != 'I' %}", "{{ d.a }}", "{%p endif %}"), {ELSE}),
        (("{{ d.a }} {{ d.cap }}",), {ELSE}),
    ],
)
def test_texts_that_a_part_is_compared_with_are_known(lines: tuple[str, ...], choices: set[str]) -> None:
    """So that an item for which the template prints nothing is told; ELSE stands for all other texts."""
    asked = _asked("{%p for d in x %}", *lines, "{%p endfor %}")

    assert asked["x"].choices >= choices
    assert (ELSE in asked["x"].choices) == (ELSE in choices)


def test_emphasis_is_known_for_the_field_or_for_each_of_its_parts() -> None:
    asked = _asked(
        "{{r x }} {{ y }}", "{%p for d in z %}", "{{ d.ky_hieu }} {{r d.chu }}", "{%p endfor %}", "{{ d }} {{r chu }}"
    )

    assert {name: set(field.emphasised) for name, field in asked.items()} == {
        "x": {""},
        "y": set(),
        "z": {"chu"},
        "d": set(),
        "chu": {""},
    }


def test_a_tag_that_word_split_over_runs_is_read_whole() -> None:
    def build(document: Document) -> None:
        paragraph = document.add_paragraph()
        for text in ("{{", "r x", " }} và {", "{ y }}"):
            paragraph.add_run(text)

    asked = compile_template(_saved(build), "mau.docx", OPEN).asked

    assert {name: set(field.emphasised) for name, field in asked.items()} == {"x": {""}, "y": set()}
    assert asked["x"].words.replace("{{r ", "{{ ") == "{{ x }} và {{ y }}"


def test_fields_of_all_parts_come_together() -> None:
    """The page header, the title, the body: one field with what each asks of it."""

    def build(document: Document) -> None:
        document.core_properties.title = "{{ tieu_de }}"
        document.sections[0].header.paragraphs[
            0
        ].text = "{% if mau %}{% for d in x %}{{ d.ten }}{% endfor %}{% endif %}"
        document.add_paragraph("{% for d in x %}{{ d.so }}{% endfor %}")

    asked = compile_template(_saved(build), "mau.docx", OPEN).asked

    assert set(asked) == {"tieu_de", "mau", "x"}
    assert asked["x"].looped
    assert asked["x"].parts == {"ten", "so"}


def test_a_closed_kind_refuses_what_it_does_not_give_and_an_open_one_asks_for_it() -> None:
    with pytest.raises(TemplateError, match=r"không có trường `x`, ở đoạn “y \{\{ x \}\}”"):
        _asked("{{ ten }}", "y {{ x }}", fields=CLOSED)

    assert set(_asked("{{ ten }}", "y {{ x }}")) == {"ten", "x"}
    assert set(_asked("{{ ten }}", fields=CLOSED)) == {"ten"}


@pytest.mark.parametrize("fields", [OPEN, CLOSED])
@pytest.mark.parametrize(
    ("tag", "part"),
    [
        ("{{ hang.la }}", "la"),
        ("{{ hang.cot_0 }}", "cot_0"),
        ("{{ hang.cot_100 }}", "cot_100"),
        ("{{ hang.cot_x }}", "cot_x"),
    ],
)
def test_parts_of_what_the_code_gives_are_held_to_it(fields: Fields, tag: str, part: str) -> None:
    """Where the kind is open, too; the message has the words of the tag itself and not those of its loop."""
    lines = ("{%p for hang in cac_hang %}", "{{ hang.cap }}", f"Hàng: {tag}", "{%p endfor %}")

    with pytest.raises(TemplateError) as caught:
        _asked(*lines, fields=fields)
    assert f"không có trường `{part}` trong `cac_hang`, ở đoạn “Hàng: {tag}”" in str(caught.value)


@pytest.mark.parametrize("fields", [OPEN, CLOSED])
def test_a_column_s_place_is_a_part_of_what_has_columns(fields: Fields) -> None:
    asked = _asked("{% for hang in cac_hang %}{{ hang.cot_1 }}{{ hang.cot_27 }}{% endfor %}", fields=fields)

    assert asked["cac_hang"].parts == {"cot_1", "cot_27"}
    with pytest.raises(TemplateError, match="không có trường `cot_1` trong `ten`"):
        _asked("{{ ten.cot_1 }}", fields=fields)


def test_what_is_asked_and_given_in_its_shape_is_printed() -> None:
    template = compile_template(
        _lines("{{ x }}", "{%p for d in y %}", "{{ d.ky_hieu }} {{r d.chu }}", "{%p endfor %}", "{{r z }}"),
        "mau.docx",
        OPEN,
    )
    values = {"x": "một", "y": ({"ky_hieu": "1.", "chu": (Doan("hai"),)},), "z": (Doan("ba"),)}

    printed = docx.Document(io.BytesIO(fill(template, values)))
    assert [each.text for each in printed.paragraphs] == ["một", "1. hai", "ba"]
    for name in values:
        with pytest.raises(TemplateError, match=f"'{name}' is undefined"):
            fill(template, {key: value for key, value in values.items() if key != name})


def test_the_plan_asks_the_data_for_its_first_and_last_sentence(template: Template, template_source: Source) -> None:
    own = own_asked(template)

    assert template_source.content
    assert {name: shape_asked(field) for name, field in own.items()} == {"mo_dau": "text", "ket_thuc": "text"}
    assert (own["mo_dau"].words, own["ket_thuc"].words) == ("{{ mo_dau }}", "{{ ket_thuc }}")

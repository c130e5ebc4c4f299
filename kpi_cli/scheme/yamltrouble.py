"""Where YAML cannot read on, or reads something else than was meant: in plain words, with the line as it should be."""

import re

import yaml

from kpi_cli.problems import Problem, Span
from kpi_cli.scheme.yamlmend import Repair
from kpi_cli.scheme.yamlpage import Page
from kpi_cli.scheme.yamlwide import Wide

_SYNTAX = (
    ("mapping values are not allowed", "a key cannot begin here: the line above has its value already"),
    ("found unexpected end of stream", "this quote is never closed"),
    ("found unexpected document separator", "this quote is never closed"),
    ("expected ',' or '}'", "expected `,` or `}` here"),
    ("expected ',' or ']'", "expected `,` or `]` here"),
    ("<block end>", "this does not fit the indentation of the lines above"),
    ("could not find expected ':'", "a `:` and a value are missing after this"),
    ("unknown escape character", "a backslash inside double quotes has a meaning of its own"),
    ("node content", "a value is missing here"),
    ("cannot start any token", "nothing in YAML begins with this character; in quotes it is text"),
    ("<document start>", "this does not fit what stands above"),
    ("a comment or a line break", "`>` and `|` begin a block of text in YAML; in quotes they are text"),
    ("expected chomping", "`>` and `|` begin a block of text in YAML; in quotes they are text"),
    ("alphabetic or numeric", "`*` and `&` begin aliases and anchors in YAML; in quotes they are text"),
    ("sequence entries", "a list item cannot begin here"),
    ("expected URI", "`!` begins a tag in YAML; in quotes it is text"),
)
_AT_CONTEXT = ("unexpected end of stream", "unexpected document separator", "could not find expected ':'")
_CAUSES = (
    (">", "YAML reads `>` here as the start of folded text"),
    ("|", "YAML reads `|` here as the start of a block of text"),
    ("*", "YAML reads `*` here as an alias"),
    ("&", "YAML reads `&` here as an anchor"),
    ("!", "YAML reads `!` here as a tag"),
    ('"', "YAML reads only what stands in the quotes, and more follows them"),
    ("'", "YAML reads only what stands in the quotes, and more follows them"),
    ("{", "YAML reads `{` here as a mapping"),
    ("[", "YAML reads `[` here as a list"),
)


def misread(page: Page, line: int, repair: Repair) -> Problem:
    """Say why a value wants quotes, and show the entry in them."""
    span = page.span_in(line, repair.column, len(repair.value))
    return Problem("yaml-quotes", _cause(repair.value), span, f"in quotes it stays text: `{repair.entry}`")


def full_width(page: Page, line: int, found: tuple[Wide, ...]) -> list[Problem]:
    """Say which full-width signs stand on a line where YAML's own belong, each once."""
    first = {wide.sign: wide for wide in reversed(found)}
    return [
        Problem("yaml-full-width", wide.message, page.span_in(line, wide.column), wide.help)
        for wide in reversed(first.values())
    ]


def _cause(value: str) -> str:
    for start, cause in _CAUSES:
        if value.startswith(start):
            return cause
    if value[0] in "%@`,]}":
        return f"a value cannot begin with `{value[0]}` in YAML"
    if " #" in value:
        return "YAML reads ` #` as the start of a comment"
    if ": " in value:
        return "YAML reads `: ` as the end of a key"
    return "YAML ends a value inside `{}` or `[]` at a comma or bracket"


def stumbling_lines(page: Page, error: yaml.YAMLError) -> tuple[int, ...]:
    """Return the lines (0-based) on which YAML may have stumbled, the likeliest first."""
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    return tuple(min(mark.line, len(page.lines) - 1) for mark in marks if mark is not None)


def broken(page: Page, error: yaml.YAMLError) -> Problem:
    """Say in plain words why YAML cannot read on."""
    if isinstance(error, yaml.reader.ReaderError):
        character = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the character U+{character:04X} is not allowed in YAML"
        return Problem("yaml-characters", message, page.span(error.position), "delete it")
    problem, mark = getattr(error, "problem", None) or str(error), getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    if r"'\t'" in problem or _tab_indents(page, mark):
        return Problem("yaml-tab", "a tab indents this line", _span(page, mark), "indent with spaces")
    if context is not None and "flow" in (getattr(error, "context", None) or "") and _apart(context, mark):
        bracket = page.lines[context.line][context.column : context.column + 1]
        return Problem("yaml-syntax", f"this `{bracket}` is not closed where it should be", _span(page, context))
    if any(words in problem for words in _AT_CONTEXT):
        mark = context or mark
    message = next((ours for theirs, ours in _SYNTAX if theirs in problem), f"YAML cannot read this: {problem}")
    return Problem("yaml-syntax", message, _span(page, mark), _hint(page, mark))


def _apart(context: yaml.Mark, mark: yaml.Mark | None) -> bool:
    return mark is None or context.line != mark.line


def _span(page: Page, mark: yaml.Mark | None) -> Span:
    """Return the place of a mark; marks count lines and columns of the mended text."""
    if mark is None:
        return page.span_at(0, 0)
    return page.span(sum(len(text) + 1 for text in page.lines[: mark.line]) + mark.column)


def _tab_indents(page: Page, mark: yaml.Mark | None) -> bool:
    return mark is not None and re.match(r" *\t", page.lines[min(mark.line, len(page.lines) - 1)]) is not None


def _hint(page: Page, mark: yaml.Mark | None) -> str | None:
    """Look for a colon without its space on the line or the one above."""
    if mark is None:
        return None
    for line in page.lines[max(0, mark.line - 1) : mark.line + 1]:
        match = re.match(r"\s*(?:- )?(\w+):(\S.*)$", line)
        if match is not None:
            return f"a space follows the colon: `{match[1]}: {match[2]}`"
    return None

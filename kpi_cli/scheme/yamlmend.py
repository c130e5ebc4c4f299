"""Where YAML trips people: a line read as it was meant, and written as it should have been.

YAML gives `>`, `*`, `#`, `: ` and, inside `{}`, every comma a meaning of its own. Here a line is split the way a
person reads it (commas inside parentheses or quotes belong to the value), and values that YAML would misread are
put in quotes. Only called when YAML has already stumbled over the line.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from kpi_cli.regexes import regex

_BLOCK_ENTRY = regex(r"^(?P<lead>\s*(?:-\s+)*(?:(?P<key>[^\s:#{\[\"'][^:{\[]*?)\s*:(?:\s+|$))?)(?P<value>.*)$")
_FLOW_KEY = regex(r"^(?P<lead>\s*(?P<key>[^\s:,{}\[\]]+)\s*:\s+)")
_OPENING = "([{"
_CLOSING = ")]}"
_INDICATORS = frozenset("!&*|>%@`#,]}\"'")


class Repair(Struct, frozen=True):
    """One value that wants quotes: where it begins in the line, its key, and the entry as it should be written."""

    column: int
    value: str
    entry: str


def repairs(line: str) -> tuple[Repair, ...]:
    """Return the values of the line that YAML would misread, leftmost first."""
    match = _BLOCK_ENTRY.match(line)
    if match is None:
        return ()
    key, start = match["key"], match.end("lead")
    value = _until_end(line[start:], frozenset())
    return tuple(_within(key, value, start, in_flow=False))


def mended(line: str, found: tuple[Repair, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the line with the repairs made, and the columns (0-based, of the new line) that are not in the old."""
    pieces, inserted, position, length = [], [], 0, 0
    for repair in found:
        before, new = line[position : repair.column], quoted(repair.value)
        pieces += [before, new]
        length += len(before)
        inserted += [length, *_doubled(new, length), length + len(new) - 1]
        position, length = repair.column + len(repair.value), length + len(new)
    return "".join([*pieces, line[position:]]), tuple(inserted)


def quoted(value: str) -> str:
    """Return the value as a YAML string in the quotes that need no escapes, if there are such."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def balanced(text: str) -> bool:
    """Return whether every quote and bracket of the text is closed."""
    return _scan(text, frozenset())[1]


def _doubled(new: str, start: int) -> Iterator[int]:
    """Yield the columns of the second quotes of doubled ones."""
    if new.startswith("'"):
        yield from (start + match.start() + 2 for match in re.finditer("''", new[1:-1]))


def _within(key: str | None, value: str, start: int, *, in_flow: bool) -> Iterator[Repair]:
    """Yield the repairs of one value, which may be a flow mapping of further entries."""
    if value.startswith("{") and value.endswith("}") and balanced(value):
        yield from _of_mapping(value, start)
    elif value.startswith("[") and value.endswith("]") and balanced(value):
        yield from _of_sequence(value, start)
    elif _misread(value, in_flow=in_flow):
        yield Repair(start, value, f"{key}: {quoted(value)}" if key else f"- {quoted(value)}")


def _of_mapping(text: str, start: int) -> Iterator[Repair]:
    """Yield the repairs of `{key: value, ...}`; a part without a key belongs to the value before it."""
    entries: list[tuple[int, str]] = []
    for offset, part in _parts(text[1:-1]):
        if _FLOW_KEY.match(part) is None and entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]},{part}")
        else:
            entries.append((offset, part))
    for offset, part in entries:
        match = _FLOW_KEY.match(part)
        if match is not None:
            value = part[match.end() :].rstrip()
            yield from _within(match["key"], value, start + 1 + offset + match.end(), in_flow=True)


def _of_sequence(text: str, start: int) -> Iterator[Repair]:
    for offset, part in _parts(text[1:-1]):
        value = part.strip()
        lead = len(part) - len(part.lstrip())
        yield from _within(None, value, start + 1 + offset + lead, in_flow=True)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the parts between commas that stand outside quotes and brackets, each with its offset."""
    position = 0
    while position <= len(text):
        part = text[position : position + _scan(text[position:], frozenset(","))[0]]
        yield position, part
        position += len(part) + 1


def _until_end(text: str, stops: frozenset[str]) -> str:
    """Return the text before a comment that stands outside quotes and brackets."""
    position, depth_safe = _scan(text, stops | {"#"})
    return text[:position].rstrip() if depth_safe else text.rstrip()


def _scan(text: str, stops: frozenset[str]) -> tuple[int, bool]:
    """Return where the first stop outside quotes and brackets is (or the end), and whether all were closed there."""
    depth, quote = 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and not text[:index][-1:].isalnum():  # the ' of "agent's" opens nothing
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif depth == 0 and character in stops and _stops(text, index):
            return index, True
    return len(text), depth == 0 and not quote


def _stops(text: str, index: int) -> bool:
    """Return whether the stop at `index` ends a value: a `#` does only after white space."""
    return text[index] != "#" or index == 0 or text[index - 1].isspace()


def _misread(value: str, *, in_flow: bool) -> bool:
    """Return whether YAML would read this unquoted value as something else than its text."""
    if not value or _is_quoted(value):
        return False
    if value[0] in "{[":
        return _goes_on_after_bracket(value)
    if re.fullmatch(r"[|>][-+0-9]*", value) is not None:
        return False
    if value[0] in "\"'" and not balanced(value):
        return False  # a quote that is never closed
    if value[0] in _INDICATORS or re.match(r"[-?:](\s|$)", value) is not None:
        return True
    if ": " in value or value.endswith(":") or " #" in value:
        return True
    return in_flow and any(character in value for character in ",[]{}")


def _is_quoted(value: str) -> bool:
    """Return whether the whole value is one quoted string."""
    return re.fullmatch(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", value) is not None


def _goes_on_after_bracket(value: str) -> bool:
    """Return whether text follows the bracket that closes the first one, as in `{period}.csv`."""
    closing = next((i for i in range(1, len(value) + 1) if balanced(value[:i])), len(value))
    rest = value[closing:].lstrip()
    return rest != "" and rest[0] not in ",]}"

"""Full-width signs where YAML's own belong: `：` behind a key, `，` between entries, `｛` around them, `—` of a list.

Typed with a Chinese keyboard, they look right and are text to YAML. A line is split the way a person reads it; signs
inside quotes, parentheses and values are text. Only called when YAML has already stumbled over the line.
"""

from collections.abc import Iterator

from msgspec import Struct

from kpi_cli.regexes import regex

_COLON = "："
_COMMAS = "，、；"
_DASHES = "—–－−"
_OPENING = {"{": "{", "[": "[", "｛": "{", "［": "[", "【": "["}
_CLOSING = {"}": "}", "]": "]", "｝": "}", "］": "]", "】": "]"}
_PAIRS = {"{": "}", "[": "]"}
_KEY = regex(r"""\s*(?P<key>[^\s：:，,、；"'#{}\[\]｛｝［］【】()（）]+|"[^"]*"|'[^']*')\s*(?P<colon>：|:(?=\s|$))""")
_WORDS = "formula|unit|target|label|score|missing|min_sample|weight|scope|from|type|map|format|grade|min|coefficient"
_IN_VALUE = regex(rf"^｛.*｝$|[，、；]\s*(?:{_WORDS})：")
_IN_KEY = regex(rf"^[^\s：]+：\s*[{{\[｛]|^[a-z_]+：[^：]*[，、；]|^[{_DASHES}][\s{{｛]")
_ITEM = regex(rf"(?P<dash>[{_DASHES}])(?=\s|[{{｛]|[^\W\d])|-(?=\s)")
_END = regex(r"\s*$")
_DEEPEST = 20
_NAMES = {_COLON: "colon", **dict.fromkeys(_COMMAS, "comma"), **dict.fromkeys("｛｝［］【】", "bracket")}


class Wide(Struct, frozen=True):
    """A full-width sign in a line, and what YAML is given in its place; a colon gets the space that follows it."""

    column: int
    sign: str
    plain: str

    @property
    def message(self) -> str:
        """What the sign is."""
        name = _NAMES.get(self.sign)
        return f"`{self.sign}` is a full-width {name}" if name else f"`{self.sign}` is not the hyphen of a list item"

    @property
    def help(self) -> str:
        """What to write."""
        sign = self.plain.strip()
        return f"write `{sign} `" if sign in "-:," else f"write `{sign}`"


def wide_signs(line: str) -> tuple[Wide, ...]:
    """Return the full-width signs that stand where YAML's own belong, leftmost first."""
    return tuple(_Splitter(line).signs())


def wide_colon(text: str) -> Wide | None:
    """Return the full-width colon behind the key that a text begins with, if there is one."""
    found = _KEY.match(text)
    return Wide(found.start("colon"), _COLON, ": ") if found and found["colon"] == _COLON else None


def value_holds_entries(text: str) -> bool:
    """Whether what YAML reads as one value must be entries: `｛b：1｝`, `60，target：≥ 80%`."""
    return _IN_VALUE.search(text) is not None


def key_holds_entries(text: str) -> bool:
    """Whether what YAML reads as one key must be more than that: `b： {c`, `b：1，c`, `— b`."""
    return _IN_KEY.search(text) is not None


def plain_line(line: str, found: tuple[Wide, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the line with YAML's signs, and the columns (0-based, of the new line) that are not in the old."""
    text, inserted, shift = line, list[int](), 0
    for wide in found:
        at = wide.column + shift
        text = text[:at] + wide.plain + text[at + 1 :]
        inserted += range(at + 1, at + len(wide.plain))
        shift += len(wide.plain) - 1
    return text, tuple(inserted)


class _Splitter:
    """Walks over one line once: list dashes, a key, and its value, which may be a flow of further entries."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0
        self.depth = 0

    def signs(self) -> Iterator[Wide]:
        self.skip()
        while (item := _ITEM.match(self.line, self.at)) is not None:
            if item["dash"]:
                yield self.spaced(item.start(), "-")
            self.at = item.end()
            self.skip()
        yield from self.key()
        yield from self.value("")

    def key(self) -> Iterator[Wide]:
        """Read a key, if there is one here."""
        found = _KEY.match(self.line, self.at)
        if found is not None:
            if found["colon"] == _COLON:
                yield self.spaced(found.start("colon"), ":")
            self.at = found.end()

    def value(self, opened: str) -> Iterator[Wide]:
        """Read a value; `opened` is the bracket it stands in."""
        self.skip()
        here = self.line[self.at : self.at + 1]
        opens = here in _PAIRS or (here in _OPENING and _KEY.match(self.line, self.at + 1) is not None)
        if opens and self.depth < _DEEPEST:
            self.depth += 1
            yield from self.flow(here)
            self.depth -= 1
        else:
            self.text(opened)

    def flow(self, bracket: str) -> Iterator[Wide]:
        """Read `{...}` or `[...]` and all that is in it."""
        opened = _OPENING[bracket]
        yield from self.sign(opened)
        while self.at < len(self.line):
            if opened == "{":
                yield from self.key()
            yield from self.value(bracket)
            here = self.line[self.at : self.at + 1]
            if here in _CLOSING:
                yield from self.sign(_CLOSING[here])
                return
            yield from self.sign(",")

    def text(self, opened: str) -> None:
        """Read over a value that is text, to what ends it."""
        depth, quote = 0, ""
        while self.at < len(self.line):
            character, before = self.line[self.at], self.line[self.at - 1 : self.at]
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'" and not before.isalnum():
                quote = character
            elif character in "(（":
                depth += 1
            elif character in ")）":
                depth -= 1
            elif character == "#" and before.isspace():
                self.at = len(self.line)
            elif opened and depth <= 0 and self.ends(opened):
                break
            self.at += 1

    def ends(self, opened: str) -> bool:
        """Whether an entry of a flow ends here: at a full-width comma if a key or nothing follows."""
        here, closing = self.line[self.at], _PAIRS[_OPENING[opened]]
        if here in _COMMAS:
            after = _END.match(self.line, self.at + 1) or _KEY.match(self.line, self.at + 1)
            return _OPENING[opened] == "{" and after is not None
        if here in _CLOSING and here not in _PAIRS.values():
            return _CLOSING[here] == closing and (opened not in _PAIRS or closing not in self.line[self.at :])
        return here in {",", closing}

    def sign(self, plain: str) -> Iterator[Wide]:
        """Read one sign, which may be a full-width one."""
        here = self.line[self.at : self.at + 1]
        if here in _NAMES:
            yield Wide(self.at, here, plain)
        self.at += 1

    def spaced(self, at: int, plain: str) -> Wide:
        """Return a sign that white space must follow."""
        follows = self.line[at + 1 : at + 2]
        return Wide(at, self.line[at], plain if not follows or follows.isspace() else f"{plain} ")

    def skip(self) -> None:
        while self.line[self.at : self.at + 1].isspace():
            self.at += 1

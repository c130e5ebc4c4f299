"""YAML events composed into plain data: text, lists and mappings, with the place of every key and value.

Composed from PyYAML's events and not by its constructors: none of YAML 1.1's types can happen, and duplicate keys,
anchors, aliases, merge keys and tags are found instead of followed.
"""

from collections.abc import Iterator

import yaml
from msgspec import Struct, field

from kpi_cli.problems import Problem
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.yamlmend import balanced
from kpi_cli.scheme.yamlpage import Page
from kpi_cli.scheme.yamlwide import key_holds_entries, value_holds_entries

_DEEPEST = 20
_ESCAPES = {"x": 4, "u": 6, "U": 10}  # their lengths in double quotes
_BLANKS = frozenset("ntrvfNLP_ \t\n")  # those of white space


class Mark(Struct, frozen=True):
    """Where a node stands in the page's text; `style` is None for collections, else '', ', ", | or >."""

    start: int
    end: int
    style: str | None
    is_block: bool = False

    def offset_in(self, page: str, text: str, offset: int) -> int:
        """Return how far into the node's source the character `offset` of its text stands.

        Quotes, folds and indentation change white space only, so the other characters are counted.
        """
        source = page[self.start : self.end]
        seen = sum(1 for character in text[:offset] if not character.isspace())
        position = self._begin(source)
        while position < len(source):
            length, is_space = self._character(source, position)
            if not is_space and seen == 0:
                return position
            seen -= not is_space
            position += length
        return max(0, len(source) - 1)

    def _begin(self, source: str) -> int:
        if self.style in ("|", ">"):
            return source.find("\n") + 1
        return 1 if self.style else 0

    def _character(self, source: str, position: int) -> tuple[int, bool]:
        """Return how long the source of one character is, and whether it is white space."""
        pair = source[position : position + 2]
        if self.style == '"' and pair[0] == "\\":
            return _ESCAPES.get(pair[1:], 2), pair[1:] in _BLANKS
        return 2 if self.style == "'" and pair == "''" else 1, pair[0].isspace()


class Composed(Struct):
    """The data (None when there is no document), its places, what is wrong, and lines surely meant otherwise."""

    data: Plain | None = None
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stumbles: tuple[int, ...] = ()


def compose(page: Page, *, fast: bool) -> Composed:
    """Compose the page's text; raises yaml.YAMLError where it is no YAML. `fast` uses libyaml where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if fast else yaml.SafeLoader
    return _Composer(page, yaml.parse(page.text, Loader=loader)).run()


class _Composer:
    def __init__(self, page: Page, events: Iterator[yaml.Event]) -> None:
        self.page = page
        self.events = events
        self.found = Composed()

    def run(self) -> Composed:
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem("yaml-documents", "a second document begins here", event, "keep one scheme per file")
                    break
                self.found.data = self.node(next(self.events), ())
                if self.found.data == "" and self.found.values[()].style == "":
                    self.found.data = None
        return self.found

    def node(self, event: yaml.Event, path: Path) -> Plain:
        self.check(event)
        if len(path) > _DEEPEST:
            self.problem("yaml-depth", f"more than {_DEEPEST} levels deep", event, "a scheme needs far fewer levels")
            return self.skip(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        return self.alias(event, path)

    def mapping(self, event: yaml.MappingStartEvent, path: Path) -> Plain:
        result: dict[str, Plain] = {}
        while not isinstance(last := next(self.events), yaml.MappingEndEvent):
            mark = _mark(last)
            key = self.node(last, (*path, ""))
            self.found.values.pop((*path, ""), None)
            value_event = next(self.events)
            name = self.key(key, last, result)
            where = (*path, name)
            self.note_valueless(event, value_event, last)
            if mark.style == "" and "map" not in path and key_holds_entries(name):
                self.stumble(mark.start)
            self.found.keys.setdefault(where, mark)
            value = self.node(value_event, where) if name not in result else self.skip(value_event)
            result.setdefault(name, value)
        self.found.values[path] = Mark(_start(event), _end(last), None, not event.flow_style)
        if "<<" in result:
            result.pop("<<")
        return result

    def key(self, key: Plain, event: yaml.Event, known: dict[str, Plain]) -> str:
        """Return the key as text, noting what is wrong with it."""
        if not isinstance(key, str):
            self.problem("yaml-key", "a key is one word or text, not a list or mapping", event, None)
            return "?"
        if key == "<<":
            self.problem("yaml-merge", "merge keys (`<<`) are not read", event, "write the keys out")
        elif key in known:
            self.problem("yaml-duplicate-key", f"`{key}` stands here twice", event, "keep one of the two")
        return key

    def sequence(self, event: yaml.SequenceStartEvent, path: Path) -> Plain:
        result: list[Plain] = []
        while not isinstance(last := next(self.events), yaml.SequenceEndEvent):
            result.append(self.node(last, (*path, len(result))))
        self.found.values[path] = Mark(_start(event), _end(last), None, not event.flow_style)
        return result

    def scalar(self, event: yaml.ScalarEvent, path: Path) -> str:
        mark = self.found.values[path] = _mark(event)
        if mark.style == "":
            rest = self.page.text[mark.end :].partition("\n")[0]
            is_cut = rest.lstrip().startswith("#") and not balanced(event.value)
            if is_cut or not path or value_holds_entries(event.value):
                self.stumble(mark.start)
        return str(event.value)

    def alias(self, event: yaml.Event, path: Path) -> str:
        anchor = getattr(event, "anchor", None)
        self.problem(
            "yaml-alias",
            f"`*{anchor}` is an alias, which a scheme does not have",
            event,
            "write the value out, or put it in quotes if it is text",
        )
        self.found.values[path] = Mark(_start(event), _end(event), "")
        return f"*{anchor}"

    def skip(self, event: yaml.Event) -> str:
        """Read over a node that is not wanted."""
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return ""
            event = next(self.events)

    def check(self, event: yaml.Event) -> None:
        """Note anchors and tags."""
        if isinstance(event, yaml.AliasEvent):
            return
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self.problem(
                "yaml-anchor",
                f"`&{anchor}` is an anchor, which a scheme does not have",
                event,
                "delete it, or put the value in quotes if it is text",
            )
        if tag is not None:
            self.problem(
                "yaml-tag",
                f"`{tag}` is a tag, which a scheme does not have",
                event,
                "delete it, or put the value in quotes if it is text",
            )

    def note_valueless(self, mapping: yaml.MappingStartEvent, value: yaml.Event, key: yaml.Event) -> None:
        """Note a key without a value inside `{}`: it is the rest of a value that holds a comma."""
        is_empty = isinstance(value, yaml.ScalarEvent) and value.value == "" and not value.style
        if mapping.flow_style and is_empty:
            self.stumble(_start(key))

    def stumble(self, index: int) -> None:
        self.found.stumbles += (self.page.position(index)[0],)

    def problem(self, code: str, message: str, event: yaml.Event, help_text: str | None) -> None:
        span = self.page.span(_start(event), _end(event) - _start(event))
        self.found.problems.append(Problem(code, message, span, help_text))


def _mark(event: yaml.Event) -> Mark:
    style = (event.style or "") if isinstance(event, yaml.ScalarEvent) else None
    return Mark(_start(event), _end(event), style)


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0

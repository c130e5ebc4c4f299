"""Export formats known by name: each YAML file here holds the keys of a source, all but `files`.

The comment a file begins with says where its headers and units come from, and what to beware of. README.md says
which column names all presets share.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.scheme.model.sources import SourceModel
from kpi_cli.scheme.yamlfile import read_yaml

_ENDING = ".yaml"
_INDENTED = "#  "


class Preset(Struct, frozen=True):
    """An export format: what it is in one line, paragraphs about it, and what it says of a source."""

    name: str
    title: str
    about: tuple[str, ...]
    source: SourceModel


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of all presets, sorted."""
    from importlib import resources  # noqa: PLC0415 - most schemes name no preset

    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in files if name.endswith(_ENDING)))


def find_preset(name: str) -> Preset:
    """Return a preset by its name. Raises KpiError (USAGE) when there is none of that name."""
    if name not in preset_names():
        help_text = did_you_mean(name, preset_names()) or "`kpi presets` lists them"
        raise KpiError(Problem("unknown-preset", f"there is no preset `{name}`", help=help_text), Exit.USAGE)
    return _read(name)


class _Sources(Mapping[str, SourceModel]):
    """What the presets say of a source, each read when it is asked for."""

    def __getitem__(self, name: str) -> SourceModel:
        if name not in preset_names():
            raise KeyError(name)
        return _read(name).source

    def __iter__(self) -> Iterator[str]:
        return iter(preset_names())

    def __len__(self) -> int:
        return len(preset_names())


PRESETS: Final[Mapping[str, SourceModel]] = _Sources()
"""What every preset says of a source, by name: for `load_scheme`."""


@cache
def _read(name: str) -> Preset:
    from importlib import resources  # noqa: PLC0415 - as above

    text = resources.files(__name__).joinpath(name + _ENDING).read_text(encoding="utf-8")
    reading = read_yaml(text, name + _ENDING)
    if reading.document is None or reading.problems:
        message = f"preset {name}: {[problem.message for problem in reading.problems]}"
        raise ValueError(message)
    title, *about = _comment(text)
    source = SourceModel.model_validate_json(json.dumps(reading.document.data))
    return Preset(name, title, tuple(about), source)


def _comment(text: str) -> Iterator[str]:
    """Yield the paragraphs of the comment that a file begins with; an indented line goes on with the one before."""
    paragraph = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith(_INDENTED):
            yield from filter(None, [paragraph])
            paragraph = ""
        part = line[1:].strip()
        spaced = paragraph and paragraph[-1:].isascii() and part[:1].isascii()  # Chinese has no spaces
        paragraph += f" {part}" if spaced else part
    yield from filter(None, [paragraph])

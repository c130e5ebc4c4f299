"""What a source takes from its preset and from the source it is `like`: first the preset, then `like`, then its own."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.model.sources import SourceModel
from kpi_cli.scheme.plain import Path

Presets = Mapping[str, SourceModel]
_EMPTY = SourceModel.model_construct()  # without building a validator for nothing
_PRESET = "preset"
_EXCLUSIVE = {"time": "timeless", "timeless": "time"}


class Resolved(Struct, frozen=True):
    """A source with everything it takes over, and where each key (and column) is really written."""

    model: SourceModel
    places: Mapping[str, Path]
    complete: bool = True  # False: takes from something that is not known

    def place(self, key: str) -> Path:
        """Return the path at which a key of this source is written."""
        return self.places.get(key, ())

    def from_preset(self, key: str) -> bool:
        """Return whether a key (`columns.NAME` for a column) is written in a preset alone."""
        return self.place(key)[2:] == (_PRESET,)


def resolve(findings: Findings, models: Mapping[str, SourceModel], presets: Presets) -> dict[str, Resolved]:
    """Resolve every source of the scheme."""
    found: dict[str, Resolved] = {}
    for name in models:
        _resolve(findings, models, presets, (name,), found)
    return found


def _resolve(
    findings: Findings,
    models: Mapping[str, SourceModel],
    presets: Presets,
    chain: tuple[str, ...],
    found: dict[str, Resolved],
) -> Resolved:
    """Resolve the last source of a chain of `like`s."""
    name = chain[-1]
    if name in found:
        return found[name]
    model = models[name]
    result = Resolved(_EMPTY, {})
    if model.preset is not None:
        result = _preset(findings, name, model.preset, presets)
    if model.like is not None:
        at = findings.document.value(("sources", name, "like"))
        if model.like not in models:
            findings.unknown("unknown-source", model.like, [other for other in models if other != name], at)
            result = Resolved(result.model, result.places, complete=False)
        elif model.like in chain:
            path = " -> ".join((*chain[chain.index(model.like) :], model.like))
            findings.error("like-cycle", f"these sources are like each other: {path}", at, "spell one of them out")
            result = Resolved(result.model, result.places, complete=False)
        else:
            result = _over(result, _resolve(findings, models, presets, (*chain, model.like), found))
    found[name] = _over(result, _own(name, model))
    return found[name]


def _preset(findings: Findings, source: str, name: str, presets: Presets) -> Resolved:
    here: Path = ("sources", source, _PRESET)
    model = presets.get(name)
    if model is None:
        findings.unknown("unknown-preset", name, presets, findings.document.value(here))
        return Resolved(_EMPTY, {}, complete=False)
    return Resolved(model, dict.fromkeys(_keys(model), here))


def _own(name: str, model: SourceModel) -> Resolved:
    here: Path = ("sources", name)
    return Resolved(model, {key: (*here, *key.split(".")) for key in _keys(model)})


def _keys(model: SourceModel) -> Iterator[str]:
    """Yield the keys that a source writes, and `columns.NAME` for each column."""
    yield from model.model_fields_set
    yield from (f"columns.{column}" for column in model.columns or {})


def _over(under: Resolved, over: Resolved) -> Resolved:
    """Lay one source over another: its keys win, columns merge by name."""
    own = {key: getattr(over.model, key) for key in over.model.model_fields_set}
    taken = {key: getattr(under.model, key) for key in under.model.model_fields_set}
    for key in own:
        taken.pop(_EXCLUSIVE.get(key, ""), None)
    columns = {**(under.model.columns or {}), **(over.model.columns or {})}
    model = SourceModel.model_construct(**{**taken, **own, "columns": columns})
    return Resolved(model, {**under.places, **over.places}, under.complete and over.complete)

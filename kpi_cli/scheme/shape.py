"""Does the document have the shape of a scheme? pydantic answers; here its errors become problems in plain words.

What does not fit is then taken out, so that the meaning of the rest is checked in the same run.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from msgspec import Struct
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kpi_cli.problems import Problem, Severity, did_you_mean, nearest
from kpi_cli.scheme.doubting import Doubt, Wrong
from kpi_cli.scheme.model.document import SchemeModel
from kpi_cli.scheme.model.scalars import shown
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.pruning import prune
from kpi_cli.scheme.units import SUFFIXES
from kpi_cli.scheme.yamlfile import Document
from kpi_cli.scheme.yamlwide import wide_colon

_ROUNDS = 6
_MAPPINGS = frozenset({"model_type", "model_attributes_type", "dict_type"})
_RULES = ("proportional", "pass_fail", "steps", "line", "deduct", "as_is", "rank")


class Shape(Struct, frozen=True):
    """The document as a model (None: too little is left of it), what is wrong, and which parts are in doubt."""

    model: SchemeModel | None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def trusts(self, problem: Problem) -> bool:
        """Return whether a problem of meaning may be believed, or may follow from what was taken out."""
        if not self.doubts:
            return True
        return problem.severity is Severity.ERROR and not any(doubt.casts(problem) for doubt in self.doubts)


def shaped(document: Document) -> Shape:
    """Return the document as a model, and everything that is wrong with its shape."""
    data, doubts, problems = document.data, list[Doubt](), list[Problem]()
    for _ in range(_ROUNDS):
        try:
            return Shape(SchemeModel.model_validate_json(json.dumps(data)), tuple(problems), tuple(doubts))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if not doubts:
            problems += [_problem(document, detail) for detail in details]
        pruned = prune(document, data, [_placed(data, detail) for detail in details])
        if pruned is None:
            break
        data = pruned.data
        doubts += pruned.doubts
    return Shape(None, tuple(problems))


def _placed(data: Plain, detail: ErrorDetails) -> Wrong:
    path, rest = _resolved(data, detail["loc"])
    if detail["type"] == "extra_forbidden":
        return Wrong(path, unknown=True, meant=nearest(str(path[-1]), keys_at(path[:-1], data)))
    return Wrong(path, str(rest[0]) if rest else None)


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path, rest = _resolved(document.data, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    span = document.value(path)
    if "message" in context:  # refused by a scalar of ours
        place = document.key(path) if rest[:1] == ("[key]",) else span
        return Problem(kind, str(context["message"]), place, str(context["help"]) or _example(path[:-1], *path[-1:]))
    if kind == "extra_forbidden":
        return _unknown_key(document, path)
    if kind == "missing":
        return _missing_key(document, path, rest[0] if rest else "?")
    if kind in {"literal_error", "union_tag_invalid"}:
        return _choice(document, path, detail)
    if kind in _MAPPINGS and (wide := wide_colon(str(document.plain(path)))) is not None:
        return Problem("yaml-full-width", wide.message, document.within(path, wide.column), wide.help)
    return Problem("wrong-shape", _misfit(document, path, kind, context), span, _example(path[:-1], *path[-1:]))


def _misfit(document: Document, path: Path, kind: str, context: dict[str, Any]) -> str:
    found = shown(document.plain(path))
    if kind == "too_short":
        return _too_short(path, context)
    if kind in {"tuple_type", "list_type"}:
        return f"expected a list, found {found}"
    if kind in _MAPPINGS:
        return f"expected keys and values, found {found}"
    return f"{found} does not fit here"


def _missing_key(document: Document, path: Path, key: str | int) -> Problem:
    where = next((f"`{part}`" for part in reversed(path) if isinstance(part, str)), "the scheme")
    where = f"an entry of {where}" if path and isinstance(path[-1], int) else where
    return Problem("missing-key", f"{where} lacks `{key}`", document.key(path), _example(path, key))


def _resolved(data: Plain, loc: tuple[str | int, ...]) -> tuple[Path, tuple[str | int, ...]]:
    """Split pydantic's place into the path that exists in the document and the rest; tags of unions are left out."""
    path: Path = ()
    found: Plain | None = data
    for index, part in enumerate(loc):
        if isinstance(part, str) and part.startswith("as:"):
            continue
        inner = _child(found, part)
        if inner is None:
            return path, loc[index:]
        path, found = (*path, part), inner
    return path, ()


def _child(data: Plain | None, part: str | int) -> Plain | None:
    if isinstance(data, dict) and isinstance(part, str):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _unknown_key(document: Document, path: Path) -> Problem:
    key, known = str(path[-1]), keys_at(path[:-1], document.data)
    help_text = did_you_mean(key, known) or f"known here: {', '.join(known)}"
    return Problem("unknown-key", f"unknown key `{key}`", document.key(path), help_text)


def _choice(document: Document, path: Path, detail: ErrorDetails) -> Problem:
    context = detail.get("ctx", {})
    if detail["type"] == "union_tag_invalid":
        written, options = document.plain((*path, "rule")), list(_RULES)
        path = (*path, "rule")
    else:
        written = document.plain(path)
        options = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    help_text = (did_you_mean(written, options) or _unit(written, options)) if isinstance(written, str) else None
    message = f"expected {_listed(options)}, found {shown(written)}"
    return Problem("bad-choice", message, document.value(path), help_text)


def _unit(written: str, options: list[str]) -> str | None:
    """Say how the unit is called that an amount would carry, where a metric's unit is asked for."""
    unit = SUFFIXES[written][1] if written in SUFFIXES else None
    return f"write `unit: {unit}`" if unit in options else None


def _listed(options: list[str]) -> str:
    return f"{', '.join(options[:-1])} or {options[-1]}" if len(options) > 1 else options[0]


def _too_short(path: Path, context: dict[str, Any]) -> str:
    least, found = context.get("min_length", 1), context.get("actual_length", 0)
    where = f"`{path[-1]}`" if path else "this"
    return f"{where} is empty" if not found else f"{where} needs at least {least} entries, not {found}"


def _example(path: Path, key: str | int = "") -> str | None:
    """Return an example of a key below a path, from the model's own description."""
    for model in _models_at(path):
        for name, field in model.model_fields.items():
            if (field.alias or name) == key and field.examples:
                return f"for instance `{key}: {_flow(field.examples[0])}`"
    return None


def _flow(value: object) -> str:
    """Write an example as YAML writes it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return str(value)


def keys_at(path: Path, data: Plain) -> list[str]:
    """Return the keys that a mapping of the scheme may have; `data` decides between forms."""
    models = _models_at(path)
    rule = _child_at(data, (*path, "rule"))
    if isinstance(rule, str):
        models = [model for model in models if _has_rule(model, rule)] or models
    return list(dict.fromkeys(field.alias or name for model in models for name, field in model.model_fields.items()))


def _has_rule(model: type[BaseModel], rule: str) -> bool:
    field = model.model_fields.get("rule")
    return field is not None and rule in get_args(field.annotation)


def _child_at(data: Plain | None, path: Path) -> Plain | None:
    for part in path:
        data = _child(data, part)
    return data


@cache
def _models_at(path: Path) -> list[type[BaseModel]]:
    """Return the models that may stand at a path of the document."""
    found: list[Any] = [SchemeModel]
    for part in path:
        found = [inner for kind in found for inner in _step(kind, part)]
    return [model for kind in found for model in _models_in(kind)]


def _step(kind: Any, part: str | int) -> Iterable[Any]:  # noqa: ANN401 - a type annotation, of any form
    """Yield the types under one key or index of a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if (field.alias or name) == part:
                yield field.annotation
        return
    origin, arguments = getattr(kind, "__origin__", None), get_args(kind)
    if origin is dict:
        yield arguments[1]
    elif origin is tuple:
        yield arguments[0]
    else:
        for argument in arguments:
            yield from _step(argument, part)


def _models_in(kind: Any) -> Iterable[type[BaseModel]]:  # noqa: ANN401 - a type annotation, of any form
    """Yield the models among a type and the members of its unions."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif getattr(kind, "__origin__", None) not in (dict, tuple):
        for argument in get_args(kind):
            yield from _models_in(argument)

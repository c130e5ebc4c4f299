"""Does the document have the shape of a scheme? pydantic answers; here its errors become problems in plain words."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kpi_cli.problems import Problem, did_you_mean
from kpi_cli.scheme.model.document import SchemeModel
from kpi_cli.scheme.model.scalars import shown
from kpi_cli.scheme.yamlcompose import Path, Plain
from kpi_cli.scheme.yamlfile import Document

_RULES = ("proportional", "pass_fail", "steps", "line", "deduct", "as_is", "rank")


def shaped(document: Document) -> SchemeModel | tuple[Problem, ...]:
    """Return the document as a model, or everything that is wrong with its shape."""
    try:
        return SchemeModel.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        details = error.errors(include_url=False)
        return tuple(_problem(document, detail) for detail in details)


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path, rest = _resolved(document, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    span = document.value(path)
    match kind:
        case "extra_forbidden":
            return _unknown_key(document, path)
        case "missing":
            where = f"`{path[-1]}`" if path else "the scheme"
            missing = rest[0] if rest else "?"
            return Problem("missing-key", f"{where} lacks `{missing}`", document.key(path), _example(path, missing))
        case "literal_error" | "union_tag_invalid" | "enum":
            return _choice(document, path, detail)
        case "model_type" | "model_attributes_type" | "dict_type":
            return Problem("wrong-shape", f"expected keys and values, found {_input(document, path)}", span)
        case "tuple_type" | "list_type":
            return Problem("wrong-shape", f"expected a list, found {_input(document, path)}", span, "[...]")
        case "too_short":
            return Problem("wrong-shape", _too_short(path, context), span)
    if "message" in context:  # refused by a scalar of ours
        is_key = rest[:1] == ("[key]",)
        place = document.key(path) if is_key else span
        return Problem(kind, str(context["message"]), place, str(context["help"]) or None)
    return Problem("wrong-shape", f"{_input(document, path)} does not fit here", span)


def _resolved(document: Document, loc: tuple[str | int, ...]) -> tuple[Path, tuple[str | int, ...]]:
    """Split pydantic's place into the path that exists in the document and the rest; tags of unions are left out."""
    path: Path = ()
    found: Plain | None = document.data
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


def _input(document: Document, path: Path) -> str:
    return shown(document.plain(path))


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
    help_text = did_you_mean(written, options) if isinstance(written, str) else None
    message = f"expected {_listed(options)}, found {shown(written)}"
    return Problem("bad-choice", message, document.value(path), help_text)


def _listed(options: list[str]) -> str:
    return f"{', '.join(options[:-1])} or {options[-1]}" if len(options) > 1 else options[0]


def _too_short(path: Path, context: dict[str, Any]) -> str:
    least, found = context.get("min_length", 1), context.get("actual_length", 0)
    where = f"`{path[-1]}`" if path else "this"
    return f"{where} is empty" if not found else f"{where} needs at least {least} entries, not {found}"


def _example(path: Path, key: str | int) -> str | None:
    """Return an example of a missing key, from the model's own description."""
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
        models = [m for m in models if rule in get_args(m.model_fields["rule"].annotation)] or models
    return list(dict.fromkeys(field.alias or name for model in models for name, field in model.model_fields.items()))


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

"""The JSON Schema of a scheme, from the models: editors with a YAML language server complete and explain every key."""

import json
from collections.abc import Mapping
from typing import Any

from kpi_cli.scheme.model.document import SchemeModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DEFAULT_RULE = "proportional"
_NUMERIC = {"number", "integer"}
_SCORE = "Score"

Node = dict[str, Any]


def schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(scheme_json_schema(), ensure_ascii=False, indent=2) + "\n"


def scheme_json_schema() -> Node:
    """Return the JSON Schema (draft 2020-12) of a scheme; numbers may be written bare or as text."""
    found = _plain(SchemeModel.model_json_schema(by_alias=True))
    choices = found["$defs"]["Metric"]["properties"]["score"]["anyOf"]
    models = [found["$defs"][choice["$ref"].removeprefix(_reference(""))] for choice in choices]
    found = _told_by_rule(found, choices)
    found["$defs"][_SCORE] = _score({model["properties"]["rule"]["const"]: model for model in models})
    return {"$schema": DIALECT, **found, "title": "kpi scheme"}


def _plain(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Rewrite what speaks of Python: keys are left out and never null, forms may overlap, defaults are bare numbers."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node.replace("Model", "") if isinstance(node, str) and node.startswith("#/$defs/") else node
    found = {("anyOf" if key == "oneOf" else key): _plain(value) for key, value in node.items()}
    if found.get("default", "") is None:
        del found["default"]
    if "$defs" in found:
        found["$defs"] = {name.removesuffix("Model"): model for name, model in found["$defs"].items()}
    if isinstance(found.get("title"), str):
        found["title"] = found["title"].removesuffix("Model")
    if isinstance(found.get("default"), str) and _NUMERIC & set(found.get("type", ())) and found["default"].isdigit():
        found["default"] = int(found["default"])
    return _without_null(found)


def _without_null(node: Node) -> Node:
    choices = node.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return node
    kept = [choice for choice in choices if choice != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return {**kept[0], **rest} if len(kept) == 1 else {"anyOf": kept, **rest}


def _reference(name: str) -> str:
    return f"#/$defs/{name}"


def _score(rules: Mapping[str, Node]) -> Node:
    """Return what an editor is to know of a `score`: `rule` first, and by its value which keys may stand beside it."""
    branches = [{"if": _is(rule), "then": {"$ref": _reference(model["title"])}} for rule, model in rules.items()]
    rule = {
        "title": "Rule",
        "description": "How a value becomes points.",
        "enum": list(rules),
        "enumDescriptions": [model["description"] for model in rules.values()],  # shown by VS Code's YAML support
        "default": DEFAULT_RULE,
    }
    whole = {"title": _SCORE, "description": rule["description"], "type": "object"}
    return {**whole, "properties": {"rule": rule}, "allOf": branches}


def _is(rule: str) -> Node:
    required = [] if rule == DEFAULT_RULE else ["rule"]
    return {"type": "object", "properties": {"rule": {"const": rule}}, "required": required}


def _told_by_rule(node: Any, choices: list[Node]) -> Any:  # noqa: ANN401 - any JSON
    """Replace the choice between all rules, of which an editor can only say that none fits."""
    if isinstance(node, list):
        return [_told_by_rule(item, choices) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _told_by_rule(value, choices) for key, value in node.items()}
    written = found.get("anyOf")
    if isinstance(written, list) and all(choice in written for choice in choices):
        del found["anyOf"]
        found["$ref"] = _reference(_SCORE)
    return found

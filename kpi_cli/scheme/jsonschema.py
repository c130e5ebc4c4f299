"""The JSON Schema of a scheme, from the models: editors with a YAML language server complete and explain every key."""

import json
from typing import Any

from kpi_cli.scheme.model.document import SchemeModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMERIC = {"number", "integer"}


def scheme_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scheme; numbers may be written bare or as text."""
    found = _plain(SchemeModel.model_json_schema(by_alias=True))
    return {"$schema": DIALECT, **found, "title": "kpi scheme"}


def schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(scheme_json_schema(), ensure_ascii=False, indent=2) + "\n"


def _plain(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Rewrite what speaks of Python: keys are left out and never null, forms may overlap, defaults are bare numbers."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {("anyOf" if key == "oneOf" else key): _plain(value) for key, value in node.items()}
    if found.get("default", "") is None:
        del found["default"]
    if isinstance(found.get("title"), str):
        found["title"] = found["title"].removesuffix("Model")
    if isinstance(found.get("default"), str) and _NUMERIC & set(found.get("type", ())) and found["default"].isdigit():
        found["default"] = int(found["default"])
    return _without_null(found)


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    choices = node.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return node
    kept = [choice for choice in choices if choice != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return {**kept[0], **rest} if len(kept) == 1 else {"anyOf": kept, **rest}

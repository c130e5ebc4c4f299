"""The JSON Schema for editors: it knows and explains every key, and numbers may be bare or text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpi_cli.scheme.jsonschema import scheme_json_schema
from kpi_cli.scheme.yamlfile import read_yaml

SCHEMA = scheme_json_schema()
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/scheme*.yaml"))


def forms(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that a node stands for: references followed, choices opened."""
    if "$ref" in node:
        yield from forms(SCHEMA["$defs"][node["$ref"].rpartition("/")[2]])
    for choice in node.get("anyOf", []):
        yield from forms(choice)
    yield node


def below(node: dict[str, Any], key: str | int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for form in forms(node):
        if isinstance(key, int):
            found += [form["items"]] if "items" in form else form.get("prefixItems", [])[key : key + 1]
        elif key in form.get("properties", {}):
            found.append(form["properties"][key])
        elif isinstance(form.get("additionalProperties"), dict):
            found.append(form["additionalProperties"])
        elif form.get("additionalProperties") is True:
            found.append({"type": ["string", "number"]})
    return found


def unexplained(data: object, nodes: list[dict[str, Any]], path: str) -> Iterator[str]:
    """The paths of a document that the schema does not know."""
    if not nodes:
        yield path
    elif isinstance(data, str):
        kinds = {kind for node in nodes for form in forms(node) for kind in _kinds(form)}
        if "string" not in kinds:
            yield f"{path} may not be text"
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            inner = [found for node in nodes for found in below(node, key)]
            yield from unexplained(value, inner, f"{path}.{key}")


def _kinds(form: dict[str, Any]) -> list[str]:
    kind = form.get("type", [])
    if not kind:
        return ["string"] if "enum" in form else []
    return [kind] if isinstance(kind, str) else list(kind)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_schemes_are_known(path: Path) -> None:
    document = read_yaml(path.read_text(encoding="utf-8"), path.name).document
    assert document is not None
    assert list(unexplained(document.data, [SCHEMA], "")) == []


def test_the_documented_example_is_known(shared: Path) -> None:
    text = (shared / "SPEC.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    document = read_yaml(text, "scheme.yaml").document
    assert document is not None
    assert list(unexplained(document.data, [SCHEMA], "")) == []


def test_a_key_nobody_knows_is_not_known() -> None:
    data = {"metrics": {"csat": {"formula": "x", "targt": "5"}}, "nam": "x"}
    assert list(unexplained(data, [SCHEMA], "")) == [".metrics.csat.targt", ".nam"]


def test_every_key_is_explained() -> None:
    models = [SCHEMA, *SCHEMA["$defs"].values()]
    silent = [
        f"{model['title']}.{key}"
        for model in models
        for key, node in model.get("properties", {}).items()
        if not any("description" in form for form in forms(node))
    ]
    assert silent == []


def test_numbers_may_be_bare_or_text() -> None:
    weights = SCHEMA["$defs"]["WeightModel"]["properties"]
    assert weights["weight"]["type"] == ["number", "string"]
    assert weights["min_sample"]["type"] == ["integer", "string"]
    assert SCHEMA["$defs"]["ScoringModel"]["properties"]["cap"]["default"] == 120


def test_it_is_plain_json_of_a_known_dialect() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    text = json.dumps(SCHEMA)
    assert '"null"' not in text
    assert json.loads(text) == SCHEMA

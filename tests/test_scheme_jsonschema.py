"""The JSON Schema for editors: it takes every scheme that kpi takes, marks slips, and explains every key."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, TESTS
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from scheme_text import small

from kpi_cli.scheme.jsonschema import schema_text

SCHEMA = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
GOLDEN = sorted((TESTS / "golden").glob("*/scheme*.yaml"))
MODELINE = "# yaml-language-server: $schema=kpi.schema.json"
RULES = ["proportional", "pass_fail", "steps", "line", "deduct", "as_is", "rank"]


class CoreLoader(yaml.SafeLoader):
    """Reads plain scalars as YAML 1.2 has it (its core schema), as editors do: `no` is text, 9:00 is text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as PyYAML has it


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^([Tt]rue|TRUE|[Ff]alse|FALSE)$"), list("tTfF"))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(~|[Nn]ull|NULL|)$"), ["~", "n", "N", ""])
CoreLoader.add_implicit_resolver("core:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
CoreLoader.add_implicit_resolver(
    "core:float", re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), list("-+.0123456789")
)
CoreLoader.add_constructor("core:int", lambda _, node: int(node.value))
CoreLoader.add_constructor("core:float", lambda _, node: float(node.value))


def as_an_editor(text: str) -> Any:  # noqa: ANN401 - any YAML
    return yaml.load(text, CoreLoader)  # noqa: S506 - a safe loader with other scalars


def test_the_tests_read_yaml_as_editors_do() -> None:
    assert as_an_editor("[no, true, 10, 1.10, .5, ~]") == ["no", True, 10, 1.1, 0.5, None]
    assert as_an_editor("[9:00, 2026-10-01, ≥ 85%, 10%, '10']") == ["9:00", "2026-10-01", "≥ 85%", "10%", "10"]


def marked(text: str) -> list[list[str | int]]:
    """Where an editor draws a red line: the most telling place of each error."""
    errors = VALIDATOR.iter_errors(as_an_editor(text))
    return sorted([list(best_match([error]).absolute_path) for error in errors], key=str)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", [*CONFIGS, *GOLDEN], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_schemes_pass(path: Path) -> None:
    assert marked(path.read_text(encoding="utf-8")) == []


def test_the_documented_example_passes(shared: Path) -> None:
    assert marked((shared / "SPEC.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]) == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_ready_schemes_name_the_schema(path: Path) -> None:
    """In the comment they begin with, where editors look for it, and only once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
    assert comment.count(MODELINE) == 1


CSAT, TARGET, WEIGHTS = ["metrics", "csat"], "target: ≥ 80%", "csat: 60"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("name: Demo", "nam: Demo", [[], []]),  # a key nobody knows, and one that is lacking
        (TARGET, "targte: ≥ 80%", [CSAT]),
        ("name: Demo", "name: Demo\nlanguage: deutsch", [["language"]]),
        ("share(chats.rating >= 4), unit: percent", "x, unit: percnt", [[*CSAT, "unit"]]),
        (TARGET, "min_sample: -1", [[*CSAT, "min_sample"]]),
        (TARGET, "min_sample: some", [[*CSAT, "min_sample"]]),
        (TARGET, "score: {rule: stps, steps: []}", [[*CSAT, "score", "rule"]]),
        (TARGET, "score: {rule: steps, stpes: []}", [[*CSAT, "score"], [*CSAT, "score"]]),
        (TARGET, "score: {rule: deduct, each: 10, met: 100}", [[*CSAT, "score"]]),
        (TARGET, "score: {curve: linear, each: 10}", [[*CSAT, "score"]]),
        (TARGET, "score: {rule: line, points: [[5s, 100]]}", [[*CSAT, "score", "points"]]),
        (TARGET, "score: linear", [[*CSAT, "score"]]),
        (WEIGHTS, "csat: sixty", [["scorecards", "all", "weights", "csat"]]),
        (WEIGHTS, "csat: {weight: 60, targte: ≥ 80%}", [["scorecards", "all", "weights", "csat", "targte"]]),
        ("coefficient: 1.0}", "coefficient: 1.0, at_most: 10}", [["grades", 1, "at_most"]]),
        ("type: number}}", "type: numeric}}", [["roster", "columns", "pay", "type"]]),
    ],
)
def test_slips_are_marked(old: str, new: str, where: list[list[str | int]]) -> None:
    assert marked(small((old, new))) == where


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TARGET, "min_sample: 20"),
        (TARGET, 'min_sample: "20"'),
        (TARGET, "score: {curve: linear}"),
        (TARGET, "score: {rule: proportional}"),
        (TARGET, "score: {rule: pass_fail, met: 100, missed: -5.5}"),
        (TARGET, "score: {rule: as_is}"),
        (TARGET, "score: {rule: rank, top: 120, bottom: '60'}"),
        (WEIGHTS, "csat: 60%"),
        (WEIGHTS, "csat: {weight: 60, score: {rule: deduct, each: 10}}"),
        ("csat: 60, wait: 40", "Care: {csat: 60}, Speed: {wait: {weight: 40, scope: team}}"),
        ("coefficient: 1.0}", "coefficient: 1.0, at_most: 10%}"),
        ("files: roster.csv\n", "files: roster.xlsx\n  sheet: 在职\n  encoding: windows-1252\n"),
    ],
)
def test_every_way_of_writing_passes(old: str, new: str) -> None:
    assert marked(small((old, new))) == []


def keys() -> Iterator[tuple[str, dict[str, Any]]]:
    for model in [SCHEMA, *SCHEMA["$defs"].values()]:
        for key, node in model.get("properties", {}).items():
            target = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else {}
            yield f"{model['title']}.{key}", {**target, **node}


def test_every_key_is_explained() -> None:
    found = list(keys())
    assert len(found) > 100
    assert [name for name, node in found if not (node.get("description") and node.get("title"))] == []


def test_every_key_offers_choices_or_an_example() -> None:
    """Of a mapping the keys are offered."""
    offers = {"enum", "const", "examples", "properties", "default"}
    assert [name for name, node in keys() if not offers & set(node)] == []


def test_rules_are_offered_with_what_they_do() -> None:
    rule = SCHEMA["$defs"]["Score"]["properties"]["rule"]
    assert rule["enum"] == RULES
    assert rule["enumDescriptions"][2] == "The first step that holds gives the score."
    assert len(rule["enumDescriptions"]) == len(RULES)


def test_it_speaks_of_yaml_and_not_of_python() -> None:
    text = schema_text()
    assert "Model" not in text
    assert '"null"' not in text
    assert SCHEMA["$defs"]["Scoring"]["properties"]["cap"]["default"] == 120

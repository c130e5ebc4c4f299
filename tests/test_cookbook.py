"""The cookbook in configs/README.md is the scheme all-metrics.yaml in a table: neither may run ahead of the other."""

import re
from pathlib import Path

import yaml

CONFIGS = Path(__file__).parent.parent / "configs"
COOKBOOK = (CONFIGS / "README.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in COOKBOOK.splitlines() if re.match(r"\| [MRWL]\d\d", line)]
ALL_METRICS = yaml.load(
    (CONFIGS / "all-metrics.yaml").read_text(encoding="utf-8"),
    yaml.BaseLoader,  # noqa: S506 - makes text of everything and runs nothing
)


def test_every_metric_of_the_scheme_is_a_row_with_the_same_name_and_formula() -> None:
    rows = {(row[1], row[2].strip("`")) for row in ROWS if row[0].startswith("| M")}
    weighed = {
        (metric["label"], " ".join(metric["formula"].split()))
        for name, metric in ALL_METRICS["metrics"].items()
        if re.match(r"m\d\d", name)
    }
    assert weighed - rows == set()
    assert {label for label, _ in rows - weighed} == {"counts and shares of any other unit"}


def test_every_metric_says_its_target_and_rule() -> None:
    said = {row[1]: row[3] for row in ROWS if row[0].startswith("| M")}
    for metric in ALL_METRICS["metrics"].values():
        for part in (metric.get("target"), metric.get("score", {}).get("rule")):
            assert part is None or metric["label"] not in said or part in said[metric["label"]]


def test_no_id_of_the_catalogue_is_left_out() -> None:
    ids = {found[0] for row in ROWS if (found := re.match(r"[MRWL]\d\d", row[0].removeprefix("| ")))}
    assert ids >= {f"M{number:02}" for number in range(1, 61)}
    assert ids >= {f"R{number:02}" for number in range(1, 21)}
    assert ids >= {f"W{number:02}" for number in range(1, 13)}
    assert ids >= {f"L{number:02}" for number in range(1, 29)}


def test_every_scheme_has_its_line_and_every_line_its_scheme() -> None:
    listed = set(re.findall(r"^\| `([\w-]+\.yaml)` \|", COOKBOOK, re.MULTILINE))
    assert listed == {path.name for path in CONFIGS.glob("*.yaml")}


def test_every_scheme_says_what_it_is_for_and_names_its_schema() -> None:
    for path in CONFIGS.glob("*.yaml"):
        first, second, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first.startswith("# ")
        assert len(first) > 20
        assert second == "# yaml-language-server: $schema=kpi.schema.json"

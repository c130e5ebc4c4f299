"""Compares answers: CSV files of agents' values, wide as the peers write or long as `kpi score --detail`.

A program of its own, so that the process that measures stays small. Exit code 1 when a value differs.
"""

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

TOLERANCE = Decimal("0.000001")
SHOWN = 10

Values = dict[tuple[str, str], str]


def cells(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if "metric" in row:
                yield (row["agent_id"], row["metric"]), row["value"]
            else:
                yield from (((row["agent"], name), value) for name, value in row.items() if name != "agent")


def equal(one: str | None, other: str | None) -> bool:
    if one == other or not one or not other:
        return one == other
    return abs(Decimal(one) - Decimal(other)) <= TOLERANCE


def differences(expected: Values, found: Values) -> Iterator[str]:
    for place in sorted(expected.keys() | found.keys()):
        if not equal(expected.get(place), found.get(place)):
            agent, metric = place
            yield f"{agent} {metric}: {expected.get(place)!r} against {found.get(place)!r}"


def main() -> None:
    first, *others = map(Path, sys.argv[1:])
    expected = dict(cells(first))
    problems = [] if expected else [f"{first.name} holds no value"]
    for other in others:
        wrong = list(differences(expected, dict(cells(other))))
        problems += [f"{first.name} / {other.name}: {line}" for line in wrong[:SHOWN]]
        problems += [f"{first.name} / {other.name}: {len(wrong)} values differ"] if wrong else []
    sys.stdout.write(f"{len(expected)} values, {1 + len(others)} answers\n")
    sys.exit("\n".join(problems) if problems else 0)


if __name__ == "__main__":
    main()

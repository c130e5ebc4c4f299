"""Races `kpi` against its peers on generated exports: first that answers agree, then how long each takes.

    python tests/bench/run.py [--rows 5000000] [--agents 50] [--repeat 5] [--cases start,main] [--data DIR]

Commands run in turn (A B C, A B C, ...) so that a busy moment of the machine falls on all of them.
No time is ever asserted: exit code 1 means that answers differ or a command failed.
"""

import argparse
import os
import platform
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

import schemes
from cases import BENCH, DEFAULT, Case, Data, cases
from clusters import cluster
from measure import Argv, CommandError, Runs, environment, run

ROOT = BENCH.parents[1]
BUILT = (
    "from kpi_cli.kernels import compiled; print('without kernels' if compiled is None else 'with its kernels in C')"
)


@dataclass(frozen=True, slots=True)
class Track:
    """Where the race is held: the folder of data and answers, the children's environment, runs of each."""

    folder: Path
    env: dict[str, str]
    repeat: int

    def python(self, *arguments: str) -> str:
        """Runs one of our own steps as a child, so that this process stays small; gives what it printed."""
        out = self.folder / "step.out"
        run((sys.executable, *arguments), self.env, out)
        return out.read_text(encoding="utf-8").strip()


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def compiled(env: dict[str, str]) -> None:
    """Byte code of the product and of what it imports; best effort, since site-packages may be read-only."""
    folders = {str(ROOT / "kpi_cli"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    argv = [sys.executable, "-m", "compileall", "-q", "-j", "0", *sorted(folders)]
    subprocess.run(argv, env=env, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def made(data: Data, track: Track) -> Path:
    """The generated file: made under another name first, lest an interrupted one be taken for whole."""
    path = track.folder / data.name
    if not path.exists():
        unfinished = path.with_name("unfinished-" + path.name)
        sizes = ("--rows", str(data.rows), "--agents", str(data.agents), "--seed", str(data.seed))
        kinds = ("--kind", data.kind, "--format", data.format, "--out", str(unfinished))
        track.python(str(BENCH / "generate.py"), *sizes, *kinds)
        unfinished.replace(path)
    return path


def places(case: Case, track: Track) -> dict[str, str]:
    """What the names of files and schemes, and {largest}, stand for in this case."""
    found = {name: str(made(data, track)) for name, data in case.files.items()}
    for name, wanted in case.schemes.items():
        found[name] = str(BENCH / wanted if isinstance(wanted, str) else generated(wanted, track))
    configs = sorted((ROOT / "configs").glob("*.yaml"), key=lambda path: path.stat().st_size)
    return found | {"largest": str(configs[-1]) if configs else ""}


def generated(metrics: int, track: Track) -> Path:
    path = track.folder / f"scheme-{metrics}.yaml"
    schemes.write(path, metrics)
    return path


def checked(case: Case, commands: dict[str, Argv], track: Track) -> None:
    """A first, untimed run of every command; the answers of those that give one must agree."""
    answers = {label: track.folder / f"answer-{number}.csv" for number, label in enumerate(commands)}
    for label, argv in commands.items():
        run(argv, track.env, answers[label])
    compared = [str(answers[label]) for label in commands if label in case.answers]
    if len(compared) > 1:
        say("  equal: " + track.python(str(BENCH / "compare.py"), *compared))
    first, *others = [label for label in commands if label in case.same] or [""]
    for label in others:
        if not cmp(answers[first], answers[label], shallow=False):
            message = f"{label} does not write the bytes of {first}"
            raise CommandError(message)
    if others:
        say(f"  the same bytes: {1 + len(others)} answers")


def timed(commands: dict[str, Argv], track: Track) -> dict[str, Runs]:
    out = track.folder / "timed.out"
    rounds = [{label: run(argv, track.env, out) for label, argv in commands.items()} for _ in range(track.repeat)]
    return {label: Runs(tuple(usages[label] for usages in rounds)) for label in commands}


def told(value: float | None, layout: str) -> str:
    return "-" if value is None else format(value, layout)


def rows(runs: dict[str, Runs], against: tuple[str, ...]) -> Iterator[list[str]]:
    bases = [label for label in against if label in runs]
    yield ["command", "wall s", "from..to", "cpu s", "peak MiB", *(f"wall, cpu, MiB x {label}" for label in bases)]
    for label, several in runs.items():
        spread = f"{min(several.walls):.2f}..{max(several.walls):.2f}"
        ratios = [compared(several, runs[base]) for base in bases]
        peak = told(several.peak, ".0f")
        yield [label, told(several.wall, ".2f"), spread, told(several.cpu, ".2f"), peak, *ratios]


def compared(one: Runs, other: Runs) -> str:
    """How many times as much wall time, CPU time and memory."""
    pairs = ((one.wall, other.wall), (one.cpu, other.cpu), (one.peak, other.peak))
    return " ".join(told(own / base if own and base else None, ".2f").rjust(5) for own, base in pairs)


def table(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in lines)
    return "\n".join("  " + "  ".join(line) for line in padded)


def held(case: Case, only: list[str], track: Track) -> bool:
    """Runs one case and prints its table; False when answers differ or a command fails."""
    say(f"\n{case.title}")
    try:
        with ExitStack() as stack:
            known = places(case, track)
            for number in case.workers:
                address = stack.enter_context(cluster(number, track.folder, track.env))
                known[f"workers_{number}"] = address
            kept = {label: argv for label, argv in case.commands.items() if not only or label in only}
            commands = {label: tuple(part.format_map(known) for part in argv) for label, argv in kept.items()}
            checked(case, commands, track)
            say(table(list(rows(timed(commands, track), case.against))))
    except CommandError as problem:
        say(f"  failed: {problem}")
        return False
    return True


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000, help="tickets of the main file")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=5, help="timed runs of each command")
    groups = list(dict.fromkeys(case.group for case in cases(1, 1)))
    parser.add_argument("--cases", default=",".join(DEFAULT), help="all, or some of " + ", ".join(groups))
    parser.add_argument("--only", default="", help="these commands only, for example duckdb,pandas")
    parser.add_argument("--data", type=Path, help="a folder that keeps the generated files")
    asked = parser.parse_args()
    asked.cases = groups if asked.cases == "all" else asked.cases.split(",")
    unknown = set(asked.cases) - set(groups)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    return asked


def main() -> None:
    asked = arguments()
    wanted = [case for case in cases(asked.rows, asked.agents) if case.group in asked.cases]
    track = Track(Path(), environment(), asked.repeat)
    compiled(track.env)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    with TemporaryDirectory() as temporary:
        folder: Path = asked.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        track = replace(track, folder=folder)
        say(f"{machine}, kpi {track.python('-P', '-c', BUILT)}")
        only = [label for label in asked.only.split(",") if label]
        results = [held(case, only, track) for case in wanted]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

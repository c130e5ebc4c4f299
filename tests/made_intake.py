"""Schemes and opened files as small as the tests of intake need them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from kpi_cli.intake.files.blocks import ExportFile, InputFile
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.problems import Span
from kpi_cli.scheme.compiled import RosterSpec, Scheme, Scoring, Source, SourceColumn

HERE = Span("scheme.yaml", 1, 1)
CHATS = Source("chats", HERE, "chats*.csv", time="at")
OTHER = Source("other", HERE, "other*.csv", time="at")


def scheme(folder: Path, sources: Sequence[Source] = (), roster: RosterSpec | None = None) -> Scheme:
    return Scheme(
        path=str(folder / "scheme.yaml"),
        text="",
        name="test",
        language="en",
        timezone="Asia/Shanghai",
        roster=roster,
        sources={source.name: source for source in sources},
        metrics={},
        cards=(),
        scoring=Scoring(Fraction(120), Fraction(0), "ratio", 2, 1, Fraction(60)),
        bands=(),
    )


def columns(**headers: str) -> dict[str, SourceColumn]:
    return {name: SourceColumn(name, (header,)) for name, header in headers.items()}


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def opened(path: Path, *headers: str, encoding: str | None = None, delimiter: str | None = None) -> ExportFile:
    wanted = tuple(SourceColumn(header, (header,)) for header in headers)
    return open_export(InputFile(path.name, path), Expected("chats", wanted, encoding, delimiter))


def body(file: ExportFile, size: int = 1 << 20) -> bytes:
    return b"".join(block.data for block in blocks(file, size))

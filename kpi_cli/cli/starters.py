"""Ready schemes, and the sample exports each of them reads.

They are the `configs/` and `sample_data/` of the repository: within the package where it is installed, beside it in a
checkout.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

import kpi_cli

SAMPLE_PERIOD = "2026-10"  # the later of the two months in the sample, so that the earlier is there to compare with
SAMPLE = "sample_data"
_ENDING = ".yaml"


class Starter(Struct, frozen=True):
    """A scheme to start from."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called: its file name without the ending."""
        return self.path.stem

    @property
    def title(self) -> str:
        """What it is for, in one line: the comment that its file begins with."""
        with self.path.open(encoding="utf-8") as file:
            return file.readline().lstrip("#").strip()


def starters() -> Mapping[str, Starter]:
    """Return the ready schemes by name, in the order of their names."""
    return {path.stem: Starter(path) for path in sorted(_folder("configs").glob(f"*{_ENDING}"))}


def starting_files(starter: Starter) -> Iterator[tuple[str, bytes]]:
    """Yield what a start needs, the scheme first: the path of each file within the new folder, and its content."""
    from kpi_cli.intake.files.naming import matches  # noqa: PLC0415 - brings pyarrow along, which `--list` does not need

    scheme = starter.path.read_bytes()
    yield starter.path.name, scheme
    patterns = tuple(_patterns(scheme.decode("utf-8"), starter.path.name))
    for path in sorted(_folder(SAMPLE).iterdir()):
        if any(matches(pattern, path) for pattern in patterns):
            yield f"{SAMPLE}/{path.name}", path.read_bytes()


def _patterns(scheme: str, name: str) -> Iterator[str]:
    """Yield the file patterns of a scheme's roster and sources."""
    from kpi_cli.scheme.yamlfile import read_yaml  # noqa: PLC0415 - brings yaml along

    document = read_yaml(scheme, name).document
    if document is None:
        return
    sources = document.data.get("sources")
    places: list[tuple[str, ...]] = [("roster", "files")]
    places += [("sources", source, "files") for source in (sources if isinstance(sources, dict) else ())]
    yield from (found for place in places if isinstance(found := document.plain(place), str))


def _folder(name: str) -> Path:
    package = Path(kpi_cli.__file__).parent
    installed = package / "starters" / name
    return installed if installed.is_dir() else package.parent / name

"""The committed sample files are what their generator writes, and small enough to live in the repository."""

from pathlib import Path

import pytest
from make_sample_data import sample_files

FOLDER = Path(__file__).parent.parent / "sample_data"
FILES = sample_files()


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_generator_reproduces_the_committed_file_byte_for_byte(name: str) -> None:
    assert (FOLDER / name).read_bytes() == FILES[name]


def test_every_committed_export_has_its_generator() -> None:
    assert {path.name for path in FOLDER.glob("*.csv")} == set(FILES)


def test_the_sample_stays_small() -> None:
    sizes = [len(content) for content in FILES.values()]
    assert max(sizes) < 500_000
    assert sum(sizes) < 1_500_000


def test_the_readme_names_every_file() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in FILES if name not in text and name.replace("2026-09", "2026-10") not in text] == []

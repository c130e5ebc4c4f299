"""Kernels are chosen by the processor; here those for other processors than this one are held to be the same."""

import importlib.util
import shlex
import shutil
import subprocess
import sysconfig
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cells import SPELLINGS
from made_kernels import PAIRS, Block, kernels, plain_blocks, rough_blocks
from made_parquet import DAMAGES, Stored, chunks, damaged, stored, table_at

from kpi_cli.intake.cells.routes import Route
from kpi_cli.intake.cells.totals import TotalWords

SOURCES = ROOT / "kpi_cli" / "kernels"
KINDS = (Route.WHOLE, Route.CENTS, Route.MICROS, Route.NAIVE, Route.ZONED, Route.DAY, Route.TEXT, Route.CODED)
SIZES = {Route.CENTS: 16, Route.MICROS: 16, Route.WHOLE: 8, Route.NAIVE: 8, Route.ZONED: 8}
NO_WIDE = '#include "kernels.h"\nconst Kernels *wide_kernels(void) { return 0; }\n'
VARIANTS = {"plain": [], "without vectors": ["-U__SSE2__"]}


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module for other processors than this one."""
    kernels()
    linker = shlex.split(sysconfig.get_config_var("LDSHARED") or "")
    include = sysconfig.get_path("include")
    if not linker or not shutil.which(linker[0]) or not (Path(include) / "Python.h").is_file():
        pytest.skip("no compiler like that of this Python, or no Python.h")
    folder = tmp_path_factory.mktemp("variant")
    (folder / "none.c").write_text(NO_WIDE, encoding="utf-8")
    made = folder / "_compiled.so"
    files = [*(SOURCES / name for name in ("module.c", "folds.c", "plain.c")), folder / "none.c"]
    flags = ["-O2", "-fPIC", *VARIANTS[request.param], f"-I{include}", f"-I{SOURCES}"]
    subprocess.run([*linker, *flags, *files, "-o", made], check=True)
    loader = ExtensionFileLoader("_compiled", str(made))
    spec = importlib.util.spec_from_file_location("_compiled", made, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def told(module: ModuleType, block: Block, sieve: bytes | None) -> object:
    """All that a module says of a block: with a sieve, of its texts seen through it."""
    kinds = {place: KINDS.index(route) for place, route in block.routes.items()}
    wanted = tuple((place, 8 if sieve and kind >= 6 else kind) for place, kind in kinds.items())
    missing = b"" if block.raw else b"".join(word.encode().ljust(8, b"\0") for word in sorted(SPELLINGS - {""}))
    marks = sieve or bytes(1 << 16)
    found = module.read(block.data, ord(block.delimiter), block.width, wanted, missing, marks)
    if found is not None:  # what lies behind the last row is anything
        rows, columns = found
        sizes = [rows * SIZES.get(route, 4) for route in block.routes.values()]
        found = [
            (nulls, bits[: rows // 8], values[:size], ends, text)
            for size, (nulls, bits, values, ends, text) in zip(sizes, columns, strict=True)
        ]
    return found, module.last_end(block.data, ord(block.delimiter)), module.is_utf8(block.data)


BLOCKS = (
    plain_blocks().map(lambda made: made[0])
    | rough_blocks()
    | PAIRS.map(lambda text: Block(text.encode(), 2, ",", {0: Route.TEXT, 1: Route.CODED}))
)


@settings(max_examples=150, deadline=None)
@given(block=BLOCKS, sieved=st.booleans())
def test_all_kernels_are_the_same(variant: ModuleType, *, block: Block, sieved: bool) -> None:
    sieve = TotalWords(None).sieve() if sieved else None
    assert told(variant, block, sieve) == told(kernels(), block, sieve)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chunks") / "s.parquet"


@settings(max_examples=50, deadline=None)
@given(column=stored(), damages=st.just([]) | DAMAGES)
def test_all_kernels_read_chunks_alike(
    variant: ModuleType, path: Path, *, column: Stored, damages: list[tuple[str, int, int]]
) -> None:
    column.write(path)
    path.write_bytes(damaged(path.read_bytes(), damages))
    for raw, rows, *kind in chunks(table_at(path)):
        for size in (rows, 5):
            assert read(variant, (raw, rows, *kind), size) == read(kernels(), (raw, rows, *kind), size)


def read(module: ModuleType, chunk: tuple[object, ...], size: int) -> object:
    """All that a module says of a column chunk, some rows at a time."""
    found, rows = [], int(str(chunk[1]))
    given = module.Chunk(*chunk)
    for begin in range(0, rows, size):
        now = min(size, rows - begin)
        values, bits = bytearray(16 * now), bytearray(now // 8 + 8)
        (nulls,) = module.read_rows(now, ((given, values, bits),))
        found.append(None if nulls is None else (nulls, values, bits, given.words()))
    return found

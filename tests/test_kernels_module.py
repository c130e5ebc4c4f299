"""The module of the kernels in C: where it can be it is, it keeps nothing, and the program does the same without it."""

import csv
import io
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT, Kpi, environment
from made_case import ROSTER, SCHEME
from made_kernels import kernels
from small_case import changed

from kpi_cli.intake.cells.texts import missing_spellings
from kpi_cli.kernels import compiled


def test_the_kernels_are_there_where_they_can_be_compiled() -> None:
    compilers = [name for name in ("cc", "gcc", "clang", "cl") if shutil.which(name)]
    if sys.byteorder != "little":
        pytest.skip("they are for little-endian processors")
    if not compilers or not Path(sysconfig.get_path("include"), "Python.h").is_file():
        pytest.skip("no compiler is on this machine, or no Python.h")
    assert compiled is not None, f"{compilers[0]} is here: install the package again (pip install -e .)"


SIEVE = bytes(1 << 16)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((b"a,b\n", 44, 1, ((0, 6),), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, -2, ((0, 6),), b"", SIEVE), ValueError),
        ((b"", 44, 2, ((0, 6),), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((2, 6),), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((-1, 6),), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((0, 6), (1, 9)), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((0, -1),), b"", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((0, 6),), b"null", SIEVE), ValueError),
        ((b"a,b\n", 44, 2, ((0, 6),), b"", SIEVE[1:]), ValueError),
        ((b"a,b\n", 44, 2, ((0, 6),), b"", b""), ValueError),
        ((b"a,b\n", 44, 2, ((0,),), b"", SIEVE), TypeError),
        ((b"a,b\n", 44, 2, [(0, 6)], b"", SIEVE), TypeError),
        (("a,b\n", 44, 2, ((0, 6),), b"", SIEVE), TypeError),
        ((b"a,b\n", ",", 2, ((0, 6),), b"", SIEVE), TypeError),
        ((b"a,b\n", 44), TypeError),
    ],
)
def test_wrong_arguments_are_refused(arguments: tuple[object, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        kernels().read(*arguments)


def test_wrong_arguments_of_the_smaller_functions_are_refused() -> None:
    for call in (kernels().last_end, kernels().is_utf8):
        for arguments in ((), ("text", 44), (b"a", 44, 5), (None,)):
            with pytest.raises(TypeError):
                call(*arguments)


LEAKS = """\
import resource, sys
from kpi_cli.kernels import compiled

rows = "".join(f'{n},{n}.25,2026-10-05 09:03,2026-10-05,word {n * 7919},"a ""text"" {n}",x{n}\\n' for n in range(1500))
read, refused = rows.encode(), (rows + "x,1.25,,,,,\\n").encode()
wanted = ((0, 0), (1, 1), (1, 2), (2, 3), (3, 5), (4, 6), (5, 7), (6, 8))
sieve, missing = bytes(1 << 16), b"null\\0\\0\\0\\0"
agents, mask, found, numbers = bytes(4 * 1500), bytes(1500), bytearray(8), bytes(8 * 1500)
given = (read, refused, wanted, sieve, missing, agents, mask, found, numbers)

def work(times):
    for _ in range(times):
        assert compiled.read(read, 44, 7, wanted, missing, sieve)[0] == 1500
        assert compiled.read(refused, 44, 7, wanted, missing, sieve) is None
        try:
            compiled.read(read, 44, 7, (*wanted, (7, 0)), missing, sieve)
        except ValueError:
            assert compiled.last_end(read, 44) == len(read) and compiled.is_utf8(read)
        compiled.count(agents, mask, found)
        compiled.extreme(agents, b"", found, numbers, 1)
        try:
            compiled.add(b"\\1\\0\\0\\0", b"", found, bytes(8))
        except ValueError:
            assert compiled.add(bytes(4), b"", found, b"\\x80" * 8) is None

def held():
    try:
        size = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
    except FileNotFoundError:  # the peak, which on Linux would begin with that of whoever started this
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return sys.getallocatedblocks(), *map(sys.getrefcount, given), size

work(100)
before = held()
work(2000)
print(*(later - first for first, later in zip(before, held())))
"""


def test_nothing_is_kept_of_what_was_read() -> None:
    """The smallest thing that a call allocates and might keep would come to 16 MB, or to 2000 blocks of Python's."""
    kernels()
    pytest.importorskip("resource", reason="only there does Python tell how much memory is held")
    done = subprocess.run(
        [sys.executable, "-c", LEAKS], env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    blocks, *references, size = map(int, done.stdout.split())
    assert blocks < 100
    assert references == [0] * 9
    assert size < 8 << 20


# The program without the module: `import` finds nothing where None stands.
WITHOUT = """\
import sys
sys.modules["kpi_cli.kernels._compiled"] = None
from kpi_cli.__main__ import run
from kpi_cli.kernels import compiled
assert compiled is None
sys.argv[0] = "kpi"
run()
"""


def same_without(kpi: Kpi, *arguments: str | Path) -> tuple[str, str]:
    """Run a command with the kernels and without them; return what it says, and what it says of the rows."""
    kernels()
    found = kpi(*arguments)
    command = [sys.executable, "-c", WITHOUT, *map(str, arguments)]
    alone = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert (alone.returncode, alone.stdout, alone.stderr.decode()) == (found.code, found.out, found.err)
    assert found.code == 0, found.err
    return found.text, found.err


@pytest.mark.parametrize("scheme", ["ecommerce-presales", "helpdesk"])
def test_the_sample_data_give_the_same_without_the_kernels(kpi: Kpi, scheme: str) -> None:
    said, _ = same_without(
        kpi, "score", ROOT / "configs" / f"{scheme}.yaml", ROOT / "sample_data", "--period", "2026-10", "--detail"
    )
    assert said.startswith("period,agent_id,")


ODD_LINES = [
    '"3,5",c-odd,007,2026-10-05 09:00:00,20,是,"他说 ""好"",\r\n然后走了"\r\n',
    "总计,,,,9999,,\r\n",
    ",,,合计,,,\r\n",
    "加急,c-odd-2,007,2026-10-05 09:00:00,1O,是,cannot be read\r\n",
    "加急,c-odd-3,007,2026-10-05 09:00:00,20,是\r\n",
    '普通,c-odd-4,012,2026-10-05T09:00:00.5,1e1,否,5" screen\r\n',
    "0x1F,c-odd-5,021,2026-10-05,,,-\r\n",
    ",,,,,,\r\n",
]


def chats() -> str:
    """Ten thousand plain rows, the odd ones far apart among them."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["标记", "会话ID", "客服工号", "开始时间", "首次响应时长", "一次解决", "备注"])
    for number in range(10_000):
        agent = ("007", "012", "021")[number % 3]
        lines.writerow(
            ["", f"c{number}", agent, "2026-10-05 09:00", number % 60, "是否"[number % 2], f"很满意{number}"]
        )
        if number % 1200 == 600:
            text.write(ODD_LINES[number // 1200])
    return text.getvalue()


@pytest.mark.parametrize("size", [20_000, 1 << 22])
def test_a_file_gives_the_same_without_the_kernels_however_it_is_cut(kpi: Kpi, tmp_path: Path, size: int) -> None:
    scheme = changed(SCHEME, "language: zh\n", "language: zh\nlimits: {rejected: 5%}\n")
    (tmp_path / "scheme.yaml").write_text(scheme, encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "data" / "chats.csv").write_text(chats(), encoding="utf-8", newline="")
    arguments = ("score", tmp_path / "scheme.yaml", tmp_path / "data", "--period", "2026-10", "--detail")
    said, account = same_without(kpi, *arguments, "--block-size", str(size))
    assert "read 10005 = used 10003 + outside_period 0 + filtered 0 + duplicate 0" in account
    assert "rejected 2" in account
    assert said.startswith("period,agent_id,")


def test_words_for_no_data_fit_into_eight_bytes() -> None:
    assert max(len(word.encode()) for word in missing_spellings()) <= 8

"""Compiles the kernels while the package is built: a hook of hatchling, the compiler as setuptools knows it.

Without a compiler, or Python.h, or on a big-endian processor that is said on standard error, and the package is built
without them. What is installed holds neither this file nor the sources in C; whoever changes those installs again.
"""

import sys
import tempfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

HERE = Path("kpi_cli", "kernels")
OLDEST = "cp311"  # the Python of Py_LIMITED_API in module.c
FLAGS = ["-O3", "-fvisibility=hidden", "-g0"]  # -g0: the folder that it was built in is nobody's business
MICROSOFT = ["/O2"]


class Building(build_ext):
    """Setuptools' own command, with flags that depend on the compiler it has found."""

    def build_extensions(self) -> None:
        """Compile, now that the compiler is known."""
        for extension in self.extensions:
            extension.extra_compile_args = MICROSOFT if self.compiler.compiler_type == "msvc" else FLAGS
        super().build_extensions()


class KernelsHook(BuildHookInterface):
    """Adds the compiled kernels to a wheel; for an editable installation puts them beside their sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is written, and tell hatchling what it holds."""
        self.scratch = tempfile.TemporaryDirectory(prefix="kpi-kernels-")
        folder = Path(self.root) / HERE
        try:
            if version == "editable":
                forget(folder)
            made, tag = compiled(folder, Path(self.scratch.name))
            if version == "editable":
                (folder / made.name).write_bytes(made.read_bytes())
                return
        except Exception as error:  # noqa: BLE001 - compilers fail in many ways, and the package works without them
            self.app.display_warning(f"kpi is built without its kernels in C, Arrow reads every file: {error}")
            return
        build_data["force_include"][str(made)] = (HERE / made.name).as_posix()
        build_data["pure_python"] = False
        build_data["tag"] = tag

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        """Remove what was compiled: it is in the wheel now."""
        self.scratch.cleanup()


def forget(folder: Path) -> None:
    """Remove kernels of other sources: they would be loaded if these cannot be compiled."""
    for suffix in EXTENSION_SUFFIXES:
        (folder / f"_compiled{suffix}").unlink(missing_ok=True)


def compiled(folder: Path, scratch: Path) -> tuple[Path, str]:
    """Compile the sources in a folder; return the extension module, and the tag of a wheel that holds it."""
    if sys.byteorder != "little":
        message = "they are for little-endian processors"
        raise NotImplementedError(message)
    name = ".".join((*HERE.parts, "_compiled"))
    extension = Extension(name, sorted(map(str, folder.glob("*.c"))), py_limited_api=True)
    distribution = Distribution({"name": "kpi-cli", "ext_modules": [extension]})
    building = Building(distribution)
    building.build_lib, building.build_temp = str(scratch / "lib"), str(scratch / "temp")
    building.ensure_finalized()
    building.run()
    wheel = bdist_wheel(distribution)
    wheel.py_limited_api, wheel.bdist_dir = OLDEST, building.build_lib
    wheel.ensure_finalized()
    (made,) = building.get_outputs()
    return Path(made), "-".join(wheel.get_tag())

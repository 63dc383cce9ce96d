"""C sources of the package, compiled on first use and loaded through ctypes.

``load(Path("x.c"))`` compiles with the C compiler of the machine (``CC``, else ``cc``) into ``work/native`` beside
the package (``SELFIE3D_WORK`` moves ``work``). The file name holds a hash of the source, of the headers beside it, of
the flags, and of the processor, so a changed source or another machine means a new library; several processes may
load at once.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shlex
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

FLAGS = ["-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-fassociative-math", "-freciprocal-math",
         "-fno-signed-zeros", "-ffinite-math-only", "-shared", "-fPIC", "-std=gnu11", "-Wall"]  # not -ffast-math: it changes the process


def work_folder() -> Path:
    """Where the package keeps what it can make again: ``models/training/work``, or ``$SELFIE3D_WORK``."""
    return Path(os.environ.get("SELFIE3D_WORK") or Path(__file__).resolve().parents[1] / "work")


def _processor() -> bytes:
    try:
        lines = Path("/proc/cpuinfo").read_bytes().split(b"\n")
    except OSError:
        return platform.processor().encode()
    return b"".join(line for line in lines[:40] if line.startswith((b"flags", b"Features", b"model name")))


@lru_cache(maxsize=None)
def load(c_file: Path) -> ctypes.CDLL:
    """The library of one C file; a RuntimeError with the compiler's words when it does not compile."""
    source = Path(c_file).resolve()
    compiler = shlex.split(os.environ.get("CC", "cc"))
    digest = hashlib.sha256(repr((compiler, FLAGS, platform.machine())).encode() + _processor())
    for part in [source, *sorted(source.parent.glob("*.h"))]:
        digest.update(part.read_bytes())
    folder = work_folder() / "native"
    library = folder / f"{source.stem}-{digest.hexdigest()[:16]}.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(suffix=".so.tmp", dir=folder)
        os.close(handle)
        try:
            command = [*compiler, *FLAGS, str(source), "-o", temporary, "-lm"]
            try:
                done = subprocess.run(command, capture_output=True, text=True)
            except FileNotFoundError:
                raise RuntimeError(f"no C compiler: {compiler[0]} was not found; install gcc or set CC") from None
            if done.returncode:
                raise RuntimeError(f"{shlex.join(command)} failed:\n{done.stderr}")
            os.chmod(temporary, 0o755)
            os.replace(temporary, library)
        finally:
            Path(temporary).unlink(missing_ok=True)
    return ctypes.CDLL(str(library))


def pointer(array) -> ctypes.c_void_p:
    """The address of a C-contiguous numpy array; the caller keeps the array alive during the call."""
    if not array.flags.c_contiguous:
        raise ValueError("the array is not contiguous")
    return ctypes.c_void_p(array.ctypes.data)

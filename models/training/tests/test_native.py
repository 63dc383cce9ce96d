"""Compiling C on first use."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from selfie3d_training import native


class LoadTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patch = mock.patch.dict(os.environ, {"SELFIE3D_WORK": str(self.folder / "work")})
        patch.start()
        self.addCleanup(patch.stop)
        native.load.cache_clear()
        self.source = self.folder / "answer.c"

    def libraries(self):
        return sorted(path.name for path in (self.folder / "work" / "native").iterdir())

    def test_load_ChangedSource_IsCompiledAgain(self):
        self.source.write_text("int answer(void) { return 41; }\n")
        self.assertEqual(native.load(self.source).answer(), 41)
        self.source.write_text("int answer(void) { return 42; }\n")
        native.load.cache_clear()
        self.assertEqual(native.load(self.source).answer(), 42)
        self.assertEqual(len(self.libraries()), 2)

    def test_load_BrokenSource_SaysWhatTheCompilerSaid(self):
        self.source.write_text("int answer(void) { return }\n")
        with self.assertRaisesRegex(RuntimeError, "expected expression"):
            native.load(self.source)
        self.assertEqual(self.libraries(), [])

    def test_load_SeveralProcessesAtOnce_AllGetIt(self):
        self.source.write_text("int answer(void) { return 7; }\n")
        code = f"from pathlib import Path; from selfie3d_training.native import load; raise SystemExit(load(Path({str(self.source)!r})).answer() - 7)"
        root = Path(__file__).resolve().parents[1]
        children = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(3)]
        self.assertEqual([child.wait(60) for child in children], [0, 0, 0])
        self.assertEqual(len(self.libraries()), 1)


if __name__ == "__main__":
    unittest.main()

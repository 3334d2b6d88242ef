# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools.cloc import Cloc

from ...tools import code_archive
from .cover_common import ACME_CODE as CODE
from .cover_common import ACME_MANIFEST as MANIFEST
from .cover_common import ACME_MODULE as MODULE
from .cover_common import CoverCase


@tagged("post_install", "-at_install")
class TestCustomCodeCount(CoverCase):
    """Zip files of customers, good and bad: as Odoo counts them, or refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter = cls.env["support.custom.module"]

    def assertRefused(self, files, message):
        """Check that a file is refused with a message, before anything is counted."""
        content = files if isinstance(files, bytes) else self._zip(files)
        with (
            patch.object(code_archive, "run_counter") as run,
            self.assertRaisesRegex(UserError, message),
        ):
            self.counter._count_archive(content, "acme.zip")
        run.assert_not_called()

    def _zip_folder(self, path):
        files = {}
        for root, folders, names in os.walk(path):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in names:
                file = Path(root) / name
                files[str(file.relative_to(Path(path).parent))] = file.read_bytes()
        return self._zip(files)

    # === COUNTING === #

    def test_same_count_as_odoo(self):
        """As the counter called on the folder, for every OCA module beside us."""
        for name in (
            "helpdesk_mgmt",
            "helpdesk_mgmt_project",
            "helpdesk_mgmt_sale",
            "helpdesk_ticket_partner_response",
            "subscription_oca",
        ):
            with self.subTest(name=name):
                path = get_module_path(name)
                expected = Cloc()
                expected.count_path(path)
                (count,) = self.counter._count_archive(self._zip_folder(path))
                self.assertEqual(count["name"], name)
                self.assertEqual(count["line_count"], expected.code[name])
                self.assertGreater(count["line_count"], 10)
                self.assertFalse(count["uncounted"])

    def test_same_count_as_the_command(self):
        path = get_module_path("helpdesk_mgmt")
        done = subprocess.run(
            [sys.executable, "-m", "odoo", "cloc", "-p", path],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
            text=True,
        )
        lines = done.stdout.splitlines()
        line = next(line for line in lines if line.startswith("helpdesk_mgmt"))
        (count,) = self.counter._count_archive(self._zip_folder(path))
        self.assertEqual(count["line_count"], int(line.split()[-1]))

    def test_where_modules_lie(self):
        """In folders, deeper, or in none; tests and demo data are not counted."""
        for files, names in (
            (MODULE, ["acme_fly"]),
            (
                {f"project-19.0/addons/{path}": text for path, text in MODULE.items()},
                ["acme_fly"],
            ),
            (
                {path.removeprefix("acme_fly/"): text for path, text in MODULE.items()},
                ["acme"],
            ),
            (
                {
                    **MODULE,
                    "acme_swim-19.0/__manifest__.py": MANIFEST,
                    "acme_swim-19.0/swim.py": CODE,
                },
                ["acme_fly", "acme_swim"],
            ),
            (
                {
                    **MODULE,
                    "acme_fly/tests/test_fly.py": CODE,
                    "acme_fly/static/src/img/fly.zip": "data",
                    "acme_fly/migrations/19.0.1/pre.py": CODE,
                    "./": "",
                    "README.md": "# Acme",
                },
                ["acme_fly"],
            ),
        ):
            with self.subTest(files=list(files)):
                counts = self.counter._count_archive(self._zip(files), "acme (1).zip")
                self.assertEqual([count["name"] for count in counts], names)
                self.assertEqual({count["line_count"] for count in counts}, {3})
                self.assertEqual(counts[0]["version"], "19.0.1.2.3")

    def test_nothing_is_executed(self):
        trap = Path(self._trap_path())
        code = f"open({str(trap)!r}, 'w')\n"
        (count,) = self.counter._count_archive(
            self._zip({**MODULE, "acme_fly/__init__.py": code, "odoo.py": code})
        )
        self.assertEqual(count["line_count"], 4)
        with self.assertRaisesRegex(UserError, "manifest of “acme_fly” cannot be read"):
            self.counter._count_archive(
                self._zip({**MODULE, "acme_fly/__manifest__.py": code})
            )
        self.assertFalse(trap.exists())

    def _trap_path(self):
        folder = self.enterContext(code_archive.tempfile.TemporaryDirectory())
        return os.path.join(folder, "executed")

    def test_nothing_stays(self):
        """The folder vanishes, whether the file was counted or refused."""
        folders = []
        real = code_archive.tempfile.TemporaryDirectory

        def keep(*args, **kwargs):
            folder = real(*args, **kwargs)
            folders.append(folder.name)
            return folder

        with patch.object(code_archive.tempfile, "TemporaryDirectory", keep):
            self.counter._count_archive(self._zip(MODULE))
            with self.assertRaises(UserError):
                self.counter._count_archive(self._zip({"a/../../b.py": ""}))
        self.assertEqual(len(folders), 2)
        self.assertFalse([folder for folder in folders if os.path.exists(folder)])

    def test_what_cannot_be_counted_is_told(self):
        (count,) = self.counter._count_archive(
            self._zip(
                {
                    **MODULE,
                    "acme_fly/__manifest__.py": '{"cloc_exclude": ["lib/*.py"]}',
                    "acme_fly/old.py": "print 'Python 2'\n",
                    "acme_fly/lib/long.py": CODE,
                }
            )
        )
        self.assertEqual(count["line_count"], 3)
        self.assertEqual(count["uncounted"], ["old.py"])
        self.assertEqual(count["left_out"], ["lib/*.py"])

    # === BAD FILES === #

    def test_not_a_zip(self):
        content = self._zip(MODULE)
        self.assertRefused(b"", "damaged")
        self.assertRefused(b"Dear support", "damaged")
        self.assertRefused(content[: len(content) // 2], "damaged")
        broken = bytearray(content)
        broken[45:60] = b"\xff" * 15  # inside the first file's data
        self.assertRefused(bytes(broken), "damaged")

    def test_no_module(self):
        self.assertRefused({"invoice.py": CODE}, "no Odoo module")
        self.assertRefused({}, "no Odoo module")
        self.assertRefused({"acme_fly.zip": self._zip(MODULE)}, "other archives")

    def test_zip_bomb(self):
        zeros = b"0" * (20 * 2**20)
        self.assertRefused({**MODULE, "acme_fly/bomb.py": zeros}, "was not opened")
        with patch.object(code_archive, "MAX_UNPACKED", 100):
            self.assertRefused(MODULE, "was not opened")
        with patch.object(code_archive, "MAX_FILES", 1):
            self.assertRefused(MODULE, "holds 2 files; the limit is 1")

    def test_announced_size_that_lies(self):
        """No more is unpacked than was announced, and added up."""
        content = self._zip({**MODULE, "acme_fly/bomb.py": b"0" * 50_000})
        lie = content.replace((50_000).to_bytes(4, "little"), b"\x10\0\0\0")
        self.assertNotEqual(lie, content)
        self.assertRefused(lie, "damaged")

    def test_paths_outside(self):
        for path in (
            "../evil.py",
            "acme_fly/../../evil.py",
            "/etc/evil.py",
            "C:\\evil.py",
            "c:/evil.py",
            "acme_fly\\..\\..\\evil.py",
            "\\\\server\\share\\evil.py",
        ):
            with self.subTest(path=path):
                self.assertRefused({**MODULE, path: CODE}, "points outside")
        self.assertRefused(
            self._zip({**MODULE, "acme_fly/aXb.py": CODE}).replace(b"aXb", b"a\0b"),
            "points outside",
        )

    def test_links(self):
        for kind in (0o120777, 0o020666, 0o010666):  # a link, a device, a pipe
            link = zipfile.ZipInfo("acme_fly/passwd.py")
            link.create_system = 3
            link.external_attr = kind << 16
            self.assertRefused({**MODULE, link: "/etc/passwd"}, "link or a device")

    def test_encrypted(self):
        content = bytearray(self._zip(MODULE))
        start = content.find(b"PK\x01\x02")
        content[start + 8] |= 1
        self.assertRefused(bytes(content), "encrypted")

    def test_the_same_twice(self):
        with self.assertWarns(UserWarning):  # from the standard library
            again = zipfile.ZipInfo("acme_fly/models/fly.py")
            content = self._zip({**MODULE, again: ""})
        self.assertRefused(content, "twice")
        both = {f"{side}/{path}": MODULE[path] for side in "ab" for path in MODULE}
        self.assertRefused(both, "“acme_fly” is in this file twice")

    def test_file_in_the_place_of_a_folder(self):
        self.assertRefused(
            {**MODULE, "acme_fly/a.py": "", "acme_fly/a.py/b.py": ""}, "damaged"
        )

    def test_manifest_that_points_outside(self):
        manifest = "acme_fly/__manifest__.py"
        for pattern in ("/etc/*", "../../**/*", "a/../../b", "C:/x"):
            with (
                self.subTest(pattern=pattern),
                self.assertRaisesRegex(UserError, "outside of the module"),
            ):
                self.counter._count_archive(
                    self._zip({**MODULE, manifest: str({"cloc_exclude": [pattern]})})
                )
        for text in ("[]", "{'demo': 3}", "{'cloc_exclude': ['a**b']}", "("):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(UserError, "cannot be read"),
            ):
                self.counter._count_archive(self._zip({**MODULE, manifest: text}))

    def test_text_that_keeps_the_counter_busy(self):
        """A comment that never ends, many times over: hours, without a limit."""
        slow = "<!--" * 100_000 + os.urandom(50_000).hex()
        content = self._zip({**MODULE, "acme_fly/slow.xml": slow})
        with (
            patch.object(code_archive, "SECONDS", 1),
            self.assertRaisesRegex(UserError, "busy for too long"),
        ):
            self.counter._count_archive(content)

    def test_folders_without_end(self):
        """Thousands of folders in one another: refused at once, nothing stays."""
        deep = "/".join(["a"] * 1900) + "/b.py"
        self.assertRefused({**MODULE, deep: CODE}, "lies in more than 40 folders")
        many = {
            f"acme_fly/{'/'.join(f'{column}_{row}' for row in range(35))}/b.py": ""
            for column in range(600)
        }
        self.assertRefused({**MODULE, **many}, r"This file holds 2\d{4} files")

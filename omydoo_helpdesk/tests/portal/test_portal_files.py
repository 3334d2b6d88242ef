# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from io import BytesIO

from odoo.tests import BaseCase, Form, tagged

from ...tools.text import get_extension, given_id, given_text, is_program
from ..portal_common import PDF, PortalCase

# The start of what a compiler of Windows writes: the header's place at byte 60
WINDOWS_PROGRAM = b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0"


@tagged("post_install", "-at_install")
class TestFileTools(BaseCase):
    def test_extensions(self):
        for name, expected in (
            ("a.EXE", "exe"),
            ("a.pdf.exe", "exe"),
            ("a.e\u200bxe", "exe"),
            ("a.exe\u00a0", "exe"),
            ("archive.tar.gz", "gz"),
            ("exe", ""),
            (".bashrc", "bashrc"),
        ):
            self.assertEqual(get_extension(name), expected)

    def test_given_values(self):
        """Of a client of RPC: whatever is no id or no text is not looked at."""
        self.assertEqual(given_id(7), 7)
        for value in (None, False, True, 0, -1, 2**31, "7", 7.0, [7], {}):
            self.assertIs(given_id(value), False)
        self.assertEqual(given_text(" a b "), "a b")
        for value in (None, False, 5, ["a"], {}):
            self.assertEqual(given_text(value), "")

    def test_programs(self):
        for content, expected in (
            (WINDOWS_PROGRAM, True),
            (b"\x7fELF\x02\x01", True),
            (b"\xcf\xfa\xed\xfe\x07", True),
            (b"MZ", False),
            (b"MZ is how this text begins, and it is no program." + b" " * 90, False),
            (b"MZ".ljust(60, b"\0") + b"\xff\xff\xff\xff", False),
            (PDF, False),
            (b"", False),
        ):
            stream = BytesIO(content)
            self.assertEqual(is_program(stream), expected, content[:20])
            self.assertEqual(stream.read(), content)


@tagged("post_install", "-at_install")
class TestPortalFiles(PortalCase):
    def _refuse(self, *files):
        before = self._all_tickets()
        response = self._submit(files=[("attachment", file) for file in files])
        page = self.assertFormAgain(response, "attachment")
        self.assertEqual(self._all_tickets(), before)
        return self._text(page, "//*[@id='attachment_error']")

    def test_programs_are_refused(self):
        self._login(self.a1)
        for name in (
            "virus.exe",
            "facture.pdf.EXE",
            "a.bat",
            "a.js",
            "a.ps1",
            "a.exe.",
        ):
            with self.subTest(name):
                self.assertIn(name.strip("."), self._refuse((name, b"x")))
        self._refuse(("facture.pdf", WINDOWS_PROGRAM))
        self._refuse(("ok.pdf", PDF), ("outil", b"\x7fELF\x02\x01\x01"))

    def test_documents_are_taken(self):
        self._login(self.a1)
        names = ["a.pdf", "b.png", "c.html", "d.svg", "e.zip", "f", "g.xlsx"]
        ticket = self._file(files=[("attachment", (name, b"x")) for name in names])
        self.assertEqual(sorted(ticket.attachment_ids.mapped("name")), names)

    def test_types_of_the_company(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.support_file_types = "PDF, .png; *.exe"
        settings.save().execute()
        self._login(self.a1)
        self.assertIn("pdf, png", self._refuse(("a.txt", b"x")))
        self._refuse(("a.exe", b"x"))
        self._refuse(("pdf", b"x"))
        self._file(files=[("attachment", ("a.PDF", PDF))])
        page = self._get("/new/ticket")
        field = page.xpath("//input[@id='attachment']")[0]
        self.assertEqual(field.get("accept"), ".pdf,.png")
        action = self._localize("/submitted/ticket")
        form = page.xpath(f"//form[@action='{action}']")[0]
        self.assertEqual(form.get("data-file-types"), "pdf,png")

    def test_told_before_sending(self):
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 5 * 2**20)
        self._login(self.a1)
        page = self._get("/new/ticket")
        help_text = self._text(page, "//*[@id='attachment_help']")
        self.assertIn("20", help_text)
        self.assertIn("5", help_text)
        self.assertIn(".exe", help_text)
        action = self._localize("/submitted/ticket")
        form = page.xpath(f"//form[@action='{action}']")[0]
        self.assertEqual(form.get("data-max-upload-size"), str(5 * 2**20))
        self.assertIn("exe", form.get("data-refused-file-types").split(","))


@tagged("post_install", "-at_install")
class TestPortalChecklist(PortalCase):
    def test_examples_and_checklist(self):
        self.category_in.write(
            {
                "portal_examples": "First example\n\n  Second <b>example</b> ",
                "portal_checklist": "Steps\n* Screenshot\n\n  \n*\nSince when",
            }
        )
        self.category_hidden.portal_checklist = "Hidden heading"
        self._login(self.a1)
        page = self._get("/new/ticket")
        card = f"//label[@for='category_{self.category_in.id}']"
        self.assertIn("First example", self._text(page, card))
        self.assertIn("Second <b>example</b>", self._text(page, card))
        # Without the script, too
        details = page.xpath(f"{card}/following-sibling::details//li")
        self.assertEqual(
            [node.text_content() for node in details],
            ["Steps", "Screenshot", "Since when"],
        )
        action = self._localize("/submitted/ticket")
        form = page.xpath(f"//form[@action='{action}']")[0]
        checklists = json.loads(form.get("data-checklists"))
        self.assertEqual(
            checklists[str(self.category_in.id)],
            [["Steps", True], ["Screenshot", False], ["Since when", True]],
        )
        self.assertEqual(checklists[str(self.category_out.id)], [])
        self.assertNotIn("Hidden heading", form.get("data-checklists"))
        self.assertNotIn(str(self.category_hidden.id), checklists)

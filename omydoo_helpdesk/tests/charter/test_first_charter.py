# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from ..desk.start_common import StartCase


@tagged("post_install", "-at_install")
class TestFirstCharter(StartCase):
    """A new company begins with the words that the addon comes with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def test_in_each_language(self):
        self.assertIn("there is a text", self._get_lacks()["charter"])
        action = self._start().action_make_charter()
        charter = self.env["support.charter"].browse(action["res_id"])
        self.assertEqual((charter.company_id, charter.state), (self.new, "draft"))
        self.assertEqual(len(charter.section_ids), 6)
        in_english = charter.with_context(lang="en_US")._get_text()
        self.assertIn("What support covers", in_english)
        self.assertIn("an incident that blocks your work", in_english)
        in_french = charter.with_context(lang="fr_FR")._get_text()
        self.assertTrue(in_french.startswith("Charte de support"))
        english = {
            line
            for section in charter.with_context(lang="en_US")._get_sections()
            for line in section.lines
        }
        for section in charter.with_context(lang="fr_FR")._get_sections():
            for line in section.lines:
                self.assertNotIn(line, english)

    def test_published(self):
        self._start().action_make_charter()
        self.assertIn("draft", self._get_lacks()["charter"])
        action = self._start().action_publish_charter()
        draft = self.env["support.charter"].browse(action["res_id"])
        self.assertEqual(draft.company_id, self.new)
        draft.with_user(self.boss).action_publish()
        self.assertEqual(self._get_lacks()["charter"], "")
        # Pressed again, it opens the one in force.
        self.assertEqual(self._start().action_make_charter()["res_id"], draft.id)

    def test_not_the_words_of_another_company(self):
        theirs = self.env["support.charter"].search(
            [("company_id", "=", self.company.id), ("state", "=", "draft")]
        )
        theirs.section_ids.body = "<p>Secret of the main company</p>"
        action = self._start().action_make_charter()
        charter = self.env["support.charter"].browse(action["res_id"])
        self.assertNotIn("Secret", charter._get_text())

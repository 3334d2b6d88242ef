# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import hashlib

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...tools import charter_text
from .charter_common import CharterCase


@tagged("post_install", "-at_install")
class TestCharter(CharterCase):
    # === TEXT === #

    def test_doctests(self):
        self.assertEqual(doctest.testmod(charter_text).failed, 0)

    def test_text_and_hash_in_each_language(self):
        english = "Support charter\n\nIn scope\nWe help.\n- Bugs\n\nContact\n"
        english += "We answer in 24 hours.\n"
        french = "Charte d’assistance\n\nPris en charge\nNous aidons.\n- Bogues\n\n"
        french += "Contact\nNous répondons sous 24 heures : oui.\n"
        for lang, text in (("en_US", english), ("fr_FR", french)):
            charter = self.charter.with_context(lang=lang)
            self.assertEqual(charter._get_text(), text)
            digest = hashlib.sha256(text.encode()).hexdigest()
            self.assertEqual(charter._get_hash(), digest)
            self.assertEqual(self.charter._find_lang(digest), lang)
        self.assertEqual(self.charter._find_lang("0" * 64), "")

    # === VERSIONS === #

    def test_new_version_copies_both_languages(self):
        draft = self._new_version(publish=False)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.version, self.charter.version + 1)
        for lang in ("en_US", "fr_FR"):
            self.assertEqual(
                draft.with_context(lang=lang)._get_text(),
                self.charter.with_context(lang=lang)._get_text(),
            )
        self.assertEqual(
            draft.section_ids.mapped("kind"), self.charter.section_ids.mapped("kind")
        )

    def test_publication_supersedes(self):
        draft = self._new_version()
        self.assertEqual(draft.state, "published")
        self.assertEqual(self.charter.state, "superseded")
        self.assertEqual(self.charters._get_published(self.company), draft)
        with self.assertRaises(UserError):
            draft.action_publish()
        with self.assertRaises(UserError):
            self.charter.action_publish()

    def test_numbers_follow_the_publications(self):
        first = self._new_version(publish=False)
        second = self._new_version(publish=False)
        self.assertEqual(second.version, first.version + 1)
        second.section_ids[0].name = "In scope, and more"
        second.action_publish()
        first.action_publish()
        self.assertGreater(first.version, second.version)

    def test_one_published_for_each_company(self):
        draft = self._new_version(publish=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE support_charter SET state = 'published' WHERE id = %s",
                [draft.id],
            )

    def test_empty_charter_is_not_published(self):
        empty = self.charters.create({"name": "Empty", "company_id": self.company.id})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            empty.action_publish()

    def test_only_publication_changes_the_state(self):
        draft = self._new_version(publish=False)
        for vals in (
            {"state": "published"},
            {"version": 99},
            {"published_on": "2020-01-01"},
        ):
            # Not even for who pretends, as an RPC call may, to be the publication.
            for context in ({}, {"support_guard": True}):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    draft.with_context(**context).write(vals)
        with self.assertRaises(AccessError):
            self.charters.create({"name": "Published", "state": "published"})
        with self.assertRaises(AccessError):
            draft.with_user(self.agent).action_publish()

    # === FROZEN === #

    def test_published_text_is_frozen(self):
        self._assert_frozen(self.charter)

    def test_superseded_text_is_frozen(self):
        self._new_version()
        self._assert_frozen(self.charter)

    def _assert_frozen(self, charter):
        texts = {
            lang: charter.with_context(lang=lang)._get_text()
            for lang in ("en_US", "fr_FR")
        }
        section = charter.section_ids[0]
        draft = self._new_version(publish=False)
        other = draft.section_ids[0]
        french = {"lang": "fr_FR"}
        changes = {
            "name": lambda: charter.write({"name": "Other"}),
            "French name": lambda: charter.with_context(**french).write({"name": "X"}),
            "minor": lambda: charter.write({"is_minor": True}),
            "translated name": lambda: charter.update_field_translations(
                "name", {"fr_FR": "Autre"}
            ),
            "title": lambda: section.write({"name": "Other"}),
            "order": lambda: section.write({"sequence": 99}),
            "French text": lambda: section.with_context(**french).write(
                {"body": "<p>Autre</p>"}
            ),
            "translated title": lambda: section.update_field_translations(
                "name", {"fr_FR": "Autre"}
            ),
            "translated text": lambda: section.update_field_translations(
                "body", {"fr_FR": {"Bugs": "Autre"}}
            ),
            "new section": lambda: section.create(
                {
                    "charter_id": charter.id,
                    "kind": "scope",
                    "name": "More",
                    "body": "<p>More</p>",
                }
            ),
            "section by the charter": lambda: charter.write(
                {"section_ids": [Command.delete(section.id)]}
            ),
            "section moved in": lambda: other.write({"charter_id": charter.id}),
            "section moved out": lambda: section.write({"charter_id": draft.id}),
            "section deleted": lambda: section.unlink(),
            "charter deleted": lambda: charter.unlink(),
        }
        for name, change in changes.items():
            with self.subTest(name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    change()
                self.env.invalidate_all()
                for lang, text in texts.items():
                    self.assertEqual(charter.with_context(lang=lang)._get_text(), text)

    def test_draft_is_free(self):
        draft = self._new_version(publish=False)
        draft.section_ids[0].with_context(lang="fr_FR").name = "Inclus"
        draft.section_ids[1].unlink()
        self.assertEqual(len(draft.section_ids), 1)
        draft.unlink()

    # === WHAT CHANGED === #

    def test_changes_in_the_readers_language(self):
        draft = self._new_version(publish=False)
        scope, contact = draft.section_ids
        contact.update_field_translations(
            "body",
            {
                "fr_FR": {
                    "We answer in 24 hours.": "Nous répondons sous 48 heures : oui."
                }
            },
        )
        changes = draft.with_context(lang="fr_FR")._get_changes(self.charter)
        self.assertEqual([change["status"] for change in changes], ["changed"])
        self.assertEqual(changes[0]["title"], "Contact")
        line = changes[0]["lines"][0]
        self.assertIn("24</del>", line)
        self.assertIn("48</ins>", line)
        self.assertTrue(line.endswith(" heures : oui."))
        self.assertIn("visually-hidden", line)
        self.assertFalse(draft.with_context(lang="en_US")._get_changes(self.charter))

    def test_sections_added_and_removed(self):
        draft = self._new_version(publish=False)
        draft.write(
            {
                "section_ids": [
                    Command.delete(draft.section_ids[1].id),
                    Command.create(
                        {
                            "kind": "backup",
                            "name": "Backups",
                            "body": "<p>Daily &lt;script&gt;</p>",
                        }
                    ),
                ]
            }
        )
        changes = draft.with_context(lang="en_US")._get_changes(self.charter)
        self.assertEqual(
            [
                (change["status"], change["lines"][0].count("ins>"))
                for change in changes
            ],
            [("added", 2), ("removed", 0)],
        )
        self.assertIn("&lt;script&gt;", changes[0]["lines"][0])

    # === BACKEND === #

    def test_form(self):
        with Form(self.charters) as form:
            form.name = "From the form"
            with form.section_ids.new() as section:
                section.kind = "scope"
                section.name = "Title"
                section.body = "<p>Text</p>"
        charter = form.record
        self.assertEqual(charter.state, "draft")
        self.assertEqual(charter.version, self.charter.version + 1)
        charter.action_publish()
        with self.assertRaises(AssertionError), Form(charter) as form:
            form.name = "Other"

    def test_who_reads_drafts(self):
        draft = self._new_version(publish=False)
        for record in (draft, draft.section_ids):
            self.assertFalse(record.with_user(self.a1).has_access("read"))
        self.assertTrue(self.charter.with_user(self.a1).has_access("read"))
        self._new_version()
        self.assertFalse(self.charter.with_user(self.a1).has_access("read"))

    # === WHAT FOLLOWS === #

    def test_the_same_text_is_not_published(self):
        """A16: everybody would accept again, for nothing."""
        draft = self.charters.browse(self.charter.action_new_version()["res_id"])
        for publish in (draft.action_ask_publish, draft.action_publish):
            with self.assertRaisesRegex(UserError, "says the same"):
                publish()
        self.assertEqual(draft.state, "draft")
        # In one language is enough.
        draft.section_ids[0].with_context(lang="fr_FR").name = "Ce que nous faisons"
        draft.action_publish()
        self.assertEqual(draft.state, "published")
        self.assertEqual(self.charter.state, "superseded")

    def test_publishing_says_what_follows(self):
        acceptances = self.env["support.charter.acceptance"]
        for user in self.a1 + self.a2 + self.b1:
            acceptances._accept(self.charter.sudo(), user, "fr_FR")
        draft = self._new_version(publish=False)
        draft.section_ids[0].name = "In scope, and more"
        action = draft.action_ask_publish()
        self.assertEqual((action["res_id"], action["target"]), (draft.id, "new"))
        self.assertIn("3 people (of 2 customers)", draft.publish_notice)
        draft.is_minor = True
        self.assertIn("nobody is asked again", draft.publish_notice)
        self.company.support_charter_acceptance = "none"
        draft.invalidate_recordset()
        self.assertIn("ask nobody", draft.publish_notice)
        draft.action_publish()
        self.assertFalse(draft.publish_notice)

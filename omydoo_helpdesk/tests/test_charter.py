# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import hashlib

from psycopg2 import IntegrityError
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models import support_charter_text as charter_text
from .common import SupportCase


class CharterCase(SupportCase):
    """A charter in English and French, and its versions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charters = cls.env["support.charter"].with_user(cls.manager)
        cls.charter = cls.charters.create(
            {
                "name": "Support charter",
                "company_id": cls.company.id,
                "section_ids": [
                    Command.create(
                        {
                            "kind": "scope",
                            "name": "In scope",
                            "sequence": 10,
                            "body": "<p>We <b>help</b>.</p><ul><li>Bugs</li></ul>",
                        }
                    ),
                    Command.create(
                        {
                            "kind": "contact",
                            "name": "Contact",
                            "sequence": 20,
                            "body": "<p>We answer in 24 hours.</p>",
                        }
                    ),
                ],
            }
        )
        cls.charter.with_context(lang="fr_FR").name = "Charte d’assistance"
        scope, contact = cls.charter.section_ids
        scope.with_context(lang="fr_FR").name = "Pris en charge"
        scope.update_field_translations(
            "body",
            {"fr_FR": {"We <b>help</b>.": "Nous <b>aidons</b>.", "Bugs": "Bogues"}},
        )
        contact.update_field_translations(
            "body",
            {
                "fr_FR": {
                    "We answer in 24 hours.": "Nous répondons sous 24 heures : oui."
                }
            },
        )
        cls.charter.action_publish()

    def _new_version(self, publish=True, **vals):
        action = self.charter.action_new_version()
        draft = self.charters.browse(action["res_id"])
        draft.write(vals)
        if publish:
            draft.action_publish()
        return draft


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
            for context in ({}, {"support_charter_publication": True}):
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


@tagged("post_install", "-at_install")
class TestCharterAcceptance(CharterCase):
    def setUp(self):
        super().setUp()
        self.acceptances = self.env["support.charter.acceptance"]

    def _accept(self, user, charter=None, lang="fr_FR"):
        charter = (charter or self.charter).sudo()
        return self.acceptances._accept(charter, user, lang)

    def _ask(self, user):
        charter = self.env["support.charter"]._get_published(self.company)
        return self.acceptances._get_request(charter, user.partner_id)

    # === PROOF === #

    def test_acceptance_is_a_proof(self):
        with self.at("2026-06-01 09:30:00"):
            acceptance = self._accept(self.a1)
        text = self.charter.with_context(lang="fr_FR")._get_text()
        self.assertIn("Nous répondons sous 24 heures", text)
        self.assertRecordValues(
            acceptance,
            [
                {
                    "user_id": self.a1.id,
                    "partner_id": self.a1.partner_id.id,
                    "commercial_partner_id": self.customer_a.id,
                    "partner_name": self.a1.name,
                    "customer_name": "Customer A",
                    "charter_id": self.charter.id,
                    "company_id": self.company.id,
                    "version": self.charter.version,
                    "lang": "fr_FR",
                    "text": text,
                    "text_hash": hashlib.sha256(text.encode()).hexdigest(),
                    "is_signatory": False,
                }
            ],
        )
        self.assertEqual(str(acceptance.accepted_on), "2026-06-01 09:30:00")
        self._new_version()
        self.a1.partner_id.name = "Renamed"
        acceptance.invalidate_recordset()
        self.assertEqual(acceptance.verify(), {acceptance.id: True})
        self.assertTrue(acceptance._is_as_published())
        self.assertEqual(acceptance.action_verify()["params"]["type"], "success")
        self.assertNotEqual(acceptance.partner_name, "Renamed")

    def test_tampering_is_seen(self):
        acceptance = self._accept(self.a1)
        self.env.cr.execute(
            "UPDATE support_charter_acceptance SET text = text || 'x' WHERE id = %s",
            [acceptance.id],
        )
        acceptance.invalidate_recordset()
        self.assertEqual(acceptance.verify(), {acceptance.id: False})
        self.assertEqual(acceptance.action_verify()["params"]["type"], "danger")

    def test_later_translation_leaves_the_proof(self):
        """A language without a translation shows English, until it has one."""
        acceptance = self._accept(self.a1, lang="fr_FR")
        self.env.cr.execute(
            """UPDATE support_charter SET name = name || '{"fr_FR": "Autre"}'
                WHERE id = %s""",
            [self.charter.id],
        )
        self.env.invalidate_all()
        self.assertEqual(acceptance.verify(), {acceptance.id: True})
        self.assertEqual(acceptance.action_verify()["params"]["type"], "warning")

    def test_append_only(self):
        acceptance = self._accept(self.a1)
        for user in (self.manager, self.a1, self.env.user):
            record = acceptance.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    record.write({"partner_name": "Other"})
                with self.assertRaises(UserError):
                    record.unlink()
                with self.assertRaises(UserError):
                    record.copy()
        with self.assertRaises(AccessError):
            self.acceptances.with_user(self.manager).create(acceptance.copy_data()[0])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.customer_a.unlink()

    def test_report(self):
        acceptance = self._accept(self.a1)
        content = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "omydoo_helpdesk.support_charter_acceptance_report", acceptance.ids
            )[0]
            .decode()
        )
        for part in (
            acceptance.text_hash,
            self.a1.name,
            "Customer A",
            "Charte d’assistance (v",
            "Nous répondons sous 24 heures",
            "French",
        ):
            self.assertIn(part, content)

    # === WHO IS ASKED === #

    def test_each_person_once(self):
        self.assertTrue(self._ask(self.a1)["is_required"])
        acceptance = self._accept(self.a1)
        self.assertFalse(self._ask(self.a1)["is_required"])
        self.assertTrue(self._ask(self.a2)["is_required"])
        self.assertEqual(self._accept(self.a1), acceptance)
        self.assertEqual(self.acceptances.search_count([]), 1)

    def test_second_row_is_refused_by_the_database(self):
        self._accept(self.a1)
        vals = self.acceptances._prepare_acceptance_vals(
            self.charter.sudo(), self.a1, "fr_FR"
        )
        vals["accepted_on"] = "2026-06-01 09:30:00"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.acceptances.create(vals)

    def test_new_version_asks_again(self):
        self._accept(self.a1)
        new = self._new_version()
        asked = self._ask(self.a1)
        self.assertTrue(asked["is_required"])
        self.assertEqual(asked["previous"], self.charter)
        with self.assertRaises(UserError):
            self._accept(self.a1)
        self._accept(self.a1, new)
        self.assertFalse(self._ask(self.a1)["is_required"])

    def test_correction_does_not_ask_again(self):
        self._accept(self.a1)
        self._new_version(is_minor=True)
        second = self._new_version(is_minor=True)
        self.assertFalse(self._ask(self.a1)["is_required"])
        self.assertTrue(self._ask(self.b1)["is_required"])
        self._accept(self.b1, second)
        self.assertFalse(self._ask(self.b1)["is_required"])
        self._new_version()
        self.assertTrue(self._ask(self.a1)["is_required"])
        # A correction of the new version does not bring the old acceptance back.
        self._new_version(is_minor=True)
        self.assertTrue(self._ask(self.a1)["is_required"])

    def test_nobody_is_asked(self):
        self.company.support_charter_acceptance = "none"
        self.assertFalse(self._ask(self.a1)["is_required"])

    def test_authorised_contact(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        asked = self._ask(self.a1)
        self.assertTrue(asked["is_required"])
        self.assertFalse(asked["may_accept"])
        self.assertEqual(asked["signatories"], self.a2.partner_id)
        with self.assertRaises(AccessError):
            self._accept(self.a1)
        acceptance = self._accept(self.a2)
        self.assertTrue(acceptance.is_signatory)
        self.assertFalse(self._ask(self.a1)["is_required"])
        # Nobody is named at customer B: each person answers for themselves.
        self.assertTrue(self._ask(self.b1)["may_accept"])
        # Who is no longer authorised was so on that day.
        self.a2.partner_id.support_charter_signatory = False
        self.assertFalse(self._ask(self.a1)["is_required"])

    def test_acceptance_of_a_person_is_not_the_customers(self):
        self._accept(self.a1)
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self.assertTrue(self._ask(self.a1)["is_required"])

    def test_contact_who_changes_companies(self):
        self.company.support_charter_acceptance = "signatory"
        partner = self.a2.partner_id
        partner.support_charter_signatory = True
        acceptance = self._accept(self.a2)
        partner.parent_id = self.customer_b
        self.assertFalse(partner.support_charter_signatory)
        self.assertEqual(acceptance.commercial_partner_id, self.customer_a)
        self.assertTrue(self._ask(self.a2)["is_required"])
        self.assertFalse(acceptance.with_user(self.a2).has_access("read"))

    def test_other_company_has_its_own_charter(self):
        self._accept(self.a1)
        beta = self.env["res.company"].create({"name": "Beta"})
        other = self.charter.sudo().copy({"company_id": beta.id})
        self.assertEqual(other.version, 1)
        other.action_publish()
        asked = self.acceptances._get_request(other, self.a1.partner_id)
        self.assertTrue(asked["is_required"])
        self.assertFalse(asked["previous"])

    def test_who_reads_acceptances(self):
        acceptance = self._accept(self.a1)
        for user, expected in (
            (self.agent, True),
            (self.manager, True),
            (self.a1, True),
            (self.a2, True),
            (self.b1, False),
        ):
            with self.subTest(user=user.login):
                found = self.acceptances.with_user(user).search([])
                self.assertEqual(found == acceptance, expected)
        with self.assertRaises(AccessError):
            acceptance.with_user(self.a1).read(["ip_address"])
        self.assertFalse(
            self.a1.partner_id.with_user(self.a1).has_access("write")
            and self.a1.partner_id.with_user(self.a1)._has_field_access(
                self.a1.partner_id._fields["support_charter_signatory"], "write"
            )
        )

    def test_customers_form(self):
        self._accept(self.a1)
        customer = self.customer_a.with_user(self.agent)
        self.assertEqual(customer.support_charter_acceptance_count, 1)
        action = customer.action_view_support_charter_acceptances()
        found = self.acceptances.with_user(self.agent).search(action["domain"])
        self.assertEqual(found.partner_id, self.a1.partner_id)
        other = self.a2.partner_id.with_user(self.agent)
        self.assertEqual(other.support_charter_acceptance_count, 0)
        self.assertEqual(self.charter.acceptance_count, 1)
        with Form(self.a2.partner_id) as form:
            form.support_charter_signatory = True
        self.assertTrue(self.a2.partner_id.support_charter_signatory)

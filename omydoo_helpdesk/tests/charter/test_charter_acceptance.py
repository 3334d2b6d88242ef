# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from psycopg2 import IntegrityError
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .charter_common import CharterCase


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

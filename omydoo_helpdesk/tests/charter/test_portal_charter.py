# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..portal_common import HIGH_ANSWERS
from .portal_charter_common import PortalCharterCase


@tagged("post_install", "-at_install")
class TestPortalCharter(PortalCharterCase):
    """The charter is accepted before anything is filed; the server sees to it."""

    # === FILING === #

    def test_filing_without_acceptance_is_refused(self):
        self._login(self.a1)
        before = self._all_tickets()
        page = self._get("/new/ticket")
        shown = self._shown(page)
        digest = shown["charter_hash"]
        other = self.second.with_context(lang="en_US").copy()
        foreign = self.second.copy({"company_id": self.beta.id})
        foreign.action_publish()
        for name, values in {
            "nothing": {},
            "not ticked": shown,
            "only ticked": {"charter_accepted": "1"},
            "wrong hash": {"charter_hash": "0" * 64},
            "another text's hash": {"charter_hash": self.first._get_hash()},
            "draft": {"charter_version": other.id, "charter_hash": other._get_hash()},
            "another company's": {"charter_version": foreign.id},
            "superseded": {
                "charter_version": self.first.id,
                "charter_hash": self.first._get_hash(),
            },
            "strange": {"charter_version": "é", "charter_hash": "9" * 900},
        }.items():
            with self.subTest(name):
                sent = values and {
                    **shown,
                    **({} if values is shown else {"charter_accepted": "1"}),
                    **values,
                }
                if name == "only ticked":
                    sent = values
                page = self.assertRefused(self._submit(**sent))
                self.assertEqual(self._shown(page)["charter_hash"], digest)
        self.assertEqual(self._all_tickets(), before)
        self.assertFalse(self._of(self.a1))

    def test_acceptance_comes_with_the_ticket(self):
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertIn("périmètre élargi", page.text_content())
        sent = self._accepted(page)
        text = (
            "Charte de l’été\n\nTitle scope\npérimètre élargi\n\n"
            "Title out_of_scope\nout_of_scope\n\nTitle contact\ncontact\n"
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.assertEqual(sent["charter_hash"], digest)
        self._file(**sent)
        acceptance = self._of(self.a1)
        self.assertRecordValues(
            acceptance,
            [
                {
                    "partner_id": self.a1.partner_id.id,
                    "commercial_partner_id": self.customer_a.id,
                    "version": self.second.version,
                    "lang": "fr_FR",
                    "text": text,
                    "text_hash": digest,
                }
            ],
        )
        self.assertTrue(acceptance.ip_address)
        # Once: neither asked nor stored again.
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._file()
        self._file(**sent)
        self.assertEqual(self._of(self.a1), acceptance)

    def test_text_shown_in_another_language(self):
        """What is stored is what was shown, whatever language is current now."""
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        sent["charter_hash"] = self.second.with_context(lang="en_US")._get_hash()
        self._file(**sent)
        self.assertEqual(self._of(self.a1).lang, "en_US")

    def test_other_errors_keep_the_tick(self):
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        response = self._submit(subject="", **sent)
        page = self.assertFormAgain(response, "subject")
        self.assertTrue(page.xpath("//input[@name='charter_accepted'][@checked]"))
        self.assertFalse(self._of(self.a1))

    def test_version_published_meanwhile(self):
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        third = self._publish_next(self.second)
        page = self.assertRefused(self._submit(**sent))
        self.assertIn(
            str(third.version), self._text(page, "//*[@id='charter_accepted_error']")
        )
        self.assertEqual(self._shown(page)["charter_version"], str(third.id))
        self.assertFalse(self._of(self.a1, third))
        self._file(**self._accepted(page))
        self.assertTrue(self._of(self.a1, third))

    def test_what_changed_is_told(self):
        self._login(self.a1)
        for path in ("/new/ticket", "/my/charter"):
            page = self._get(path)
            changes = page.xpath("//details[contains(@class, 'o_support_changes')]")
            self.assertEqual(len(changes), 1, path)
            self.assertEqual(
                [node.text_content() for node in changes[0].xpath(".//section//ins")][
                    -1
                ].split()[-1],
                "élargi",
            )
            self.assertTrue(changes[0].xpath(".//del"))
            self.assertNotIn("out_of_scope", changes[0].text_content())

    def test_first_acceptance_has_no_changes(self):
        self._login(self.a1)
        self.a1.partner_id.parent_id = self.customer_b
        page = self._get("/new/ticket")
        self.assertTrue(page.xpath("//input[@name='charter_accepted']"))
        self.assertFalse(page.xpath("//*[contains(@class, 'o_support_changes')]"))

    def test_correction_is_not_asked(self):
        self._accept_charter(self.a1)
        self._publish_next(self.second, is_minor=True)
        self._login(self.a1)
        self._file()

    def test_nobody_is_asked(self):
        self.company.support_charter_acceptance = "none"
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._file()
        self.assertFalse(self._of(self.a1))

    def test_company_without_a_charter(self):
        self._login(self.beta_user)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        self._get("/my/charter")

    def test_second_window_at_the_same_time(self):
        """The other request has just stored the acceptance: the ticket is filed."""
        self._login(self.a1)
        sent = self._accepted(self._get("/new/ticket"))
        model = type(self.acceptances)
        create = model.create

        def lose_the_race(acceptances, vals):
            create(acceptances, vals)
            acceptances.env.flush_all()
            return create(acceptances, vals)

        with (
            patch.object(model, "create", lose_the_race),
            mute_logger("odoo.sql_db"),
        ):
            self._file(**sent)
        self.assertFalse(self._of(self.a1))  # it is the other request's
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            vals = self.acceptances._prepare_acceptance_vals(
                self.first, self.a1, "fr_FR"
            )
            self.acceptances.create({**vals, "accepted_on": "2026-06-01 09:00:00"})

    # === AUTHORISED CONTACT === #

    def test_authorised_contact(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self._login(self.a1)
        page = self._get("/new/ticket")
        self.assertFalse(page.xpath("//input[@name='charter_accepted']"))
        who = self._text(page, "//*[contains(@class, 'o_support_acceptance_who')]")
        self.assertIn(self.a2.name, who)
        # Not even with the right hash.
        sent = {
            "charter_version": self.second.id,
            "charter_hash": self.second.with_context(lang="fr_FR")._get_hash(),
            "charter_accepted": "1",
        }
        before = self._all_tickets()
        response = self._submit(**sent)
        self.assertEqual(response.status_code, 400)
        self.assertIn(self.a2.name, response.text)
        self.assertIn("Impossible d’imprimer la facture", response.text)
        self.assertEqual(self._all_tickets(), before)
        response = self._post("/my/charter/accept", sent)
        self.assertEqual(response.status_code, 403)
        self.assertIn(self.a2.name, response.text)
        self.assertFalse(self._of(self.a1))
        # The authorised contact accepts, and everybody files.
        self._login(self.a2)
        sent = self._accepted(self._get("/my/charter"))
        response = self._post("/my/charter/accept", sent)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(self._of(self.a2).is_signatory)
        self._login(self.a1)
        self._file()
        page = self._get("/my/charter")
        self.assertIn(
            self.a2.name,
            self._text(page, "//*[contains(@class, 'o_support_accepted')]"),
        )

    def test_emergency_does_not_wait_for_the_authorised_contact(self):
        self.company.support_charter_acceptance = "signatory"
        self.a2.partner_id.support_charter_signatory = True
        self._login(self.a1)
        mails = self.env["mail.mail"].search([])
        ticket = self._file(claimed_priority="3", **HIGH_ANSWERS)
        self.assertTrue(ticket.is_charter_missing)
        asked = self.env["mail.mail"].search([]) - mails
        asked = asked.filtered(lambda mail: mail.model == "res.partner")
        self.assertEqual(asked.recipient_ids, self.a2.partner_id)
        self.assertIn("/my/charter", asked.body_html)
        self._file(claimed_priority="3", subject="Again", **HIGH_ANSWERS)
        again = self.env["mail.mail"].search([("model", "=", "res.partner")])
        self.assertEqual(len(again - mails), 1)
        # An emergency is one with its two answers.
        response = self._submit(claimed_priority="3")
        self.assertEqual(response.status_code, 400)

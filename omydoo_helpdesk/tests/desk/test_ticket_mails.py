# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unittest.mock import patch

from lxml import etree, html

from odoo import SUPERUSER_ID
from odoo.modules.module import get_manifest
from odoo.tests import Form, HttpCase, TransactionCase, tagged
from odoo.tools import html_sanitize
from odoo.tools.misc import file_open

from odoo.addons.mail.tests.common import MailCommon

from ..common import SupportCase

FILED_AT = "2026-06-01 07:00:00"
CLOSED_AT = "2026-06-02 08:00:00"


class TicketMailCase(SupportCase, MailCommon):
    """Mails of the desk to a customer who reads French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As for people: a change of stage is tracked, which is what sends its mail.
        cls.env = cls.env(context={})
        cls._init_mail_gateway()
        cls.team.write(
            {"alias_name": "support", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.company.write(
            {"support_phone": "+33 1 23 45 67 89", "email": "d@d.example"}
        )
        cls.plan_24.phone_allowed = True
        cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        cls.stage_progress = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
        )
        closed = cls.env.ref("omydoo_helpdesk.mail_template_closed")
        (cls.stage_done + cls.stage_cancelled).mail_template_id = closed
        # Known without depending on the French of the files.
        closed.with_context(
            lang="fr_FR"
        ).subject = "{{ object.number }} clos : {{ object.name }}"
        # What asks for the charter is a receipt by itself.
        cls.company.support_charter_acceptance = "none"

    def _close(self, ticket, stage=None):
        ticket.with_user(self.agent).stage_id = stage or self.stage_done
        self.flush_tracking()

    def _find_mails(self, ticket, subject):
        """Return the mails of a ticket to its customer, by a part of their subject."""
        self.env.flush_all()
        return self.env["mail.mail"].search(
            [
                ("model", "=", ticket._name),
                ("res_id", "=", ticket.id),
                ("subject", "like", subject),
            ]
        )

    def _text(self, mail):
        """Return what a mail says, on one line."""
        return " ".join(html.fromstring(mail.body_html).text_content().split())

    def _receive(self, sender, headers=b""):
        """Give a mail to the gateway.

        :return: the ticket it became
        """
        before = self.env["helpdesk.ticket"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                None,
                b"To: support@%s\nFrom: %s\nMessage-Id: <1@customer.example.com>\n"
                b"%sSubject: Help\n\nIt is broken.\n"
                % (self.mail_alias_domain.name.encode(), sender.encode(), headers),
            )
        return self.env["helpdesk.ticket"].search([]) - before


@tagged("post_install", "-at_install")
class TestMailStyles(TransactionCase):
    """Some mails are posted: what Odoo cleans of a message is not written in them."""

    def test_no_style_is_cleaned_away(self):
        found = 0
        for path in get_manifest("omydoo_helpdesk")["data"]:
            if not path.startswith("data/"):
                continue
            with file_open(f"omydoo_helpdesk/{path}", "rb") as file:
                tree = etree.parse(file)
            for node in tree.iterfind(".//field[@name='body_html']//*[@style]"):
                found += 1
                names = re.findall(r"([\w-]+)\s*:", node.get("style"))
                kept = html_sanitize(
                    f'<p style="{node.get("style")}">x</p>', sanitize_style=True
                )
                self.assertEqual(re.findall(r"([\w-]+)\s*:", kept), names, path)
        self.assertTrue(found)


@tagged("post_install", "-at_install")
class TestClosingMail(TicketMailCase):
    """A5: what was done, until when to reopen, and what the customer thinks of it."""

    def test_tells_the_customer_what_was_done(self):
        with self.at(FILED_AT):
            ticket = self._create_ticket()
            ticket.with_user(self.agent).message_post(
                body="The printer works again.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            ticket.with_user(self.agent).message_post(body="Internal: cable.")
            self.flush_tracking()
        with self.at(CLOSED_AT):
            self._close(ticket)
            mail = self._find_mails(ticket, "clos :")
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.a1.partner_id)
        text = self._text(mail)
        self.assertIn(self.a1.name, text)
        self.assertNotIn(self.agent.name, text)
        self.assertIn("The printer works again.", text)
        self.assertNotIn("Internal: cable.", text)
        # 15 days after, in Paris and in French
        self.assertIn("mercredi 17 juin 2026", text)
        self.assertIn("10:00", text)
        links = html.fromstring(mail.body_html).xpath("//a/@href")
        self.assertTrue(all(link.startswith("http") for link in links), links)
        self.assertTrue(
            any(
                "/mail/view" in link and f"res_id={ticket.id}" in link for link in links
            ),
            links,
        )
        self.assertEqual(
            [link.rsplit("/", 1)[1] for link in links if "/rate/" in link],
            ["5", "3", "1"],
        )

    def test_once_for_each_closing(self):
        ticket = self._create_ticket()
        self.flush_tracking()
        self._close(ticket)
        self._close(ticket, self.stage_cancelled)
        self.assertEqual(len(self._find_mails(ticket, "clos :")), 1)
        self._close(ticket, self.stage_progress)
        self._close(ticket)
        self.assertEqual(len(self._find_mails(ticket, "clos :")), 2)

    def test_not_for_what_comes_in_closed(self):
        ticket = self._create_ticket(stage_id=self.stage_done.id)
        self.flush_tracking()
        self.assertFalse(self._find_mails(ticket, "clos :"))

    def test_not_at_import_nor_for_a_program(self):
        for context in ({"import_file": True}, {"support_auto_reply": True}):
            ticket = self._create_ticket()
            self.flush_tracking()
            with self.subTest(context=context):
                self._close(ticket.with_context(**context))
                self.assertFalse(self._find_mails(ticket, "clos :"))

    def test_without_reopening_or_rating(self):
        """Never to reopen: nothing is promised; nobody known: nobody is asked."""
        self.company.support_reopen_days = 0
        ticket = self._create_ticket(partner_id=False, partner_email="x@y.example")
        self.assertEqual(ticket._get_mail_reopening(), "")
        self.assertEqual(ticket._get_mail_ratings(), [])
        self.assertIn("access_token=", ticket._get_mail_url())

    def test_stages_take_our_mails_over(self):
        theirs = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        ours = self.env.ref("omydoo_helpdesk.mail_template_closed")
        stages = self.stage_done + self.stage_cancelled
        stages.mail_template_id = theirs
        self.stage_progress.mail_template_id = False
        self.cr.execute(
            "UPDATE mail_template SET write_uid = %s WHERE id = %s",
            (SUPERUSER_ID, theirs.id),
        )
        theirs.invalidate_recordset()
        stages._take_over_mails()
        self.assertEqual(stages.mail_template_id, ours)
        self.assertFalse(self.stage_progress.mail_template_id, "taken off on purpose")

    def test_an_edited_template_stays(self):
        theirs = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        self.stage_done.mail_template_id = theirs
        theirs.with_user(self.env.ref("base.user_admin")).subject = "Ours"
        self.env.flush_all()
        self.stage_done._take_over_mails()
        self.assertEqual(self.stage_done.mail_template_id, theirs)


@tagged("post_install", "-at_install")
class TestRatingLink(TicketMailCase, HttpCase):
    """The click of a mail shows a page; what is sent from there decides."""

    def test_click_shows_and_post_decides(self):
        ticket = self._create_ticket()
        self.flush_tracking()
        self._close(ticket)
        mail = self._find_mails(ticket, "clos :")
        link = html.fromstring(mail.body_html).xpath("//a[contains(@href,'/5')]/@href")
        path = "/rate/" + link[0].split("/rate/")[1]
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(ticket.rating_last_value)
        form = html.fromstring(response.content).xpath("//form[@method='post']")[0]
        values = {
            field.get("name"): field.get("value")
            for field in form.xpath(".//input[@type='hidden']")
        }
        self.url_open(form.get("action"), data={**values, "rate": "5"})
        ticket.invalidate_recordset()
        self.assertEqual(ticket.satisfaction, "satisfied")


@tagged("post_install", "-at_install")
class TestAcknowledgement(TicketMailCase):
    """P1: whoever files a request is told that it arrived, once."""

    def _acknowledged(self, ticket):
        return self._find_mails(ticket, ticket.number).filtered(
            lambda mail: mail.message_type == "email_outgoing"
        )

    def test_of_a_mail(self):
        with self.at(FILED_AT):
            ticket = self._receive(self.a1.email)
            mail = self._acknowledged(ticket)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.a1.partner_id)
        text = self._text(mail)
        self.assertIn(ticket.number, text)
        self.assertIn("juin 2026", text)
        self.assertIn("(Europe/Paris)", text)
        self.assertNotIn(self.company.support_phone, text, "it is not blocking")
        self.assertEqual(ticket.response_state, "ongoing", "it is no answer")

    def test_telephone_where_it_is_blocking(self):
        ticket = self._create_ticket(claimed_priority="3")
        self.assertEqual(ticket._get_mail_phone(), self.company.support_phone)
        self.assertEqual(self._create_ticket()._get_mail_phone(), "")
        self.plan_24.phone_allowed = False
        self.assertEqual(ticket._get_mail_phone(), "")

    def test_of_somebody_unknown(self):
        ticket = self._receive("x@y.example")
        mail = self._acknowledged(ticket)
        self.assertEqual(mail.email_to, "x@y.example")
        self.assertFalse(mail.recipient_ids)

    def test_one_of_two_receipts(self):
        """What asks for the charter says by itself that the request arrived."""
        ticket = self.env["helpdesk.ticket"]
        with patch.object(type(ticket), "_ask_charter_of_sender", lambda self: True):
            ticket = self._receive(self.a1.email)
        self.assertEqual(len(ticket), 1)
        self.assertFalse(self._acknowledged(ticket))

    def test_none_to_programs(self):
        ticket = self._receive(self.a1.email, b"Auto-Submitted: auto-generated\n")
        self.assertEqual(len(ticket), 1)
        self.assertFalse(self._acknowledged(ticket))

    def test_none_if_the_company_does_not_want_it(self):
        self.company.support_acknowledge = False
        self.assertFalse(self._acknowledged(self._receive(self.a1.email)))

    def test_none_for_what_agents_and_imports_create(self):
        ticket = self._create_ticket()
        self.flush_tracking()
        self.assertFalse(self._acknowledged(ticket))
        self.assertFalse(ticket.with_context(import_file=True)._acknowledge())
        ticket.partner_id = self.agent.partner_id
        self.assertFalse(ticket._acknowledge(), "the desk needs no receipt")


@tagged("post_install", "-at_install")
class TestDecisionMail(TicketMailCase):
    """P4: the desk decides otherwise, and the customer is told why."""

    def _told(self, ticket):
        return ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )

    def test_priority(self):
        ticket = self._create_ticket(claimed_priority="3")
        ticket.with_user(self.agent).write(
            {"priority": "1", "priority_reason": "Another printer works"}
        )
        message = self._told(ticket)
        self.assertEqual(len(message), 1)
        self.assertIn("Another printer works", message.body)
        self.assertIn(self.a1.partner_id, message.notified_partner_ids)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertFalse(message.is_internal)
        self.assertEqual(ticket.response_state, "ongoing", "it is no answer")
        ticket.with_user(self.agent).write(
            {"priority": "1", "priority_reason": "Another printer works"}
        )
        self.assertEqual(len(self._told(ticket)), 1)

    def test_claim_of_the_customer_is_no_decision(self):
        ticket = self._create_ticket()
        ticket._claim_urgent("Invoices", "Accounting")
        self.assertEqual(ticket.priority, "3")
        self.assertFalse(self._told(ticket))

    def test_scope_by_any_road(self):
        ticket = self._create_ticket()
        vals = {"scope": "out_of_scope", "scope_override_reason": "It is a new screen"}
        ticket.with_user(self.agent).write(vals)
        self.assertEqual(len(self._told(ticket)), 1)
        # The reason ends before the next sentence begins.
        self.assertIn("It is a new screen. ", self._told(ticket).body)
        ticket.with_user(self.agent).write(vals)
        self.assertEqual(len(self._told(ticket)), 1)
        ticket.with_user(self.agent)._override_scope("in_scope", "A gesture!")
        self.assertEqual(len(self._told(ticket)), 2)
        self.assertIn("A gesture!", ticket.scope_explanation)
        self.assertNotIn("A gesture!.", ticket.scope_explanation)

    def test_an_archived_template_tells_nothing(self):
        self.env.ref("omydoo_helpdesk.mail_template_priority").active = False
        ticket = self._create_ticket()
        ticket.with_user(self.agent).write(
            {"priority": "0", "priority_reason": "Comfort"}
        )
        self.assertFalse(self._told(ticket))


@tagged("post_install", "-at_install")
class TestOneLook(TicketMailCase):
    """Every mail that leaves looks the same; each is edited, or left, by itself."""

    def _link_bug(self, ticket):
        bug = self.env["support.upstream.bug"].create(
            {
                "name": "VAT report",
                "kind": "generic",
                "company_id": self.company.id,
                "workaround": "Print it from the list.",
            }
        )
        ticket.with_user(self.agent).sudo().upstream_bug_id = bug
        return bug

    def _told(self, ticket):
        return ticket.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )

    def test_what_agents_write(self):
        """In the frame of the others, with the next promise, in the reader's words."""
        with self.at(FILED_AT):
            ticket = self._create_ticket(claimed_priority="1")
            ticket.message_subscribe(self.agent.partner_id.ids)
            ticket.with_user(self.agent).message_post(
                body="Which printer?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=(self.a1 + self.manager).partner_id.ids,
            )
            self.env.flush_all()
            promise = ticket.with_context(
                lang="fr_FR", tz="Europe/Paris"
            )._get_portal_promise_sentence("resolution")
        mails = self.env["mail.mail"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        mail = mails.filtered(lambda mail: self.a1.partner_id in mail.recipient_ids)
        self.assertEqual(len(mail), 1)
        tree = html.fromstring(mail.body_html)
        self.assertTrue(tree.xpath("//table[contains(@style, 'max-width: 600px')]"))
        text = self._text(mail)
        self.assertIn("Which printer?", text)
        self.assertIn(ticket.number, text)
        self.assertIn(promise, text)
        # Odoo's own tells agents what changed, with the buttons of the ticket.
        theirs = mails - mail
        self.assertTrue(theirs)
        self.assertNotIn("max-width: 600px", theirs[0].body_html)

    def test_a_note_keeps_odoos_look(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).message_post(
            body="Internal", partner_ids=self.manager.partner_id.ids
        )
        self.env.flush_all()
        mail = self.env["mail.mail"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertNotIn("max-width: 600px", mail[:1].body_html or "")

    def test_asking_stage_says_what_is_needed(self):
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        asking = self.env.ref("omydoo_helpdesk.mail_template_awaiting")
        awaiting.mail_template_id = asking
        ticket = self._create_ticket()
        self.flush_tracking()
        ticket.with_user(self.agent).stage_id = awaiting
        self.flush_tracking()
        mail = self.env["mail.mail"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(len(mail), 1)
        reason = awaiting.with_context(lang="fr_FR").hold_reason
        self.assertIn(reason, self._text(mail))

    def test_known_bug(self):
        ticket = self._create_ticket()
        bug = self._link_bug(ticket)
        message = self._told(ticket)
        self.assertEqual(len(message), 1)
        self.assertIn("VAT report", message.body)
        self.assertIn("Print it from the list.", message.body)
        self.assertEqual(ticket.response_state, "ongoing", "it is no answer")
        ticket.upstream_bug_id = bug
        self.assertEqual(len(self._told(ticket)), 1)

    def test_known_bug_of_what_is_closed_or_imported(self):
        closed = self._create_ticket(stage_id=self.stage_done.id)
        imported = self._create_ticket()
        self._link_bug(closed)
        self._link_bug(imported.with_context(import_file=True))
        self.assertFalse(self._told(closed + imported))

    def test_no_decision_is_told_at_an_import(self):
        ticket = self._create_ticket(claimed_priority="3")
        ticket.with_user(self.agent).with_context(import_file=True).write(
            {"priority": "1", "priority_reason": "Of the other desk"}
        )
        self.assertEqual(ticket.priority, "1")
        self.assertFalse(self._told(ticket))

    def test_each_is_switched_off_by_the_company(self):
        """By one list, which holds all but the receipt; another company's goes on."""
        mails = self.env["mail.template"]._get_support_mails()
        names = set(mails.mapped("name"))
        for name in ("Closed", "Known Bug Repaired", "Agreement Needed"):
            self.assertTrue(any(name in known for known in names), name)
        self.assertNotIn(self.env.ref("omydoo_helpdesk.mail_template_received"), mails)
        settings = Form(self.env["res.config.settings"])
        self.assertEqual(set(settings.support_mail_ids.ids), set(mails.ids))
        other = self.env["res.company"].create({"name": "Beta"})
        other.support_silent_mail_ids = mails
        ticket = self._create_ticket(claimed_priority="3")
        vals = {"priority": "1", "priority_reason": "Another printer works"}
        ticket.with_user(self.agent).write(vals)
        self.assertEqual(len(self._told(ticket)), 1)
        self.company.support_silent_mail_ids = mails
        ticket = self._create_ticket(claimed_priority="3")
        self.flush_tracking()
        ticket.with_user(self.agent).write(vals)
        self._link_bug(ticket)
        self.assertFalse(self._told(ticket))
        self._close(ticket)
        self.assertFalse(self._find_mails(ticket, "clos :"))

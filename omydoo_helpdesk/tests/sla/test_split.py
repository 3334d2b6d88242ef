# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from lxml import html
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCommon

from ..sla_common import SlaCase

FILED_AT = "2026-06-01 07:00:00"
WRITTEN_AT = "2026-06-02 07:00:00"
SPLIT_AT = "2026-06-02 09:00:00"


class TalkCase(SlaCase, MailCommon):
    """A conversation with files, which is followed."""

    @classmethod
    def default_env_context(cls):
        # Which mails leave is what is tested.
        return {
            **super().default_env_context(),
            "tracking_disable": False,
            "mail_notrack": False,
            "mail_create_nolog": False,
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.a1.partner_id

    def _make_file(self, name, content=b"content"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "datas": base64.b64encode(content + name.encode()),
                # As the composer uploads it.
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )

    def _post(self, ticket, body, author=None, moment=WRITTEN_AT, **vals):
        author = author or self.partner
        with self.at(moment):
            return ticket.message_post(
                body=Markup(body),
                author_id=author.id,
                email_from=author.email,
                message_type=vals.pop("message_type", "comment"),
                subtype_xmlid=vals.pop("subtype_xmlid", "mail.mt_comment"),
                **vals,
            )

    def _find_mails(self, partner):
        """Return the mails to somebody."""
        self.env.flush_all()
        return self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])

    def _text(self, markup):
        return " ".join(html.fromstring(markup).text_content().split())


@tagged("post_install", "-at_install")
class TestSplit(TalkCase):
    """What was asked in a message is a ticket of its own."""

    def setUp(self):
        super().setUp()
        self.ticket = self._file(FILED_AT, user_id=self.agent.id)
        self.message = self._post(
            self.ticket,
            "<p>By the way, the stock is wrong too.</p><p>Since Monday.</p>",
            author=self.a2.partner_id,
            attachment_ids=self._make_file("stock.png").ids,
        )
        self.flush_tracking()

    def _open(self, message=None, user=None):
        ticket = self.ticket.with_user(user or self.agent)
        action = ticket.action_split((message or self.message).id)
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .with_context(**action["context"])
        )

    def _split(self, moment=SPLIT_AT, **vals):
        with self.at(moment):
            form = self._open()
            for name, value in vals.items():
                form[name] = value
            action = form.save().action_split()
            self.flush_tracking()
        return self.env["helpdesk.ticket"].browse(action["res_id"])

    def test_ticket_of_its_own(self):
        with self.at(SPLIT_AT):
            form = self._open()
            self.assertEqual(form.name, "By the way, the stock is wrong too.")
            self.assertIn("6/2/26, 9:00", form.notice, "in Paris")
        new = self._split(name="The stock is wrong", category_id=self.category_in)
        self.assertRecordValues(
            new,
            [
                {
                    "name": "The stock is wrong",
                    "partner_id": self.a2.partner_id.id,
                    "commercial_partner_id": self.customer_a.id,
                    "team_id": self.team.id,
                    "user_id": self.agent.id,
                    "split_from_id": self.ticket.id,
                    "split_message_id": self.message.id,
                    "scope": "in_scope",
                    "create_uid": self.agent.id,
                }
            ],
        )
        self.assertIn("Since Monday.", new.description)
        self.assertEqual(new.attachment_ids.mapped("name"), ["stock.png"])
        self.assertEqual(
            self.message.attachment_ids.res_id, self.ticket.id, "the file stays, too"
        )

    def test_clocks_start_when_the_customer_wrote(self):
        new = self._split()
        self.assertEqual(str(new.filed_at), WRITTEN_AT)
        # Nine in Paris, and four hours of work with a break of one.
        self.assertClock(new, "response", "ongoing", "2026-06-02 12:00:00")
        self.assertFalse(new.response_ended_at, "a mail of the desk is no answer")

    def test_linked_both_ways(self):
        new = self._split()
        for ticket, other in ((self.ticket, new), (new, self.ticket)):
            notes = ticket.message_ids.filtered(
                lambda message: message.subtype_id == self.env.ref("mail.mt_note")
            )
            link = f'data-oe-id="{other.id}"'
            self.assertEqual(len([n for n in notes if link in n.body]), 1)

    def test_customer_is_told_once(self):
        before = self._find_mails(self.a2.partner_id)
        others = self._find_mails(self.partner)
        new = self._split()
        mail = self._find_mails(self.a2.partner_id) - before
        self.assertEqual(len(mail), 1)
        self.assertIn(new.number, mail.subject)
        self.assertIn(self.ticket.number, self._text(mail.body_html))
        self.assertEqual(mail.attachment_ids.mapped("name"), ["stock.png"])
        self.assertEqual(self._find_mails(self.partner), others, "not their subject")

    def test_not_told_where_the_company_says_so(self):
        template = self.env.ref("omydoo_helpdesk.mail_template_split")
        self.company.support_silent_mail_ids = template
        before = self._find_mails(self.a2.partner_id)
        new = self._split()
        self.assertEqual(self._find_mails(self.a2.partner_id), before)
        self.assertEqual(new.attachment_ids.mapped("name"), ["stock.png"])

    def test_once(self):
        new = self._split()
        with self.assertRaisesRegex(UserError, new.number):
            self._open()

    def test_what_is_no_request(self):
        answer = self._post(self.ticket, "We look", author=self.agent.partner_id)
        note = self._post(self.ticket, "Hm", subtype_xmlid="mail.mt_note")
        other = self._file(FILED_AT)
        elsewhere = self._post(other, "Hello")
        with self.assertRaisesRegex(UserError, "Only what the customer wrote"):
            self._open(answer)
        with self.assertRaisesRegex(UserError, "not on the ticket"):
            self._open(elsewhere)
        self.assertTrue(note)
        log = self.ticket.message_ids.filtered(
            lambda message: message.message_type == "notification"
        )[:1]
        with self.assertRaisesRegex(UserError, "Only what the customer wrote"):
            self._open(log)

    def test_by_whom(self):
        own = new_test_user(
            self.env, "split_own", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        for user in (self.a1, own):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_split(self.message.id)
        wizards = self.env["helpdesk.ticket.split"].with_user(own)
        with self.assertRaises(AccessError):
            wizards.create({"ticket_id": self.ticket.id, "message_id": self.message.id})
        # What is theirs, they split.
        self.ticket.user_id = own
        self.team.user_ids += own
        self.assertTrue(self._open(user=own).save().action_split())

    def test_origin_is_not_written_by_hand(self):
        with self.assertRaisesRegex(AccessError, "cannot be written"):
            self.ticket.with_user(self.manager).split_from_id = self._file(FILED_AT)


@tagged("post_install", "-at_install")
class TestMerge(TalkCase):
    """What belongs to a duplicate goes to the ticket that is kept."""

    def setUp(self):
        super().setUp()
        self.stage_done.mail_template_id = self.env.ref(
            "omydoo_helpdesk.mail_template_closed"
        )
        self.company.helpdesk_mgmt_duplicate_tracking = True
        self.company.helpdesk_mgmt_duplicate_ticket_stage_id = self.stage_done
        self.kept = self._file(FILED_AT, name="First", user_id=self.agent.id)
        self.twin = self._file(
            WRITTEN_AT, name="Second", partner_id=self.a2.partner_id.id
        )
        self.flush_tracking()

    def _merge(self, twin=None, kept=None):
        action = (
            (twin or self.twin).with_user(self.agent).action_open_duplicate_wizard()
        )
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({"duplicate_of_id": (kept or self.kept).id})
        )
        with self.at(SPLIT_AT):
            wizard.action_confirm()
            self.flush_tracking()

    def test_customer_is_told_once_and_not_that_it_is_closed(self):
        before = self._find_mails(self.a2.partner_id)
        self._merge()
        self.assertTrue(self.twin.stage_id.closed)
        mail = self._find_mails(self.a2.partner_id) - before
        self.assertEqual(len(mail), 1)
        text = self._text(mail.body_html)
        self.assertIn(self.kept.number, text)
        self.assertIn(self.twin.number, text)
        self.assertNotIn("closed", text)
        self.assertEqual((mail.model, mail.res_id), (self.kept._name, self.kept.id))
        self.assertFalse(self.kept.response_ended_at, "that was no answer")

    def test_told_once_of_two_requests_of_one_person(self):
        self.twin.partner_id = self.partner
        self.kept.message_subscribe(self.partner.ids)
        self.flush_tracking()
        before = self._find_mails(self.partner)
        self._merge()
        self.assertEqual(len(self._find_mails(self.partner) - before), 1)

    def test_once_only(self):
        self._merge()
        before = self._find_mails(self.a2.partner_id)
        self.twin.duplicate_id = self.kept
        self.twin.write({"duplicate_id": self.kept.id, "priority_reason": "None"})
        self.flush_tracking()
        self.assertEqual(self._find_mails(self.a2.partner_id), before)

    def test_followers(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.twin.message_subscribe(
            (self.a2.partner_id + self.manager.partner_id + stranger).ids
        )
        self._merge()
        followers = self.kept.message_partner_ids
        self.assertIn(self.a2.partner_id, followers)
        self.assertIn(self.manager.partner_id, followers)
        self.assertNotIn(stranger, followers)

    def test_future_answers_reach_who_filed_the_other_one(self):
        self._merge()
        before = self._find_mails(self.a2.partner_id)
        self._post(self.kept, "Try again", author=self.agent.partner_id)
        self.assertEqual(len(self._find_mails(self.a2.partner_id) - before), 1)
        self._post(self.twin, "It works", author=self.a2.partner_id)
        self.assertIn(
            "It works",
            self.kept.message_ids.filtered(
                lambda message: message.author_id == self.a2.partner_id
            ).body,
        )

    def test_files(self):
        same = b"seen on both"
        self._post(self.kept, "Here", attachment_ids=self._make_file("a.png", same).ids)
        self._post(
            self.twin,
            "Here",
            author=self.a2.partner_id,
            attachment_ids=self._make_file("b.png").ids,
        )
        self._post(
            self.twin,
            "Again",
            author=self.a2.partner_id,
            attachment_ids=self._make_file("a.png", same).ids,
        )
        self._post(
            self.twin,
            "For us",
            author=self.agent.partner_id,
            subtype_xmlid="mail.mt_note",
            attachment_ids=self._make_file("internal.txt").ids,
        )
        self._merge()
        self.assertEqual(
            sorted(self.kept.attachment_ids.mapped("name")),
            ["a.png", "b.png", "internal.txt"],
        )
        told = self.kept.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        )
        self.assertEqual(told.attachment_ids.mapped("name"), ["b.png"])
        # As the customer who opens their address.
        by_name = {file.name: file for file in self.kept.attachment_ids}
        for name, is_shown in (("b.png", True), ("internal.txt", False)):
            file = by_name[name].with_user(self.a2)
            self.assertEqual(file._is_support_file_of_user(), is_shown, name)

    def test_nothing_goes_to_another_customer(self):
        other = self._file(FILED_AT, partner_id=self.b1.partner_id.id)
        self.twin.message_subscribe(self.a2.partner_id.ids)
        self._post(
            self.twin,
            "Secret",
            author=self.a2.partner_id,
            attachment_ids=self._make_file("secret.txt").ids,
        )
        before = self._find_mails(self.b1.partner_id)
        self._merge(kept=other)
        self.assertFalse(other.attachment_ids)
        self.assertNotIn(self.a2.partner_id, other.message_partner_ids)
        self.assertEqual(self._find_mails(self.b1.partner_id), before)

    def test_handled_on_its_own_again(self):
        """What was told and given stays; its own end is told as any other's."""
        self._merge()
        with self.at("2026-06-02 10:00:00"):
            self.twin.write({"duplicate_id": False, "stage_id": self.stage_new.id})
            self.flush_tracking()
        before = self._find_mails(self.a2.partner_id)
        with self.at("2026-06-02 11:00:00"):
            self.twin.with_user(self.agent).stage_id = self.stage_done
            self.flush_tracking()
        self.assertEqual(len(self._find_mails(self.a2.partner_id) - before), 1)

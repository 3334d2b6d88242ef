# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_split import FILED_AT, SPLIT_AT, WRITTEN_AT, TalkCase


@tagged("post_install", "-at_install")
class TestMergeAccess(TalkCase, HttpCase):
    """Nobody comes to read by a merge what they could not read before.

    Camille filed the ticket that is merged, her colleague the one that is kept.
    """

    def setUp(self):
        super().setUp()
        self.camille, self.colleague = self.a1.partner_id, self.a2.partner_id
        self.kept = self._make(self.colleague, "Wages of the board")
        self.twin = self._make(self.camille, "My wages")
        self.flush_tracking()

    def _make(self, partner, name, **vals):
        ticket = self._file(
            FILED_AT,
            name=name,
            user_id=self.agent.id,
            partner_id=partner.id,
            description=f"<p>{name}: the request</p>",
            **vals,
        )
        for body, author in (("asked", partner), ("answered", self.agent.partner_id)):
            self._post(
                ticket,
                f"{name}: {body}",
                author=author,
                attachment_ids=self._make_file(f"{name} {body}.pdf").ids,
            )
        return ticket

    def _set_own(self, *users):
        for user in users:
            user.partner_id.support_portal_access = "own"

    def _merge(self):
        with self.at(SPLIT_AT):
            self.twin.with_user(self.agent).write({"duplicate_id": self.kept.id})
            self.flush_tracking()

    def assertUnread(self, user, ticket):
        """Check that a customer comes to read nothing of a ticket, by whatever road."""
        self.assertFalse(ticket.with_user(user).has_access("read"))
        self.assertFalse(
            self.env["helpdesk.ticket"]
            .with_user(user)
            .search_count([("id", "=", ticket.id)])
        )
        for file in self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        ):
            self.assertFalse(file.with_user(user)._is_support_file_of_user(), file.name)
        self.authenticate(user.login, user.login)
        page = self.url_open(f"/my/ticket/{ticket.id}", allow_redirects=False)
        self.assertEqual(page.status_code, 303)

    def assertNowhere(self, words, user, ticket):
        """Check that a page that a customer reads does not tell something."""
        self.authenticate(user.login, user.login)
        page = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertEqual(page.status_code, 200)
        for word in words:
            self.assertNotIn(word, page.text)
        shown = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        names = [
            file.name
            for file in shown
            if file.with_user(user)._is_support_file_of_user()
        ]
        self.assertFalse([name for name in names if any(w in name for w in words)])

    def test_who_reads_all_of_their_firm_s_follows(self):
        self._merge()
        self.assertIn(self.camille, self.kept.message_partner_ids)
        self.authenticate(self.a1.login, self.a1.login)
        page = self.url_open(f"/my/ticket/{self.kept.id}").text
        self.assertIn(self.twin.number, page)
        self.assertIn("My wages asked.pdf", page)

    def test_who_reads_their_own_only(self):
        """They do not read their colleague's, who does not read theirs."""
        self._set_own(self.a1, self.a2)
        before = self._find_mails(self.camille)
        others = self._find_mails(self.colleague)
        self._merge()
        self.assertUnread(self.a1, self.kept)
        self.assertUnread(self.a2, self.twin)
        self.assertNowhere(["My wages", self.twin.number], self.a2, self.kept)
        # Told once all the same, on their own, and by the number alone.
        mail = self._find_mails(self.camille) - before
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.model, mail.res_id), (self.twin._name, self.twin.id))
        text = self._text(mail.body_html)
        self.assertIn(self.kept.number, text)
        self.assertNotIn("Wages of the board", text)
        self.assertNotIn("follow", text)
        self.assertEqual(self._find_mails(self.colleague), others)
        # The desk has everything in one place, and knows who reads what.
        self.assertIn("My wages asked.pdf", self.kept.attachment_ids.mapped("name"))
        note = self.kept.message_ids.filtered(
            lambda one: self.twin.display_name in (one.body or "")
        )
        self.assertIn(self.camille.name, note.body)

    def test_their_answers_are_for_the_desk(self):
        self._set_own(self.a1, self.a2)
        self._merge()
        with self.at("2026-06-02 10:00:00"):
            self.twin.with_user(self.a1).message_post(
                body="And my bonus?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.flush_tracking()
        self.assertNowhere(["And my bonus?"], self.a2, self.kept)
        note = self.kept.message_ids.filtered(lambda one: "bonus" in (one.body or ""))
        self.assertEqual(note.author_id, self.camille)
        # Told once whoever delivers it, after the request, is at it.
        self.assertIn(self.agent.partner_id, note.partner_ids)
        # They wait for an answer there.
        self.assertEqual(str(self.kept.waiting_since), WRITTEN_AT[:10] + " 10:00:00")

    def test_the_other_may_read_all(self):
        """Who filed the merged one reads all, who filed the kept one their own."""
        self._set_own(self.a2)
        self._merge()
        self.assertUnread(self.a2, self.twin)
        self.assertNowhere(["My wages", self.twin.number], self.a2, self.kept)

    def test_a_follower_of_their_own_only(self):
        third = new_test_user(
            self.env, "third", groups="base.group_portal", email="third@example.com"
        )
        third.partner_id.parent_id = self.customer_a
        self._set_own(third)
        self.twin.message_subscribe(third.partner_id.ids)
        self.assertTrue(self.twin.with_user(third).has_access("read"))
        self._merge()
        self.assertUnread(third, self.kept)
        self.assertIn(self.camille, self.kept.message_partner_ids)

    def test_an_agent_decides_otherwise(self):
        """As everywhere: by making them a follower."""
        self._set_own(self.a1, self.a2)
        self.kept.message_subscribe(self.camille.ids)
        self.twin.message_subscribe(self.colleague.ids)
        self._merge()
        self.authenticate(self.a1.login, self.a1.login)
        page = self.url_open(f"/my/ticket/{self.kept.id}").text
        self.assertIn("Wages of the board", page)
        self.assertIn("My wages asked.pdf", page)

    def test_a_subsidiary(self):
        """The people of one read the tickets of their own firm, not the parent's."""
        branch = self.env["res.partner"].create(
            {
                "name": "Branch",
                "is_company": True,
                "parent_id": self.customer_a.id,
            }
        )
        user = new_test_user(
            self.env, "branch", groups="base.group_portal", email="branch@example.com"
        )
        user.partner_id.parent_id = branch
        self.twin = self._make(user.partner_id, "Till of the branch")
        self.assertFalse(self.kept.with_user(user).has_access("read"))
        self._merge()
        self.assertUnread(user, self.kept)

    def test_another_firm(self):
        self.kept = self._make(self.b1.partner_id, "Plans of the others")
        mails = self._find_mails(self.camille) + self._find_mails(self.b1.partner_id)
        self._merge()
        self.assertEqual(
            self._find_mails(self.camille) + self._find_mails(self.b1.partner_id), mails
        )
        self._post(self.twin, "My secret", author=self.camille, moment=SPLIT_AT)
        for user, ticket in ((self.a1, self.kept), (self.b1, self.twin)):
            self.assertUnread(user, ticket)
        self.assertNowhere(
            ["My wages", "My secret", self.twin.number], self.b1, self.kept
        )
        self.assertNowhere(
            ["Plans of the others", self.kept.number], self.a1, self.twin
        )

    def test_a_customer_of_another_of_our_companies(self):
        beta = self.env["res.company"].create({"name": "Beta"})
        user = new_test_user(
            self.env,
            "beta_customer",
            groups="base.group_portal",
            email="customer@beta.example.com",
            company_id=beta.id,
            company_ids=[Command.set(beta.ids)],
        )
        self._merge()
        for ticket in (self.kept, self.twin):
            self.assertUnread(user, ticket)

    def test_senders_whom_nobody_knows(self):
        """Two of them have no firm, and are not of one firm for that."""

        def make(name, address):
            ticket = self._file(
                FILED_AT, name=name, partner_id=False, partner_email=address
            )
            ticket.message_post(
                body=name, attachment_ids=self._make_file(f"{name}.pdf").ids
            )
            return ticket

        def merge(twin, kept):
            with self.at(SPLIT_AT):
                twin.duplicate_id = kept
                self.flush_tracking()

        first, second, third = (
            make(name, address)
            for name, address in (
                ("First", "first@example.com"),
                ("Second", "second@example.com"),
                ("Third", "First <FIRST@example.com>"),
            )
        )
        merge(second, first)
        self.assertEqual(first.attachment_ids.mapped("name"), ["First.pdf"])
        self.assertFalse(
            first.message_ids.filtered(lambda one: second.number in (one.body or ""))
        )
        # The same address is the same person.
        merge(third, first)
        self.assertEqual(
            sorted(first.attachment_ids.mapped("name")), ["First.pdf", "Third.pdf"]
        )

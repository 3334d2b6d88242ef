# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
import email
import email.policy
import encodings
import pkgutil
import time
from base64 import b64decode, b64encode
from encodings.aliases import aliases

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html_sanitize, mute_logger

from ...tools import harmless_html, mail_repair, working_time
from .gateway_common import GatewayCase

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAA"
    "AABJRU5ErkJggg=="
)
STRANGE_CHARSETS = ("a\x00b", "\x00", "", " ", '"', "é", "x" * 300, "x-unknown")


@tagged("post_install", "-at_install")
class TestMailWords(GatewayCase):
    """Whatever a mailer does to a mail, the customer's words become a ticket."""

    def test_doctests(self):
        for module in (mail_repair, working_time):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def assertTicket(self, mail, words):
        ticket = self._receive(mail)
        self.assertEqual(len(ticket), 1)
        shown = html.fromstring(ticket.description).text_content()
        for word in words:
            self.assertIn(word, shown)
        return ticket

    # === CHARSETS === #

    def test_charsets_that_lost_mails(self):
        """By the gateway, each in its place: text, part, subject, sender, file."""
        for charset in ("hex", "rot13", "idna", "undefined", "base64", "a\x00b", ""):
            name = charset.encode()
            for mail in (
                b"From: x@y.example\nSubject: Help\n"
                b'Content-Type: text/plain; charset="%s"\n\nhello' % name,
                b"From: x@y.example\nSubject: Help\n"
                b"Content-Type: multipart/alternative; boundary=B\n\n--B\n"
                b'Content-Type: text/html; charset="%s"\n\n<p>hello</p>\n--B--' % name,
                b"From: =?%s?q?x?= <x@y.example>\nSubject: =?%s?b?SGVscA==?=\n\nhello"
                % (name, name),
                b"From: x@y.example\nSubject: Help\n"
                b"Content-Type: text/plain; charset*=%s'en'x\n\nhello" % name,
            ):
                with self.subTest(mail=mail):
                    self.assertTicket(mail, ["hello"])

    def test_every_name_that_python_knows(self):
        """Without the gateway, which takes a second for each."""
        names = {*aliases, *aliases.values(), *STRANGE_CHARSETS}
        names |= {module.name for module in pkgutil.iter_modules(encodings.__path__)}
        self.assertGreater(len(names), 300)
        for name in sorted(names):
            for parameter in (
                f'charset="{name}"',
                f"charset={name}",
                f"charset*={name}'en'utf-8",
                f"charset*=utf-8''{name}",
            ):
                with self.subTest(parameter):
                    source = (
                        f"Subject: =?{name}?q?Caf=E9?=\nFrom: =?{name}?b?YQ==?="
                        f" <a@b.example>\nContent-Type: text/plain; {parameter}"
                        "\n\nhello, hello"
                    ).encode()
                    message = email.message_from_bytes(
                        mail_repair.repair_source(source), policy=email.policy.SMTP
                    )
                    mail_repair.repair_charsets(message)
                    self.assertTrue(message["Subject"] and message["From"])
                    self.assertTrue(message.get_content().strip())

    # === NESTING === #

    def test_words_of_nested_mails(self):
        """C01: lxml drops what lies deeper than 256 elements."""
        for start, end in (
            ("<div>", "</div>"),
            ("<b>", ""),
            ("<blockquote>", "</blockquote>"),
            ("<table><tr><td>", "</td></tr></table>"),
            ("<ul><li>", "</li></ul>"),
            ("<font><p>", "</p></font>"),
            ("<DIV CLASS=x><span>", "</span></DIV>"),
        ):
            for depth in (60, 100, 260, 2000):
                body = (
                    f"<p>Hello</p>{start * depth}the till is down{end * depth}"
                    "<p>thanks</p>"
                )
                with self.subTest(start=start, depth=depth):
                    self.assertTicket(
                        b"From: x@y.example\nSubject: Deep\n"
                        b"Content-Type: text/html; charset=utf-8\n\n" + body.encode(),
                        ["Hello", "the till is down", "thanks"],
                    )

    def test_words_around_a_page_within_a_page(self):
        """What came after the inner page was lost, the number of the parcel with it.

        https://github.com/freescout-help-desk/freescout/issues/4773
        """
        self.assertTicket(
            b"From: x@y.example\nSubject: Twice\n"
            b"Content-Type: text/html; charset=utf-8\n\n"
            b"<html><body><p>Header</p><html><head><title>t</title></head><body>"
            b"<table><tr><td>The form</td></tr></table></body></html>"
            b"<p>Parcel 4711</p></body></html>",
            ["Header", "The form", "Parcel 4711"],
        )

    def test_words_between_quotations(self):
        """Answers were cut at the first quoted line, or at the first bold word.

        https://github.com/freescout-help-desk/freescout/issues/3580
        """
        self.assertTicket(
            b"From: x@y.example\nSubject: Between\n"
            b"Content-Type: text/plain; charset=utf-8\n\n"
            b"> Which printer is it?\nThe one of the shop\n"
            b"> Since when?\n*Since Monday*\n-- \nJane",
            ["Which printer", "The one of the shop", "Since when", "Since Monday"],
        )

    def test_words_of_a_nested_part(self):
        deep = "<div>" * 300 + "the till is down" + "</div>" * 300
        self.assertTicket(
            b"From: x@y.example\nSubject: Deep\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/alternative; boundary=B\n\n"
            b"--B\nContent-Type: text/plain; charset=utf-8\n\nplain\n"
            b"--B\nContent-Type: text/html; charset=utf-8\n\n%s\n--B--" % deep.encode(),
            ["the till is down"],
        )

    def test_mails_of_usual_depth_stay_as_they_are(self):
        for text in (
            "<div>" * 30 + "x" + "</div>" * 30,
            "<table><tbody><tr><td>" * 20 + "x" + "</td></tr></tbody></table>" * 20,
            "<p>one<p>two" * 500,
            "<blockquote><div>" * 60 + "x" + "</div></blockquote>" * 60,
        ):
            self.assertIs(mail_repair.make_shallow(text), text)

    # === SIZE === #

    def test_cleaning_takes_less_than_odoo_does(self):
        """What Odoo does once for each field takes three times as long as ours."""
        row = "<tr><td style='color:#333' class='x'>An <b>order</b></td><td>1</td></tr>"
        text = f"<table>{row * 2000}</table>"

        def measure(clean):
            start = time.process_time()
            clean(text)
            return time.process_time() - start

        odoo = min(measure(html_sanitize) for _time in range(2))
        self.assertLess(
            min(measure(harmless_html.make_harmless) for _time in range(2)), odoo
        )

    def test_a_mail_is_cleaned_once(self):
        calls = []

        def clean(text):
            calls.append(text)
            return text

        with self._patch_cleaning(clean):
            self._receive(
                b"From: x@y.example\nSubject: Once\n"
                b"Content-Type: text/html; charset=utf-8\n\n<p>hello</p>"
            )
        self.assertEqual(len(calls), 1)

    # === PICTURES === #

    def test_pasted_pictures_are_shown_to_who_may_read(self):
        """C04: in the description too, and by no address that works for everybody.

        https://github.com/odoo/mail-client-extensions/pull/60
        """
        picture = b64encode(PNG)
        ticket = self._receive(
            b"From: %s\nSubject: Picture\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/related; boundary=B\n\n"
            b"--B\nContent-Type: text/html; charset=utf-8\n\n"
            b'<p>See <img src="cid:i1@case"> and <img src="cid:none"></p>\n'
            b'--B\nContent-Type: image/png; name="i.png"\nContent-ID: <i1@case>\n'
            b'Content-Disposition: inline; filename="i.png"\n'
            b"Content-Transfer-Encoding: base64\n\n%s\n--B--"
            % (self.a1.email.encode(), picture)
        )
        file = ticket.attachment_ids
        self.assertEqual(len(file), 1)
        self.assertFalse(file.access_token)
        message = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        for text in (ticket.description, message.body):
            self.assertIn(f'src="/web/image/{file.id}"', text)
            self.assertNotIn("access_token", text)
        for user in (self.a1, self.agent):
            file.with_user(user)._can_return_content()
        with self.assertRaises(AccessError):
            file.with_user(self.b1)._can_return_content()

    def test_pictures_that_are_named_without_cid(self):
        """As a service that turns faxes into mails writes them.

        https://github.com/osTicket/osTicket/pull/779
        """
        ticket = self._receive(
            b"From: %s\nSubject: Fax\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/related; boundary=B\n\n"
            b"--B\nContent-Type: text/html; charset=utf-8\n\n"
            b'<p>See <img src="image001.png"> please</p>\n'
            b'--B\nContent-Type: image/png; name="image001.png"\n'
            b"Content-ID: <image001.png>\n"
            b'Content-Disposition: inline; filename="image001.png"\n'
            b"Content-Transfer-Encoding: base64\n\n%s\n--B--"
            % (self.a1.email.encode(), b64encode(PNG))
        )
        file = ticket.attachment_ids
        self.assertEqual(len(file), 1)
        message = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        for text in (ticket.description, message.body):
            self.assertIn(f'src="/web/image/{file.id}"', text)

    # === ADDRESSES === #

    def _create_address(self, name, company=None):
        team = self.env["helpdesk.ticket.team"].create(
            {
                "name": name,
                "alias_name": name,
                "alias_domain_id": self.mail_alias_domain.id,
                "company_id": (company or self.company).id,
            }
        )
        return team, f"{name}@{self.mail_alias_domain.name}".encode()

    def test_two_of_our_addresses_make_one_ticket(self):
        """C03: that of the address that stands first."""
        _billing, billing = self._create_address("billing")
        support = b"support@" + self.domain
        for to in (
            b"To: %s, %s\n" % (support, billing),
            b"To: %s\nCc: %s\n" % (support, billing),
            b"To: SUPPORT@%s, x@y.example, %s\n" % (self.domain, billing),
        ):
            with self.subTest(to):
                ticket = self._receive(
                    to + b"From: x@y.example\nSubject: Help\n\nhello", to=b""
                )
                self.assertEqual(ticket.team_id, self.team)
        ticket = self._receive(
            b"To: %s, %s\nFrom: x@y.example\nSubject: Help\n\nhello"
            % (billing, support),
            to=b"",
        )
        self.assertEqual(ticket.team_id.name, "billing")

    def test_each_company_has_its_ticket(self):
        other = self.env["res.company"].create(
            {"name": "Beta", "alias_domain_id": self.mail_alias_domain.id}
        )
        _team, beta = self._create_address("beta", other)
        tickets = self._receive(
            b"To: support@%s, %s\nFrom: x@y.example\nSubject: Help\n\nhello"
            % (self.domain, beta),
            to=b"",
        )
        self.assertEqual(tickets.company_id, self.company + other)

    def test_who_asks_to_be_answered_elsewhere(self):
        """C08: the form of a website writes from an address that nobody reads."""
        mail = b"From: Form <noreply@site.example>\nReply-To: %s\n\nhello"
        ticket = self._receive(mail % b"Jane <jane@firm.example>")
        self.assertIn("jane@firm.example", ticket.partner_email)
        ticket = self._receive(mail % self.a1.email.encode())
        self.assertEqual(ticket.partner_id, self.a1.partner_id)

    def test_a_contact_stays_who_they_are(self):
        mail = b"From: %s\nReply-To: %s\n\nhello"
        ticket = self._receive(
            mail % (self.a1.email.encode(), b"somebody@else.example")
        )
        self.assertEqual(ticket.partner_id, self.a1.partner_id)
        self.assertNotIn("else.example", ticket.partner_email)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_our_own_address_is_no_sender(self):
        ticket = self._receive(
            b"From: x@y.example\nReply-To: support@%s\n\nhello" % self.domain
        )
        self.assertEqual(ticket.partner_email, "x@y.example")

    def _get_notes(self, ticket):
        return " ".join(ticket.message_ids.mapped("body"))

    def test_other_address_is_noted(self):
        """One case for three mailboxes, and some notice of the others.

        https://github.com/freescout-help-desk/freescout/issues/5155
        """
        _billing, billing = self._create_address("billing")
        ticket = self._receive(
            b"To: support@%s, %s\nFrom: x@y.example\nSubject: Help\n\nhello"
            % (self.domain, billing),
            to=b"",
        )
        self.assertEqual(ticket.team_id, self.team)
        self.assertIn(billing.decode(), self._get_notes(ticket))
        alone = self._receive(b"From: x@y.example\nSubject: Help\n\nhello")
        self.assertNotIn("also sent to", self._get_notes(alone))

    def test_each_address_is_fetched_on_its_own(self):
        """Whichever mailbox is read first: one ticket, for who is named first.

        Two tickets there, https://github.com/freescout-help-desk/freescout/issues/3797,
        or one whose team depends on which mailbox is read first, and of which the other
        team never hears: https://github.com/osTicket/osTicket/pull/866.
        """
        team, billing = self._create_address("billing")
        support = b"support@" + self.domain
        mail = b"From: x@y.example\nSubject: Help\n\nhello"
        for first, second, expected in (
            (support, billing, self.team),
            (billing, support, team),
        ):
            to = b"To: %s\nCc: %s\n" % (first, second)
            # The one that is named second is read first.
            ticket = self._receive(to + b"Delivered-To: %s\n" % second + mail, to=b"")
            self.assertEqual(ticket.team_id, expected)
            self.assertIn(second.decode(), self._get_notes(ticket))
            type(self).number -= 1
            with mute_logger("odoo.addons.mail.models.mail_thread"):
                again = self._receive(to + b"Delivered-To: %s\n" % first + mail, to=b"")
            self.assertFalse(again)

    def test_reply_to_is_answered_and_from_stays(self):
        """Whom a mail asks to answer is neither its author nor a follower of ours.

        https://github.com/freescout-help-desk/freescout/issues/3629 (the form's address
        was answered) and https://github.com/zammad/zammad/pull/943 (and is to be seen).
        """
        mail = b"From: Form <noreply@site.example>\nReply-To: %s\n\nhello"
        for address in (b"Jane <jane@firm.example>", self.a1.email.encode()):
            with self.subTest(address):
                ticket = self._receive(mail % address)
                first = ticket.message_ids.filtered(
                    lambda message: message.message_type == "email"
                )
                self.assertIn("noreply@site.example", first.email_from)
                self.assertFalse(first.author_id)
                self.assertIn("noreply@site.example", self._get_notes(ticket))
                self.assertNotIn(
                    self.a1.partner_id, ticket.message_partner_ids, "no follower"
                )
        known = self._receive(
            b"From: %s\nReply-To: evil@else.example\n\nhello" % self.a1.email.encode()
        )
        self.assertIn("evil@else.example", self._get_notes(known))

    def test_form_that_writes_from_our_own_address(self):
        """https://github.com/zammad/zammad/issues/2551 and
        https://github.com/freescout-help-desk/freescout/issues/2833
        """
        ticket = self._receive(
            b"From: support@%s\nReply-To: Jane <jane@firm.example>\n\nhello"
            % self.domain
        )
        self.assertIn("jane@firm.example", ticket.partner_email)
        with mute_logger("odoo.addons.omydoo_helpdesk.models.odoo.mail_thread"):
            self.assertFalse(self._receive(b"From: support@%s\n\nhello" % self.domain))

    # === WHOSE REQUEST === #

    def test_address_of_two_firms_is_covered_by_none(self):
        """An accountant of two customers, say: an agent chooses for whom it is.

        https://github.com/freescout-help-desk/freescout/issues/2463 and
        https://github.com/zammad/zammad/issues/1351: tickets of the wrong customer.
        """
        self._create_subscription(self.customer_a, self.plan_24)
        twin = self.env["res.partner"].create(
            {
                "name": "The same person",
                "parent_id": self.customer_b.id,
                "email": self.a1.email.upper(),
            }
        )
        mail = b"From: %s\nSubject: Help\n\nhello" % self.a1.email.encode()
        ticket = self._receive(mail)
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.subscription_id)
        self.assertFalse(ticket.support_plan_id)
        self.assertEqual(ticket.scope, "to_qualify")
        self.assertEqual(ticket.response_state, "none")
        notice = ticket.with_user(self.agent).customer_notice
        self.assertIn("Customer A", notice)
        self.assertIn("Customer B", notice)
        for user in self.a1 + self.b1:
            self.assertFalse(
                self.env["helpdesk.ticket"]
                .with_user(user)
                .search([("id", "=", ticket.id)])
            )
        ticket.with_user(self.agent).partner_id = self.a1.partner_id
        self.assertEqual(ticket.support_plan_id, self.plan_24)
        self.assertFalse(ticket.customer_notice)
        # Who is gone is no second firm.
        twin.active = False
        self.assertEqual(self._receive(mail).partner_id, self.a1.partner_id)

    def test_our_own_people_are_no_customers(self):
        for firm in self.customer_a + self.customer_b:
            self.env["res.partner"].create(
                {"name": "X", "parent_id": firm.id, "email": self.agent.email}
            )
        ticket = self._receive(
            b"From: %s\nSubject: Help\n\nhello" % self.agent.email.encode()
        )
        self.assertFalse(ticket.customer_notice)

    # === TWO AT ONCE === #

    def test_a_mail_that_two_processes_receive_is_one_ticket(self):
        """Neither finds the message of the other, which is not committed yet.

        Two tickets of one mail, where a fetcher starts before the last one is done:
        https://github.com/zammad/zammad/issues/1662 and
        https://github.com/osTicket/osTicket/issues/1976.
        """
        receipts = self.env["support.mail.receipt"]
        self.assertTrue(receipts._take("<1@x.example>"))
        self.assertFalse(receipts._take("<1@x.example>"))
        self.assertTrue(receipts._take("<2@x.example>" * 500))
        mail = b"From: x@y.example\nSubject: Help\nX-Same: 1\n\nhello"
        self.assertEqual(len(self._receive(mail)), 1)
        # As if the message of the first were not to be seen yet.
        self.env["mail.message"].search([("model", "=", "helpdesk.ticket")]).write(
            {"message_id": False}
        )
        type(self).number -= 1
        with mute_logger("odoo.addons.omydoo_helpdesk.models.odoo.mail_thread"):
            self.assertFalse(self._receive(mail))
        receipts._gc_receipts()
        self.assertFalse(receipts._take("<1@x.example>"), "kept for a day")

    def test_an_answer_that_two_processes_receive_is_posted_once(self):
        """A mail that is processed twice is twice in the conversation.

        https://github.com/osTicket/osTicket/issues/1908
        """
        ticket = self._receive(
            b"From: %s\nSubject: Help\n\nhello" % self.a1.email.encode()
        )
        first = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        answer = b"From: %s\nSubject: Re: Help\nIn-Reply-To: %s\n\nand more" % (
            self.a1.email.encode(),
            first.message_id.encode(),
        )
        self.assertFalse(self._receive(answer))
        posted = ticket.message_ids.filtered(lambda m: "and more" in (m.body or ""))
        self.assertEqual(len(posted), 1)
        # As if it were not to be seen yet.
        posted.message_id = False
        type(self).number -= 1
        with mute_logger("odoo.addons.omydoo_helpdesk.models.odoo.mail_thread"):
            self.assertFalse(self._receive(answer))
        self.assertEqual(
            ticket.message_ids.filtered(lambda m: "and more" in (m.body or "")), posted
        )
        self.assertFalse(self._receive(answer), "another mail with the same words")
        self.assertEqual(
            len(ticket.message_ids.filtered(lambda m: "and more" in (m.body or ""))), 2
        )

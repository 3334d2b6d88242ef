# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.models.mail_thread import MailThread

from ..traced_common import TracedCase

FEW, MANY = 10, 100
# What the ORM writes a hundred at a time.
TOLERANCE = 2
SAID = (
    "author_guest_id",
    "author_id",
    "body",
    "email_add_signature",
    "email_from",
    "is_internal",
    "message_type",
    "model",
    "parent_id",
    "partner_ids",
    "record_alias_domain_id",
    "record_company_id",
    "record_name",
    "reply_to",
    "subject",
    "subtype_id",
    "create_uid",
)
TOLD = ("author_id", "res_partner_id", "notification_type", "notification_status")
MAILED = (
    "email_to",
    "recipient_ids",
    "state",
    "body_html",
    "headers",
    "scheduled_date",
)


@tagged("post_install", "-at_install")
class TestTicketCreation(TracedCase):
    """The creation of many tickets is told at once, as Odoo tells it one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.team.sudo().env
        cls.stranger, cls.follower = env["res.partner"].create(
            [
                {"name": "Stranger", "email": "stranger@example.com"},
                {
                    "name": "Follower",
                    "email": "follower@example.com",
                    "lang": "fr_FR",
                },
            ]
        )
        cls.manager.sudo().notification_type = "inbox"
        cls.other_team = env["helpdesk.ticket.team"].create(
            {
                "name": "Followed",
                "user_ids": [Command.set((cls.agent + cls.manager).ids)],
                "company_id": cls.company.id,
            }
        )
        cls.other_team.message_subscribe(
            (cls.agent + cls.manager + cls.project_manager + cls.a2).partner_id.ids
            + cls.follower.ids,
            env.ref("helpdesk_mgmt.hlp_tck_team_created").ids,
        )
        cls.channel = env["helpdesk.ticket.channel"].search([], limit=1)

    # === TOOLS === #

    def _get_vals_list(self):
        """Return values of tickets that differ in who hears of them."""
        common = {
            "description": "<p>It says <b>error</b>.</p>",
            "category_id": self.category_in.id,
        }
        file = {"name": "picture.png", "raw": b"A picture"}
        return [
            {"name": f"Request {number}", **common, **vals}
            for number, vals in enumerate(
                [
                    {"team_id": self.team.id, "partner_id": self.contacts[0].id},
                    {"team_id": self.other_team.id, "partner_id": self.contacts[1].id},
                    {"team_id": self.other_team.id, "partner_id": self.stranger.id},
                    {"team_id": self.team.id, "user_id": self.manager.id},
                    {"team_id": self.other_team.id, "user_id": self.agent.id},
                    {
                        "team_id": self.other_team.id,
                        "attachment_ids": [Command.create(file)],
                    },
                    {"team_id": self.team.id, "channel_id": self.channel.id},
                    {
                        "team_id": self.team.id,
                        "message_partner_ids": [Command.link(self.contacts[2].id)],
                    },
                    {"priority": "3", "partner_id": self.contacts[2].id},
                ]
            )
        ]

    def _look_at(self, records, names, hide):
        return [
            [hide(str(value)) for value in (record[name] for name in names)]
            for record in records.sudo()
        ]

    def _tell(self, tickets, message, hide):
        """Return what a message says, and whoever is told of it."""
        return (
            self._look_at(message, SAID, hide),
            # « <random-and-time-openerp-id-model@host> »
            hide(message.message_id.partition("-openerp-")[2].partition("@")[0]),
            sorted(self._look_at(message.notification_ids, TOLD, hide)),
            sorted(self._look_at(message.mail_ids, MAILED, hide)),
            sorted(self._look_at(message.attachment_ids, ("name",), hide)),
        )

    def _create_and_look(self, context, user=None):
        """Create tickets, and return all that was told of it, without their ids."""
        env = self.env(context={**self.env.context, **context}, user=user)
        env.flush_all()
        self.env.invalidate_all()
        last = self.env["bus.bus"].sudo().search([], order="id desc", limit=1).id
        tickets = env["helpdesk.ticket"].create(self._get_vals_list())
        self.assertEqual(
            tickets.env.context, env.context, "nothing is left in the context"
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        tickets = tickets.sudo()
        messages = tickets.message_ids.sudo().sorted("id")
        secret = re.compile(
            "|".join(
                [
                    *(re.escape(ticket.number) for ticket in tickets),
                    *(rf"\b{ticket.id}\b" for ticket in tickets),
                    r"access_token=[\w-]+|hash=\w+|mail_message\(\d+,?\)",
                    r"message_id[\"']?[=:] ?\d+",
                    r"<[^<>@ ]+@[^<> ]+>",
                ]
            )
        )

        def hide(text):
            return secret.sub("#", text)

        order = {ticket.id: index for index, ticket in enumerate(tickets)}
        buses = self.env["bus.bus"].sudo().search([("id", ">", last or 0)], order="id")
        channels = [hide(bus.channel) for bus in buses]
        return {
            "order": [order[message.res_id] for message in messages],
            "messages": [self._tell(tickets, message, hide) for message in messages],
            "followers": [
                sorted(
                    (follower.partner_id.id, sorted(follower.subtype_ids.ids))
                    for follower in ticket.message_follower_ids
                )
                for ticket in tickets
            ],
            "activities": [len(ticket.activity_ids) for ticket in tickets],
            "waiting": self.env["mail.message.schedule"]
            .sudo()
            .search_count([("mail_message_id", "in", messages.ids)]),
            "buses": sorted(channels),
            "tracked": [
                message.tracking_value_ids.mapped("new_value_char")
                for message in messages
            ],
        }

    def _compare(self, context, user=None):
        """Check that Odoo's own way, ticket by ticket, comes to the same.

        :return: what was told
        """
        self._create_and_look(context, user)  # what is done once only
        found = self._create_and_look(context, user)
        with patch.object(
            type(self.tickets), "_is_creation_told_at_once", lambda _self: False
        ):
            expected = self._create_and_look(context, user)
        for name in expected:
            self.assertEqual(found[name], expected[name], name)
        return found

    # === TESTS === #

    def test_the_same_is_told(self):
        found = self._compare({})
        notified = [len(told[2]) for told in found["messages"]]
        self.assertIn(0, notified, "of some nobody is told")
        self.assertGreater(max(notified), 2, "of others several people")
        self.assertTrue(any(told[3] for told in found["messages"]), "by mail")
        kinds = {kind for told in found["messages"] for _by, _to, kind, _ in told[2]}
        self.assertEqual(kinds, {"inbox", "email"})

    def test_the_same_is_told_in_another_language(self):
        self._compare({"lang": "fr_FR"})
        self._compare({"lang": False})

    def test_the_same_is_told_by_others(self):
        self._compare({}, self.manager)
        self._compare({}, self.env.ref("base.user_root"))

    def test_the_same_is_told_of_what_a_customer_files(self):
        customers = self.env["helpdesk.ticket"].with_user(self.a1).sudo()
        created = []
        for is_at_once in (True, False):
            with patch.object(
                type(self.tickets),
                "_is_creation_told_at_once",
                lambda _self, answer=is_at_once: answer,
            ):
                tickets = customers.create(self._get_vals_list())
            self.env.cr.flush()
            self.env.invalidate_all()
            schedules = self.env["mail.message.schedule"].sudo()
            created.append(
                [
                    (
                        ticket.message_ids.mapped("author_id").ids,
                        ticket.message_ids.mapped("notification_ids.id"),
                        schedules.search_count(
                            [("mail_message_id", "in", ticket.message_ids.ids)]
                        ),
                    )
                    for ticket in tickets.sudo()
                ]
            )
        self.assertEqual(*created)
        self.assertTrue(all(count for _author, _ids, count in created[0]))

    def test_what_the_context_asks_for_is_kept(self):
        for context in (
            {"mail_create_nolog": True},
            {"mail_create_nosubscribe": True},
            {"tracking_disable": True},
            {"mail_notrack": True},
            {"mail_notify_force_send": False},
            {"mail_notify_author": True},
            {"mail_auto_subscribe_no_notify": True},
            {"default_priority": "3", "default_subject": "Nothing"},
            {"import_file": True},
        ):
            with self.subTest(**context):
                self._compare(context)

    def test_hooks_are_called_for_each(self):
        called = []

        def note(method, name):
            def noted(thread, message, *args, **kwargs):
                called.append((name, thread.id, message.res_id, message.body))
                return method(thread, message, *args, **kwargs)

            return noted

        with (
            patch.object(
                MailThread,
                "_message_post_after_hook",
                note(MailThread._message_post_after_hook, "hook"),
            ),
            patch.object(
                MailThread, "_notify_thread", note(MailThread._notify_thread, "notify")
            ),
        ):
            tickets = self._create(3)
        for name in ("hook", "notify"):
            self.assertEqual(
                [entry[1] for entry in called if entry[0] == name], tickets.ids
            )
        self.assertTrue(all(one == other for _name, one, other, _body in called))
        self.assertTrue(all(body for *_rest, body in called))

    def test_who_follows_since_the_hook_is_told(self):
        """Whoever another addon subscribes in its hook hears of the creation."""
        subtype = self.env.ref("helpdesk_mgmt.hlp_tck_created")
        hook = MailThread._message_post_after_hook

        def subscribe(thread, message, values):
            thread.message_subscribe(self.follower.ids, subtype.ids)
            return hook(thread, message, values)

        with patch.object(MailThread, "_message_post_after_hook", subscribe):
            tickets = self._create(3)
        messages = tickets.sudo().message_ids
        self.assertEqual(
            messages.notification_ids.res_partner_id.ids, self.follower.ids
        )
        self.assertEqual(len(messages.notification_ids), len(tickets))

    # pylint: disable-next=missing-return
    def test_who_posts_in_another_way_gets_the_message(self):
        """Of an addon that overrides it, all is done as the base does it."""
        got = []
        Ticket = self.env.registry["helpdesk.ticket"]

        def message_post(thread, **kwargs):
            message = super(Ticket, thread).message_post(**kwargs)
            got.append(message.res_id)
            return message

        message_post.__module__ = "odoo.addons.somebody_else.models.helpdesk_ticket"
        with (
            patch.object(Ticket, "message_post", message_post, create=True),
            patch.object(Ticket, "__module__", message_post.__module__),
        ):
            self.assertFalse(self.tickets._is_creation_told_at_once())
            tickets = self._create(3)
        self.assertEqual(got, tickets.ids)

    def test_many_are_told_at_once(self):
        """What one more ticket costs: nothing of its own, but for who is told."""
        self._trace(self._create, FEW)
        few = self._trace(self._create, FEW)
        many = self._trace(self._create, MANY)
        self.assertLessEqual(
            len(many), len(few) + TOLERANCE, "\n".join(sorted(map(str, many)))
        )
        for table in ("mail_message", "mail_followers", "helpdesk_ticket"):
            written = [text for text in many if f'INSERT INTO "{table}"' in str(text)]
            self.assertEqual(len(written), 1, table)

    def test_a_client_keeps_nothing_back(self):
        """What stands in a context by that name is nobody's memory."""
        for sent in ({}, [], {"posts": []}, True):
            tickets = self.tickets.with_context(support_created=sent).create(
                self._get_vals_list()[:1]
            )
            self.assertEqual(len(tickets.message_ids), 1)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from io import BytesIO
from itertools import count

from werkzeug.test import Client

from odoo import Command, fields, http
from odoo.http import Request, root
from odoo.service import security
from odoo.tests import get_db_name, tagged
from odoo.tools import SQL

from .common import forget_history
from .kill_common import KillCase

# Statements from one kill to the next.
STEP = 17
WORDS = "is in place"  # of the note on each ticket whose bug is repaired


@tagged("post_install", "-at_install")
class TestKilled(KillCase):
    """A worker that is killed in the middle leaves nothing half done, and what it was
    asked is done once when it is asked again.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: self._in_transaction(self._clean_up))
        self._in_transaction(self._set_up)

    def _set_up(self, env):
        self.before = {
            name: env[name].with_context(active_test=False).search([], order="id").ids
            for name in (
                "helpdesk.ticket",
                "mail.mail",
                "mail.message",
                "mail.message.schedule",
                "sale.order",
                "support.bug.notice",
                "support.charter.acceptance",
                "support.filing.counter",
            )
        }
        self.charter_ids = env["support.charter"].search([]).ids
        self.partners = env["res.partner"].create(
            [
                {"name": f"Killed {number}", "email": f"killed{number}@example.com"}
                for number in range(4)
            ]
        )
        self.user_id = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "login": "killed_customer",
                    "partner_id": self.partners[0].id,
                    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                }
            )
            .id
        )
        self.category_id = (
            env["helpdesk.ticket.category"]
            .create({"name": "Killed", "scope": "in_scope"})
            .id
        )
        self.service_id = (
            env["product.product"].create({"name": "Killed", "type": "service"}).id
        )
        self.bug_id = env["support.upstream.bug"].create({"name": "Killed"}).id
        self.update_id = (
            env["support.update"]
            .create(
                {"scheduled_at": fields.Datetime.to_datetime("2040-01-01 22:00:00")}
            )
            .id
        )

    def _find_new(self, env, name):
        model = env[name].with_context(active_test=False)
        return model.search([("id", "not in", self.before[name])], order="id")

    def _clean_up(self, env):
        tickets = self._find_new(env, "helpdesk.ticket")
        orders = self._find_new(env, "sale.order")
        env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", tickets.ids)]
        ).unlink()
        forget_history(tickets)
        tickets.unlink()
        orders.unlink()
        self._find_new(env, "mail.mail").unlink()
        self._find_new(env, "support.filing.counter").unlink()
        for table, column, value in (
            ("support_bug_notice", "origin", f"support.update,{self.update_id}"),
            ("support_update", "id", self.update_id),
            ("support_upstream_bug", "id", self.bug_id),
        ):
            env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    value,
                )
            )
        env.invalidate_all()
        env["res.users"].browse(self.user_id).unlink()
        env["product.product"].browse(self.service_id).unlink()
        env["helpdesk.ticket.category"].browse(self.category_id).unlink()
        env["res.partner"].browse(self.partners.ids).unlink()
        self._find_new(env, "mail.message").unlink()

    def _create_tickets(self, env, **vals):
        return env["helpdesk.ticket"].create(
            [
                {
                    "name": "Killed",
                    "description": "<p>Killed</p>",
                    "partner_id": partner.id,
                    **vals,
                }
                for partner in env["res.partner"].browse(self.partners.ids[1:])
            ]
        )

    # === FILING === #

    def _open_session(self):
        """Return a browser in which the customer has signed in, and its CSRF token."""
        session = root.session_store.new()
        session.update(http.get_default_session(), db=get_db_name())

        def sign_in(env):
            user = env["res.users"].browse(self.user_id)
            session.uid, session.login = user.id, user.login
            session.context = dict(user.with_user(user).context_get())
            session.session_token = security.compute_session_token(
                session, env(user=user)
            )
            self.session, self.env = session, env
            return Request.csrf_token(self)

        token = self._in_transaction(sign_in)
        root.session_store.save(session)
        client = Client(root)
        client.set_cookie("session_id", session.sid, domain="localhost")
        return client, token

    def _file(self):
        client, token = self._open_session()
        response = client.post(
            "/submitted/ticket",
            data={
                "csrf_token": token,
                "support_form_token": "killed" * 6,
                "category": self.category_id,
                "claimed_priority": "1",
                "subject": "Killed",
                "description": "It stopped in the middle",
                "attachment": (BytesIO(b"killed"), "killed.txt"),
            },
        )
        assert response.status_code == 303, response.get_data(as_text=True)[-3000:]
        assert "/my/ticket/" in response.headers["Location"], response.headers

    def _check_filed(self):
        """Nothing at all, or the whole ticket."""

        def check(env):
            ticket = self._find_new(env, "helpdesk.ticket")
            self.assertLessEqual(len(ticket), 1)
            # The desk is told, and the receipt is sent, by a job.
            notices = self._find_new(env, "mail.message.schedule")
            self.assertEqual(len(notices), len(ticket))
            # What a dying worker counted stays counted; nothing is sent uncounted.
            self.assertGreaterEqual(
                len(self._find_new(env, "support.filing.counter")), len(ticket)
            )
            if ticket:
                self.assertRegex(ticket.number, r"\d")
                self.assertEqual(ticket.event_ids.mapped("kind"), ["filed"])
                self.assertEqual(notices.mail_message_id.res_id, ticket.id)
                self.assertIn("support_receipt", notices.notification_parameters)
                file = env["ir.attachment"].search(
                    [
                        ("res_model", "=", "helpdesk.ticket"),
                        ("res_id", "=", ticket.id),
                    ]
                )
                self.assertEqual(file.mapped("raw"), [b"killed"])

        self._in_transaction(check)

    def test_filing(self):
        killed = self._run_until_done(self._file, self._check_filed, count(STEP, STEP))
        self.assertGreater(killed, 3)
        # Sent again, by who saw no answer.
        self.assertTrue(self._run_killed(self._file))
        self._check_filed()
        self.assertTrue(
            self._in_transaction(lambda env: self._find_new(env, "helpdesk.ticket").ids)
        )

    # === CONVERSION === #

    def _convert(self):
        def convert(env):
            env["helpdesk.ticket.convert"].create(
                {
                    "ticket_id": self.ticket_id,
                    "product_id": self.service_id,
                    "action": "quotation",
                }
            ).action_convert()

        self._in_transaction(convert)

    def _check_converted(self):
        """Nothing at all, or an order with its line, its row and its closed ticket."""

        def check(env):
            ticket = env["helpdesk.ticket"].browse(self.ticket_id)
            orders = self._find_new(env, "sale.order")
            rows = env["support.conversion"].search([("ticket_id", "=", ticket.id)])
            self.assertLessEqual(len(orders), 1)
            self.assertEqual(ticket.sale_order_ids, orders)
            self.assertEqual(len(rows), len(orders))
            self.assertEqual(
                orders.order_line.product_id.ids, [self.service_id][: len(orders)]
            )
            self.assertEqual(ticket.stage_id.id != self.stage_id, bool(orders))

        self._in_transaction(check)

    def test_conversion(self):
        def prepare(env):
            ticket = self._create_tickets(env)[0]
            self.ticket_id, self.stage_id = ticket.id, ticket.stage_id.id

        self._in_transaction(prepare)
        killed = self._run_until_done(
            self._convert, self._check_converted, count(STEP, STEP)
        )
        self.assertGreater(killed, 3)
        self.assertTrue(self._run_killed(self._convert))
        self._check_converted()
        self.assertTrue(
            self._in_transaction(lambda env: self._find_new(env, "sale.order").ids)
        )

    # === RELEASE === #

    def _do_update(self):
        """Press *Done*, once, and let the job free the tickets one by one."""

        def press(env):
            update = env["support.update"].browse(self.update_id)
            if update.state == "planned":
                update.action_done()

        self._in_transaction(press)
        self._in_transaction(
            lambda env: env["support.upstream.bug"]._cron_release(batch_size=1)
        )

    def _check_released(self):
        """The update whole or not at all; each ticket with its note and its mail."""

        def check(env):
            update = env["support.update"].browse(self.update_id)
            bug = env["support.upstream.bug"].browse(self.bug_id)
            is_done = update.state == "done"
            self.assertEqual(update.line_ids.state, update.state)
            self.assertEqual(bool(bug.released_at), is_done)
            freed = self._find_new(env, "helpdesk.ticket").filtered("bug_released")
            if freed:
                self.assertTrue(is_done)
            for ticket in freed:
                notes = [
                    body for body in ticket.message_ids.mapped("body") if WORDS in body
                ]
                self.assertEqual(len(notes), 1)
            notices = self._find_new(env, "support.bug.notice")
            mails = self._find_new(env, "mail.mail").filtered("email_to")
            emails = sorted(freed.partner_id.mapped("email"))
            self.assertEqual(sorted(notices.mapped("email")), emails)
            self.assertEqual(sorted(mails.mapped("email_to")), emails)

        self._in_transaction(check)

    def test_release(self):
        def prepare(env):
            bug = env["support.upstream.bug"].browse(self.bug_id)
            self._create_tickets(env, upstream_bug_id=bug.id)
            env["support.update"].browse(self.update_id)._plan(bug)

        self._in_transaction(prepare)
        # Each is taken a little further: through the button, then ticket by ticket.
        killed = self._run_until_done(
            self._do_update, self._check_released, count(STEP, STEP // 2)
        )
        self.assertGreater(killed, 5)
        self.assertTrue(self._run_killed(self._do_update))
        self._check_released()
        self.assertEqual(
            self._in_transaction(
                lambda env: len(
                    self._find_new(env, "helpdesk.ticket").filtered("bug_released")
                )
            ),
            3,
        )

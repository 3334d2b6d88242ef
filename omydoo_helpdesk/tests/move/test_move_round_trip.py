# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import re
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ...const import GUARD
from .move_common import NOW, MoveCase

# Of a ticket, what is not the ticket's: the row, its company, who touched the row last,
# and what stays where the money is.
NOT_COMPARED = {
    "id",
    "company_id",
    "create_uid",
    "write_uid",
    "write_date",
    "subscription_id",  # that of the same plan; the plan is compared
    "portal_token",
    "access_token",
    "message_main_attachment_id",
}


@tagged("post_install", "-at_install")
class TestMoveRoundTrip(MoveCase):
    """A desk goes out and comes into another company as it was, field by field."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "The other desk"})
        people = cls.agent + cls.project_manager + cls.manager
        people.write({"company_ids": [Command.link(cls.other.id)]})
        for company in cls.company + cls.other:
            for user in cls.agent + cls.manager:
                cls.env["hr.employee"].create(
                    {"name": user.name, "user_id": user.id, "company_id": company.id}
                )
        cls.other.resource_calendar_id = cls.CAL.copy({"company_id": cls.other.id})
        cls.env["helpdesk.ticket.team"].create(
            {
                "name": cls.team.name,
                "user_id": cls.manager.id,
                "user_ids": [Command.set(people.ids)],
                "company_id": cls.other.id,
            }
        )
        plan = cls.plan_4.copy(
            {
                "name": cls.plan_4.name,
                "company_id": cls.other.id,
                "calendar_id": cls.other.resource_calendar_id.id,
            }
        )
        pricelist = cls.pricelist.copy({"company_id": cls.other.id})
        cls._create_subscription(
            cls.customer_a, plan, company_id=cls.other.id, pricelist_id=pricelist.id
        )
        cls.category_in.company_id = cls.category_out.company_id = False

    # === A DESK === #

    def _write(self, moment, ticket, **vals):
        tracked = ticket.with_context(tracking_disable=False, mail_notrack=False)
        res = super()._write(moment, tracked, **vals)
        with self.at(moment):
            self.cr.flush()  # what has changed is noted in the thread
        return res

    def _make_desk(self):
        """Live through two days of a desk: every kind of thing happens."""
        new, held, solved, merged, out, archived = (
            self._file(
                f"2026-06-01 06:{minute:02}:00",
                **{"name": name, "user_id": self.agent.id, **vals},
            )
            for minute, (name, vals) in enumerate(
                {
                    "New": {"user_id": False, "partner_name": "Whoever"},
                    "Held": {},
                    "Solved": {"environment": "test", "email_cc": "x@y.example"},
                    "Merged": {},
                    "Out of scope": {"category_id": self.category_out.id},
                    "Archived": {"priority": "0", "planned_hours": 3.5},
                }.items()
            )
        )
        self._answer("2026-06-01 08:00:00", held)
        with self.at("2026-06-01 08:30:00"):
            held._put_on_hold(
                self.env["support.hold.reason"].search(
                    [("party", "=", "third_party")], limit=1
                ),
                "2026-06-05 08:00:00",
                tell=False,
            )
            self.env.flush_all()
        file = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "log.txt",
                    "raw": b"it broke",
                    "res_model": "mail.compose.message",
                }
            )
        )
        picture = self.env["ir.attachment"].create(
            {
                "name": "a.png",
                "raw": b"\x89PNG\r\n\x1a\n",
                "res_model": "helpdesk.ticket",
                "res_id": solved.id,
            }
        )
        solved.description = f'<p>See <img src="/web/image/{picture.id}"></p>'
        self._answer("2026-06-01 12:00:00", solved, attachment_ids=file.ids)
        with self.at("2026-06-01 12:30:00"):
            solved.with_user(self.agent).message_post(
                body="They always say so", subtype_xmlid="mail.mt_note"
            )
            solved.with_user(self.a1).sudo().message_post(
                body="Still <broken>",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=self.a1.partner_id.id,
            )
            self.env.flush_all()
        self._answer("2026-06-01 13:00:00", solved)
        self._write("2026-06-01 14:00:00", solved, stage_id=self.stage_done.id)
        self._write("2026-06-02 07:00:00", solved, stage_id=self.stage_progress.id)
        self._write("2026-06-02 08:00:00", solved, stage_id=self.stage_done.id)
        with self.at("2026-06-02 09:00:00"):
            solved._rate_as(self.a1.partner_id, "okay", "Slow, but friendly")
            solved._sla_correct("resolution", "met", "Agreed by telephone")
            self.env.flush_all()
        with self.at("2026-06-02 10:00:00"):
            self.env["account.analytic.line"].create(
                [
                    {
                        "ticket_id": solved.id,
                        "name": "Looked",
                        "date": date(2026, 6, 2),
                        "unit_amount": 1.25,
                        "user_id": self.agent.id,
                        "support_customer_note": "Analysis",
                    },
                    {
                        "ticket_id": held.id,
                        "name": "Looked again",
                        "date": date(2026, 6, 1),
                        "unit_amount": 0.5,
                        "user_id": self.manager.id,
                        "support_no_charge": True,
                        "support_no_charge_reason": "Our fault",
                    },
                ]
            )
            held.tag_ids = [Command.create({"name": "printer"})]
            held.message_subscribe(self.a2.partner_id.ids)
            self.env.flush_all()
        self._write("2026-06-02 11:00:00", merged, duplicate_id=new.id)
        with self.at("2026-06-02 10:30:00"):
            # What became a ticket of its own, and what is still to be answered.
            asked, _waits = (
                held.with_user(self.a1)
                .sudo()
                .message_post(
                    body=body,
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                    author_id=self.a1.partner_id.id,
                )
                for body in ("And the scanner?", "And the printer?")
            )
            self.env.flush_all()
        with self.at("2026-06-02 10:40:00"):
            split = held.with_user(self.agent)._split(asked, {"name": "Scanner"})
            self.env.flush_all()
        self._write(
            "2026-06-02 11:10:00",
            out.with_user(self.agent),
            scope_override="in_scope",
            scope_override_reason="Promised by the salesman",
        )
        self._write("2026-06-02 11:20:00", archived, active=False)
        self._write(
            "2026-06-02 11:30:00", new, priority="3", priority_reason="They all wait"
        )
        tickets = new + held + solved + merged + out + archived + split.sudo(False)
        # The notices that are due were sent.
        with self.at(NOW):
            tickets._sla_silence()
            # How long it was held is told as of the last change: there, as of now.
            tickets._sla_recompute()
            self.cr.flush()
        return tickets

    # === THE COMPARISON, WHICH KNOWS NOTHING OF THE FORMAT === #

    def _query(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(query, args)
        return self.env.cr.fetchall()

    def _read_tickets(self, company):
        """Return every column of every ticket, names for what it names.

        :rtype: dict[str, dict]
        """
        targets = dict(
            self._query(
                """SELECT a.attname, c.confrelid::regclass::text
                     FROM pg_constraint c
                     JOIN pg_attribute a
                       ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                    WHERE c.conrelid = 'helpdesk_ticket'::regclass AND c.contype = 'f'
                """
            )
        )
        rows = self._query(
            "SELECT name, to_jsonb(t) FROM helpdesk_ticket t WHERE company_id = %s",
            company.id,
        )
        result = {}
        for name, row in rows:
            values = {}
            for column, value in row.items():
                if column in NOT_COMPARED:
                    continue
                if column in targets and value:
                    value = self._read_name(targets[column], value)
                values[column] = value or None  # nothing is nothing
            values["description"] = re.sub(
                r"/web/image/\d+", "/web/image/N", values["description"]
            )
            result[name] = values
        return result

    def _read_name(self, table, record_id):
        query = "SELECT to_jsonb(t) FROM %s t WHERE id = %s"
        self.env.cr.execute(SQL(query, SQL.identifier(table), record_id))
        row = self.env.cr.fetchone()[0]
        names = (row.get(key) for key in ("name", "login", "number", "message_id"))
        return next(filter(None, names), row)

    def _read_belongings(self, company):
        """Return what belongs to each ticket, as rows of text and numbers."""
        scope = "(SELECT id FROM helpdesk_ticket WHERE company_id = %s)"
        name = "(SELECT name FROM helpdesk_ticket WHERE id = {})"
        found = {
            "messages": self._query(
                f"""SELECT {name.format("m.res_id")}, m.date, p.name, m.email_from,
                           m.subject,
                           -- where a text may stand, and what is not there to open
                           regexp_replace(m.body,
                             ' (style|data-oe-[a-z]+)="[^"]*"|/image/[0-9]+', '', 'g')
                             || COALESCE((
                               SELECT '<ul>' || string_agg('<li>'
                                      || (f.field_description ->> 'en_US') || ': '
                                      || COALESCE(NULLIF(v.old_value_char, ''),
                                         v.old_value_text, '–')
                                      || ' → '
                                      || COALESCE(NULLIF(v.new_value_char, ''),
                                         v.new_value_text, '–')
                                      || '</li>', '' ORDER BY v.id) || '</ul>'
                                 FROM mail_tracking_value v
                                 JOIN ir_model_fields f ON f.id = v.field_id
                                WHERE v.mail_message_id = m.id), ''),
                           m.message_type = 'email', m.message_id,
                           COALESCE(m.is_internal OR s.internal, FALSE),
                           m.message_type IN ('email', 'comment'),
                           (SELECT array_agg(a.name || a.checksum ORDER BY a.name)
                              FROM message_attachment_rel r
                              JOIN ir_attachment a ON a.id = r.attachment_id
                             WHERE r.message_id = m.id)
                      FROM mail_message m
                 LEFT JOIN res_partner p ON p.id = m.author_id
                 LEFT JOIN mail_message_subtype s ON s.id = m.subtype_id
                     WHERE m.model = 'helpdesk.ticket' AND m.res_id IN {scope}
                       AND m.message_type != 'user_notification'""",
                company.id,
            ),
            "events": self._query(
                f"""SELECT {name.format("e.ticket_id")}, e.at, e.kind,
                           -- of what the customer wrote: the message, here and there
                           CASE WHEN e.kind IN ('asked', 'moved') AND e.cause != ''
                                THEN (SELECT m.body FROM mail_message m
                                       WHERE m.id::text = e.cause
                                         AND m.model = 'helpdesk.ticket'
                                         AND m.res_id = e.ticket_id)
                                ELSE e.cause
                           END,
                           e.party, e.clock, e.until, e.note, u.login
                      FROM support_ticket_event e
                 LEFT JOIN res_users u ON u.id = e.user_id AND NOT u.share
                       AND u.id != 1
                     WHERE e.ticket_id IN {scope}""",
                company.id,
            ),
            "files": self._query(
                f"""SELECT {name.format("res_id")}, name, checksum, mimetype, file_size
                      FROM ir_attachment
                     WHERE res_model = 'helpdesk.ticket' AND res_field IS NULL
                       AND res_id IN {scope}""",
                company.id,
            ),
            "followers": self._query(
                f"""SELECT {name.format("f.res_id")}, p.name
                      FROM mail_followers f JOIN res_partner p ON p.id = f.partner_id
                     WHERE f.res_model = 'helpdesk.ticket' AND f.res_id IN {scope}""",
                company.id,
            ),
            "times": self._query(
                f"""SELECT {name.format("l.ticket_id")}, l.name, l.date,
                           l.support_real_hours, l.unit_amount,
                           COALESCE(l.support_no_charge, FALSE),
                           l.support_no_charge_reason, l.support_customer_note,
                           l.support_charged_hours, u.login
                      FROM account_analytic_line l JOIN res_users u ON u.id = l.user_id
                     WHERE l.ticket_id IN {scope}""",
                company.id,
            ),
            "ratings": self._query(
                f"""SELECT {name.format("r.res_id")}, r.rating, r.feedback, r.rated_on,
                           p.name
                      FROM rating_rating r JOIN res_partner p ON p.id = r.partner_id
                     WHERE r.res_model = 'helpdesk.ticket' AND r.consumed
                       AND r.res_id IN {scope}""",
                company.id,
            ),
            "tags": self._query(
                f"""SELECT {name.format("r.helpdesk_ticket_id")}, t.name
                      FROM helpdesk_ticket_helpdesk_ticket_tag_rel r
                      JOIN helpdesk_ticket_tag t ON t.id = r.helpdesk_ticket_tag_id
                     WHERE r.helpdesk_ticket_id IN {scope}""",
                company.id,
            ),
        }
        # What changed at once is told in the order of the form.
        found["messages"] = [
            (*row[:5], sorted(re.split("</?[lu][li]>", row[5])), *row[6:])
            for row in found["messages"]
        ]
        return {kind: sorted(rows, key=repr) for kind, rows in found.items()}

    def _go_round(self):
        """Take the desk of the first company to the other one.

        :return: what the run noted
        """
        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        with self.at(NOW):
            stream = io.BytesIO(
                b"".join(tickets.with_company(self.company)._move_out())
            )
            links = self.links.with_company(self.other)
            run = links._open_run(stream)
            links._move_in(stream, run, commit=False)
            self.env.flush_all()
        return run

    def test_desk_is_the_same_there(self):
        tickets = self._make_desk()
        before = self._read_tickets(self.company)
        run = self._go_round()
        self.assertEqual((run.counts["taken"], run.kept), (len(tickets), []))
        self.maxDiff = None
        after = self._read_tickets(self.other)
        self.assertEqual(before.keys(), after.keys())
        for name, row in before.items():
            with self.subTest(ticket=name):
                differences = {
                    column: (value, after[name][column])
                    for column, value in row.items()
                    if after[name][column] != value
                }
                self.assertFalse(differences)
        expected = self._read_belongings(self.company)
        found = self._read_belongings(self.other)
        for kind, rows in expected.items():
            with self.subTest(kind=kind):
                self.assertTrue(rows)
                self.assertEqual(rows, found[kind])

    def test_test_of_the_set_up_stays_behind(self):
        """It is nobody's request, and would be one there."""
        with self.at("2026-06-01 08:00:00"):
            self.env["helpdesk.ticket"].with_context(support_guard=GUARD).create(
                {
                    "name": "Test of the desk",
                    "description": "Nobody is mailed.",
                    "partner_id": self.a1.partner_id.id,
                    "is_setup_test": True,
                }
            )
        run = self._go_round()
        self.assertEqual(run.counts["read"], 0)

    def test_changes_of_fields_become_text(self):
        self._make_desk()
        self._go_round()
        messages = self._query(
            """SELECT m.body FROM mail_message m JOIN helpdesk_ticket t
                   ON t.id = m.res_id AND m.model = 'helpdesk.ticket'
                WHERE t.company_id = %s AND t.name = 'Solved' AND m.body LIKE %s""",
            self.other.id,
            "%In Progress → Done%",
        )
        self.assertTrue(messages)

    def test_second_trip_changes_nothing(self):
        tickets = self._make_desk()
        self._go_round()
        before = self._read_tickets(self.other), self._read_belongings(self.other)
        run = self._go_round()
        self.assertEqual(run.counts["known"], len(tickets))
        after = self._read_tickets(self.other), self._read_belongings(self.other)
        self.assertEqual(before, after)

    def test_only_managers_take_a_desk_out(self):
        for user in (self.agent, self.project_manager, self.a1):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                next(self.env["helpdesk.ticket"].with_user(user)._move_out())

    def test_desk_of_another_company_stays_there(self):
        self._make_desk()
        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        lines = list(tickets.with_company(self.other)._move_out())
        self.assertEqual(len(lines), 1)

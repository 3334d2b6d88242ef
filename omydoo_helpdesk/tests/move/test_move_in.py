# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .move_common import NOW, MoveCase

FILED = datetime(2026, 6, 1, 6)
DESK_PERSON = {"name": "Whoever", "email": "support_agent@desk.example.com"}


@tagged("post_install", "-at_install")
class TestMoveIn(MoveCase):
    """Tickets of another desk come here as they were."""

    def test_ticket_keeps_what_it_is(self):
        run, ticket = self._move_in(
            self._make_ticket(
                assignee=DESK_PERSON,
                environment="production",
                tags=["printer", "invoice"],
                assigned_at="2026-06-01T07:00:00Z",
                cc="chief@a.example.com",
            )
        )
        self.assertFalse(run.kept)
        self.assertEqual(run.counts["taken"], 1)
        self.assertRecordValues(
            ticket,
            [
                {
                    "number": "OLD-1",
                    "name": "The invoice cannot be printed",
                    "description": "<p>It says <b>error</b>.</p>",
                    "partner_id": self.a1.partner_id.id,
                    "commercial_partner_id": self.customer_a.id,
                    "team_id": self.team.id,
                    "stage_id": self.stage_progress.id,
                    "category_id": self.category_in.id,
                    "priority": "1",
                    "user_id": self.agent.id,
                    "environment": "production",
                    "filed_at": FILED,
                    "create_date": FILED,
                    "assigned_date": datetime(2026, 6, 1, 7),
                    "email_cc": "chief@a.example.com",
                    "company_id": self.company.id,
                    "closed_date": False,
                }
            ],
        )
        self.assertEqual(sorted(ticket.tag_ids.mapped("name")), ["invoice", "printer"])

    def test_messages_keep_author_date_and_reader(self):
        customer = {"email": self.a1.partner_id.email}
        _run, ticket = self._move_in(
            self._make_ticket(
                messages=[
                    {
                        "at": "2026-06-01T08:00:00Z",
                        "kind": "reply",
                        "by": "desk",
                        "author": DESK_PERSON,
                        "body": "<p>Which invoice?</p>",
                    },
                    {
                        "at": "2026-06-01T07:00:00Z",
                        "kind": "note",
                        "by": "desk",
                        "author": {"name": "Gone", "email": "gone@old.example.com"},
                        "body": "<p>They never pay</p>",
                    },
                    {
                        "at": "2026-06-01T09:00:00Z",
                        "kind": "reply",
                        "by": "customer",
                        "by_mail": True,
                        "author": customer,
                        "message_id": "<abc@a.example.com>",
                        "text": "The <last> one",
                    },
                ]
            )
        )
        messages = ticket.message_ids.sorted("date")
        self.assertEqual(
            messages.mapped("date"),
            [datetime(2026, 6, 1, hour) for hour in (7, 8, 9)],
        )
        note, answer, question = messages
        self.assertEqual(answer.author_id, self.agent.partner_id)
        self.assertFalse(answer.is_internal)
        self.assertTrue(note.is_internal)
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(note.author_id)
        self.assertEqual(note.email_from, '"Gone" <gone@old.example.com>')
        self.assertEqual(question.author_id, self.a1.partner_id)
        self.assertEqual(question.message_type, "email")
        self.assertEqual(question.message_id, "<abc@a.example.com>")
        self.assertIn("The &lt;last&gt; one", question.body)
        self.assertEqual(question.create_date, question.date)
        seen = (
            self.env["mail.message"]
            .with_user(self.a1)
            .search([("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)])
        )
        self.assertEqual(seen.sudo(), answer + question)

    def test_nobody_is_written_to(self):
        before = self.env["mail.mail"].search_count([])
        notified = self.env["mail.notification"].search_count([])
        _run, ticket = self._move_in(
            self._make_ticket(
                assignee=DESK_PERSON,
                messages=[
                    {
                        "at": "2026-06-01T08:00:00Z",
                        "kind": "reply",
                        "by": "desk",
                        "author": DESK_PERSON,
                        "body": "<p>Hello</p>",
                    }
                ],
            ),
            self._make_ticket(2, stage="Done", closed=True),
        )
        self.env.flush_all()
        self.assertEqual(len(ticket), 2)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(self.env["mail.notification"].search_count([]), notified)
        self.assertFalse(ticket.activity_ids)
        # What is late already is told to nobody.
        due = [("id", "in", ticket.ids), ("next_notice_at", "<=", NOW)]
        self.assertTrue(ticket[0].is_late)
        self.assertFalse(ticket.search(due))

    def test_second_time_changes_nothing(self):
        tickets = [self._make_ticket(number) for number in (1, 2, 3)]
        _run, first = self._move_in(*tickets)
        dates = first.mapped("write_date")
        counts = [
            self.env[model].search_count([])
            for model in ("helpdesk.ticket", "mail.message", "support.ticket.event")
        ]
        run, second = self._move_in(*tickets)
        self.assertEqual((run.counts["taken"], run.counts["known"]), (0, 3))
        self.assertEqual(second, first)
        self.assertEqual(second.mapped("write_date"), dates)
        self.assertEqual(
            [
                self.env[model].search_count([])
                for model in ("helpdesk.ticket", "mail.message", "support.ticket.event")
            ],
            counts,
        )

    def test_what_was_cut_off_goes_on(self):
        tickets = [self._make_ticket(number) for number in range(1, 6)]
        _run, first = self._move_in(*tickets[:2])
        run, ticket = self._move_in(*tickets)
        self.assertEqual((run.counts["taken"], run.counts["known"]), (3, 2))
        self.assertEqual(len(ticket), 5)
        self.assertLess(first, ticket)

    @mute_logger("odoo.sql_db")
    def test_bad_line_keeps_back_itself_only(self):
        run, ticket = self._move_in(
            self._make_ticket(1),
            b"{not json",
            self._make_ticket(2, filed_at="yesterday"),
            self._make_ticket(3, colour="red"),
            self._make_ticket(4, title=None),
            self._make_ticket(1),
            self._make_ticket(5, filed_at="2030-01-01T00:00:00Z"),
            self._make_ticket(6, team="Nobody's"),
            self._make_ticket(7, planned_hours="many"),
            self._make_ticket(8),
        )
        self.assertEqual(ticket.mapped("number"), ["OLD-1", "OLD-8"])
        self.assertEqual(run.counts["kept"], 8)
        self.assertEqual(
            [(line, reason) for line, _name, reason in run.kept],
            [
                (3, "The line is no JSON."),
                (4, "“filed_at” is no moment, as 2026-06-01T08:00:00Z."),
                (5, "“colour” is no key of the format."),
                (6, "“title” is missing."),
                (7, "A ticket with this id comes earlier in the file."),
                (10, "“planned_hours” is no number."),
                (8, "Something in it is later than now."),
                (
                    9,
                    "Team “Nobody's” is not known here: say in the mapping what is "
                    "meant.",
                ),
            ],
        )

    def test_refused_by_the_desk_keeps_back_itself_only(self):
        run, ticket = self._move_in(
            self._make_ticket(1),
            # A decision without a reason is refused by the model itself.
            self._make_ticket(
                2, verdict={"scope": "in_scope", "reason": "It was promised"}
            ),
            self._make_ticket(
                3,
                events=[
                    {"at": "2026-06-01T06:00:00Z", "kind": "filed"},
                    {
                        "at": "2026-06-01T07:00:00Z",
                        "kind": "hold",
                        "cause": "stage",
                        "party": "customer",
                        "until": "2026-06-01T06:30:00Z",
                    },
                ],
            ),
        )
        self.assertEqual(len(ticket), 3, run.kept)
        self.assertEqual(ticket[1].scope_override, "in_scope")

    def test_dry_run_writes_nothing_and_names_what_lacks(self):
        counts = {
            model: self.env[model].search_count([])
            for model in ("helpdesk.ticket", "res.partner", "mail.message")
        }
        run, ticket = self._move_in(
            self._make_ticket(1),
            self._make_ticket(2, stage="Waiting for Godot"),
            self._make_ticket(3, customer={"name": "New", "email": "new@c.example"}),
            self._make_ticket(
                4,
                assignee={"name": "Bob", "email": "bob@old.example.com"},
            ),
            dry=True,
        )
        self.assertFalse(ticket)
        self.assertEqual(
            counts, {model: self.env[model].search_count([]) for model in counts}
        )
        self.assertEqual(
            (run.counts["read"], run.counts["fit"], run.counts["kept"]), (4, 3, 1)
        )
        self.assertEqual(run.counts["made_customer"], 1)
        self.assertEqual(
            run.lacking,
            {"stage": {"Waiting for Godot"}, "user": {"bob@old.example.com"}},
        )
        self.assertEqual(run.names["team", "Support"], 4)

    def test_dry_run_names_all_that_lacks_at_once(self):
        run, _ticket = self._move_in(
            self._make_ticket(stage="One", team="Two", category="Three"), dry=True
        )
        self.assertEqual(
            run.lacking, {"stage": {"One"}, "team": {"Two"}, "category": {"Three"}}
        )
        self.assertEqual(run.counts["kept"], 1)
        for name in ("“One”", "“Two”", "“Three”"):
            self.assertIn(name, run.kept[0][2])

    def test_mapping_says_what_is_meant(self):
        run, ticket = self._move_in(
            self._make_ticket(
                1,
                stage="Waiting for Godot",
                team="First line",
                priority="P1",
                category="Bug",
                customer={"name": "Somebody", "email": "x@old.example.com"},
                assignee={"name": "Bob", "email": "bob@old.example.com"},
            ),
            mapping={
                "stage": {"Waiting for Godot": "Awaiting"},
                "team": {"First line": f"#{self.team.id}"},
                "priority": {"P1": "High"},
                "category": {"Bug": ""},
                "customer": {"x@old.example.com": self.b1.partner_id.email},
                "user": {"bob@old.example.com": "support_agent"},
            },
        )
        self.assertFalse(run.kept)
        self.assertRecordValues(
            ticket,
            [
                {
                    "stage_id": self.stage_awaiting.id,
                    "team_id": self.team.id,
                    "priority": "3",
                    "category_id": False,
                    "partner_id": self.b1.partner_id.id,
                    "user_id": self.agent.id,
                }
            ],
        )

    def test_contacts_are_made_once_in_their_firm(self):
        person = {
            "name": "Zoé",
            "email": "zoe@c.example.com",
            "company": "Customer C",
            "phone": "+33 1 00 00 00 00",
        }
        run, ticket = self._move_in(
            self._make_ticket(1, customer=person),
            self._make_ticket(2, customer=person),
        )
        self.assertEqual(run.counts["made_customer"], 1)
        contact = ticket.partner_id
        self.assertEqual(len(contact), 1)
        self.assertEqual(contact.parent_id.name, "Customer C")
        self.assertTrue(contact.parent_id.is_company)
        self.assertEqual(contact.phone, "+33 1 00 00 00 00")

    def test_address_of_several_firms_is_asked_about(self):
        self.env["res.partner"].create(
            [
                {"name": "Joe", "email": "joe@x.example.com", "parent_id": firm.id}
                for firm in self.customer_a + self.customer_b
            ]
        )
        run, ticket = self._move_in(
            self._make_ticket(1, customer={"email": "joe@x.example.com"}),
            self._make_ticket(
                2, customer={"email": "joe@x.example.com", "company": "Customer B"}
            ),
        )
        self.assertEqual(ticket.commercial_partner_id, self.customer_b)
        self.assertEqual(
            self._get_reasons(run),
            [
                "“joe@x.example.com” is known for several customers: say in the "
                "mapping which one is meant."
            ],
        )

    def test_what_lacks_is_made_if_the_manager_says_so(self):
        ticket = self._make_ticket(
            1, stage="Lost", closed=True, category="New kind", team="Second line"
        )
        header = {
            "stages": [{"name": "Lost", "closed": True, "dismisses": True}],
            "categories": [{"name": "New kind", "scope": "out_of_scope"}],
        }
        run, moved = self._move_in(ticket, header=header, makes=True)
        self.assertFalse(run.kept)
        self.assertRecordValues(
            moved.stage_id, [{"name": "Lost", "closed": True, "sla_success": False}]
        )
        self.assertEqual(moved.category_id.scope, "out_of_scope")
        self.assertEqual(moved.team_id.company_id, self.company)

    def test_closed_ticket_goes_to_no_open_stage(self):
        run, ticket = self._move_in(self._make_ticket(closed=True))
        self.assertFalse(ticket)
        self.assertIn("the stage “In Progress” here is open", run.kept[0][2])

    def test_references_to_later_tickets_are_kept(self):
        run, tickets = self._move_in(
            self._make_ticket(1, duplicate_of="T3"),
            self._make_ticket(2, follows="T1"),
            self._make_ticket(3),
            self._make_ticket(4, duplicate_of="T99"),
        )
        by_number = {ticket.number: ticket for ticket in tickets}
        self.assertEqual(len(by_number), 4)
        self.assertEqual(by_number["OLD-1"].duplicate_id, by_number["OLD-3"])
        self.assertEqual(by_number["OLD-2"].previous_ticket_id, by_number["OLD-1"])
        self.assertFalse(by_number["OLD-4"].duplicate_id)
        self.assertEqual(
            self._get_reasons(run), ["The ticket “T99” that it names is not here."]
        )

    # === FILES === #

    def test_files_are_kept_but_programs(self):
        program = b"MZ" + b"\0" * 58 + b"\x40\0\0\0" + b"PE\0\0"
        run, ticket = self._move_in(
            self._make_ticket(
                files=[
                    {"name": "../../etc/passwd.txt", "data": self._encode(b"one")},
                    {"name": "run.txt", "data": self._encode(program)},
                ],
                messages=[
                    {
                        "at": "2026-06-01T08:00:00Z",
                        "kind": "reply",
                        "by": "customer",
                        "body": '<p><img src="cid:pic"></p>',
                        "files": [
                            {
                                "id": "pic",
                                "name": "a.png",
                                "data": self._encode(b"\x89PNG\r\n\x1a\n"),
                            }
                        ],
                    }
                ],
            )
        )
        files = ticket.attachment_ids.sorted("id")
        self.assertEqual(files.mapped("name"), ["passwd.txt", "a.png"])
        self.assertEqual(files[0].raw, b"one")
        message = ticket.message_ids
        self.assertEqual(message.attachment_ids, files[1])
        self.assertIn(f'src="/web/image/{files[1].id}"', message.body)
        self.assertIn("could be a program", run.kept[0][2])

    def test_words_of_strangers_are_harmless(self):
        _run, ticket = self._move_in(
            self._make_ticket(
                description='<p class="modal">Hi<script>alert(1)</script></p>',
                messages=[
                    {
                        "at": "2026-06-01T08:00:00Z",
                        "kind": "reply",
                        "by": "customer",
                        "body": '<p style="position: fixed">Hi</p>'
                        '<img src="data:image/png;base64,aGVsbG8=">',
                    }
                ],
            )
        )
        self.assertEqual(ticket.description, "<p>Hi</p>")
        self.assertNotIn("position", ticket.message_ids.body)
        self.assertNotIn("access_token", ticket.message_ids.body)
        self.assertEqual(ticket.message_ids.attachment_ids.raw, b"hello")

    # === TIME === #

    def test_time_is_kept_and_charged_to_nobody(self):
        employee = self.env["hr.employee"].create(
            {
                "name": "Agent",
                "user_id": self.agent.id,
                "company_id": self.company.id,
            }
        )
        run, ticket = self._move_in(
            self._make_ticket(
                times=[
                    {
                        "on": "2026-06-01",
                        "hours": 1.5,
                        "by": DESK_PERSON,
                        "text": "Looked into it",
                        "told": "Analysis",
                    },
                    {
                        "on": "2026-06-02",
                        "hours": 0.5,
                        "by": DESK_PERSON,
                        "free": "Our own bug",
                    },
                ]
            )
        )
        self.assertFalse(run.kept)
        self.assertEqual(ticket.total_hours, 2)
        self.assertRecordValues(
            ticket.timesheet_ids.sorted("date"),
            [
                {
                    "date": date(2026, 6, 1),
                    "support_real_hours": 1.5,
                    "unit_amount": 1.5,
                    "employee_id": employee.id,
                    "name": "Looked into it",
                    "support_customer_note": "Analysis",
                    "support_no_charge": False,
                    "so_line": False,
                },
                {
                    "date": date(2026, 6, 2),
                    "support_real_hours": 0.5,
                    "unit_amount": 0.5,
                    "employee_id": employee.id,
                    "name": "/",
                    "support_customer_note": False,
                    "support_no_charge": True,
                    "so_line": False,
                },
            ],
        )

    def test_time_of_nobody_here_is_asked_about(self):
        ticket = self._make_ticket(
            times=[{"on": "2026-06-01", "hours": 2, "by": {"name": "Bob"}}]
        )
        run, moved = self._move_in(ticket)
        self.assertFalse(moved)
        self.assertIn("“Bob” has time on it and is no employee here", run.kept[0][2])
        run, moved = self._move_in(ticket, mapping={"user": {"Bob": ""}})
        self.assertEqual(moved.total_hours, 0)
        self.assertEqual(self._get_reasons(run), ["Time of “Bob”: 2 h."])

    # === WHO MAY === #

    def test_only_managers_move_a_desk(self):
        for user in (self.agent, self.project_manager, self.a1):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._move_in(self._make_ticket(), user=user)

    def test_nothing_of_another_company_is_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["helpdesk.ticket.team"].create(
            {"name": "Their team", "company_id": other.id}
        )
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "email": "theirs@o.example", "company_id": other.id}
        )
        run, ticket = self._move_in(
            self._make_ticket(1, team="Their team"),
            self._make_ticket(2, customer={"name": "T", "email": "theirs@o.example"}),
        )
        self.assertEqual(len(ticket), 1)
        self.assertNotEqual(ticket.partner_id, partner)
        self.assertIn("Team “Their team” is not known here", run.kept[0][2])

    def test_other_files_are_refused_in_words(self):
        for content in (b"", b"\x00\x01", b'{"format": "other"}\n', b"a,b\n1,2\n"):
            with self.subTest(content=content), self.assertRaises(UserError):
                stream = self._write_file()
                stream.seek(0)
                stream.truncate()
                stream.write(content)
                stream.seek(0)
                self.links._open_run(stream)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import Command, api
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import SupportCase
from ..traced_common import TracedCase


@tagged("post_install", "-at_install")
class TestTicketLinked(TracedCase):
    """What is read at once is what Odoo reads one by one, with nobody's rights more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=api.SUPERUSER_ID)
        cls.Ticket = cls.env["helpdesk.ticket"]
        cls.tickets = (
            cls._create_ticket(user_id=cls.agent.id)
            | cls._create_ticket(user_id=cls.manager.id, priority="3")
            | cls._create_ticket(partner_id=False, team_id=False)
        )
        cls.tickets[0].category_id.with_context(lang="fr_FR").name = "Une catégorie"
        cls.tickets[0].stage_id.with_context(lang="fr_FR").name = "Une étape"

    def _get_specification(self, tickets, view_type):
        """Return what the web client asks of a view, with names of what is linked."""
        if view_type == "form":
            names = Form(tickets[:1])._view["fields_spec"]
        else:
            names = tickets.get_view(view_type=view_type)["arch"]
            names = [
                name
                for name in tickets.fields_get()
                if f'name="{name}"' in names and not tickets._fields[name].inherited
            ]
        return {
            name: {"fields": {"display_name": {}}}
            if tickets._fields[name].relational
            else {}
            for name in names
        }

    def _read_one_by_one(self, read):
        """Return what is read when nothing is read at once."""
        self.env.invalidate_all()
        with patch.object(type(self.Ticket), "_read_at_once", lambda *args, **kw: None):
            found = read()
        self.env.invalidate_all()
        return found

    def test_what_is_read_is_the_same(self):
        for user in (self.agent, self.manager):
            for lang in ("en_US", "fr_FR"):
                for view_type in ("form", "list", "kanban"):
                    tickets = self.tickets.with_user(user).with_context(lang=lang)
                    asked = self._get_specification(tickets, view_type)
                    for some in (tickets[0], tickets[1], tickets[2], tickets):
                        with self.subTest(user.login, lang=lang, view=view_type):
                            expected = self._read_one_by_one(
                                lambda some=some, asked=asked: some.web_read(asked)
                            )
                            self.assertEqual(some.web_read(asked), expected)

    def test_names_are_in_the_language_of_the_reader(self):
        for lang, category in (
            ("fr_FR", "Une catégorie"),
            ("en_US", self.tickets[0].category_id.name),
        ):
            self.env.invalidate_all()
            ticket = self.tickets[0].with_user(self.agent).with_context(lang=lang)
            asked = {
                name: {"fields": {"display_name": {}}} for name in ("category_id",)
            }
            found = ticket.web_read(asked | {"stage_id": {"fields": {}}})
            self.assertEqual(found[0]["category_id"]["display_name"], category)

    def test_words_to_be_translated_are_those_that_odoo_reads(self):
        asked = {
            "category_id": {"fields": {"display_name": {}, "name": {}}},
            "name": {},
        }
        asked["stage_id"] = {"fields": {"name": {}}}
        tickets = self.tickets[0].with_user(self.agent).with_context(lang="fr_FR")
        found = set()
        for context in ({}, {"edit_translations": True}, {"check_translations": True}):
            ticket = tickets.with_context(**context)
            with self.subTest(context):
                expected = self._read_one_by_one(
                    lambda ticket=ticket: ticket.web_read(asked)
                )
                self.assertEqual(ticket.web_read(asked), expected)
                found.add(ticket._get_reading())
        self.assertEqual(len(found), 3)

    def test_what_is_about_to_be_written_is_shown(self):
        """What is not in the database yet counts."""
        category = self.tickets[0].category_id
        self.env.flush_all()
        self.env.invalidate_all()
        category.name = "A new name"
        asked = {"category_id": {"fields": {"display_name": {}}}, "name": {}}
        found = self.tickets[0].with_user(self.agent).web_read(asked)
        self.assertEqual(found[0]["category_id"]["display_name"], "A new name")

    def test_members_of_the_team_are_those_that_odoo_reads(self):
        """In the order of their names, also the one who was just added."""
        ticket = self.tickets[0].with_user(self.agent)
        people = [
            new_test_user(
                self.env,
                f"linked_{name}",
                "helpdesk_mgmt.group_helpdesk_user",
                name=name,
            )
            for name in ("Zoe", "Abel", "Mona")
        ]
        zoe, abel, mona = (person.id for person in people)
        asked = {"user_ids": {}, "name": {}}
        for members, archived in (
            ([zoe, abel, mona], False),
            ([zoe, mona], False),
            ([zoe, mona], True),
            ([], True),
        ):
            ticket.team_id.sudo().user_ids = [Command.set(members)]
            people[0].active = not archived
            with self.subTest(members, archived=archived):
                expected = self._read_one_by_one(lambda: ticket.web_read(asked))
                statements = self._trace(ticket.web_read, asked)
                self.assertEqual(ticket.web_read(asked), expected)
                self.assertEqual(
                    expected[0]["user_ids"],
                    [
                        person
                        for person in (abel, mona, zoe)
                        if person in members and not (archived and person == zoe)
                    ],
                )
                of_members = [text for text in statements if "res_users_rel" in text]
                self.assertEqual(len(of_members), 1)
                self.assertIn("json_build_array", of_members[0])

    def test_columns_are_those_that_odoo_reads(self):
        for user in (self.agent, self.manager):
            for lang in ("en_US", "fr_FR"):
                ticket = self.tickets[0].with_user(user).with_context(lang=lang)
                names = tuple(self._get_specification(ticket, "form"))
                apart = tuple(filter(ticket._is_read_apart, names))
                columns, _columns_sql = ticket._get_own_columns(apart)
                self.assertLessEqual({"name", "stage_id", "properties"}, set(columns))
                with self.subTest(user.login, lang=lang):
                    self.env.invalidate_all()
                    ticket.sudo().fetch(columns)
                    expected = self._get_known(ticket, columns)
                    self.env.invalidate_all()
                    self.assertTrue(ticket._read_columns(names))
                    self.assertEqual(self._get_known(ticket, columns), expected)

    def _get_known(self, ticket, names):
        """Return what is in memory of some fields."""
        fields = [ticket._fields[name] for name in names]
        return {field.name: field._get_cache(ticket.env)[ticket.id] for field in fields}

    def test_columns_keep_what_is_about_to_be_written(self):
        ticket = self.tickets[0].with_user(self.agent)
        self.env.flush_all()
        self.env.invalidate_all()
        ticket._read_columns()  # and what says that the user may
        ticket.name = "A new name"
        # Nor is it written for that.
        with self.assertQueryCount(1):
            ticket._read_columns()
        self.assertEqual(ticket.name, "A new name")

    def test_columns_of_what_may_not_be_read_stay_unread(self):
        ticket = self.tickets[0].with_user(self.b1)
        self.env.invalidate_all()
        self.assertFalse(ticket._read_columns())
        self.assertFalse(ticket._fields["name"]._get_cache(ticket.env).get(ticket.id))

    def test_a_list_reads_the_tickets_once(self):
        """Also where a rule looks at what the list does not show."""
        tickets = self.Ticket.with_user(self.agent)
        statements = self._trace(
            tickets.web_search_read,
            [("id", "in", self.tickets.ids)],
            {"name": {}, "number": {}},
        )
        self.assertEqual(
            len([text for text in statements if 'FROM "helpdesk_ticket"' in text]),
            1,
            "\n".join(statements),
        )

    def test_nobody_may_more(self):
        """Names are told, as ever; what is linked is no easier to read."""
        ticket = self.tickets[0].with_user(self.agent)
        self.assertTrue(ticket.subscription_id)
        ticket.web_read(self._get_specification(ticket, "form"))
        with self.assertRaises(AccessError):
            ticket.subscription_id.read(["name"])
        with self.assertRaises(AccessError):
            ticket.with_user(self.a1).web_read(
                {"support_plan_id": {"fields": {"display_name": {}}}, "name": {}}
            )
        other = self.tickets[0].with_user(self.b1)
        with self.assertRaises(AccessError):
            other.web_read({"name": {}, "category_id": {"fields": {}}})

    def test_whoever_may_not_create_reads_nothing(self):
        employee = new_test_user(self.env, "linked_employee", "base.group_user")
        with (
            patch.object(type(self.Ticket), "_read_at_once") as read,
            self.assertRaises(AccessError),
        ):
            self.Ticket.with_user(employee).create(
                {"name": "A request", "description": "Text"}
            )
        read.assert_not_called()

    def test_strange_ids_are_refused_as_ever(self):
        for value in (False, None, "", "x", [1], 2**40, -1):
            vals = {"name": "A request", "description": "Text", "team_id": value}
            with self.subTest(value=value):
                self.Ticket._read_for_creation([vals])


@tagged("post_install", "-at_install")
class TestNewTicketForm(SupportCase):
    """What the form of a new ticket does not compute is empty, whatever it is given."""

    def _compare(self, tickets, values):
        asked = Form(tickets)._view["fields_spec"]
        short = tickets.onchange(dict(values), [], asked)
        with patch.object(type(tickets), "_get_fields_once_saved", lambda self: set()):
            whole = tickets.onchange(dict(values), [], asked)
        self.assertEqual(short, whole)

    def test_new(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        with self.at("2026-03-02 09:00:00"):
            self._compare(tickets, {})

    def test_new_of_a_customer(self):
        for context in (
            {"default_partner_id": self.a1.partner_id.id},
            {"default_category_id": self.category_out.id, "default_priority": "3"},
            {"default_partner_id": self.a1.partner_id.id, "default_user_id": False},
        ):
            with self.subTest(context=context), self.at("2026-03-02 09:00:00"):
                self._compare(
                    self.env["helpdesk.ticket"]
                    .with_user(self.agent)
                    .with_context(**context),
                    {},
                )

    def test_nothing_is_there_before_it_is_saved(self):
        """Each of them is empty of a ticket that was just created, too."""
        ticket = self._create_ticket().with_user(self.agent)
        names = ticket._get_fields_once_saved()
        self.assertLessEqual(names, set(ticket._fields))
        for name in names - {"event_ids"}:
            self.assertFalse(ticket[name], name)

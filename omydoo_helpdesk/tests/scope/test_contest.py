# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..cover.cover_common import CoverCase

WORDS = "It was sold with the project: see the order."


@tagged("post_install", "-at_install")
class TestContest(CoverCase):
    """A verdict is contested once, by the customer, and decided by a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.ticket = cls._create_ticket(category_id=cls.category_out.id)
        cls.other_out = cls.category_out.copy({"name": "Another one"})

    # === HELPERS === #

    def _contest(self, ticket=None, reason="Not our fault"):
        """Contest as the portal does, once it has checked the access."""
        return (ticket or self.ticket).with_user(self.a1).sudo()._contest(reason)

    def _decide(self, outcome, words=WORDS, user=None, ticket=None):
        """Decide in the dialog, as a manager does."""
        user = user or self.manager
        record = (ticket or self.ticket).with_user(user)
        action = record.action_decide_contest()
        with Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
        ) as form:
            form.outcome = outcome
            form.words = words
        form.record.action_apply()

    def _log(self, ticket=None):
        return [
            (event.kind, event.scope, event.user_id)
            for event in (ticket or self.ticket).contest_ids.sorted("id")
        ]

    def _mails(self, ticket=None):
        """Return the bodies of what the customer was told, oldest first."""
        return [
            message.body
            for message in (ticket or self.ticket).message_ids.sorted("id")
            if message.message_type == "auto_comment"
        ]

    # === CONTESTED === #

    def test_contest_once(self):
        self.assertTrue(self._contest())
        self.assertEqual(self.ticket.contest_state, "open")
        self.assertEqual(self.ticket.contest_reason, "Not our fault")
        self.assertEqual(self._log(), [("contested", "out_of_scope", self.a1)])
        self.assertFalse(self._contest(reason="Again"))
        self.assertEqual(len(self.ticket.contest_ids), 1)

    def test_what_can_be_contested(self):
        covered = self._create_ticket()
        self.assertTrue(self._contest(covered))
        unqualified = self._create_ticket(category_id=False)
        self.assertFalse(self._contest(unqualified))
        archived = self._create_ticket(category_id=self.category_out.id, active=False)
        self.assertFalse(self._contest(archived))
        merged = self._create_ticket(
            category_id=self.category_out.id, duplicate_id=self.ticket.id
        )
        self.assertFalse(self._contest(merged))

    def test_a_new_verdict_may_be_contested(self):
        self._contest()
        self._decide("upheld")
        self.assertFalse(self._contest(reason="And yet"))
        self.ticket.with_user(self.agent).category_id = self.other_out
        self.assertTrue(self._contest(reason="Not this either"))

    def test_log_stays(self):
        self._contest()
        event = self.ticket.contest_ids
        for user in (self.env.user, self.manager):
            with self.assertRaises(UserError):
                event.with_user(user).words = "Nothing"
            with self.assertRaises(UserError):
                event.with_user(user).unlink()
        with self.assertRaises(UserError):
            self.ticket.unlink()

    def test_written_by_nobody(self):
        for name, value in (
            ("contest_state", "upheld"),
            ("scope_decider_id", self.agent.id),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.ticket.with_user(self.manager).write({name: value})

    # === DECIDED === #

    def test_upheld(self):
        self._contest()
        self._decide("upheld")
        self.assertVerdict(self.ticket, "out_of_scope", "category_out_of_scope", "none")
        self.assertEqual(self.ticket.contest_state, "upheld")
        self.assertEqual(
            self._log(),
            [
                ("contested", "out_of_scope", self.a1),
                ("upheld", "out_of_scope", self.manager),
            ],
        )
        [mail] = self._mails()
        self.assertIn(WORDS, mail)
        self.assertIn("Out of scope", mail)

    def test_overturned(self):
        self._contest()
        self._decide("overturned")
        self.assertVerdict(self.ticket, "in_scope", "overridden", "subscription")
        self.assertEqual(self.ticket.contest_state, "overturned")
        self.assertEqual(self.ticket.scope_decider_id, self.manager)
        self.assertEqual(
            self._log()[1:], [("overturned", "out_of_scope", self.manager)]
        )
        # Told once: not by the mail of a verdict besides.
        [mail] = self._mails()
        self.assertIn(WORDS, mail)
        # What was decided on a contest is not contested again.
        self.assertFalse(self._contest())
        # The clocks of what is covered run again.
        self.assertEqual(self.ticket.resolution_state, "ongoing")

    def test_covered_may_be_overturned(self):
        ticket = self._create_ticket()
        self._contest(ticket)
        self._decide("overturned", ticket=ticket)
        self.assertEqual(ticket.scope, "out_of_scope")

    def test_words_are_needed(self):
        self._contest()
        with self.assertRaises(UserError):
            self._decide("upheld", words="  ")
        self.assertEqual(self.ticket.contest_state, "open")

    def test_not_the_one_who_decided(self):
        other = new_test_user(
            self.env,
            "other_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=self.company.id,
        )
        self.ticket.with_user(self.manager)._override_scope("out_of_scope", "Training")
        self.assertEqual(self.ticket.scope_decider_id, self.manager)
        self._contest()
        with self.assertRaisesRegex(UserError, "yourself"):
            self._decide("upheld")
        self._decide("upheld", user=other)
        self.assertEqual(self.ticket.contest_ids.decider_id, self.manager)

    def test_a_manager_who_is_alone_decides(self):
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        (group.all_user_ids - self.manager).active = False
        self.ticket.with_user(self.manager)._override_scope("out_of_scope", "Training")
        self._contest()
        self._decide("upheld")
        self.assertEqual(self.ticket.contest_state, "upheld")

    def test_agents_decide_nothing(self):
        self._contest()
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent).action_decide_contest()
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket.contest.decision"].with_user(self.agent).create(
                {
                    "ticket_id": self.ticket.id,
                    "outcome": "upheld",
                    "words": WORDS,
                }
            )
        with self.assertRaises(UserError):
            self.ticket.with_user(self.agent)._decide_contest("upheld", WORDS)
        # Nor beside it.
        for user in (self.agent, self.manager):
            with self.assertRaisesRegex(UserError, "contests"):
                self.ticket.with_user(user)._override_scope("in_scope", "All right")
        self.assertEqual(self.ticket.contest_state, "open")

    def test_nothing_to_decide(self):
        with self.assertRaises(UserError):
            self._decide("upheld")

    # === THE VERDICT CHANGES MEANWHILE === #

    def test_verdict_changes(self):
        self._contest()
        self.ticket.with_user(self.agent).category_id = self.category_in
        self.assertEqual(self.ticket.contest_state, "lapsed")
        self.assertEqual(self._log()[1:], [("lapsed", "out_of_scope", self.agent)])
        [mail] = self._mails()
        self.assertIn("Out of scope", mail)
        with self.assertRaises(UserError):
            self._decide("upheld")
        # Another verdict, which was never contested.
        self.assertTrue(self._contest(reason="I want a quotation"))

    def test_reason_changes(self):
        self._contest()
        self.ticket.with_user(self.agent).category_id = self.other_out
        self.assertEqual(self.ticket.contest_state, "open")
        self._decide("upheld")
        self.assertFalse(self._contest())

    def test_set_up_changes(self):
        self._contest()
        self.category_out.scope = "in_scope"
        self.assertEqual(self.ticket.scope, "in_scope")
        self.assertEqual(self.ticket.contest_state, "lapsed")

    def test_not_qualified_any_more(self):
        self._contest()
        self.ticket.with_user(self.agent).category_id = False
        self.assertEqual(self.ticket.contest_state, "open")
        self._decide("overturned")
        self.assertEqual(self.ticket.scope, "in_scope")

    # === SHOWN === #

    def test_desk(self):
        def count(user):
            desk = self.env["helpdesk.ticket"].with_user(user).get_my_desk()
            return {
                tile["name"]: tile["count"]
                for section in desk["sections"]
                for tile in section["tiles"]
            }.get("contested")

        before = count(self.manager)
        self._contest()
        self.assertEqual(count(self.manager), before + 1)
        self.assertIsNone(count(self.agent))
        self._decide("overturned")
        self.assertEqual(count(self.manager), before)

        tickets = self.env["helpdesk.ticket"].with_user(self.manager)
        blocks = {block["name"]: block for block in tickets.get_desk_overview()}
        row = next(
            row for row in blocks["contests"]["rows"] if row["label"] == "Overturned"
        )
        cell = row["cells"][0]
        events = self.env["support.verdict.event"].with_user(self.manager)
        found = events.search(cell["domain"])
        self.assertEqual(len(found), cell["value"])
        self.assertIn(self.ticket, found.ticket_id)

    def test_copy(self):
        self._contest()
        copy = self.ticket.copy()
        self.assertFalse(copy.contest_state)
        self.assertFalse(copy.contest_ids)

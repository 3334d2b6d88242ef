# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .assignment_common import AT_WORK, AssignmentCase


@tagged("post_install", "-at_install")
class TestHandOn(AssignmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.support_assignment = "hand"
        cls.mine = cls.env["helpdesk.ticket"].concat(
            *(cls._create_ticket(user_id=cls.a.id) for _number in range(4))
        )
        done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.closed = cls._create_ticket(user_id=cls.a.id, stage_id=done.id)
        cls.colleague_s = cls._create_ticket(user_id=cls.b.id)

    def _open(self, user=None):
        return Form(self.env["support.hand.on"].with_user(user or self.a))

    def _hand_on(self, user=None, **vals):
        with self.at(AT_WORK):
            form = self._open(user)
            for name, value in vals.items():
                form[name] = value
            action = form.save().action_hand_on()
            self.env.flush_all()
        return action["params"]

    def test_to_a_colleague(self):
        told = self._hand_on(user_id=self.c, note="The <customer> calls at ten.")
        self.assertEqual(self.mine.user_id, self.c)
        self.assertEqual(self.closed.user_id, self.a)
        self.assertEqual(self.colleague_s.user_id, self.b)
        self.assertIn("4", told["message"])
        for ticket in self.mine:
            notes = ticket.message_ids.filtered(
                lambda message: "&lt;customer&gt; calls at ten" in message.body
            )
            self.assertEqual(len(notes), 1)
            self.assertTrue(notes.is_internal or notes.subtype_id.internal)

    def test_tomorrow_is_proposed_and_absence_told(self):
        self._take_leave(self.c, "2026-06-02 05:00:00", "2026-06-02 16:00:00")
        with self.at(AT_WORK):
            form = self._open()
            self.assertEqual(str(form.away_on), "2026-06-02")
            self.assertFalse(form.absence_notice, "nobody is chosen yet")
            form.user_id = self.c
            self.assertIn(self.c.name, form.absence_notice)
            form.user_id = self.b
            self.assertFalse(form.absence_notice)

    def test_by_the_team_s_method(self):
        self.team.support_assignment = "load"
        self._hand_on(way="team")
        # One was the other colleague's already.
        self.assertEqual(len(self.mine.filtered(lambda one: one.user_id == self.c)), 2)
        self.assertEqual(len(self.mine.filtered(lambda one: one.user_id == self.b)), 2)

    def test_who_is_away_tomorrow_takes_none(self):
        self.team.support_assignment = "turn"
        self._take_leave(self.b, "2026-06-02 05:00:00", "2026-06-02 16:00:00")
        self._hand_on(way="team")
        self.assertEqual(self.mine.user_id, self.c)

    def test_nobody_is_there(self):
        self.team.support_assignment = "turn"
        self.team.support_open_limit = 2
        told = self._hand_on(way="team")
        left = self.mine.filtered(lambda one: not one.user_id)
        # One of the three places was taken.
        self.assertEqual(len(left), 1)
        self.assertEqual(left.assignment_state, "untaken")
        self.assertEqual(told["type"], "warning")
        self.assertIn(left.number, told["message"])
        self.assertNotIn(self.a, self.mine.user_id)

    def test_a_team_that_assigns_by_hand(self):
        with self.assertRaisesRegex(UserError, "by hand"):
            self._hand_on(way="team")
        self.assertEqual(self.mine.user_id, self.a)

    def test_not_a_colleague_s(self):
        form = self._open()
        form.user_id = self.c
        wizard = form.save()
        wizard.write({"ticket_ids": [(4, self.colleague_s.id)], "user_id": self.c.id})
        with self.assertRaisesRegex(UserError, self.colleague_s.number):
            wizard.action_hand_on()
        wizard.write({"from_user_id": self.b.id, "user_id": self.c.id})
        with self.assertRaisesRegex(UserError, "your own tickets"):
            wizard.action_hand_on()

    def test_a_manager_hands_on_for_who_is_ill(self):
        self.team.user_ids += self.manager
        self._hand_on(self.manager, from_user_id=self.a, user_id=self.b)
        self.assertEqual(self.mine.user_id, self.b)

    def test_nothing_to_hand_on(self):
        with self.assertRaisesRegex(UserError, "no open ticket"):
            self._hand_on(self.c, way="team")

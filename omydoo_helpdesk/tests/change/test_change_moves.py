# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import doctest
from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools import change_moves
from .change_common import ORIGIN, ChangeCase

STATES = (
    "draft",
    "awaiting",
    "agreed",
    "refused",
    "withdrawn",
    "applied",
    "undone",
    "cancelled",
)

# From the charter: nothing is done in production without the customer's agreement,
# which is given once, to what is asked, and may be taken back until it is applied.
# For each thing that may happen: from which states, and the state it leads to.
EXPECTED = {
    "asked": {"draft": "awaiting", "refused": "awaiting", "withdrawn": "awaiting"},
    "agreed": {"awaiting": "agreed"},
    "refused": {"awaiting": "refused"},
    "question": {"awaiting": "awaiting"},
    "withdrawn": {"agreed": "withdrawn"},
    # An edit of the text, which what is over no longer takes; nobody was asked of a
    # draft, or is asked of what was refused.
    "voided": {
        "draft": "draft",
        "awaiting": "draft",
        "agreed": "draft",
        "refused": "refused",
        "withdrawn": "withdrawn",
    },
    # The telephone is for what was not answered yet.
    "phone": {"draft": "agreed", "awaiting": "agreed"},
    "applied": {"agreed": "applied"},
    "undone": {"applied": "undone"},
    "cancelled": {
        "draft": "cancelled",
        "awaiting": "cancelled",
        "agreed": "cancelled",
        "refused": "cancelled",
        "withdrawn": "cancelled",
    },
}

# Afterwards, of an agreement by telephone.
EXPECTED_PHONE = {
    # By a colleague of who noted it, who thereby stands behind it.
    "seconded": {"agreed": "agreed"},
    "confirmed": {"agreed": "agreed", "applied": "applied", "undone": "undone"},
    "disputed": {"agreed": "refused", "applied": "applied", "undone": "undone"},
}


@tagged("post_install", "-at_install")
class TestChangeMoves(ChangeCase):
    """Every state and everything that may happen in it: it leads on, or is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.priority = "3"

    def _reach(self, state, by_phone=False):
        """Return a change that came to a state as people bring it there."""
        change = self._create_change()
        if state == "draft":
            self._test(change)
            change.action_confirm_backup()
            return change
        if by_phone:
            self._test(change)
            change.action_confirm_backup()
            change._agree_by_phone(
                self.a1.partner_id, fields.Datetime.now(), "She said yes"
            )
        else:
            self._ask(change)
        if state in ("agreed", "withdrawn", "applied", "undone") and not by_phone:
            self._agree(change)
        if state in ("applied", "undone"):
            # By somebody else than who noted the call.
            change.with_user(self.manager).action_apply("Done")
        if state == "undone":
            change.action_undo("Wrong")
        if state == "refused":
            self._refuse(change)
        if state == "withdrawn":
            change._withdraw(self.a1.partner_id, "Month end", ORIGIN)
        if state == "cancelled":
            change.action_cancel()
        self.assertEqual(change.state, state)
        return change

    def _refuse(self, change):
        change._refuse(
            self.a1.partner_id, self._text_hash(change), "fr_FR", "No", ORIGIN
        )

    def _count_mails(self):
        """Return how many mails the contact who is asked was sent."""
        return self.env["mail.mail"].search_count(
            [("email_to", "ilike", self.a1.partner_id.email)]
        )

    def _do(self, change, kind):
        partner = self.a1.partner_id
        agent = change.with_user(self.agent)
        now = fields.Datetime.now()
        text_hash = change.consent_event_id.text_hash
        {
            "asked": lambda: agent.action_ask(),
            "agreed": lambda: self._agree(change),
            "refused": lambda: self._refuse(change),
            "question": lambda: change._ask_question(partner, "Why?", ORIGIN),
            "withdrawn": lambda: change._withdraw(partner, "Month end", ORIGIN),
            "answered": lambda: agent.action_answer("Because."),
            "voided": lambda: agent.write({"risk": f"Another one {change.id}."}),
            "phone": lambda: agent._agree_by_phone(partner, now, "Yes"),
            "applied": lambda: agent.action_apply("Done"),
            "undone": lambda: agent.action_undo("Wrong"),
            "cancelled": lambda: agent.action_cancel(),
            "seconded": lambda: agent.action_second(),
            "confirmed": lambda: change._answer_phone(
                partner, text_hash, True, "", ORIGIN
            ),
            "disputed": lambda: change._answer_phone(
                partner, text_hash, False, "", ORIGIN
            ),
        }[kind]()

    @contextmanager
    def _assert_refused(self, change):
        before = (change.state, change.event_ids)
        mails = self._count_mails()
        with self.assertRaises(UserError) as refusal:
            yield
        # A sentence, not the name of a state; and nothing has happened.
        self.assertRegex(str(refusal.exception), r"^\W*[A-Z0-9].* .*[.:]")
        change.invalidate_recordset()
        self.assertEqual((change.state, change.event_ids), before)
        self.assertEqual(self._count_mails(), mails)

    def _walk(self, expected, states, by_phone=False):
        for kind, targets in expected.items():
            for state in states:
                with self.subTest(kind=kind, state=state, by_phone=by_phone):
                    change = self._reach(state, by_phone)
                    logged = len(change.event_ids)
                    if state not in targets:
                        with self._assert_refused(change):
                            self._do(change, kind)
                        continue
                    self._do(change, kind)
                    self.assertEqual(change.state, targets[state])
                    if state != targets[state] or kind in EXPECTED_PHONE:
                        self.assertEqual(change.event_ids[-1].kind, kind)
                        self.assertEqual(len(change.event_ids), logged + 1)
                    # Only what is agreed, or was, refers to an agreement.
                    if change.state in ("draft", "awaiting", "refused", "withdrawn"):
                        self.assertFalse(change.consent_event_id)
                    if change.state == "agreed":
                        self.assertIn(change.consent_event_id.kind, ("agreed", "phone"))

    def test_doctests(self):
        self.assertEqual(doctest.testmod(change_moves).failed, 0)

    def test_every_state_and_every_move(self):
        self._walk(EXPECTED, STATES)

    def test_an_agreement_by_telephone(self):
        self._walk(EXPECTED_PHONE, ("agreed", "applied", "undone"), by_phone=True)

    def test_an_answer_wants_a_question(self):
        self._walk({"answered": {}}, STATES)

    def test_nothing_to_confirm_without_a_call(self):
        self._walk(dict.fromkeys(EXPECTED_PHONE, {}), STATES)

    def test_a_day_that_ends_an_agreement(self):
        """An agreement that does not hold any more is asked for again."""
        for state, target in (
            ("awaiting", "draft"),
            ("agreed", "draft"),
            ("draft", "draft"),
            ("refused", "refused"),
            ("applied", "applied"),
            ("cancelled", "cancelled"),
        ):
            with self.subTest(state=state):
                change = self._reach(state)
                with self.at("2026-06-15 08:00:00"):
                    change._expire()
                self.assertEqual(change.state, target)
        change = self._reach("agreed")
        with self.at("2026-06-15 08:00:00"):
            change.write({"backup_at": "2026-06-15 04:00:00"})
            change.action_confirm_backup()
            change.action_ask()
        self.assertEqual(change.state, "awaiting")

    def test_what_is_unknown_says_nothing_to_anybody(self):
        """A customer was told "Applied in production" of whatever was not foreseen."""
        change = self._reach("awaiting")
        mails = self._count_mails()
        for tell in (
            lambda: change._send_mails("moved", self.a1.partner_id),
            lambda: change._send_to_contacts("moved"),
            lambda: change._tell_desk("moved"),
            lambda: change._get_desk_sentence("moved"),
            lambda: change._move("moved"),
        ):
            with self.assertRaises(KeyError):
                tell()
        self.assertEqual(change.state, "awaiting")
        self.assertEqual(self._count_mails(), mails)

    def test_who_is_told(self):
        """The contacts of what concerns them, the desk of what they did.

        And whoever did it, by a receipt: the one contact here is both.
        """
        desk_of = {"agreed", "refused", "question", "withdrawn", "voided"}
        contacts_of = {"asked", "voided", "applied", "undone"}
        contacts_of |= {"agreed", "refused", "question", "withdrawn"}
        for kind, state in (
            ("asked", "draft"),
            ("agreed", "awaiting"),
            ("refused", "awaiting"),
            ("question", "awaiting"),
            ("withdrawn", "agreed"),
            ("voided", "agreed"),
            ("applied", "agreed"),
            ("undone", "applied"),
        ):
            with self.subTest(kind=kind):
                change = self._reach(state)
                mails = self._count_mails()
                activities = len(change.activity_ids)
                self._do(change, kind)
                self.assertEqual(
                    self._count_mails() - mails,
                    int(kind in contacts_of),
                )
                self.assertEqual(
                    len(change.activity_ids) - activities, int(kind in desk_of)
                )
        for state, told in (("draft", 0), ("refused", 0), ("awaiting", 1)):
            change = self._reach(state)
            mails = self._count_mails()
            change.action_cancel()
            self.assertEqual(self._count_mails() - mails, told)

    def test_state_has_one_door(self):
        change = self._reach("awaiting")
        for user in (self.agent, self.manager, self.env.user):
            with self.assertRaisesRegex(AccessError, "cannot be written"):
                change.with_user(user).with_context(support_guard=True).write(
                    {"state": "agreed"}
                )

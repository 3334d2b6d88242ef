# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..common import forget_history
from .change_common import ORIGIN, ChangeMixin


@tagged("post_install", "-at_install")
class TestChangeOnce(BaseCase):
    """Two answers at the same moment, in two transactions of PostgreSQL.

    What they answer has to be committed, so it is deleted by hand afterwards.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        env = self._begin()
        customer = env["res.partner"].create({"name": "Twice", "is_company": True})
        contacts = env["res.partner"]
        for login in ("change_once_1", "change_once_2"):
            user = new_test_user(env, login, groups="base.group_portal")
            user.partner_id.write(
                {"parent_id": customer.id, "support_change_approver": True}
            )
            contacts |= user.partner_id
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Twice",
                "description": "<p>Twice</p>",
                "partner_id": contacts[0].id,
            }
        )
        change = env["support.production.change"].create(
            {
                "name": "Twice",
                "ticket_id": ticket.id,
                "database": "twice",
                "description": "What",
                "reason": "Why",
                "risk": "Risk",
                "rollback": "Undo",
                "is_significant": False,
                "approver_ids": [Command.set(contacts.ids)],
                "backup_by": "desk",
                "backup_at": fields.Datetime.now() - timedelta(hours=1),
                "restore_by": "The desk",
            }
        )
        change.action_confirm_backup()
        change.action_ask()
        self.change_id, self.contact_ids = change.id, contacts.ids
        env.cr.commit()
        self.addCleanup(self._clean_up, ticket.id, customer.id)

    def _begin(self):
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        return api.Environment(cursor, SUPERUSER_ID, {})

    def _clean_up(self, ticket_id, customer_id):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            # The ledger cannot be deleted, by nobody: only by hand.
            for table in ("support_change_event", "support_production_change"):
                if table == "support_production_change":
                    cursor.execute(
                        "DELETE FROM mail_activity WHERE res_model = %s "
                        "AND res_id = %s",
                        ("support.production.change", self.change_id),
                    )
                else:
                    cursor.execute(
                        "UPDATE support_production_change SET consent_event_id = NULL "
                        "WHERE id = %s",
                        (self.change_id,),
                    )
                column = "id" if table == "support_production_change" else "change_id"
                cursor.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        self.change_id,
                    )
                )
            ticket = env["helpdesk.ticket"].browse(ticket_id)
            forget_history(ticket)
            ticket.unlink()
            contacts = env["res.partner"].browse(self.contact_ids)
            contacts.user_ids.unlink()
            (contacts | contacts.browse(customer_id)).unlink()

    def _answer(self, env, index, agree=True):
        change = env["support.production.change"].browse(self.change_id)
        partner = env["res.partner"].browse(self.contact_ids[index])
        text_hash = ChangeMixin._text_hash(change, "en_US")
        if agree:
            change._agree(partner, text_hash, "en_US", "Name", ORIGIN)
        else:
            change._refuse(partner, text_hash, "en_US", "No", ORIGIN)

    def test_evidence_edited_while_it_is_agreed_to(self):
        first, second = self._begin(), self._begin()
        change = second["support.production.change"].browse(self.change_id)
        self.assertEqual(change.state, "awaiting")
        self._answer(first, 0)
        first.cr.commit()
        # Nothing of it is kept: the request is tried again, and voids the agreement.
        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            change.test_ids.create({"change_id": change.id, "note": "Failed"})
            second.flush_all()

    def test_two_answers_leave_one(self):
        first, second = self._begin(), self._begin()
        # Both have read it as being asked.
        for env in (first, second):
            change = env["support.production.change"].browse(self.change_id)
            self.assertEqual(change.state, "awaiting")
        self._answer(first, 0)
        first.flush_all()
        with self.assertRaisesRegex(LockError, "try again"):
            self._answer(second, 1, agree=False)
        first.cr.commit()
        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self._answer(second, 1, agree=False)
        second.cr.rollback()
        third = self._begin()
        with self.assertRaisesRegex(UserError, "has answered already"):
            self._answer(third, 1, agree=False)
        change = third["support.production.change"].browse(self.change_id)
        self.assertEqual(change.state, "agreed")
        answers = change.event_ids.filtered(
            lambda event: event.kind in ("agreed", "refused")
        )
        self.assertEqual(answers.partner_id.ids, self.contact_ids[:1])

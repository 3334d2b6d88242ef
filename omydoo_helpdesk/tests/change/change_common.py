# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from odoo import Command

from ..sla_common import SlaCase

NOW = "2026-06-01 08:00:00"
ORIGIN = {"ip_address": "192.0.2.7", "user_agent": "Test"}


class ChangeMixin:
    """A change of customer A, ready to be asked of a1; a2 has no such role."""

    @classmethod
    def _set_up_change(cls):
        cls.a1.partner_id.support_change_approver = True
        cls.ticket = cls._create_ticket(priority="1")
        cls.change = cls._create_change()

    @classmethod
    def _create_change(cls, **vals):
        change = cls.env["support.production.change"].create(
            {
                "name": "Correct the VAT of the delivery fees",
                "ticket_id": cls.ticket.id,
                "database": "customer-a",
                "description": "Change the tax of 12 products.",
                "reason": "The VAT is wrong.",
                "risk": "Open quotations change.",
                "rollback": "Put the old tax back.",
                "approver_ids": [Command.set(cls.a1.partner_id.ids)],
                "backup_by": "desk",
                "backup_at": "2026-06-01 04:00:00",
                "restore_by": "The desk",
                "user_id": cls.agent.id,
                **vals,
            }
        )
        return change

    @classmethod
    def _test(cls, change, is_passed=True):
        cls.env["support.production.test"].create(
            {
                "change_id": change.id,
                "tested_at": "2026-06-01 06:00:00",
                "is_passed": is_passed,
                "note": "12 products, totals compared",
            }
        )

    @classmethod
    def _ask(cls, change):
        cls._test(change)
        change.action_confirm_backup()
        change.action_ask()

    @classmethod
    def _text_hash(cls, change, lang="fr_FR"):
        return hashlib.sha256(change._get_text(lang).encode()).hexdigest()

    @classmethod
    def _agree(cls, change, partner=None, text_hash=None, name="Anne Un"):
        change._agree(
            partner or cls.a1.partner_id,
            text_hash or cls._text_hash(change),
            "fr_FR",
            name,
            ORIGIN,
        )


class ChangeCase(ChangeMixin, SlaCase):
    """A change on a Monday morning, four hours after the backup."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()

    def setUp(self):
        super().setUp()
        clock = self.at(NOW)
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _get_mails(self, action):
        """Return the mails to contacts that an action makes."""
        mails = self.env["mail.mail"]
        before = mails.search([])
        action()
        return (mails.search([]) - before).filtered("email_to")

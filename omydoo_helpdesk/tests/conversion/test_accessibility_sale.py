# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo.tests import tagged

from ..axe_common import AxeCase
from ..time.time_common import TimeCase
from .test_outcome_portal import OutcomePortalCase


@tagged("post_install", "-at_install")
class TestAccessibilityOutcome(AxeCase, OutcomePortalCase):
    """What became of a request: each kind of notice."""

    def test_quotations(self):
        tickets = self.env["helpdesk.ticket"].concat(
            *(
                self._create_ticket(name=name, category_id=self.category_out.id)
                for name in ("Préparé", "Envoyé", "Accepté", "Annulé", "Repris")
            )
        )
        _preparing, sent, accepted, cancelled, task = tickets
        self._quote(tickets[0])
        for ticket in sent + accepted + cancelled:
            self._send(self._quote(ticket))
        self._confirm(accepted.sale_order_ids)
        cancelled.sale_order_ids._action_cancel()
        self._create_pack(self.customer_a, 10)
        self._convert("hours_pack", task, hours=1)
        self.assertAccessible(
            [f"/my/ticket/{ticket.id}" for ticket in tickets], self.a1
        )


@tagged("post_install", "-at_install")
class TestAccessibilityPack(AxeCase, TimeCase):
    """Hours packs, and the time on a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pack = cls._create_pack(cls.customer_a, 10, end="2099-12-31")
        ended = cls._create_pack(cls.customer_a, 1, end="2020-12-31")
        cls.packs = pack + ended
        cls.ticket = cls._create_ticket_out(name="Un rapport des zeppelins")
        note = "Premier jet du rapport, avec les totaux par région"
        cls._log(cls.ticket, 1, support_customer_note=note)
        cls._log(
            cls.ticket,
            1,
            date=date(2026, 3, 3),
            support_no_charge=True,
            support_no_charge_reason="Our mistake",
        )

    def test_pages(self):
        self.assertAccessible(
            [
                "/my/support",
                f"/my/ticket/{self.ticket.id}",
                *(f"/my/packs/{pack.id}" for pack in self.packs),
            ],
            self.a1,
        )

    def test_no_pack_and_no_plan(self):
        self.assertAccessible(
            ["/my", "/my/support", "/my/tickets"], self.b1, widths=(375,)
        )

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..axe_common import AxeCase
from ..portal_common import HIGH_ANSWERS
from .portal_ticket_common import TicketPageCase


@tagged("post_install", "-at_install")
class TestAccessibilityTicket(AxeCase, TicketPageCase):
    """The page of a ticket in each state, and with each form's errors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of the two buttons of /my/updates, a1 has one and b1 the other.
        cls.a1.partner_id.support_update_follower = True
        cls.bug = cls.env["support.upstream.bug"].create(
            {
                "name": "Le rapport de TVA compte les avoirs deux fois",
                "description": "Un avoir partiel est compté deux fois.",
                "workaround": "Filtrez les avoirs à la main.",
                "reference": "odoo/odoo#123",
                "url": "https://github.com/odoo/odoo/issues/123",
                "company_id": cls.company.id,
            }
        )
        cls.update = cls.env["support.update"].create(
            {
                "scheduled_at": fields.Datetime.now() + timedelta(days=3),
                "description": "Une coupure de dix minutes.",
                "company_id": cls.company.id,
            }
        )
        cls.update._plan(cls.bug)
        held = cls.stage_awaiting.copy(
            {
                "name": "Chez l’éditeur",
                "holds_sla": True,
                "hold_party": "editor",
                "hold_reason": "L’éditeur cherche d’où vient l’erreur",
            }
        )
        cls.tickets = {
            "open": cls.ticket,
            "waiting": cls._create_ticket(
                name="Un ouvrier ne peut plus se connecter à la tablette de l’atelier"
            ),
            "held": cls._create_ticket(name="Chez l’éditeur"),
            "bug": cls._create_ticket(name="Un bogue connu"),
            "urgent": cls._create_ticket(
                name="Tout est arrêté", claimed_priority="3", **HIGH_ANSWERS
            ),
            "closed": cls._create_ticket(name="Réglé"),
            "rated": cls._create_ticket(name="Réglé et noté"),
            "late": cls._create_ticket(name="Réglé depuis longtemps"),
            "merged": cls._create_ticket(name="Regroupé"),
        }
        for state, stage in (
            ("waiting", cls.stage_awaiting),
            ("held", held),
            ("closed", cls.stage_done),
            ("rated", cls.stage_done),
            ("late", cls.stage_done),
            ("merged", cls.stage_done),
        ):
            cls.tickets[state].stage_id = stage
        cls.tickets["bug"].upstream_bug_id = cls.bug
        cls.tickets["late"].closed_date = fields.Datetime.now() - timedelta(days=90)
        cls.tickets["merged"].duplicate_id = cls.ticket
        cls.tickets["urgent"].urgent_claimed_at = fields.Datetime.now()
        cls.tickets["rated"]._rate_as(cls.a1.partner_id, "okay", "Un peu long")

    def _open_all(self, browser):
        """Unfold what a page has to unfold."""
        self._evaluate(
            browser,
            "document.querySelectorAll('details')"
            ".forEach((node) => { node.open = true; }); true",
        )

    def test_states(self):
        self.assertAccessible(
            [f"/my/ticket/{ticket.id}" for ticket in self.tickets.values()],
            self.a1,
            prepare=self._open_all,
        )

    def test_errors(self):
        """What each form says of what was sent, under the field and above all."""
        closed = self.tickets["closed"].id
        with self._browse(self.a1) as browser:
            for ticket, action, values in (
                (self.ticket.id, "answer", {"answer": ""}),
                (self.ticket.id, "urgent", {"blocking_what": "", "blocking_who": "x"}),
                (closed, "reopen", {"reopen_reason": ""}),
                (closed, "rate", {"feedback": "Un peu long"}),
            ):
                with self.subTest(action):
                    self._open_page(browser, f"/my/ticket/{ticket}")
                    self._submit_form(
                        browser,
                        f"form[action$='/{action}']",
                        "#support_form_errors",
                        **values,
                    )
                    self.assertPageAccessible(browser, f"{action} with errors")

    def test_shared_link(self):
        """Also for who has no account."""
        self.ticket._portal_ensure_token()
        self.assertAccessible(
            [f"/my/ticket/{self.ticket.id}?access_token={self.ticket.access_token}"]
        )

    def test_updates(self):
        done = self.update.copy({"scheduled_at": fields.Datetime.now()})
        done.write({"state": "done", "done_at": fields.Datetime.now()})
        self.assertAccessible(["/my/updates"], self.a1)
        self.assertAccessible(["/my/updates"], self.b1, widths=(375,))

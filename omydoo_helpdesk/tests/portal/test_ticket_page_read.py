# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unittest.mock import patch

from odoo.tests import tagged

from ..portal_common import PortalCase

# What is another one each time.
SECRETS = re.compile(r'(?:csrf_token|support_form_token)\W+(?:value=)?"[^"]*"')


@tagged("post_install", "-at_install")
class TestTicketPageRead(PortalCase):
    """What is read at once for a page is what Odoo reads one by one."""

    def _read(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return SECRETS.sub("", response.text)

    def assertSamePage(self, path):
        nothing = lambda *args, **kwargs: None  # noqa: E731
        Ticket = type(self.env["helpdesk.ticket"])
        self.env.invalidate_all()
        with (
            patch.object(Ticket, "_read_at_once", nothing),
            patch.object(Ticket, "_read_ticket_for_page", nothing),
            patch.object(Ticket, "_read_list_rows", nothing),
        ):
            expected = self._read(path)
        self.env.invalidate_all()
        self.assertEqual(self._read(path), expected)
        return expected

    def test_page_of_a_ticket(self):
        ref = self.env.ref
        tickets = [
            self._create_ticket(user_id=self.agent.id, description="<p>It fails</p>"),
            self._create_ticket(team_id=False, category_id=False),
            self._create_ticket(
                stage_id=ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting").id
            ),
            self._create_ticket(
                user_id=self.manager.id, custom_module_id=self.module_a.id
            ),
        ]
        tickets[3].stage_id = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        partner = tickets[0].partner_id
        partner.write({"phone": "+33 1 00 00 00 01", "tz": False})
        self.env.flush_all()
        self._login(self.a1)
        for ticket in tickets:
            for zone in (False, "Asia/Tokyo"):
                self.a1.tz = zone
                self.env.flush_all()
                with self.subTest(ticket=ticket.number, zone=zone):
                    page = self.assertSamePage(f"/my/ticket/{ticket.id}")
                    self.assertIn(ticket.name, page)
        self.assertIn("+33 1 00 00 00 01", page)

    def test_form(self):
        for user in (self.a1, self.b1, self.beta_user):
            self._login(user)
            with self.subTest(user=user.login):
                # By when one is answered moves on from one minute to the next.
                with self._at_rest():
                    self.assertIn(user.partner_id.name, self.assertSamePage("/my"))
                    self.assertSamePage("/new/ticket")

    def test_list(self):
        ref = self.env.ref
        tickets = [
            self._create_ticket(name=f"Request {number}", **vals)
            for number, vals in enumerate(
                (
                    {"category_id": False},
                    {"priority": "3", "user_id": self.agent.id},
                    {
                        "stage_id": ref(
                            "helpdesk_mgmt.helpdesk_ticket_stage_awaiting"
                        ).id
                    },
                )
            )
        ]
        tickets[1].stage_id = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.env.flush_all()
        self._login(self.a1)
        for choices in ("", "?filterby=all", "?filterby=all&groupby=stage"):
            for zone in (False, "Asia/Tokyo"):
                self.a1.tz = zone
                self.env.flush_all()
                with self.subTest(choices=choices, zone=zone):
                    page = self.assertSamePage(f"/my/tickets{choices}")
                    self.assertIn("Request 0", page)
                    self.assertEqual("Request 1" in page, bool(choices))

    def _at_rest(self):
        promises = type(self.env["support.plan"])
        return patch.object(promises, "_get_promises", lambda *args: {})

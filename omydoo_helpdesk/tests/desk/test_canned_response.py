# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..common import SupportCase


@tagged("post_install", "-at_install")
class TestCannedResponse(SupportCase, HttpCase):
    """Odoo's own, as the thread of a ticket asks for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        cls.response = (
            cls.env["mail.canned.response"]
            .with_user(cls.manager)
            .create(
                {
                    "source": "zanzibar",
                    "substitution": "Please reload the page.",
                    "group_ids": [Command.set(cls.desk.ids)],
                }
            )
        )

    def _fetch(self, user):
        self.authenticate(user.login, user.login.ljust(8, "x"))
        data = self.make_jsonrpc_request(
            "/mail/data", {"fetch_params": ["mail.canned.response"]}
        )
        return [one["source"] for one in data.get("mail.canned.response", [])]

    def test_the_desk_has_them_customers_do_not(self):
        self.assertIn("zanzibar", self._fetch(self.agent))
        self.assertNotIn("zanzibar", self._fetch(self.a1))

    def test_a_colleague_s_is_used_not_edited(self):
        mine = self.response.with_user(self.agent)
        self.assertEqual(mine.substitution, "Please reload the page.")
        with self.assertRaises(AccessError):
            mine.substitution = "Mine"

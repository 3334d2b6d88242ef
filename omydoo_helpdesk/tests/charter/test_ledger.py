# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..change.change_common import ChangeCase


@tagged("post_install", "-at_install")
class TestLedger(ChangeCase):
    """What happened is written once, by our own methods, and stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        charter = cls.env["support.charter"].create(
            {
                "name": "Charter",
                "company_id": cls.company.id,
                "section_ids": [
                    Command.create(
                        {"kind": "scope", "name": "In scope", "body": "<p>Text</p>"}
                    )
                ],
            }
        )
        charter.action_publish()
        cls.company.support_charter_acceptance = "person"
        cls.rows = {
            "support.ticket.event": cls.ticket.event_ids,
            "support.conversion": cls.env["support.conversion"].create(
                {"ticket_id": cls.ticket.id, "action": "quotation"}
            ),
            "support.change.event": cls.change._log("asked"),
            "support.charter.acceptance": cls.env["support.charter.acceptance"]._accept(
                charter, cls.a1, "en_US"
            ),
        }

    def test_nobody_changes_it(self):
        for name, row in self.rows.items():
            self.assertEqual((row._name, len(row)), (name, 1))
            for user in (self.agent, self.manager, self.env.user):
                with self.subTest(model=name, user=user.login):
                    own = row.with_user(user)
                    with self.assertRaises(UserError):
                        own.write({"ticket_id": False})
                    with self.assertRaises(UserError):
                        own.unlink()
                    with self.assertRaises(UserError):
                        own.copy()
                    with self.assertRaises(AccessError):
                        get_public_method(own, "create")
            for user in (self.agent, self.manager):
                with self.assertRaises(AccessError):
                    self.env[name].with_user(user).create({})
            self.assertTrue(row.exists())

    def test_defaults_of_a_client_are_nothing_that_happened(self):
        """A person's context, or their own defaults, come along with our methods."""
        change = self.change.with_user(self.agent).with_context(
            default_contact_name="Somebody", default_signed_name="Somebody"
        )
        event = change._log("question")
        self.assertFalse(event.contact_name or event.signed_name)
        conversion = (
            self.env["support.conversion"]
            .with_context(
                default_record_name="S00001",
                default_converted_at="2020-01-01 00:00:00",
                default_origin="take_over",
            )
            .create({"ticket_id": self.ticket.id, "action": "quotation"})
        )
        self.assertFalse(conversion.record_name)
        self.assertEqual(conversion.origin, "conversion")
        self.assertEqual(str(conversion.converted_at), "2026-06-01 08:00:00")

    def test_refusal_says_of_what(self):
        for name, word in (
            ("support.ticket.event", "clocks"),
            ("support.conversion", "conversions"),
            ("support.change.event", "production change"),
            ("support.charter.acceptance", "acceptance"),
        ):
            row = self.rows[name]
            for method, args in (
                ("write", ({},)),
                ("copy", ()),
                ("unlink", ()),
            ):
                with self.assertRaisesRegex(UserError, word):
                    getattr(row, method)(*args)

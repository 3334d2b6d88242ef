# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..axe_common import AxeCase
from .change_common import ORIGIN, ChangeMixin


@tagged("post_install", "-at_install")
class TestAccessibilityChange(ChangeMixin, AxeCase):
    """Production changes in each state that a customer sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_change()
        cls.changes = cls.env["support.production.change"].concat(
            *(
                cls._create_change(
                    name=name, backup_at=fields.Datetime.now() - timedelta(hours=2)
                )
                for name in (
                    "Demandé",
                    "Accepté",
                    "Refusé",
                    "Corrigé depuis",
                    "Au téléphone",
                )
            )
        )
        asked, agreed, refused, edited, phoned = cls.changes
        for change in cls.changes - phoned:
            cls._ask(change)
        cls._test(phoned)
        phoned.action_confirm_backup()
        cls.ticket.write({"priority": "3"})
        phoned._agree_by_phone(
            cls.a1.partner_id, fields.Datetime.now(), "Elle a dit oui"
        )
        cls._agree(agreed)
        refused._refuse(
            cls.a1.partner_id, cls._text_hash(refused), "fr_FR", "Pas ainsi", ORIGIN
        )
        edited.with_user(cls.agent).risk = "Aucun."
        cls.asked = asked

    def test_pages(self):
        self.assertAccessible(
            [
                "/my",
                "/my/changes",
                f"/my/ticket/{self.ticket.id}",
                *(f"/my/changes/{change.id}" for change in self.changes),
            ],
            self.a1,
            prepare=lambda browser: self._evaluate(
                browser,
                "document.querySelectorAll('details')"
                ".forEach((node) => { node.open = true; }); true",
            ),
        )

    def test_nothing_asked(self):
        self.assertAccessible(["/my/changes"], self.b1, widths=(375,))

    def test_errors(self):
        with self._browse(self.a1) as browser:
            for name in ("agree", "ask"):
                self._open_page(browser, f"/my/changes/{self.asked.id}")
                self._submit_form(browser, f"form[name=support_{name}]", "[role=alert]")
                self.assertPageAccessible(browser, f"{name} with errors")

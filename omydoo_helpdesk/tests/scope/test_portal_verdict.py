# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.tests import tagged

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase
from ..portal_common import PortalCase

FORM = "//form[contains(@class, 'o_support_ticket_form')]"


@tagged("post_install", "-at_install")
class TestPortalVerdict(CoverCase, PackCase, PortalCase):
    """What the form says before filing is what is decided after it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module_kept = cls.module_a.copy(
            {"name": "kept", "subscription_id": cls.subscription.id, "line_count": 90}
        )

    # === HELPERS === #

    def _read_form(self, user):
        """Open the form.

        :return: the page, and for category and module ids as text what it says: scope,
            label, text and balance
        """
        self._login(user)
        page = self._get("/new/ticket")
        data = json.loads(page.xpath(f"{FORM}/@data-verdicts")[0])
        return page, {
            (category, module): data["verdicts"][index]
            for category, row in data["choices"].items()
            for module, index in row.items()
        }

    def _check(self, user, modules, expected):
        """File one request for each category and module, and compare.

        :param modules: of the user's company
        :param list expected: scope, reason and coverage for each, as filed
        """
        _page, hints = self._read_form(user)
        categories = self.category_in + self.category_out
        filed = []
        for category in categories:
            for module in (modules.browse(), *modules):
                hint = hints[str(category.id), str(module.id or "")]
                ticket = self._file(
                    category=category.id, custom_module=module.id or ""
                ).with_context(lang="fr_FR")
                label = dict(
                    ticket._fields["scope"]._description_selection(ticket.env)
                )[ticket.scope]
                self.assertEqual(hint[:2], [ticket.scope, label])
                self.assertEqual(hint[2], ticket.scope_explanation)
                self.assertEqual(bool(hint[3]), ticket.coverage == "hours_pack")
                filed.append((ticket.scope, ticket.scope_reason, ticket.coverage))
        self.assertEqual(filed, expected)

    # === TESTS === #

    def test_plan(self):
        code = ("out_of_scope", "custom_code_not_maintained", "none")
        self._check(
            self.a1,
            self.module_a + self.module_kept,
            [
                ("in_scope", "category_in_scope", "subscription"),
                code,
                ("in_scope", "category_in_scope", "subscription"),
                ("out_of_scope", "category_out_of_scope", "none"),
                code,
                ("out_of_scope", "category_out_of_scope", "none"),
            ],
        )

    def test_plan_and_pack(self):
        pack = self._create_pack(self.customer_a, 7.5)
        code = ("out_of_scope", "custom_code_not_maintained", "hours_pack")
        self._check(
            self.a1,
            self.module_a,
            [
                ("in_scope", "category_in_scope", "subscription"),
                code,
                ("out_of_scope", "category_out_of_scope", "hours_pack"),
                code,
            ],
        )
        self._create_pack(self.a2.partner_id, 2)
        _page, hints = self._read_form(self.a1)
        self.assertEqual(pack.remaining_hours, 7.5)
        self.assertIn("9 h 30", hints[str(self.category_out.id), ""][3])
        self.assertFalse(hints[str(self.category_in.id), ""][3])

    def test_full_support(self):
        self.subscription.support_plan_id = self.plan_full
        code = ("out_of_scope", "custom_code_not_maintained", "none")
        self._check(
            self.a1,
            self.module_a,
            [
                ("in_scope", "category_in_scope", "subscription"),
                code,
                ("out_of_scope", "category_out_of_scope", "full_support"),
                code,
            ],
        )

    def test_grown_code(self):
        self._sell_lines(self.subscription, 1)
        self.module_kept.line_count = 101
        grown = ("out_of_scope", "custom_code_grown", "none")
        self._check(
            self.a1,
            self.module_kept,
            [
                ("in_scope", "category_in_scope", "subscription"),
                grown,
                ("out_of_scope", "category_out_of_scope", "none"),
                grown,
            ],
        )

    def test_no_subscription(self):
        nothing = ("to_qualify", "no_subscription", "none")
        self._check(self.b1, self.module_b, [nothing] * 4)

    def test_without_script(self):
        page, hints = self._read_form(self.a1)

        rules = self._text(page, "//main//style")
        for category in (self.category_in, self.category_out):
            text = " ".join(hints[str(category.id), ""][2].split())
            # Told once, and shown by the rule for the choice.
            shown = [
                node
                for node in page.xpath("//*[contains(@class, 'static_verdict')]")
                if text in self._text(node, ".")
            ]
            self.assertEqual(len(shown), 1, category.name)
            self.assertRegex(
                rules, rf"#category_{category.id}:checked[^{{}}]*#{shown[0].get('id')} "
            )
        labels = {
            node.get("value"): node.text_content()
            for node in page.xpath("//select[@id='custom_module']/option")
        }
        self.assertEqual(
            labels[str(self.module_kept.id)], self.module_kept.display_name
        )
        label = labels[str(self.module_a.id)]
        self.assertTrue(label.startswith(self.module_a.display_name))
        self.assertGreater(len(label), len(self.module_a.display_name))
        region = page.xpath("//*[@id='support_verdict']")[0]
        self.assertEqual(region.get("role"), "status")
        self.assertEqual(region.get("aria-live"), "polite")
        self.assertFalse(region.text_content().strip())

    def test_without_categories(self):
        self.env["helpdesk.ticket.category"].search([]).show_in_portal = False
        _page, hints = self._read_form(self.a1)
        self.assertEqual(hints["", ""][0], "to_qualify")
        ticket = self._file(category="").with_context(lang="fr_FR")
        self.assertEqual(hints["", ""][2], ticket.scope_explanation)

    def test_names_are_text(self):
        nasty = "\"'><script>alert(1)</script>"
        self.category_out.name = self.module_a.label = nasty
        page, hints = self._read_form(self.a1)
        self.assertIn(nasty, hints[str(self.category_out.id), ""][2])
        self.assertIn(nasty, hints[str(self.category_in.id), str(self.module_a.id)][2])
        self.assertFalse(page.xpath("//script[contains(text(), 'alert(1)')]"))

    def test_nothing_is_saved(self):
        before = self._all_tickets()
        self._read_form(self.a1)
        self.assertEqual(self._all_tickets(), before)

    def test_statements_do_not_grow(self):
        def count():
            self._read_form(self.a1)  # fills the caches
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get("/new/ticket")
            return self.env.cr.sql_log_count - before

        few = count()
        self.env["support.custom.module"].create(
            [
                {
                    "name": f"more_{number}",
                    "partner_id": self.customer_a.id,
                    "subscription_id": number % 2 and self.subscription.id,
                }
                for number in range(9)
            ]
        )
        for number in range(4):
            self.category_out.copy({"name": f"More {number}"})
        self.assertLessEqual(count(), few)

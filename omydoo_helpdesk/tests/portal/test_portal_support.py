# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools.misc import format_date

from ..cover.cover_common import CoverCase
from ..pack_common import PackCase
from ..portal_common import PortalCase

PAGE = "/my/support"
SECRET = "Do not tell the customer"


@tagged("post_install", "-at_install")
class TestPortalSupport(CoverCase, PackCase, PortalCase):
    """The page on which customers read what support they have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepaid.service_tracking = "task_in_project"
        cls.employee = cls.env["hr.employee"].create({"name": "Employee"})
        cls.plan_24.promise = "We answer\nwithin a day"
        cls.subscription.date = date(2099, 12, 31)
        cls.module_a.write(
            {
                "label": "Zeppelin module",
                "line_count": 412,
                "counted_on": fields.Date.today() - timedelta(days=3),
                "subscription_id": cls.subscription.id,
            }
        )

    # === HELPERS === #

    @classmethod
    def _charge(cls, pack, hours, name="Work", day=None):
        task = cls.env["project.task"].create(
            {
                "name": name,
                "project_id": pack.project_id.id or pack.task_id.project_id.id,
                "sale_line_id": pack.id,
            }
        )
        task.message_unsubscribe(task.message_partner_ids.ids)
        return cls.env["account.analytic.line"].create(
            {
                "name": SECRET,
                "project_id": task.project_id.id,
                "task_id": task.id,
                "employee_id": cls.employee.id,
                "unit_amount": hours,
                "date": day or date(2026, 3, 2),
            }
        )

    def _open(self, user):
        self._login(user)
        return self._get(PAGE)

    def _section(self, page, name):
        return self._text(page, f"//section[@name='support_{name}']")

    def _date(self, value):
        return format_date(self.env, value, lang_code="fr_FR")

    def _count_statements(self, user):
        self._login(user)
        self._get(PAGE)  # fills the caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._get(PAGE)
        return self.env.cr.sql_log_count - before

    # === PLAN === #

    def test_plan_and_promises(self):
        page = self._open(self.a1)
        text = self._section(page, "plan")
        self.assertIn("24 h", text)
        self.assertIn("We answer within a day", text)
        french = self.plan_24.with_context(lang="fr_FR")
        self.assertIn(french.hours_label, text)
        self.assertIn(self._date(date(2020, 1, 1)), text)
        self.assertIn(self._date(date(2099, 12, 31)), text)
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
            for row in page.xpath("//section[@name='support_plan']//tbody/tr")
        ]
        self.assertEqual(len(rows), 3)
        for row, targets in zip(rows, ((4, 8), (8, 24), (16, 40)), strict=True):
            for cell, hours in zip(row, targets, strict=True):
                self.assertRegex(cell, rf"^{hours}\D")

    def test_target_of_zero_is_no_promise(self):
        self.plan_24._get_target("0").write({"response_hours": 0})
        self.plan_24._get_target("0").write({"resolution_hours": 0})
        page = self._open(self.a1)
        for cell in page.xpath("//section[@name='support_plan']//tbody/tr[3]/td"):
            self.assertTrue(cell.text_content().strip())
            self.assertNotRegex(cell.text_content(), r"\d")

    def test_without_subscription(self):
        page = self._open(self.b1)
        text = self._section(page, "plan")
        self.assertNotIn("24 h", text)
        self.assertFalse(page.xpath("//section[@name='support_plan']//table"))
        self.assertTrue(page.xpath("//a[contains(@href, '/new/ticket')]"))

    def test_after_the_end(self):
        self.subscription.date = date(2021, 2, 3)
        page = self._open(self.a1)
        text = self._section(page, "plan")
        self.assertIn("24 h", text)
        self.assertIn(self._date(date(2021, 2, 3)), text)
        self.assertFalse(page.xpath("//section[@name='support_plan']//table"))
        self.assertNotIn(self.company.support_phone, page.text_content())

    def test_a_draft_is_not_told(self):
        draft = self.env["sale.subscription.stage"].search(
            [("type", "in", ("draft", "pre"))], limit=1
        )
        plan = self._create_plan("Secret offer", {"1": (1, 2)})
        self._create_subscription(self.customer_b, plan, stage_id=draft.id)
        self.assertNotIn("Secret offer", self._open(self.b1).text_content())

    def test_phone_only_with_the_plan(self):
        phone = self.company.support_phone
        page = self._open(self.a1)
        self.assertIn(phone, self._section(page, "phone"))
        self.assertTrue(page.xpath("//a[@href='tel:+33123456789']"))
        self.assertNotIn(phone, self._open(self.b1).text_content())
        self.plan_24.phone_allowed = False
        self.assertNotIn(phone, self._open(self.a1).text_content())

    # === CUSTOM CODE === #

    def test_custom_modules(self):
        other = self.env["support.custom.module"].create(
            {"name": "other_module", "partner_id": self.customer_a.id}
        )
        page = self._open(self.a1)
        states = dict(
            zip(
                page.xpath("//li[@data-state]//strong/text()"),
                page.xpath("//li/@data-state"),
                strict=True,
            )
        )
        self.assertEqual(
            states, {"Zeppelin module": "maintained", other.name: "not_maintained"}
        )
        text = self._section(page, "modules")
        self.assertIn("module_a", text)
        self.assertIn("412", text)
        self.assertIn(self._date(self.module_a.counted_on), text)
        self.assertFalse(page.xpath("//*[contains(@class, 'custom_lines')]"))

    def test_custom_code_that_has_grown(self):
        self._sell_lines(self.subscription, 3)
        page = self._open(self.a1)
        self.assertEqual(page.xpath("//li/@data-state"), ["grown"])
        lines = "//p[contains(@class, 'o_support_custom_lines')]"
        figures = page.xpath(f"{lines}/strong/text()")
        self.assertEqual(figures, ["300", "412", "112"])
        self.assertTrue(
            page.xpath(
                "//p[contains(@class, 'custom_lines')][contains(@class, 'warn')]"
            )
        )

    # === HOURS PACKS === #

    def test_packs(self):
        pack = self._create_pack(self.customer_a, 10)
        spent = self._create_pack(self.customer_a, 2)
        seen = self._charge(pack, 2.5, "Visible work", date(2026, 3, 2))
        self._charge(pack, 0.25, "Hidden work", date(2026, 3, 5))
        self._charge(spent, 2)
        seen.task_id.message_subscribe(self.a1.partner_id.ids)
        seen.project_id.privacy_visibility = "portal"
        page = self._open(self.a1)
        shown = {
            int(node.get("data-pack")): node
            for node in page.xpath("//article[@data-pack]")
        }
        self.assertEqual(set(shown), set((pack + spent).ids))
        for line, said in ((pack, "7 h 15"), (spent, "0 min")):
            left = self._text(shown[line.id], ".//*[contains(@class, 'pack_left')]")
            self.assertEqual(left, said, line.name)
        self.assertEqual(pack.remaining_hours, 7.25)
        self.assertEqual(spent.remaining_hours, 0)
        rows = [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in shown[pack.id].xpath(".//tr[contains(@class, 'charge')]")
        ]
        self.assertEqual(
            [row[0] for row in rows],
            [self._date(date(2026, 3, 5)), self._date(date(2026, 3, 2))],
        )
        self.assertEqual([row[2] for row in rows], ["15 min", "2 h 30"])
        self.assertEqual(rows[1][1], "Visible work")
        text = page.text_content()
        for hidden in ("Hidden work", SECRET, self.employee.name):
            self.assertNotIn(hidden, text)

    def test_charge_of_a_ticket(self):
        pack = self._create_pack(self.customer_a, 10)
        mine, other = (
            self._charge(pack, hours, "Internal name").task_id for hours in (1, 2)
        )
        ticket = self._create_ticket(name="Ticket of A")
        stranger = self._create_ticket(
            name="Ticket of B", partner_id=self.b1.partner_id.id
        )
        for record, task in ((ticket, mine), (stranger, other)):
            record.write({"project_id": task.project_id.id, "task_id": task.id})
        page = self._open(self.a1)
        links = page.xpath("//article//tr//a")
        self.assertEqual([link.text_content() for link in links], ["Ticket of A"])
        self.assertTrue(links[0].get("href").endswith(f"/my/ticket/{ticket.id}"))
        self.assertNotIn("Internal name", page.text_content())
        self.assertNotIn("Ticket of B", page.text_content())

    def test_other_orders_are_no_packs(self):
        draft = self.env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.prepaid.id, "product_uom_qty": 4}
                    ),
                    Command.create(
                        {
                            "product_id": self.product_maintenance.id,
                            "product_uom_qty": 4,
                        }
                    ),
                ],
            }
        )
        self.assertFalse(self._open(self.a1).xpath("//article[@data-pack]"))
        draft.action_confirm()
        packs = self._open(self.a1).xpath("//article/@data-pack")
        self.assertEqual(packs, [str(draft.order_line[0].id)])
        available = draft.order_line.filtered("remaining_hours_available")
        self.assertEqual(available, draft.order_line[0])

    # === WHO === #

    def test_colleague_sees_the_same(self):
        self._create_pack(self.a1.partner_id, 10)

        def read(user):
            return [
                self._section(page, name)
                for page in [self._open(user)]
                for name in ("plan", "phone", "modules", "packs", "documents")
            ]

        self.assertEqual(read(self.a1), read(self.a2))

    def test_other_customer_sees_nothing_of_it(self):
        pack = self._create_pack(self.customer_a, 10)
        self._charge(pack, 1, "Work of A")
        for user in (self.b1, self.beta_user):
            page = self._open(user)
            text = page.text_content()
            for secret in (
                "24 h",
                "Zeppelin module",
                "module_a",
                pack.name,
                pack.order_id.name,
                "Work of A",
                self.company.support_phone,
            ):
                self.assertNotIn(secret, text, user.login)
        # What the address says changes nothing.
        page = self._get(f"{PAGE}?partner_id={self.customer_a.id}&plan=24")
        self.assertNotIn("Zeppelin module", page.text_content())

    def test_other_company_of_ours_shows_its_own(self):
        pack = self._create_pack(self.customer_a, 10)
        self.a1.write(
            {
                "company_ids": [Command.set(self.beta.ids)],
                "company_id": self.beta.id,
            }
        )
        text = self._open(self.a1).text_content()
        for ours in ("24 h", "Zeppelin module", pack.order_id.name):
            self.assertNotIn(ours, text)

    def test_public_is_asked_to_sign_in(self):
        self.authenticate(None, None)
        response = self.url_open(PAGE)
        self.assertIn("/web/login", response.url)
        self.assertNotIn("Zeppelin module", response.text)

    def test_is_reached_from_the_other_pages(self):
        ticket = self._create_ticket()
        self._login(self.a1)
        for path in ("/my", "/new/ticket", f"/my/ticket/{ticket.id}"):
            links = self._get(path).xpath("//a/@href")
            self.assertTrue(any(link.endswith(PAGE) for link in links), path)

    # === COST === #

    def test_statements_do_not_grow(self):
        pack = self._create_pack(self.customer_a, 100)
        self._charge(pack, 1)
        few = self._count_statements(self.a1)
        self.env["support.custom.module"].create(
            [
                {
                    "name": f"more_{number}",
                    "partner_id": self.customer_a.id,
                    "subscription_id": self.subscription.id,
                    "line_count": 10,
                }
                for number in range(9)
            ]
        )
        for number in range(9):
            self._charge(self._create_pack(self.customer_a, 5), number + 1)
        self.assertLessEqual(self._count_statements(self.a1), few)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from odoo.tests import Form, new_test_user, tagged

from ..common import SupportCase


class Guest(NamedTuple):
    """A model that the base owns, and somebody who may do everything with it there.

    :param str model: extended by this addon
    :param str groups: of the user: the least that the base's access rights ask for
    :param dict vals: of a new record; what is a string with ``@`` is a record of the
        set-up
    :param dict changes: written afterwards
    :param str import_fields: what an import gives, by names of columns
    :param list import_row: its texts
    :param str delete_groups: where the base asks more of who deletes
    :param bool has_form: whether people type it in
    :param bool is_copied: whether the base lets it be duplicated
    """

    model: str
    groups: str
    vals: dict
    changes: dict
    import_fields: list
    import_row: list
    delete_groups: str = ""
    has_form: bool = True
    is_copied: bool = True


SALES = "sales_team.group_sale_salesman"

GUESTS = [
    Guest(
        "res.partner",
        "base.group_partner_manager",
        {"name": "Guest", "is_company": True},
        {"name": "Guest 2", "email": "guest@example.com", "active": False},
        ["name", "email"],
        ["Imported", "imported@example.com"],
    ),
    Guest(
        "res.users",
        "base.group_erp_manager,base.group_partner_manager",
        {"name": "Guest", "login": "guest_of_table", "email": "g@example.com"},
        {"name": "Guest 2", "lang": "fr_FR", "tz": "Asia/Tokyo"},
        ["name", "login"],
        ["Imported", "imported_of_table"],
    ),
    Guest(
        "res.company",
        "base.group_erp_manager,base.group_partner_manager",
        {"name": "Guest"},
        {"name": "Guest 2", "email": "guest@example.com"},
        ["name"],
        ["Imported"],
        # Nor does the base duplicate or delete a company.
        is_copied=False,
        delete_groups="base.group_system",
    ),
    Guest(
        "product.template",
        "product.group_product_manager",
        {"name": "Guest", "type": "service"},
        {"name": "Guest 2", "list_price": 12.0},
        ["name", "list_price"],
        ["Imported", "3"],
    ),
    Guest(
        "product.product",
        "product.group_product_manager",
        {"name": "Guest", "type": "service"},
        {"name": "Guest 2", "default_code": "G"},
        ["name", "default_code"],
        ["Imported", "I"],
    ),
    Guest(
        "sale.order",
        SALES,
        {"partner_id": "@customer_a"},
        {"client_order_ref": "ours", "validity_date": date(2030, 1, 1)},
        ["partner_id/.id", "client_order_ref"],
        ["@customer_a", "Imported"],
        delete_groups="sales_team.group_sale_manager",
    ),
    Guest(
        "sale.order.line",
        SALES,
        {"order_id": "@own_order", "product_id": "@product", "product_uom_qty": 2},
        {"product_uom_qty": 3, "name": "Line", "price_unit": 2.0},
        ["order_id/.id", "product_id/.id", "product_uom_qty"],
        ["@own_order", "@product", "2"],
        has_form=False,
        is_copied=False,  # only with its order
    ),
    Guest(
        "project.project",
        "project.group_project_manager",
        {"name": "Guest"},
        {"name": "Guest 2", "partner_id": "@customer_a"},
        ["name"],
        ["Imported"],
    ),
    Guest(
        "project.task",
        "project.group_project_user",
        {"name": "Guest", "project_id": "@project"},
        {"name": "Guest 2", "partner_id": "@customer_a", "state": "1_done"},
        ["name", "project_id/.id"],
        ["Imported", "@project"],
    ),
    Guest(
        "account.analytic.line",
        "hr_timesheet.group_hr_timesheet_user",
        {"name": "Guest", "project_id": "@project", "unit_amount": 1.5},
        {"unit_amount": 2.0, "name": "Guest 2", "date": date(2026, 3, 4)},
        ["name", "project_id/.id", "unit_amount"],
        ["Imported", "@project", "1.5"],
    ),
    Guest(
        "account.analytic.line",
        "analytic.group_analytic_accounting",
        {"name": "Guest", "amount": 1.5, "account_id": "@account"},
        {"unit_amount": 2.0, "name": "Guest 2", "amount": -2.0},
        ["name", "account_id/.id", "amount"],
        ["Imported", "@account", "1.5"],
    ),
    Guest(
        "resource.calendar",
        "hr.group_hr_user",
        {"name": "Guest", "tz": "Europe/Paris"},
        {"name": "Guest 2", "tz": "Asia/Tokyo"},
        ["name", "tz"],
        ["Imported", "Europe/Paris"],
    ),
    Guest(
        "resource.calendar.attendance",
        "hr.group_hr_user",
        {
            "name": "Guest",
            "calendar_id": "@CAL",
            "dayofweek": "5",
            "hour_from": 8,
            "hour_to": 9,
        },
        {"hour_to": 10, "dayofweek": "6"},
        ["name", "calendar_id/.id", "dayofweek", "hour_from", "hour_to"],
        ["Imported", "@CAL", "Saturday", "14", "15"],
        has_form=False,
    ),
    Guest(
        "resource.calendar.leaves",
        "base.group_erp_manager",
        {
            "name": "Guest",
            "calendar_id": "@CAL",
            "date_from": "2026-05-01 00:00:00",
            "date_to": "2026-05-01 22:00:00",
        },
        {"name": "Guest 2", "date_to": "2026-05-02 22:00:00"},
        ["name", "calendar_id/.id", "date_from", "date_to"],
        ["Imported", "@CAL", "2026-07-14 00:00:00", "2026-07-14 22:00:00"],
    ),
    Guest(
        "sale.subscription",
        SALES,
        {
            "partner_id": "@customer_a",
            "template_id": "@subscription_template",
            "pricelist_id": "@pricelist",
        },
        {"description": "Guest 2", "date_start": date(2026, 1, 1)},
        ["partner_id/.id", "template_id/.id", "pricelist_id/.id"],
        ["@customer_a", "@subscription_template", "@pricelist"],
    ),
    Guest(
        "sale.subscription.line",
        SALES,
        {"sale_subscription_id": "@subscription", "product_id": "@product"},
        {"product_uom_qty": 3},
        ["sale_subscription_id/.id", "product_id/.id", "product_uom_qty"],
        ["@subscription", "@product", "2"],
        has_form=False,
    ),
    Guest(
        "ir.attachment",
        "base.group_user",
        {"name": "Guest", "raw": b"guest"},
        {"name": "Guest 2", "raw": b"more"},
        ["name", "type", "url"],
        ["Imported", "URL", "https://example.com"],
        has_form=False,  # for administrators
    ),
    Guest(
        "mail.message",
        # Accounting keeps the messages of contacts from who does not know it.
        "project.group_project_user",
        {"model": "project.task", "res_id": "@task", "body": "<p>Guest</p>"},
        {"body": "<p>Guest 2</p>"},
        ["model", "res_id", "body"],
        ["project.task", "@task", "<p>Imported</p>"],
        has_form=False,
    ),
    Guest(
        "discuss.channel",
        "base.group_user",
        {"name": "Guest", "channel_type": "channel"},
        {"name": "Guest 2", "description": "of a guest"},
        ["name", "channel_type"],
        ["Imported", "Channel"],
        delete_groups="base.group_system",
        is_copied=False,
        has_form=False,
    ),
    Guest(
        "rating.rating",
        "base.group_user",
        {"res_model_id": "@task_model", "res_id": "@task", "rating": 5},
        {"feedback": "Good", "rating": 3, "consumed": True},
        ["res_model_id/.id", "res_id", "rating"],
        ["@task_model", "@task", "3"],
        delete_groups="base.group_system",
        has_form=False,
    ),
]

HELPDESK = "helpdesk_mgmt.group_helpdesk_user_own"


@tagged("post_install", "-at_install")
class TestLeastRights(SupportCase):
    """Who has no helpdesk right notices nothing of this addon (DESIGN.md, A guest)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.product = cls.env["product.product"].create(
            {"name": "Lines of code", "type": "service", "list_price": 10.0}
        )
        cls.product.is_custom_code_maintenance = True
        cls.module = cls.env["support.custom.module"].create(
            {
                "name": "their_module",
                "partner_id": cls.customer_a.id,
                "subscription_id": cls.subscription.id,
                "line_count": 80,
            }
        )
        cls.project = cls.env["project.project"].create(
            {"name": "Support of A", "partner_id": cls.customer_a.id}
        )
        cls.project.is_support = True
        cls.task = cls.env["project.task"].create(
            {"name": "From a ticket", "project_id": cls.project.id}
        )
        cls.order = cls.env["sale.order"].create({"partner_id": cls.customer_a.id})
        cls.own_order = cls.env["sale.order"].create(
            {"partner_id": cls.customer_a.id, "user_id": False}
        )
        cls.account = cls.env["account.analytic.account"].create(
            {
                "name": "Guest",
                "plan_id": cls.env["account.analytic.plan"].search([], limit=1).id,
            }
        )
        cls.task_model = cls.env["ir.model"]._get("project.task")
        # Everything of theirs hangs on a ticket, of a team that they do not read.
        cls.ticket = cls._create_ticket(
            custom_module_id=cls.module.id,
            project_id=cls.project.id,
            task_id=cls.task.id,
            sale_order_ids=cls.order.ids,
        )
        cls.ticket.message_subscribe(cls.a1.partner_id.ids)
        cls.env.flush_all()

    def _get_guest(self, groups):
        """Return a user with some groups, and without a right on tickets.

        :param str groups: xml ids
        """
        login = "guest_" + "_".join(group.split(".")[-1] for group in groups.split(","))
        user = self.env["res.users"].search([("login", "=", login)])
        if not user:
            user = new_test_user(
                self.env,
                login,
                # An employee, and nothing else than what is asked.
                groups=f"base.group_user,{groups}",
                company_id=self.company.id,
            )
            if "hr_timesheet.group_hr_timesheet_user" in groups:
                self.env["hr.employee"].create({"name": "Guest", "user_id": user.id})
        self.assertFalse(user.has_group(HELPDESK), groups)
        return user

    def _fill(self, value):
        """Return a value of the table, with the ids of the set-up's records."""
        if isinstance(value, str) and value.startswith("@"):
            return getattr(self, value[1:]).id
        return value

    def _get_vals(self, vals):
        return {name: self._fill(value) for name, value in vals.items()}

    def _check_each(self, check):
        """Do something as the user of each row; what is made goes with it.

        :param check: called with the row, and its model as its user sees it
        """
        for guest in GUESTS:
            model = self.env[guest.model].with_user(self._get_guest(guest.groups))
            with self.subTest(guest.model, groups=guest.groups), self._undone():
                check(guest, model)

    @contextmanager
    def _undone(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
            self.env.flush_all()
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_create_and_edit(self):
        def check(guest, model):
            record = model.create([self._get_vals(guest.vals)])
            self.env.flush_all()
            changes = self._get_vals(guest.changes)
            for name, value in changes.items():
                record.write({name: value})
                self.env.flush_all()
            self.env.invalidate_all()
            for name, value in changes.items():
                field = model._fields[name]
                self.assertEqual(
                    field.convert_to_cache(record[name], record),
                    field.convert_to_cache(value, record),
                )

        self._check_each(check)

    def test_import(self):
        def check(guest, model):
            row = [str(self._fill(value)) for value in guest.import_row]
            result = model.load(guest.import_fields, [row])
            self.assertFalse(result["messages"])
            record = model.browse(result["ids"])
            self.assertTrue(record.exists())
            # Once more over what there is, as an import of changes does.
            result = model.load(
                [".id", guest.import_fields[-1]], [[str(record.id), row[-1]]]
            )
            self.assertFalse(result["messages"])
            self.assertEqual(result["ids"], record.ids)

        self._check_each(check)

    def test_read(self):
        def check(guest, model):
            record = model.create(self._get_vals(guest.vals))
            # Of what is shown to them, all that is ours.
            names = [
                name
                for name in model.fields_get(attributes=["type"])
                if "omydoo_helpdesk" in model._fields[name]._modules
            ]
            names += [name.split("/")[0] for name in guest.import_fields]
            found = model.search_read([("id", "=", record.id)], names)
            self.assertEqual([values["id"] for values in found], record.ids)

        self._check_each(check)

    def test_duplicate(self):
        def check(guest, model):
            record = model.create(self._get_vals(guest.vals))
            if guest.is_copied:
                self.assertNotEqual(record.copy(), record)

        self._check_each(check)

    def test_delete(self):
        def check(guest, model):
            record = model.create(self._get_vals(guest.vals))
            self.env.flush_all()
            if guest.delete_groups:
                record = record.with_user(self._get_guest(guest.delete_groups))
            record.unlink()
            self.assertFalse(record.exists())

        self._check_each(check)

    def test_form_opens_and_saves(self):
        def check(guest, model):
            record = model.create(self._get_vals(guest.vals))
            if guest.has_form:
                with Form(record) as form:
                    self.assertEqual(form.id, record.id)

        self._check_each(check)

    def test_what_the_desk_uses_is_edited(self):
        """Records that tickets, plans and verdicts hang on, edited by their owners."""
        edits = [
            ("customer_a", "base.group_partner_manager", {"name": "A & Sons"}),
            ("customer_a", "base.group_partner_manager", {"is_company": False}),
            ("customer_a", "base.group_partner_manager", {"active": False}),
            ("customer_b", "base.group_partner_manager", {"parent_id": "@customer_a"}),
            ("CAL", "hr.group_hr_user", {"tz": "Asia/Tokyo"}),
            ("product", "product.group_product_manager", {"name": "Lines"}),
            ("project", "project.group_project_manager", {"name": "Renamed"}),
            ("project", "project.group_project_manager", {"active": False}),
            ("task", "project.group_project_user", {"state": "1_done"}),
            ("order", SALES, {"validity_date": date(2020, 1, 1)}),
            ("order", SALES, {"state": "sent"}),
            ("subscription", SALES, {"date": date(2020, 2, 1)}),
            ("subscription", SALES, {"support_plan_id": "@plan_full"}),
        ]
        for name, groups, vals in edits:
            user = self._get_guest(groups)
            with self.subTest(name, vals=vals), self._undone():
                # Of orders, salespeople see their own.
                self.order.user_id = user
                getattr(self, name).with_user(user).write(self._get_vals(vals))

    def test_contact_of_tickets_moves(self):
        partner = self.a1.partner_id.with_user(
            self._get_guest("base.group_partner_manager")
        )
        partner.parent_id = self.customer_b
        self.assertNotIn(partner.sudo(), self.ticket.message_partner_ids)

    def test_line_of_code_is_sold_and_removed(self):
        model = self.env["sale.subscription.line"].with_user(self._get_guest(SALES))
        line = model.create(
            {
                "sale_subscription_id": self.subscription.id,
                "product_id": self.product.id,
                "product_uom_qty": 1,
            }
        )
        line.product_uom_qty = 2
        self.assertEqual(self.subscription.custom_line_sold, 200)
        line.unlink()
        self.assertEqual(self.subscription.custom_line_sold, 0)

    def test_order_of_ticket_is_confirmed_and_cancelled(self):
        self.order.user_id = self._get_guest(SALES)
        order = self.order.with_user(self.order.user_id)
        order.order_line = [
            (0, 0, {"product_id": self.product.id, "product_uom_qty": 1})
        ]
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order._action_cancel()
        self.assertEqual(order.state, "cancel")

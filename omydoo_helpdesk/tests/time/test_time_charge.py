# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .time_common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeCharge(TimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls._create_pack(cls.customer_a, 10)
        cls.ticket = cls._create_ticket_out()

    def assertTime(self, line, real, charged):
        self.env.flush_all()
        line.invalidate_recordset()
        self.assertAlmostEqual(line.support_real_hours * 60, real)
        self.assertAlmostEqual(line.support_charged_hours * 60, charged)

    def test_rounding_table(self):
        """Minutes spent, unit and minimum: minutes charged, worked out by hand."""
        for spent, unit, minimum, charged in (
            (0, 15, 15, 0),
            (1, 15, 15, 15),
            (14, 15, 15, 15),
            (15, 15, 15, 15),
            (16, 15, 15, 30),
            (20, 15, 15, 30),  # 0.333… h is not more than 20 min
            (30, 15, 15, 30),
            (1, 15, 30, 30),
            (31, 15, 30, 45),
            (16, 15, 20, 30),
            (1, 15, 20, 20),  # the minimum need not be a multiple
            (1, 0, 0, 1),
            (1, 0, 10, 10),
            (61, 60, 0, 120),
            (10, 10, 0, 10),
            (11, 10, 0, 20),
        ):
            with self.subTest(spent=spent, unit=unit, minimum=minimum):
                self.company.write(
                    {"support_time_rounding": unit, "support_time_minimum": minimum}
                )
                hours = self.company._get_charged_hours(spent / 60)
                self.assertAlmostEqual(hours * 60, charged)

    def test_each_entry_is_rounded(self):
        first = self._log(self.ticket, 5 / 60)
        second = self._log(self.ticket, 5 / 60)
        self.assertTime(first, 5, 15)
        self.assertTime(second, 5, 15)
        self.assertPack(self.pack, 0.5)
        self.assertAlmostEqual(self.ticket.total_hours, 10 / 60)
        self.assertAlmostEqual(self.ticket.total_charged_hours, 0.5)

    def test_edit_and_delete(self):
        line = self._log(self.ticket, 14 / 60)
        line.support_real_hours = 16 / 60
        self.assertTime(line, 16, 30)
        self.assertPack(self.pack, 0.5)
        line.unlink()
        self.assertPack(self.pack, 0)
        self.assertFalse(self.ticket.total_hours)
        self.assertFalse(self.ticket.last_timesheet_activity)

    def test_odoo_s_own_field_is_understood_as_time_spent(self):
        """Scripts and imports that know unit_amount only."""
        line = self.env["account.analytic.line"].create(
            {
                "ticket_id": self.ticket.id,
                "name": "x",
                "unit_amount": 0.1,
                "employee_id": self.employees[0].id,
            }
        )
        self.assertTime(line, 6, 15)
        line.unit_amount = 0.3
        self.assertTime(line, 18, 30)
        line.write({"unit_amount": line.unit_amount})  # what was read
        self.assertTime(line, 18, 30)
        self.assertPack(self.pack, 0.5)

    def test_import(self):
        result = (
            self.env["account.analytic.line"]
            .with_user(self.agent)
            .load(
                ["ticket_id/.id", "date", "name", "unit_amount"],
                [
                    [str(self.ticket.id), "2026-06-01", "One", "0.1"],
                    [str(self.ticket.id), "2026-06-02", "Two", "0.5"],
                ],
            )
        )
        self.assertFalse(result["messages"])
        self.assertPack(self.pack, 0.75)
        self.assertAlmostEqual(self.ticket.total_hours, 0.6)

    def test_cost_is_that_of_the_time_spent(self):
        line = self._log(self.ticket, 0.1)
        self.assertAlmostEqual(line.sudo().amount, -4.0)
        line.support_real_hours = 0.3
        self.assertAlmostEqual(line.sudo().amount, -12.0)

    def test_no_charge(self):
        line = self._log(self.ticket, 1)
        self.assertPack(self.pack, 1)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            line.support_no_charge = True
        line.write(
            {"support_no_charge": True, "support_no_charge_reason": "Our own mistake"}
        )
        self.assertTime(line, 60, 0)
        self.assertFalse(line.sudo().so_line)
        self.assertEqual(line.sudo().support_pack_id, self.pack)
        self.assertPack(self.pack, 0)
        line.support_no_charge = False
        self.assertTime(line, 60, 60)
        self.assertPack(self.pack, 1)

    def test_nothing_is_billed_by_accident(self):
        """In scope, full support, or not covered: no order line, time to the minute."""
        covered = self._create_ticket()
        self._create_subscription(self.customer_b, self.plan_full)
        full = self._create_ticket_out(partner_id=self.b1.partner_id.id)
        self._create_pack(self.customer_b, 5)
        self.assertEqual(full.coverage, "full_support")
        for ticket in covered + full:
            line = self._log(ticket, 7 / 60)
            self.assertFalse(line.sudo().so_line)
            self.assertTime(line, 7, 0)
            self.assertAlmostEqual(line.unit_amount * 60, 7)

    def test_change_of_scope_moves_the_time(self):
        ticket = self._create_ticket()
        line = self._log(ticket, 0.1)
        self.assertFalse(line.sudo().so_line)
        ticket.with_user(self.agent).write({"category_id": self.category_out.id})
        self.assertEqual(ticket.coverage, "hours_pack")
        self.assertTime(line, 6, 15)
        self.assertPack(self.pack, 0.25)
        ticket.with_user(self.agent).write({"category_id": self.category_in.id})
        self.assertTime(line, 6, 0)
        self.assertPack(self.pack, 0)

    def test_change_of_customer_moves_the_time(self):
        other = self._create_pack(self.customer_b, 10)
        self._create_subscription(self.customer_b, self.plan_24)
        line = self._log(self.ticket, 1)
        self.ticket.partner_id = self.b1.partner_id
        self.assertEqual(line.sudo().so_line, other)
        self.assertPack(self.pack, 0)
        self.assertPack(other, 1)

    def test_spent_pack_keeps_its_ticket(self):
        """The time that spends a pack does not take its cover back."""
        line = self._log(self.ticket, 10)
        self.assertPack(self.pack, 10)
        self.env["helpdesk.ticket"]._scope_refresh_open([("id", "=", self.ticket.id)])
        self.assertEqual(self.ticket.coverage, "hours_pack")
        over = self._log(self.ticket, 0.5)
        self.assertEqual((line + over).sudo().so_line, self.pack)
        self.assertPack(self.pack, 10.5)
        self.assertIn("spent", self.ticket.charge_warning)

    def test_another_customer_s_order_is_refused(self):
        other = self._create_pack(self.customer_b, 10)
        with self.assertRaises(ValidationError):
            self._log(self.ticket, 1, user=self.project_manager, so_line=other.id)

    def test_agent_does_not_choose_what_is_billed(self):
        line = self._log(self.ticket, 1)
        with self.assertRaises(AccessError):
            line.so_line = self._create_pack(self.customer_a, 3).id
        # A project manager does, and it stays.
        other = self._create_pack(self.customer_a, 3)
        line.with_user(self.project_manager).so_line = other
        self.assertPack(other, 1)
        self.ticket.with_user(self.agent).write({"category_id": self.category_in.id})
        self.assertPack(other, 1)

    def test_agents_read_the_time_of_tickets_and_write_their_own(self):
        colleague = self._new_agent("colleague")
        self._hire(colleague)
        line = self._log(self.ticket, 1)
        seen = line.with_user(colleague)
        self.assertEqual(seen.name, "Internal words")
        with self.assertRaises(AccessError):
            seen.support_real_hours = 2
        with self.assertRaises(AccessError):
            seen.unlink()
        with self.assertRaises(AccessError):
            self._log(self.ticket, 1, user=colleague, employee_id=self.employees[0].id)

    def test_who_may_not_write_on_the_ticket_records_nothing(self):
        employee = new_test_user(
            self.env, "somebody", groups="hr_timesheet.group_hr_timesheet_user"
        )
        self._hire(employee)
        with self.assertRaises(AccessError):
            self._log(self.ticket, 1, user=employee)
        with self.assertRaises(AccessError):
            self._log(self.ticket, 1, user=self.a1)

    def test_without_employee(self):
        user = self._new_agent("newcomer")
        with self.assertRaisesRegex(UserError, "no employee"):
            self._log(self.ticket, 1, user=user)
        with self.assertRaisesRegex(UserError, "no employee"):
            self.ticket.with_user(user).action_timer_start()

    def test_project_of_the_time(self):
        project = self._log(self.ticket, 1).sudo().project_id
        self.assertTrue(project.is_support)
        self.assertEqual(project.partner_id, self.customer_a)
        # Not another one for the next ticket
        self.assertEqual(self._log(self._create_ticket(), 1).sudo().project_id, project)
        team_project = self.env["project.project"].create(
            {"name": "Team", "allow_timesheets": True, "company_id": self.company.id}
        )
        self.team.default_project_id = team_project
        self.assertEqual(
            self._log(self._create_ticket(), 1).sudo().project_id, team_project
        )
        own = self.env["project.project"].create(
            {"name": "Own", "allow_timesheets": True, "company_id": self.company.id}
        )
        ticket = self._create_ticket(project_id=own.id)
        self.assertEqual(self._log(ticket, 1).sudo().project_id, own)

    def test_without_customer_it_is_our_own(self):
        ticket = self._create_ticket(partner_id=False, partner_name="x")
        self.assertEqual(
            self._log(ticket, 1).sudo().project_id, self.company.internal_project_id
        )

    @mute_logger("odoo.sql_db")
    def test_bad_values(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._log(self.ticket, -1)
            self.env.flush_all()
        self.team.allow_timesheet = False
        with self.assertRaisesRegex(UserError, "does not record time"):
            self._log(self.ticket, 1)

    def test_ticket_with_time_is_not_deleted(self):
        self._log(self.ticket, 1)
        with self.assertRaisesRegex(UserError, "archive the ticket"):
            self.ticket.with_user(self.manager).unlink()

    def test_moving_time_to_another_ticket(self):
        line = self._log(self.ticket, 0.1)
        line.ticket_id = self._create_ticket()
        self.assertTime(line, 6, 0)
        self.assertPack(self.pack, 0)
        line.ticket_id = self.ticket
        self.assertPack(self.pack, 0.25)
        line.sudo().ticket_id = False
        self.env.flush_all()
        self.assertAlmostEqual(line.sudo().unit_amount, 0.1)

    def test_typed_in_the_form(self):
        form = Form(self.ticket.with_user(self.agent))
        with form.timesheet_ids.new() as line:
            line.name = "Looked into it"
            line.support_real_hours = 16 / 60
        form.planned_hours = 1
        form.save()
        self.assertPack(self.pack, 0.5)
        self.assertAlmostEqual(self.ticket.remaining_hours, 44 / 60)
        self.assertAlmostEqual(self.ticket.progress, 26.67)
        self.assertEqual(self.ticket.timesheet_ids.user_id, self.agent)

    def test_pack_sold_by_the_day(self):
        day = self.env.ref("uom.product_uom_day")
        self.pack.support_pack_end_date = "2020-01-01"
        pack = self._create_pack(self.customer_a, 2, product_uom_id=day.id)
        self._log(self.ticket, 4)
        self.env.flush_all()
        self.assertAlmostEqual(pack.qty_delivered, 0.5)
        self.assertAlmostEqual(pack.remaining_hours, 12)
        self.assertAlmostEqual(pack.support_pack_used_hours, 4)

    def test_time_goes_with_its_ticket_to_another_customer(self):
        """Pack, project and task: nothing of it stays with the former customer.

        Without anybody having to think of it:
        https://github.com/Probesys/bileto/issues/729
        """
        pack, ticket = self.pack, self.ticket
        theirs = self._create_pack(self.customer_b, 10)
        self._create_subscription(self.customer_b, self.plan_24)
        line = self._log(ticket, 1).sudo()
        self.assertEqual(line.so_line, pack)
        self.assertEqual(line.project_id.partner_id, self.customer_a)
        ticket.with_user(self.agent).partner_id = self.b1.partner_id
        self.env.flush_all()
        line.invalidate_recordset()
        self.assertEqual(line.so_line, theirs)
        self.assertEqual(line.project_id.partner_id, self.customer_b)
        self.assertEqual(pack.remaining_hours, 10)
        self.assertEqual(theirs.remaining_hours, 9)
        # Nobody chosen any more: the time is kept where it is.
        ticket.partner_id = False
        self.assertEqual(line.project_id.partner_id, self.customer_b)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .time_common import TimeCase

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_pack_%s"


@tagged("post_install", "-at_install")
class TestPack(TimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packs = cls.env["sale.order.line"]

    def _find(self):
        return self.packs._find_hours_packs(self.customer_a, self.company)

    # === UNTIL WHEN === #

    def test_end_date_on_confirmation(self):
        self.prepaid.support_pack_months = 12
        with self.at("2026-01-15 10:00:00"):
            pack = self._create_pack(self.customer_a, 10)
        self.assertEqual(pack.support_pack_end_date, date(2027, 1, 14))
        with self.at("2026-01-31 23:30:00"):  # 1 February in Paris
            self.prepaid.support_pack_months = 1
            pack = self._create_pack(self.customer_a, 10)
        self.assertEqual(pack.support_pack_end_date, date(2026, 2, 28))
        more = self.packs.create(
            {"order_id": pack.order_id.id, "product_id": self.prepaid.id}
        )
        self.assertTrue(more.support_pack_end_date)
        self.prepaid.support_pack_months = 0
        pack = self._create_pack(self.customer_a, 10)
        self.assertFalse(pack.support_pack_end_date)

    def test_salesperson_confirms_and_project_manager_edits(self):
        self.prepaid.support_pack_months = 12
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        order = self._create_pack(self.customer_a, 10).order_id.copy()
        order.with_user(seller).action_confirm()
        pack = order.order_line
        self.assertTrue(pack.support_pack_end_date)
        with self.assertRaises(AccessError):
            pack.with_user(seller).support_pack_end_date = "2099-12-31"
        pack.with_user(self.project_manager).support_pack_end_date = "2099-12-31"
        self.assertEqual(pack.support_pack_end_date, date(2099, 12, 31))

    def test_first_to_end_first(self):
        endless = self._create_pack(self.customer_a, 1)
        late = self._create_pack(self.customer_a, 1, end="2026-12-31")
        early = self._create_pack(self.customer_a, 1, end="2026-06-30")
        self._create_pack(self.customer_b, 1, end="2026-06-30")
        with self.at("2026-06-30 12:00:00"):
            self.assertEqual(list(self._find()), [early, late, endless])
        with self.at("2026-06-30 22:30:00"):  # 1 July in Paris
            self.assertEqual(list(self._find()), [late, endless])
        with self.at("2027-01-01 12:00:00"):
            self.assertEqual(self._find(), endless)

    def test_statements_do_not_grow(self):
        self._create_pack(self.customer_a, 1)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._find()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(8):
            self._create_pack(self.customer_a, 1)
        self.assertLessEqual(count(), few)

    # === WHAT IS CHARGED TO WHICH === #

    def test_time_goes_to_the_first_to_end_with_hours_left(self):
        late = self._create_pack(self.customer_a, 5)
        early = self._create_pack(self.customer_a, 2, end="2099-06-30")
        ticket = self._create_ticket_out()
        lines = self._log(ticket, 1.5) + self._log(ticket, 0.5) + self._log(ticket, 1)
        self.env.flush_all()
        self.assertEqual([line.sudo().so_line for line in lines], [early, early, late])
        self.assertPack(early, 2)
        self.assertPack(late, 1)

    def test_a_batch_does_not_overfill_a_pack(self):
        late = self._create_pack(self.customer_a, 5)
        early = self._create_pack(self.customer_a, 2, end="2099-06-30")
        ticket = self._create_ticket_out()
        self.env["account.analytic.line"].with_user(self.agent).create(
            [
                {"ticket_id": ticket.id, "name": "x", "support_real_hours": 1}
                for _number in range(4)
            ]
        )
        self.assertPack(early, 2)
        self.assertPack(late, 2)

    def test_time_before_the_end_and_after(self):
        pack = self._create_pack(self.customer_a, 5, end="2026-06-30")
        with self.at("2026-06-20 08:00:00"):
            ticket = self._create_ticket_out()
            self._log(ticket, 1, date=date(2026, 6, 20))
        self.assertPack(pack, 1)
        with self.at("2026-07-02 08:00:00"):
            # Done in time, written down late
            self._log(ticket, 1, date=date(2026, 6, 30))
            self.assertPack(pack, 2)
            line = self._log(ticket, 1, date=date(2026, 7, 1))
            self.assertFalse(line.sudo().so_line)
            self.assertPack(pack, 2)
            ticket.invalidate_recordset()
            self.assertIn("have ended", ticket.charge_warning)

    def test_pack_of_the_task_that_was_chosen(self):
        self._create_pack(self.customer_a, 5, end="2099-06-30")
        chosen = self._create_pack(self.customer_a, 5)
        ticket = self._create_ticket_out()
        project = ticket.sudo()._get_or_make_support_project()
        task = self.env["project.task"].create(
            {
                "name": "x",
                "project_id": project.id,
                "partner_id": self.customer_a.id,
                "sale_line_id": chosen.id,
            }
        )
        ticket.write({"project_id": project.id, "task_id": task.id})
        line = self._log(ticket, 0.1)
        self.assertEqual(line.sudo().task_id, task)
        self.assertPack(chosen, 0.25)
        # Odoo's own number on the task
        self.assertAlmostEqual(task.remaining_hours_so, 4.75)
        self.assertAlmostEqual(task.effective_hours, 0.25)

    # === ALERTS === #

    def _run_job(self, moment):
        with self.at(moment), patch.object(self.env.cr, "commit", lambda: None):
            self.packs._cron_pack_alerts()
            self.env.flush_all()
        self.env.invalidate_all()

    def _told(self, pack):
        types = {
            self.env.ref(ACTIVITY_TYPE % kind): kind
            for kind in ("used", "end", "ended")
        }
        activities = [
            (types[activity.activity_type_id], activity.user_id)
            for activity in pack.order_id.activity_ids.sorted("id")
            if activity.activity_type_id in types
        ]
        mails = pack.order_id.message_ids.filtered(
            lambda message: self.customer_a in message.partner_ids
        )
        return activities, len(mails)

    def test_alert_at_80_percent_used_once(self):
        pack = self._create_pack(self.customer_a, 10)
        ticket = self._create_ticket_out()
        self._log(ticket, 7.75)
        self._run_job("2026-06-01 08:00:00")
        self.assertEqual(self._told(pack), ([], 0))
        self._log(ticket, 0.25)
        for moment in ("2026-06-01 14:00:00", "2026-06-01 20:00:00"):
            self._run_job(moment)
            self.assertEqual(self._told(pack), ([("used", self.project_manager)], 1))
        message = pack.order_id.message_ids.filtered("partner_ids")
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn(f"/my/packs/{pack.id}", mail.body_html)
        self.assertIn("2", message.body)
        # More hours, and it may be told again.
        pack.product_uom_qty = 20
        self.assertFalse(pack.support_pack_used_alert_at)
        self._run_job("2026-06-02 08:00:00")
        self.assertEqual(self._told(pack)[1], 1)

    def test_alert_30_days_before_the_end_once(self):
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        self._run_job("2026-05-30 21:30:00")  # 31 days
        self.assertEqual(self._told(pack), ([], 0))
        for moment in ("2026-05-31 08:00:00", "2026-06-20 08:00:00"):
            self._run_job(moment)
            self.assertEqual(self._told(pack), ([("end", self.project_manager)], 1))
        pack.support_pack_end_date = "2026-12-31"
        self.assertFalse(pack.support_pack_end_alert_at)
        self._run_job("2026-12-15 08:00:00")
        self.assertEqual(self._told(pack)[1], 2)

    def test_no_alert(self):
        spent = self._create_pack(self.customer_a, 1, end="2026-06-30")
        with self.at("2026-06-01 08:00:00"):
            self._log(self._create_ticket_out(), 1, date=date(2026, 6, 1))
        ended = self._create_pack(self.customer_a, 1, end="2026-05-01")
        self._run_job("2026-06-02 08:00:00")
        # Nothing is left that could be lost, and nothing that ends soon.
        for pack in (spent, ended):
            self.assertEqual([kind for kind, _user in self._told(pack)[0]], ["ended"])
        self.company.write(
            {"support_pack_alert_percent": 0, "support_pack_alert_days": 0}
        )
        silent = self._create_pack(self.customer_a, 1, end="2026-06-10")
        self._run_job("2026-06-05 08:00:00")
        self.assertEqual(self._told(silent), ([], 0))

    def test_meeting_another_worker_is_tried_again(self):
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        model = type(pack)
        send = model._send_pack_alerts
        meetings = [SerializationFailure("could not serialize access")] * 2

        def meet(packs):
            if meetings:
                raise meetings.pop()
            return send(packs)

        with (
            patch.object(model, "_send_pack_alerts", meet),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self._run_job("2026-06-15 08:00:00")
        self.assertFalse(meetings)
        self.assertEqual(self._told(pack), ([("end", self.project_manager)], 1))

    @mute_logger("odoo.addons.omydoo_helpdesk.tools.batch")
    def test_one_failure_does_not_stop_the_others(self):
        broken, fine = (
            self._create_pack(self.customer_a, 10, end="2026-06-30") for _n in range(2)
        )
        model = type(fine)
        tell = model._tell_pack_customer

        def fail(pack, kind):
            if pack == broken:
                raise ValueError("broken on purpose")
            return tell(pack, kind)

        with (
            patch.object(model, "_tell_pack_customer", fail),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self._run_job("2026-06-15 08:00:00")
        self.assertFalse(broken.support_pack_end_alert_at)
        self.assertEqual(self._told(fine)[1], 1)

    def test_without_salesperson_or_address(self):
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        pack.order_id.user_id = False
        self.customer_a.write({"email": False, "user_id": False})
        self._run_job("2026-06-15 08:00:00")
        self.assertEqual(self._told(pack), ([], 0))
        self.assertTrue(pack.support_pack_end_alert_at)

    def test_mail_in_the_customer_s_language(self):
        template = self.env.ref("omydoo_helpdesk.mail_template_pack_alert")
        template.with_context(
            lang="fr_FR"
        ).subject = "Votre carnet {{ object.order_id.name }}"
        pack = self._create_pack(self.customer_a, 10, end="2026-06-30")
        self._run_job("2026-06-15 08:00:00")
        message = pack.order_id.message_ids.filtered("partner_ids")
        self.assertEqual(message.subject, f"Votre carnet {pack.order_id.name}")

    # === REPORTS === #

    def test_report_of_packs(self):
        with self.at("2026-05-01 08:00:00"):
            pack = self._create_pack(self.customer_a, 10, end="2026-12-31")
            self._log(self._create_ticket_out(), 2, date=date(2026, 5, 1))
        self.env.flush_all()
        with self.at("2026-07-31 08:00:00"):
            row = self.env["support.pack.report"].search([("pack_id", "=", pack.id)])
            self.assertEqual(
                (row.sold_hours, row.used_hours, row.left_hours, row.state),
                (10, 2, pack.remaining_hours, "running"),
            )
            # 2 h in 91 days: 0.67 h a month; 8 h more take 364 days.
            self.assertAlmostEqual(row.burn_rate, 0.669, 3)
            self.assertEqual(row.spent_on, date(2027, 7, 30))

    def test_report_of_time(self):
        self._create_pack(self.customer_a, 10)
        out = self._create_ticket_out()
        self._log(out, 0.1)
        self._log(out, 1, support_no_charge=True, support_no_charge_reason="x")
        self._log(self._create_ticket(), 0.5)
        self.env.flush_all()
        rows = (
            self.env["support.time.report"]
            .with_user(self.project_manager)
            ._read_group(
                [("partner_id", "=", self.customer_a.id)],
                ["scope"],
                ["real_hours:sum", "charged_hours:sum", "gesture_hours:sum"],
            )
        )
        self.assertEqual(
            {row[0]: [round(value, 2) for value in row[1:]] for row in rows},
            {"in_scope": [0.5, 0, 0], "out_of_scope": [1.1, 0.25, 1]},
        )
        for user in (self.agent, self.a1):
            with self.assertRaises(AccessError):
                self.env["support.time.report"].with_user(user).search([])

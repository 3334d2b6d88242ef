# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import SupportCase

SECRET = "Salaries of the board"

# What a wizard is about: its field, and what it needs besides.
OF_A_TICKET = {
    "helpdesk.ticket.phone": ("ticket_id", {"reason": "Why"}),
    "helpdesk.ticket.scope.override": (
        "ticket_id",
        {"reason": "Why", "scope": "in_scope"},
    ),
    "helpdesk.ticket.subscription": ("ticket_id", {}),
    "support.sla.answer": ("ticket_id", {"note": "Said"}),
    "support.budget.extend": ("ticket_id", {"reason": "Why"}),
    "support.ticket.time": ("ticket_id", {"hours": 1, "date": "2026-06-01"}),
    "helpdesk.ticket.known.bug": ("ticket_ids", {}),
    "helpdesk.ticket.handover": ("ticket_ids", {}),
    "support.macro.send": ("ticket_id", {}),
    "support.ticket.bulk": ("ticket_ids", {}),
    "support.hand.on": ("ticket_ids", {"away_on": "2026-06-02"}),
}
OF_A_MANAGER = {
    "support.sla.correction": (
        "ticket_id",
        {"clock": "response", "state": "met", "reason": "Why"},
    ),
    "helpdesk.ticket.convert": ("ticket_ids", {}),
}


@tagged("post_install", "-at_install")
class TestWizardSubjects(SupportCase):
    """A wizard tells its user nothing of records that they may not read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_agent = new_test_user(
            cls.env, "own_agent", groups="helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.mine = cls._create_ticket(user_id=cls.own_agent.id)
        cls.colleague_s = cls._create_ticket(name=SECRET, user_id=cls.manager.id)
        cls.other = cls.env["res.company"].create({"name": SECRET})
        cls.foreign = cls.env["helpdesk.ticket"].create(
            {"name": SECRET, "description": "x", "company_id": cls.other.id}
        )

    def _prepare(self, model, name, records):
        is_many = self.env[model]._fields[name].type == "many2many"
        return {name: [Command.set(records.ids)] if is_many else records.id}

    def _show(self, wizard, name, values):
        spec = {**dict.fromkeys(values, {}), name: {"fields": {"display_name": {}}}}
        return wizard.onchange(values, [], spec)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def assertTold(self, user, model, name, readable, secret, **vals):
        """Check that a wizard shows what its user may read, and nothing else."""
        wizard = self.env[model].with_user(user)
        good = self._prepare(model, name, readable)
        bad = self._prepare(model, name, secret)
        default = {f"default_{field}": value for field, value in bad.items()}
        spec = {name: {"fields": {"display_name": {}}}}
        with self.subTest(user=user.login, model=model, field=name, secret=secret):
            self._show(wizard, name, {**vals, **good})
            made = wizard.create({**vals, **good})
            self.env.flush_all()
            for tell in (
                lambda: wizard.create({**vals, **bad}),
                lambda: wizard.with_context(**default).create(vals),
                lambda: wizard.web_save({**vals, **bad}, spec),
                lambda: made.write(bad),
                lambda: made.web_save(bad, spec),
                lambda: self._show(wizard, name, {**vals, **bad}),
                lambda: self._show(made, name, bad),
                lambda: self._show(wizard.with_context(**default), name, {}),
            ):
                with self.assertRaises(AccessError) as refusal, self.cr.savepoint():
                    tell()
                self.assertNotIn(SECRET, str(refusal.exception))
            self.env.invalidate_all()
            self.assertNotIn(SECRET, str(made.web_read(spec)))

    def test_every_wizard_has_decided(self):
        """A new wizard of ours says what it is about, or is listed here."""
        undecided = {
            name
            for name, model in self.env.registry.items()
            if model._transient
            and model._original_module == "omydoo_helpdesk"
            and not getattr(model, "_support_subjects", ())
        }
        self.assertFalse(undecided)

    def test_tickets_of_a_colleague_and_of_another_company(self):
        for secret in (self.colleague_s, self.foreign):
            for model, (name, vals) in OF_A_TICKET.items():
                if model == "helpdesk.ticket.handover":
                    vals = {**vals, "user_id": self.project_manager.id}
                self.assertTold(self.own_agent, model, name, self.mine, secret, **vals)
            self.assertTold(
                self.own_agent,
                "support.ticket.time",
                "next_ticket_id",
                self.mine,
                secret,
                ticket_id=self.mine.id,
                hours=1,
                date="2026-06-01",
            )

    def test_tickets_of_another_company_for_a_manager(self):
        for model, (name, vals) in (OF_A_TICKET | OF_A_MANAGER).items():
            if model == "helpdesk.ticket.handover":
                vals = {**vals, "user_id": self.project_manager.id}
            self.assertTold(self.manager, model, name, self.mine, self.foreign, **vals)

    def test_changes(self):
        def change(ticket):
            vals = dict.fromkeys(
                ("name", "database", "description", "reason", "risk", "rollback"),
                SECRET if ticket != self.mine else "Mine",
            )
            return self.env["support.production.change"].create(
                {**vals, "ticket_id": ticket.id}
            )

        for secret in (self.colleague_s, self.foreign):
            self.assertTold(
                self.own_agent,
                "support.change.step",
                "change_id",
                change(self.mine),
                change(secret),
                kind="apply",
                note="Done",
            )

    def test_bugs(self):
        ours, theirs = self.env["support.upstream.bug"].create(
            [
                {"name": "Ours", "company_id": self.company.id},
                {"name": SECRET, "company_id": self.other.id},
            ]
        )
        merge = "support.upstream.bug.merge"
        for user in (self.own_agent, self.manager):
            self.assertTold(user, merge, "bug_ids", ours, theirs, target_id=ours.id)
            self.assertTold(user, merge, "target_id", ours, theirs, bug_ids=[ours.id])
            self.assertTold(
                user,
                "helpdesk.ticket.known.bug",
                "bug_id",
                ours,
                theirs,
                ticket_ids=self.mine.ids,
            )

    def test_updates(self):
        updates = self.env["support.update"].create(
            [
                {"company_id": company.id, "scheduled_at": fields.Datetime.now()}
                for company in (self.company, self.other)
            ]
        )
        bugs = self.env["support.upstream.bug"].create(
            [
                {"name": name, "company_id": company.id}
                for name, company in (("Ours", self.company), (SECRET, self.other))
            ]
        )
        ours, theirs = self.env["support.update.line"].create(
            [
                {"update_id": update.id, "bug_id": bug.id}
                for update, bug in zip(updates, bugs, strict=True)
            ]
        )
        fail = "support.update.fail"
        for user in (self.own_agent, self.manager):
            self.assertTold(user, fail, "line_ids", ours, theirs, reason="Why")
            self.assertTold(
                user,
                fail,
                "update_id",
                updates[0],
                updates[1],
                reason="Why",
                line_ids=ours.ids,
            )

    def test_modules(self):
        ours, theirs = self.env["support.custom.module"].create(
            [
                {
                    "name": name,
                    "kind": "module",
                    "partner_id": self.customer_a.id,
                    "company_id": company.id,
                }
                for name, company in (("ours", self.company), (SECRET, self.other))
            ]
        )
        count = "support.module.count"
        customer = {"partner_id": self.customer_a.id}
        self.assertTold(self.manager, count, "module_id", ours, theirs, **customer)
        self.assertTold(
            self.manager, count, "company_id", self.company, self.other, **customer
        )
        line = {"name": "ours", "module_id": theirs.id}
        vals = {**customer, "line_ids": [Command.create(line)]}
        wizard = self.env[count].with_user(self.manager)
        with self.assertRaises(AccessError):
            wizard.create(vals)
        with self.assertRaises(AccessError):
            self._show(wizard, "line_ids", vals)

    def test_subscriptions(self):
        """Agents choose among those of the ticket's customer, and see no other."""
        mine = self._create_subscription(self.customer_a, self.plan_24)
        secret = self._create_subscription(self.customer_b, self.plan_24)
        secret.name = SECRET
        wizard = self.env["helpdesk.ticket.subscription"].with_user(self.own_agent)
        shown = wizard._create_for(self.mine.with_user(self.own_agent))
        self.assertEqual(shown.line_ids.subscription_id.ids, mine.ids)
        vals = {
            "ticket_id": self.mine.id,
            "line_ids": [Command.create({"subscription_id": secret.id})],
        }
        with self.assertRaises(AccessError):
            wizard.create(vals)
        with self.assertRaises(AccessError):
            self._show(wizard, "line_ids", vals)
        with self.assertRaises(AccessError):
            shown.line_ids.write({"subscription_id": secret.id})

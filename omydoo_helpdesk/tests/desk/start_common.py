# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
CONTACTS = "base.group_partner_manager"


class StartCase(BaseCommon):
    """A new company of an existing database, in France, and its new manager.

    The manager may create contacts besides, and administrates nothing.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls.env["res.company"].create(
            {"name": "Nouvelle", "country_id": cls.env.ref("base.fr").id}
        )
        cls.boss = cls._new_user("start_boss", f"{MANAGER},{CONTACTS}")
        cls.colleague = cls._new_user("start_colleague", "base.group_user")
        cls.admin = cls._new_user("start_admin", "base.group_system")

    @classmethod
    def _new_user(cls, login, groups, company=None):
        company = company or cls.new
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            email=f"{login}@desk.example.com",
            tz="Europe/Paris",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _start(cls, user=None, **vals):
        """Open the set-up anew, as the page is each time somebody comes.

        :param user: by default the new manager
        :param vals: what is typed there
        """
        user = user or cls.boss
        action = cls.env["support.start"].with_user(user).action_open()
        start = cls.env["support.start"].with_user(user).browse(action["res_id"])
        start.write(vals)
        return start

    @classmethod
    def _get_lacks(cls, user=None):
        """Return what each step says, by its name."""
        start = cls._start(user)
        return {
            step["name"]: start[f"{step['name']}_lacks"] or ""
            for step in start._get_start_steps(start.company_id)
        }

    @classmethod
    def _subscribe(cls):
        """Do all that comes before the first request."""
        cls._start(phone="+33 1 99 00 00 00").action_set_phone()
        cls._start().action_set_hours()
        cls._start().action_add_holidays()
        cls._start().action_make_plans()
        cls._start().action_set_team()
        cls._start().action_make_charter()
        cls._start()._get_charter().action_publish()
        cls._start(
            new_customer="Moulin de la Lune",
            new_contact="Claire Lune",
            new_email="claire@lune.example.com",
        ).action_subscribe()

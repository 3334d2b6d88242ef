# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import new_test_user, tagged

from ...hooks import restore_menus
from ..common import SupportCase

ROOT = "helpdesk_mgmt.helpdesk_ticket_main_menu"
DESK = "helpdesk_mgmt.helpdesk_ticket_dashboard_menu"
# Of the base and of ours, in the order in which they are shown.
AGENT_MENUS = [
    DESK,
    "helpdesk_mgmt.helpdesk_ticket_menu",
    "omydoo_helpdesk.support_customers_menu",
    "omydoo_helpdesk.support_bugs_menu",
]
MANAGER_MENUS = [
    *AGENT_MENUS,
    "helpdesk_mgmt.helpdesk_ticket_reporting_menu",
    "helpdesk_mgmt.helpdesk_ticket_config_main_menu",
]


@tagged("post_install", "-at_install")
class TestMenus(SupportCase):
    """Six entries at most, and the app opens where the day starts."""

    def _load(self, user):
        return self.env["ir.ui.menu"].with_user(user).load_web_menus(False)

    def _get_entries(self, user):
        """Return the XML ids of what the base and we show below the app."""
        menus = self._load(user)
        root = menus.get(self.env.ref(ROOT).id)
        xmlids = [menus[child]["xmlid"] for child in root["children"]] if root else []
        # Another addon beside us may add one.
        return [
            xmlid
            for xmlid in xmlids
            if xmlid.partition(".")[0] in ("helpdesk_mgmt", "omydoo_helpdesk")
        ]

    def test_entries(self):
        self.assertEqual(self._get_entries(self.agent), AGENT_MENUS)
        self.assertEqual(self._get_entries(self.project_manager), AGENT_MENUS)
        self.assertEqual(self._get_entries(self.manager), MANAGER_MENUS)
        self.assertLessEqual(len(MANAGER_MENUS), 6)

    def test_none_without_a_right_on_the_helpdesk(self):
        employee = new_test_user(self.env, "menu_employee")
        menus = self._load(employee)
        self.assertNotIn(self.env.ref(ROOT).id, menus)
        self.assertFalse(
            [
                menu["xmlid"]
                for menu in menus.values()
                if menu["xmlid"].startswith(("helpdesk_mgmt.", "omydoo_helpdesk."))
            ]
        )

    def test_the_app_opens_where_the_day_starts(self):
        action = self.env.ref("omydoo_helpdesk.support_my_desk_action")
        for user in (self.agent, self.project_manager, self.manager):
            app = self._load(user)[self.env.ref(ROOT).id]
            self.assertEqual(app["actionID"], action.id)
            self.assertEqual(app["actionModel"], "ir.actions.client")

    def test_the_desk_is_the_manager_s(self):
        overview = self.env.ref("omydoo_helpdesk.support_desk_overview_menu")
        self.assertNotIn(overview.id, self._load(self.agent))
        self.assertIn(overview.id, self._load(self.manager))

    def test_every_menu_leads_somewhere(self):
        """Nothing that was there is lost: each entry of old is below one of the six."""
        menus = self._load(self.manager)
        for name in (
            "helpdesk_ticket_to_convert_menu",
            "support_custom_module_menu",
            "support_production_change_menu",
            "support_pack_menu",
            "support_upstream_bug_menu",
            "support_update_menu",
            "support_teams_menu",
        ):
            menu = self.env.ref(f"omydoo_helpdesk.{name}")
            self.assertTrue(menu.action, name)
            self.assertIn(menu.id, menus, name)
            self.assertIn(menu.parent_id.id, menus, name)
            self.assertEqual(menu.parent_id.parent_id, self.env.ref(ROOT), name)

    def test_empty_lists_say_what_would_be_there(self):
        menus = self.env["ir.ui.menu"].search(
            [
                ("id", "child_of", self.env.ref(ROOT).id),
                ("action", "like", "ir.actions.act_window,"),
            ]
        )
        seen = 0
        for menu in menus:
            action = menu.action
            module = menu.get_external_id()[menu.id].partition(".")[0]
            is_list = action.view_mode.partition(",")[0] != "form"
            if module in ("helpdesk_mgmt", "omydoo_helpdesk") and is_list:
                seen += 1
                with self.subTest(menu.complete_name):
                    self.assertTrue(action.help)
        self.assertGreater(seen, 25)

    def test_uninstalled(self):
        """The base has its own entry again, without ours below it."""
        restore_menus(self.env)
        desk = self.env.ref(DESK)
        self.assertEqual(desk.with_context(lang="en_US").name, "Dashboard")
        self.assertEqual(
            desk.action,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_dashboard_action"),
        )

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .portal_change import SupportPortalChange


class SupportPortalChangeHome(SupportPortalChange):
    """The portal's home: how many production changes wait for the visitor."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "change_waiting_count" in counters:
            values["change_waiting_count"] = self._count_waiting()
        return values

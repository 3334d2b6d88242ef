# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MAX_FOUND = 4
RECENT = timedelta(days=30)


class SupportBugPortalMixin(models.AbstractModel):
    """What customers read of known bugs: only what is written for them.

    Never a ticket, a customer, or how many wait. Used by ``support.upstream.bug``,
    on which customers have no right at all: they get texts, not records.
    """

    _name = "support.bug.portal.mixin"
    _inherit = ["support.alike.mixin"]
    _description = "Known Bugs in the Portal"

    # === SEARCH === #

    @api.model
    def _alike_get_text(self, query):
        return SQL(
            "concat_ws(' ', %s, %s, %s)",
            self._field_to_sql(query.table, "name", query),
            self._field_to_sql(query.table, "description", query),
            self._field_to_sql(query.table, "module_names", query),
        )

    @api.model
    def _get_public_domain(self, companies):
        """Return which bugs every customer of some companies may know of.

        :param companies: recordset of res.company
        :rtype: Domain
        """
        recent = fields.Datetime.now() - RECENT
        return (
            Domain("company_id", "in", companies.ids)
            & Domain("is_public", "=", True)
            & (Domain("released_at", "=", False) | Domain("released_at", ">=", recent))
        )

    @api.model
    def _find_portal_bugs(self, text):
        """Return the known bugs that a request may be about.

        :param str text: as typed
        :return: as in ``_find_portal_lookalikes``
        :rtype: list[dict]
        """
        # In sudo mode because customers may not read the model: what leaves here is
        # what was written for them.
        bugs = self.sudo()._search_alike(
            text, self._get_public_domain(self.env.company), MAX_FOUND
        )
        return [
            {
                "title": bug.name,
                "detail": bug._get_customer_status(),
                "url": f"/my/updates#bug_{bug.id}",
                "is_external": False,
            }
            for bug in bugs
        ]

    # === TEXTS === #

    def _get_customer_notice(self):
        """Return what customers whose ticket waits for this bug read.

        :return: its ``id``, ``title``, ``status``, ``expectation``, ``description``,
            ``workaround``, ``reference`` and ``url``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "id": self.id,
            "title": self.name,
            "status": self._get_customer_status(),
            "expectation": self._get_customer_expectation(),
            "description": self.description or "",
            "workaround": self.workaround or "",
            "reference": self.reference or "" if self.kind == "core" else "",
            "url": self.url or "" if self.kind == "core" else "",
        }

    def _get_customer_status(self):
        """Return the status in words.

        :rtype: str
        """
        self.ensure_one()
        if self.released_at:
            return self.env._("Repaired")
        if self.kind == "generic":
            return {
                "reported": self.env._("Known, being looked into"),
                "accepted": self.env._("Known, the repair is under way"),
                "fixed": self.env._("Repaired, comes with the weekly update"),
                "refused": self.env._("Will not be repaired"),
            }[self.state]
        return {
            "reported": self.env._("Reported to Odoo's editor"),
            "accepted": self.env._("Confirmed by Odoo's editor"),
            "fixed": self.env._("Repaired by Odoo's editor, comes with an update"),
            "refused": self.env._("Odoo's editor will not repair it"),
        }[self.state]

    def _get_customer_expectation(self):
        """Return what may be expected from now on, in plain words.

        :rtype: str
        """
        self.ensure_one()
        update = self.update_id
        if self.released_at:
            return self.env._("The repair is in place.")
        if self.state == "refused":
            return self.env._("We look for another way with you.")
        if update and update.state != "cancelled":
            return self.env._(
                "The repair comes with the weekly update of %(moment)s.",
                moment=update._format_start(),
            )
        if self.kind == "generic":
            return self.env._(
                "The repair comes with a weekly update, whose date is not known yet."
            )
        return self.env._(
            "This is a bug in the core of Odoo: it depends on the editor, and the "
            "resolution may take longer. The time until then is not counted."
        )

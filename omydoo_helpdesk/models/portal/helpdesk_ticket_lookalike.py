# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

MAX_LOOKALIKES = 4


class TicketLookalike(models.Model):
    """What there is already about a request that is about to be filed."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "support.alike.mixin"]

    # The newest tickets of a customer.
    _alike_customer_idx = models.Index(
        "(commercial_partner_id, id DESC) WHERE active IS TRUE"
    )

    @api.model
    def _find_portal_lookalikes(self, text):
        """Return what a customer should see before filing: each group if it has any.

        To be extended by whatever else may answer a request. It is called as the
        customer: nothing here may find what that user may not read.

        :param str text: what is typed as the subject, anything
        :return: for each group its ``name``, ``title`` and ``items``, each with a
            ``title``, a ``detail`` in a few words, a ``url``, maybe empty, and
            ``is_external`` if it leads elsewhere
        :rtype: list[dict]
        """
        groups = [
            {
                "name": "tickets",
                "title": self.env._("Your open requests that look alike"),
                "items": self._find_portal_alike_tickets(text),
            },
            {
                "name": "bugs",
                "title": self.env._("Known bugs"),
                "items": self.env["support.upstream.bug"]._find_portal_bugs(text),
            },
            {
                "name": "articles",
                "title": self.env._("Help articles"),
                "items": self.env["support.help.article"]._find_portal_articles(text),
            },
        ]
        return [group for group in groups if group["items"]]

    @api.model
    def _find_portal_alike_tickets(self, text):
        tickets = self._search_alike(
            text, self._get_portal_alike_domain(), MAX_LOOKALIKES
        )
        tickets.fetch(["name", "number", "stage_id", "create_date"])
        return [
            {
                "title": self.env._(
                    "%(number)s: %(name)s", number=ticket.number, name=ticket.name
                ),
                "detail": self.env._(
                    "%(stage)s, sent on %(date)s",
                    stage=ticket.stage_id.name,
                    date=format_date(self.env, ticket.create_date),
                ),
                "url": ticket.access_url,
                "is_external": False,
            }
            for ticket in tickets
        ]

    @api.model
    def _get_portal_alike_domain(self):
        """Return which tickets are worth showing: those of the user's own company.

        An agent who opens the form may read others.

        :rtype: Domain
        """
        customer = self.env.user.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id) & Domain(
            "closed", "=", False
        )

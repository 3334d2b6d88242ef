# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo import fields
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from .customer_support import CustomerSupport


class TicketFormChoices(CustomerSupport, HelpdeskTicketController):
    """What a customer may choose from in the form, and what is promised to them."""

    def _get_categories(self, **kw):
        """Return the categories to choose from, whatever the company's settings:
        the scope depends on the category.
        """
        return request.env["helpdesk.ticket.category"].search(
            Domain("show_in_portal", "=", True) & self._get_our_company_domain()
        )

    def _get_teams(self):
        teams = super()._get_teams()
        return teams and teams.filtered_domain(self._get_our_company_domain())

    def _get_our_company_domain(self):
        return Domain("company_id", "in", [False, request.env.company.id])

    def _get_applications(self):
        return request.env["support.application"].search(Domain.TRUE)

    def _get_environments(self):
        """Return the databases in which something may happen.

        :return: values and labels
        :rtype: list[tuple[str, str]]
        """
        field = request.env["helpdesk.ticket"]._fields["environment"]
        return field._description_selection(request.env)

    def _get_form_verdicts(self, categories, modules):
        """Return what will happen to each request that the form can make.

        :param categories: to choose from, maybe empty
        :param modules: custom modules to choose from
        :return: by category id, then by custom module id, 0 for none: a verdict as
            returned by ``_get_portal_verdicts``
        :rtype: dict[int, dict[int, dict]]
        """
        choices = [
            (category, module)
            for category in categories or [request.env["helpdesk.ticket.category"]]
            for module in (modules.browse(), *modules)
        ]
        # In sudo mode because customers may not read subscriptions, plans and packs:
        # the contact is the user, and the rest is what they may choose.
        tickets_sudo = request.env["helpdesk.ticket"].sudo()
        verdicts = tickets_sudo._get_portal_verdicts(
            [
                self._prepare_verdict_vals(category, module)
                for category, module in choices
            ]
        )
        table = {}
        for (category, module), verdict in zip(choices, verdicts, strict=True):
            table.setdefault(category.id or 0, {})[module.id or 0] = verdict
        return table

    def _prepare_verdict_vals(self, category, module):
        """Return the values of a ticket that its verdict depends on.

        :param category: chosen, maybe empty
        :param module: custom module chosen, maybe empty
        :rtype: dict
        """
        company = category.company_id or request.env.company
        return {
            "partner_id": request.env.user.partner_id.id,
            "company_id": company.id,
            "category_id": category.id,
            "custom_module_id": module.id,
        }

    def _get_module_choices(self, modules, verdicts):
        """Return the custom modules to choose from, marked where one is not covered.

        :param modules: custom modules
        :param dict verdicts: as returned by ``_get_form_verdicts``
        :return: ids and labels
        :rtype: list[tuple[int, str]]
        """
        marks = {
            module_id: verdict["reason"]
            for row in verdicts.values()
            for module_id, verdict in row.items()
            if verdict["is_custom_code"]
        }
        return [
            (
                module.id,
                request.env._(
                    "%(module)s (%(reason)s)",
                    module=module.display_name,
                    reason=marks[module.id],
                )
                if module.id in marks
                else module.display_name,
            )
            for module in modules
        ]

    def _pack_verdicts(self, verdicts):
        """Return the verdicts as the page's script reads them, each text once.

        :param dict verdicts: as returned by ``_get_form_verdicts``
        :rtype: str
        """
        texts = {}
        choices = {}
        for category_id, row in verdicts.items():
            for module_id, verdict in row.items():
                shown = tuple(
                    verdict[name] for name in ("scope", "label", "text", "balance")
                )
                index = texts.setdefault(shown, len(texts))
                choices.setdefault(category_id or "", {})[module_id or ""] = index
        return json.dumps({"choices": choices, "verdicts": list(texts)})

    def _get_checklists(self, categories):
        """Return what each kind of request should include, as the script reads it.

        :param categories: to choose from, maybe empty
        :return: JSON: by category id lines, each with its text and whether it is a
            heading
        :rtype: str
        """
        return json.dumps(
            {
                category.id: category._get_portal_checklist()
                for category in categories or []
            }
        )

    def _get_form_priorities(self, plan_sudo):
        """Return the priorities to claim, with what each gives if it is sent now.

        :param plan_sudo: the customer's plan, maybe empty
        :rtype: list[dict]
        """
        now = fields.Datetime.now()
        promises = plan_sudo._get_promises(now) if plan_sudo else {}
        return [
            {**priority, **self._get_promise_now(promises.get(priority["value"]))}
            for priority in self._get_priorities(plan_sudo)
        ]

    def _get_promise_now(self, promise):
        """Return in words what a priority gives if the request is sent now.

        :param promise: as in ``_get_promises``, None for none
        :return: ``deadline`` and ``later``, maybe empty
        :rtype: dict[str, str]
        """
        deadline = promise and promise["deadline"]
        if not deadline:
            return {"deadline": "", "later": ""}
        show = request.env["helpdesk.ticket"]._format_portal_datetime
        return {
            "deadline": request.env._(
                "Sent now: first response by %(moment)s", moment=show(deadline)
            ),
            "later": promise["later"]
            and request.env._(
                "The support is closed: the time counts from %(moment)s on.",
                moment=show(promise["later"]),
            ),
        }

    def _get_file_types(self):
        """Return which files may be sent, as the form and its script read it.

        :rtype: dict[str, str]
        """
        taken, refused = request.env.company._get_support_file_types()
        # Those refused are never taken, whatever the other list says.
        return {
            "file_types": ",".join(sorted(taken - refused)),
            "refused_file_types": ",".join(sorted(refused)),
        }

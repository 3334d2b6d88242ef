# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import inspect

from odoo import models
from odoo.tests import new_test_user

from .routes_common import RoutesCase

ADDON = "omydoo_helpdesk"
MODULE = f"odoo.addons.{ADDON}."
ROLES = (
    "public",
    "customer",
    "other_customer",
    "employee",
    "own_agent",
    "agent",
    "project_manager",
    "manager",
    "other_company",  # a manager of it
)
# Of every model: what Odoo calls by RPC anyhow, guarded by the access to the model.
COMMON_METHODS = {name for name in dir(models.BaseModel) if not name.startswith("_")}


class CallUndone(Exception):
    """Raised to undo whatever a call did."""


class AccessCase(RoutesCase):
    """Everybody there is, and what of ours they may try to reach by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_agent = new_test_user(
            cls.env, "matrix_own", "helpdesk_mgmt.group_helpdesk_user_own"
        )
        cls.beta_manager = new_test_user(
            cls.env,
            "matrix_beta",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=cls.beta.id,
            company_ids=[(6, 0, cls.beta.ids)],
        )
        cls.users = dict(
            zip(
                ROLES,
                (
                    cls.env.ref("base.public_user"),
                    cls.a1,
                    cls.b1,
                    cls.employee,
                    cls.own_agent,
                    cls.agent,
                    cls.project_manager,
                    cls.manager,
                    cls.beta_manager,
                ),
                strict=True,
            )
        )
        # Taken by an agent: not one of those that whoever comes may take.
        cls.ticket.user_id = cls.agent
        cls.ticket.with_user(cls.a1).sudo()._contest("Zanzibar")

    def _get_models(self):
        """Return our own models that have records.

        :rtype: list[str]
        """
        return sorted(
            name
            for name, model in self.env.registry.items()
            if model._original_module == ADDON and not model._abstract
        )

    @classmethod
    def _find_record(cls, name):
        """Return a record of customer A, or one that all customers share.

        :param str name: of a model
        :return: maybe empty
        """
        model = cls.env[name].with_context(active_test=False)
        if name == "helpdesk.ticket":
            return cls.ticket
        for record in cls.records.values():
            if record._name == name:
                return record
        if "ticket_id" in model._fields and model._fields["ticket_id"].store:
            found = model.search([("ticket_id", "=", cls.ticket.id)], limit=1)
            if found:
                return found
        return model.search([], order="id", limit=1)

    def _get_public_methods(self, model):
        """Return the methods of ours that an RPC client can call.

        :rtype: set[str]
        """
        return {
            name
            for base in model.__mro__
            # What is added to all threads is of mail.thread, not of each of them.
            if base.__module__.startswith(MODULE)
            and (base._name == model._name or base._name.startswith("support."))
            for name, member in vars(base).items()
            if inspect.isfunction(member)
            and not name.startswith("_")
            and name not in COMMON_METHODS
            and not any(
                getattr(vars(other).get(name), "_api_private", False)
                for other in model.__mro__
            )
        }

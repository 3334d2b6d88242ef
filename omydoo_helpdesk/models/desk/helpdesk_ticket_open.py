# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections.abc import Collection

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class TicketOpen(models.Model):
    """What is open, counted: tickets in an open stage, and those without a stage.

    PostgreSQL finds both by one index, but not by one look: of a condition with an
    alternative it reads the index of all tickets. So what counts them asks for two
    arms, of which each has one condition. What is open of a million tickets, by
    priority: 73 → 8 ms; counted up to ten thousand: 32 → 2 ms.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === COUNTS === #

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        # Up to a limit and in no order: that is a count. A list follows the index of
        # its order, which knows no arms.
        if limit and not order:
            domain = self._split_open_domain(domain)
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        domain = self._split_open_domain(domain)
        return super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    # === ARMS === #

    @api.model
    def _split_open_domain(self, domain):
        """Return a domain that finds the same, what is open in two arms.

        Nothing but a whole query can have arms: the domain returned is for one, and for
        no condition of another.

        :param domain: of tickets; it is left alone unless being open is one of the
            conditions that all its tickets meet
        :rtype: Domain
        """
        domain = Domain(domain)
        conditions = [domain]
        if getattr(domain, "OPERATOR", "") == "&":
            conditions = list(domain.children)
        for place, condition in enumerate(conditions):
            stage_ids = self._get_open_stages(condition)
            if stage_ids:
                conditions[place] = self._get_arms_domain(stage_ids)
                return Domain.AND(conditions)
        return domain

    @api.model
    def _get_open_stages(self, condition):
        """Return the stages that a condition asks for besides those without a stage.

        :param Domain condition: any
        :rtype: list[int], empty if the condition is another one
        """
        name = getattr(condition, "field_expr", "")
        if name == "closed" and not self._fields[name].store:
            if not self._is_open_condition(condition):
                return []
            self._check_field_access(self._fields[name], "read")
            condition = self._search_closed("in", [False])
        elif name != "stage_id" or condition.operator != "in":
            return []
        # Not the ids that another query will find.
        values = (
            list(condition.value) if isinstance(condition.value, Collection) else []
        )
        stage_ids = [value for value in values if value is not False]
        if len(stage_ids) == len(values) or any(
            type(id_) is not int for id_ in stage_ids
        ):
            return []
        return stage_ids

    @api.model
    def _is_open_condition(self, condition):
        """Say whether a condition on being closed finds what is not, and nothing else.

        As it is written, and as the ORM writes it.
        """
        value = condition.value
        values = list(value) if isinstance(value, Collection) else [value]
        return (condition.operator in ("=", "in") and values == [False]) or (
            condition.operator in ("!=", "not in") and values == [True]
        )

    @api.model
    def _get_arms_domain(self, stage_ids):
        """Return the tickets in some stages and those without a stage.

        :param list stage_ids: at least one
        :rtype: Domain
        """

        def to_sql(model, alias, query):
            # PostgreSQL sees that in each arm one of the two conditions is never met.
            table = SQL.identifier(model._table)
            query._tables[alias] = SQL(
                "(SELECT *, TRUE AS support_has_stage FROM %s"
                " UNION ALL SELECT *, FALSE FROM %s)",
                table,
                table,
            )
            return SQL(
                "(%(arm)s AND %(stage)s IN %(open)s"
                " OR NOT %(arm)s AND %(stage)s IS NULL)",
                arm=SQL.identifier(alias, "support_has_stage"),
                stage=model._field_to_sql(alias, "stage_id", query),
                open=tuple(stage_ids),
            )

        return Domain.custom(to_sql=to_sql)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.rating.models.rating_data import (
    RATING_HAPPY_VALUE,
    RATING_NEUTRAL_VALUE,
    RATING_UNHAPPY_VALUE,
)

from ...const import COMPUTED

SATISFACTIONS = [
    ("satisfied", "Satisfied"),
    ("okay", "Okay"),
    ("dissatisfied", "Dissatisfied"),
]

VALUES = {
    "satisfied": RATING_HAPPY_VALUE,
    "okay": RATING_NEUTRAL_VALUE,
    "dissatisfied": RATING_UNHAPPY_VALUE,
}

CHANGE_DAYS = 14

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_dissatisfied"

TOKEN = "access_token"


class TicketRating(models.Model):
    """What the customer thinks of how a closed ticket was handled.

    Kept as Odoo keeps ratings: those given by the link of a mail and those given on
    the ticket's page are the same.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "rating.mixin"]

    # Known before the record is inserted: nothing has to be written twice.
    rating_last_value = fields.Float(
        string="Rating (1 to 5)",
        compute="_compute_rating_last_value",
        compute_sudo=True,
        store=True,
        precompute=True,
        aggregator="avg",
        groups="base.group_user",
    )
    satisfaction = fields.Selection(
        selection=SATISFACTIONS,
        compute="_compute_satisfaction",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="What the customer last said.",
    )

    # The list of those, in its order: 60 → 2 ms of 100,000. Nobody files one.
    _dissatisfied_idx = models.Index(
        "(next_deadline, priority DESC, id)"
        " WHERE active IS TRUE AND satisfaction = 'dissatisfied'"
    )

    # === COMPUTE METHODS === #

    @api.depends("rating_last_value")
    def _compute_satisfaction(self):
        for record in self:
            record.satisfaction = record._get_satisfaction(record.rating_last_value)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "rating_last_value": COMPUTED,
            "satisfaction": COMPUTED,
        }

    @api.model
    def _get_rating_choices(self):
        """Return what may be said of a ticket, the best first.

        :return: the value of a rating and the word for it
        :rtype: list[tuple[int, str]]
        """
        labels = dict(self._fields["satisfaction"]._description_selection(self.env))
        return [(VALUES[name], labels[name]) for name, _label in SATISFACTIONS]

    @api.model
    def _get_satisfaction(self, value):
        """Return a rating as a word.

        :param float value: 0 for no rating, else 1 to 5
        :rtype: str or bool
        """
        if not value:
            return False
        return min(VALUES, key=lambda name: abs(VALUES[name] - value))

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "rating_last_value:avg":
            # Zero means that nobody rated: it is no bad mark.
            column = self._field_to_sql(self._table, "rating_last_value", query)
            return SQL("AVG(NULLIF(%s, 0))", column)
        return super()._read_group_select(aggregate_spec, query)

    # === RATING === #

    def _rating_get_parent_field_name(self):
        return "team_id"

    def _rating_apply_get_default_subtype_id(self):
        # For the desk: the customer's colleagues need no mail about it.
        return self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")

    def rating_apply(self, rate, *args, **kwargs):
        self._refuse_customer()
        rating = super().rating_apply(rate, *args, **kwargs)
        if self._get_satisfaction(rate) == "dissatisfied":
            self.sudo()._schedule_dissatisfied_activity()
        return rating

    def _schedule_dissatisfied_activity(self):
        """Have the team's leader look at what went wrong, once."""
        # In sudo mode, by the caller, because the customer who rates has no right on
        # the activities of agents.
        for record in self:
            user = record.team_id.user_id or record.user_id
            type_id = self.env.ref(ACTIVITY_TYPE).id
            if user and type_id not in record.activity_ids.activity_type_id.ids:
                record.with_context(lang=user.lang).activity_schedule(
                    ACTIVITY_TYPE, user_id=user.id
                )

    # === BUSINESS METHODS === #

    def _find_rating_of(self, partner):
        """Return what a person said of this ticket, or was asked to say.

        :param partner: who rates
        :rtype: recordset of rating.rating, at most one
        """
        self.ensure_one()
        ratings = self.rating_ids.filtered(
            lambda rating: rating.partner_id == partner
        ).sorted("consumed", reverse=True)
        return ratings[:1]

    def _may_rate(self, partner):
        """Say whether a person may rate this ticket, or change what they said.

        Closed tickets only; what was said may be changed for a while, and again once
        the ticket was reopened and closed another time.

        :param partner: who rates
        :rtype: bool
        """
        self.ensure_one()
        if not self.stage_id.closed or self.duplicate_id:
            return False
        rating = self._find_rating_of(partner)
        if not rating.consumed:
            return True
        rated_on = rating.rated_on or rating.write_date
        closed_at = self.closed_date or self.last_stage_update
        return rated_on < closed_at or (
            fields.Datetime.now() <= rated_on + timedelta(days=CHANGE_DAYS)
        )

    def _rate_as(self, partner, satisfaction, feedback):
        """Note what a person thinks.

        To be called in sudo mode, once the access to the ticket was checked.

        :param partner: who rates
        :param str satisfaction: a value of the field
        :param str feedback: in their words, maybe empty
        :return: whether it was noted
        :rtype: bool
        """
        self.ensure_one()
        if not self._may_rate(partner):
            return False
        rating = self._find_rating_of(partner)
        if not rating:
            rating = self.env["rating.rating"].create(
                {
                    "partner_id": partner.id,
                    "rated_partner_id": self._rating_get_operator().id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                }
            )
        # Not as the customer: a rating is no answer, and reopens nothing.
        self.with_user(SUPERUSER_ID).rating_apply(
            VALUES[satisfaction],
            rating=rating.with_user(SUPERUSER_ID),
            feedback=feedback or False,
        )
        return True


class RatingRating(models.Model):
    """What customers said of tickets: for who may read the ticket, and nobody edits it.

    Odoo opens all ratings to all employees, with the token by which one is given. Those
    of other models stay as they are, but for the token, which no field access of Odoo's
    can hide for some records only: the links are made in superuser mode, and work.
    """

    _name = "rating.rating"
    _inherit = ["rating.rating"]

    # Whoever duplicates a rating need not read it, and a copy has one of its own.
    access_token = fields.Char(copy=False)

    # === CRUD METHODS === #

    def unlink(self):
        # Before Odoo deletes the message of the rating, and the rating with it.
        self.check_access("unlink")
        return super().unlink()

    # === ACCESS === #

    def _has_field_access(self, field, operation):
        return super()._has_field_access(field, operation) and (
            self.env.su or field.name != TOKEN or operation != "read"
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & Domain.custom(to_sql=self._get_readable_sql)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_readable_sql(self, model, alias, query):
        """Return the condition that a rating is of no ticket, or of one that is read.

        :param model: ratings
        :param str alias: of their table
        :param query: the one that the condition is for
        :rtype: SQL
        """
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        readable = (
            tickets._search(Domain.TRUE)
            if tickets.has_access("read")
            else tickets.browse()._as_query()
        )
        return SQL(
            "(%s IS DISTINCT FROM %s OR %s IN %s)",
            SQL.identifier(alias, "res_model"),
            tickets._name,
            SQL.identifier(alias, "res_id"),
            readable.subselect(),
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not self or self.env.su:
            return result
        forbidden = self._get_forbidden_ratings(operation)
        if not forbidden:
            return result
        if result:
            return result[0] | forbidden, result[1]
        return forbidden, self._make_rating_error

    def _get_forbidden_ratings(self, operation):
        """Return those of these ratings that the user may not read, or may not change.

        :param str operation: of the ORM
        :rtype: recordset of rating.rating
        """
        # In sudo mode because this is what decides who may read them.
        ours = self.sudo().filtered(
            lambda rating: rating.res_model == "helpdesk.ticket"
        )
        if operation == "read" and ours:
            tickets = self.env["helpdesk.ticket"].browse(ours.mapped("res_id")).exists()
            readable = set(tickets._filtered_access("read").ids)
            ours = ours.filtered(lambda rating: rating.res_id not in readable)
        return self.browse(ours.ids)

    def _make_rating_error(self):
        return AccessError(
            self.env._("Only customers say what they think of a ticket.")
        )

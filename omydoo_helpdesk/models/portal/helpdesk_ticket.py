# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from lxml import etree

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from ...tools import verdict
from ...tools.form_guests import PRIORITY, find_guests
from ...tools.text import format_hours

HOUR = timedelta(hours=1)

DAY = timedelta(days=1)


class SupportFilingCounter(models.Model):
    """What a customer has sent within the last hour and the last day.

    A row for each ticket, message or file, written in a transaction of its own, which
    lasts a moment and which all pass one after the other: what is being sent is
    counted, and nobody waits for a ticket to be done, nor begins again for it. The row
    of what is not stored after all is taken away.

    Counting tickets instead would let through as many as come at once.
    """

    _name = "support.filing.counter"
    _description = "Sent by a Customer"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        selection=[("ticket", "Tickets"), ("message", "Messages"), ("file", "Files")],
        required=True,
        readonly=True,
        default="ticket",
    )
    filed_at = fields.Datetime(required=True, readonly=True)

    _user_filed_idx = models.Index("(user_id, kind, filed_at)")

    @api.model
    def _count(self, user, hour_limit=0, day_limit=0, kind="ticket"):
        """Count what a user sends now, if it is not one too many.

        Should the server die before it is stored, it stays counted for a day.

        :param user: a res.users
        :param int hour_limit: how many may be sent within an hour, 0 for any
        :param int day_limit: within a day
        :param str kind: what is sent
        :return: how many were sent within an hour and within a day, with this one
        :rtype: tuple[int, int]
        """
        now = fields.Datetime.now()
        limits = hour_limit, day_limit
        if kind != "ticket":
            # One more or less is no matter, and what is counted goes with what is
            # sent.
            return self._count_by(self.env.cr, user, kind, now, *limits)[:2]
        with self.env.registry.cursor() as cr:
            # First of all: what the others have committed until it is ours is seen.
            cr.execute("LOCK TABLE support_filing_counter IN SHARE ROW EXCLUSIVE MODE")
            hour_count, day_count, row_id = self._count_by(cr, user, kind, now, *limits)
            if row_id:
                self._uncount_on_rollback(row_id)
        return hour_count, day_count

    @api.model
    def _count_by(self, cr, user, kind, now, hour_limit, day_limit):
        """Count what a user sends now by a cursor, and forget what counts no more.

        :return: how many were sent within an hour and within a day, with this one, and
            the id of its row, None if it is one too many
        :rtype: tuple
        """
        # In one statement: of what it changes it sees nothing itself.
        cr.execute(
            SQL(
                """
                WITH counted AS (
                    SELECT COUNT(*) FILTER (WHERE filed_at > %(hour)s) + 1 AS of_hour,
                           COUNT(*) + 1 AS of_day
                      FROM support_filing_counter
                     WHERE user_id = %(user)s AND kind = %(kind)s
                       AND filed_at > %(day)s
                ), forgotten AS (
                    DELETE FROM support_filing_counter
                     WHERE user_id = %(user)s AND filed_at <= %(day)s
                ), added AS (
                    INSERT INTO support_filing_counter (user_id, kind, filed_at)
                    SELECT %(user)s, %(kind)s, %(now)s FROM counted
                     WHERE (%(hour_limit)s = 0 OR of_hour <= %(hour_limit)s)
                       AND (%(day_limit)s = 0 OR of_day <= %(day_limit)s)
                    RETURNING id
                )
                SELECT of_hour, of_day, (SELECT id FROM added) FROM counted
                """,
                user=user.id,
                kind=kind,
                now=now,
                hour=now - HOUR,
                day=now - DAY,
                hour_limit=hour_limit or 0,
                day_limit=day_limit or 0,
            )
        )
        return cr.fetchone()

    @api.model
    def _uncount_on_rollback(self, row_id):
        """Take what was sent out of the count if it is not stored after all.

        :param int row_id: of its row
        """
        registry = self.env.registry

        def uncount():
            with registry.cursor() as cr:
                cr.execute(
                    SQL("DELETE FROM support_filing_counter WHERE id = %s", row_id)
                )

        self.env.cr.postrollback.add(uncount)


# What customers may read of a ticket, by whatever road: the page, the list, an RPC
# call, an export. Everything else, of this addon or of another one, is internal.
PORTAL_READABLE_FIELDS = frozenset(
    {
        # technical
        "id",
        "display_name",
        "create_date",
        "write_date",
        "access_url",
        "access_warning",
        "active",
        "sequence",  # in the order of the lists
        # the request
        "number",
        "name",
        "description",
        "company_id",
        "partner_id",
        "commercial_partner_id",
        "partner_name",
        "partner_email",
        "category_id",
        "team_id",
        "channel_id",
        "user_id",
        "claimed_priority",
        "priority",
        "blocking_what",
        "blocking_who",
        "application_id",
        "custom_module_id",
        "environment",
        # where it stands
        "stage_id",
        "closed",
        "unattended",
        "last_stage_update",
        "assigned_date",
        "closed_date",
        "filed_at",
        "scope",
        "scope_reason",
        "scope_explanation",
        "scope_override_reason",
        "coverage",
        "response_deadline",
        "response_state",
        "response_ended_at",
        "resolution_deadline",
        "resolution_state",
        "resolution_ended_at",
        "next_response_deadline",
        "next_response_state",
        "next_response_ended_at",
        "next_deadline",
        "is_late",
        "turn",
        "waiting_since",
        "held_since",
        "hold_party",
        "hold_reason",
        "hold_until",
        # its thread; who reads which message is for the messages' own rules
        "message_ids",
        "website_message_ids",
    }
)

BASE_FORM = "helpdesk_mgmt.portal_create_ticket"

# What our form asks itself: the fields of the base's form, and the priority, which
# OCA's helpdesk_portal_priority adds.
KNOWN = ("csrf_token", "team", "category", "subject", "attachment", "description")


class TicketPortal(models.Model):
    """What the customer may see and do.

    The customer's form, where other addons add fields to the base's.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    portal_token = fields.Char(
        string="Fingerprint of the Form",
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="Recognises a form that is sent twice.",
    )

    _portal_token_uniq = models.Constraint(
        "UNIQUE (portal_token)", "This request has been received already."
    )

    # === ACCESS === #

    @api.model
    def _get_portal_readable_fields(self):
        """Return the names of the fields that customers may read.

        :rtype: frozenset[str]
        """
        return PORTAL_READABLE_FIELDS

    @api.model
    def _get_portal_thread_fields(self):
        return {"message_ids", "website_message_ids"}

    @api.model
    def _is_closed_to_customers(self, name):
        return (
            super()._is_closed_to_customers(name)
            or name not in self._get_portal_readable_fields()
        )

    def _read_group_groupby(self, alias, groupby_spec, query):
        # Odoo checks the access to the field of a group, but for many2many fields.
        name = groupby_spec.partition(":")[0].partition(".")[0]
        if name in self._fields:
            self._check_field_access(self._fields[name], "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _get_portal_attachments(self):
        """Return the files that the customer sent with the ticket.

        Not those of messages: the public ones are shown with their message, and the
        internal ones are not shown.

        :rtype: recordset of ir.attachment
        """
        self.ensure_one()
        if not self.attachment_ids:
            return self.attachment_ids
        carried = self.env["mail.message"].search_fetch(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("attachment_ids", "!=", False),
            ],
            ["attachment_ids"],
        )
        return (self.attachment_ids - carried.attachment_ids).filtered(
            lambda file: file._is_support_file_shown(self)
        )

    # === BEFORE FILING === #

    @api.model
    def _get_portal_verdicts(self, vals_list):
        """Return the verdicts that requests would get if they were filed now.

        It is the model that decides, for records that are never saved: what is told
        before filing is what happens after it.

        :param list[dict] vals_list: for each request the values that decide
        :return: for each ``scope`` and its ``label``, the ``reason`` in short,
            ``is_custom_code``, ``is_general`` if it is the same for every request of
            the customer, the ``text`` for the customer, the ``balance`` of the hours
            packs it is charged to, and the ``plan_sudo`` that it would get
        :rtype: list[dict]
        """
        requests = self.browse().concat(*(self.new(vals) for vals in vals_list))
        scopes = dict(self._fields["scope"]._description_selection(self.env))
        reasons = dict(self._fields["scope_reason"]._description_selection(self.env))
        balances = requests._get_portal_pack_balances()
        return [
            {
                "scope": request.scope,
                "label": scopes[request.scope],
                "reason": reasons[request.scope_reason],
                "is_custom_code": verdict.is_custom_code(request.scope_reason),
                "is_general": request.scope_reason == "no_subscription",
                "text": request.scope_explanation,
                "balance": request.coverage == "hours_pack"
                and balances.get(request._scope_get_pack_key())
                or "",
                # In sudo mode because customers may not read plans.
                "plan_sudo": request.sudo().support_plan_id,
            }
            for request in requests
        ]

    def _get_portal_pack_balances(self):
        """Return what is left on the hours packs that requests are charged to.

        :return: by commercial partner and company ids a sentence
        :rtype: dict[tuple[int, int], str]
        """
        charged = self.filtered(lambda request: request.coverage == "hours_pack")
        if not charged:
            return {}
        hours = defaultdict(float)
        customers = charged.partner_id.commercial_partner_id
        for line in self.env["sale.order.line"]._find_hours_packs(
            customers, charged.company_id
        ):
            customer = line.order_partner_id
            if customer not in customers:
                customer = customer.commercial_partner_id
            hours[customer.id, line.company_id.id] += line.remaining_hours
        return {
            key: self.env._(
                "Left on your hours packs: %(hours)s", hours=format_hours(left)
            )
            for key, left in hours.items()
        }

    # === WHEN === #

    def _get_portal_promises(self):
        """Return by when the customer is answered, in words.

        :return: for each clock a title, the kind of news (``none``, ``ongoing``,
            ``held``, ``met``, ``missed`` or ``not_applicable``) and sentences
        :rtype: list[dict]
        """
        self.ensure_one()
        titles = {
            "response": self.env._("First response"),
            "resolution": self.env._("Resolution"),
        }
        if self.next_response_state != "none":
            titles["next_response"] = self.env._("Next response")
        return [
            {
                "clock": clock,
                "title": title,
                "state": self[f"{clock}_state"],
                "sentences": [
                    sentence
                    for sentence in (
                        self._get_portal_promise_sentence(clock),
                        self._get_portal_hold_sentence(clock),
                    )
                    if sentence
                ],
            }
            for clock, title in titles.items()
        ]

    def _get_portal_promise_sentence(self, clock):
        """Return where a clock stands as a sentence.

        :param str clock: one of ``CLOCKS``
        :rtype: str
        """
        self.ensure_one()
        state = self[f"{clock}_state"]
        deadline = self._format_portal_datetime(self[f"{clock}_deadline"])
        ended = self._format_portal_datetime(self[f"{clock}_ended_at"])
        if state == "missed" and ended and deadline:
            if clock != "resolution":
                return self.env._(
                    "Answered on %(moment)s: later than promised, which was "
                    "%(deadline)s.",
                    moment=ended,
                    deadline=deadline,
                )
            return self.env._(
                "Resolved on %(moment)s: later than promised, which was %(deadline)s.",
                moment=ended,
                deadline=deadline,
            )
        if state in ("met", "missed") and ended:
            if clock != "resolution":
                return self.env._("Answered on %(moment)s.", moment=ended)
            return self.env._("Resolved on %(moment)s.", moment=ended)
        if state == "not_applicable":
            return self.env._("No longer applies to this ticket.")
        if state != "none" and deadline:
            if self._is_promise_late(clock):
                return self._get_portal_late_sentence(clock, deadline)
            if clock != "resolution":
                return self.env._(
                    "You will be answered by %(moment)s.", moment=deadline
                )
            return self.env._(
                "A resolution is expected by %(moment)s.", moment=deadline
            )
        if state in ("ongoing", "held"):
            return self.env._("The date depends on what we are waiting for.")
        if clock == "response" and self._is_answered_without_promise():
            return self.env._("You have been answered; no time had been promised.")
        return self.env._("No time is promised for this ticket.")

    def _is_promise_late(self, clock):
        deadline = self[f"{clock}_deadline"]
        return bool(deadline and deadline < fields.Datetime.now())

    def _get_portal_late_sentence(self, clock, deadline):
        """Return that a deadline has passed, as a sentence.

        :param str clock: one of ``CLOCKS``
        :param str deadline: as the reader writes it
        :rtype: str
        """
        if clock != "resolution":
            return self.env._(
                "You were to be answered by %(moment)s: we are late.", moment=deadline
            )
        return self.env._(
            "A resolution was expected by %(moment)s: we are late.", moment=deadline
        )

    def _is_answered_without_promise(self):
        # What was closed without an answer ended at the same instant for both clocks.
        return (
            self.response_state == "none"
            and bool(self.response_ended_at)
            and not (
                self.stage_id.closed
                and self.response_ended_at == self.resolution_ended_at
            )
        )

    def _get_portal_clock_label(self, clock):
        """Return where a clock stands in short, as the page tells it.

        :param str clock: one of ``CLOCKS``
        :rtype: str
        """
        self.ensure_one()
        state = self[f"{clock}_state"]
        if state == "ongoing" and self._is_promise_late(clock):
            return self.env._("Late")
        labels = dict(self._fields[f"{clock}_state"]._description_selection(self.env))
        return labels.get(state, "")

    def _get_portal_clock_end(self, clock):
        """Return when the customer was answered, or the ticket resolved.

        Not when a clock stopped for another reason: outside what support covers,
        cancelled, merged.

        :param str clock: one of ``CLOCKS``
        :return: naive UTC, or False
        :rtype: datetime or bool
        """
        self.ensure_one()
        is_done = self[f"{clock}_state"] in ("met", "missed") or (
            clock == "response" and self._is_answered_without_promise()
        )
        return is_done and self[f"{clock}_ended_at"]

    def _get_portal_hold_sentence(self, clock):
        """Return why the resolution waits, in words the customer reads.

        :rtype: str
        """
        self.ensure_one()
        if clock != "resolution" or self.resolution_state != "held":
            return ""
        if self.hold_reason:
            words = self.env._("On hold: %(reason)s", reason=self.hold_reason)
        else:
            words = self.env._("On hold.")
        return " ".join(filter(None, (words, self._get_hold_until_words())))

    def _get_portal_next_promise(self):
        """Return which promise the next deadline is about.

        :rtype: str
        """
        self.ensure_one()
        if not self.next_deadline:
            return ""
        if self.next_deadline == self.response_deadline and (
            self.response_state == "ongoing"
        ):
            return self.env._("First response")
        if self.next_deadline == self.next_response_deadline and (
            self.next_response_state == "ongoing"
        ):
            return self.env._("Next response")
        return self.env._("Resolution")

    def _get_portal_page_values(self, visitor):
        return super()._get_portal_page_values(visitor) | {
            "portal_attachments": self._get_portal_attachments(),
            "portal_promises": self._get_portal_promises(),
        }

    # === BUSINESS METHODS === #

    @api.model
    @ormcache("self.env.lang", "self.env.context.get('website_id')", cache="templates")
    def _get_portal_form_guests(self):
        """Return what other addons have added to the base's form.

        :return: whether they ask for a priority, and the templates of all else, as XML
        :rtype: tuple[bool, tuple[str, ...]]
        """
        # In sudo mode because customers do not read views.
        view_sudo = self.env.ref(BASE_FORM).sudo()
        forms = view_sudo._get_combined_arch().xpath("//form")
        asks_priority = any(form.xpath(f".//*[@name='{PRIORITY}']") for form in forms)
        parts = [
            etree.tostring(part, encoding="unicode")
            for form in forms
            for part in find_guests(form, (*KNOWN, PRIORITY))
        ]
        return asks_priority, tuple(parts)

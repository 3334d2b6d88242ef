# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, get_lang

from ...const import MAIL_LAYOUT
from ...tools.batch import run_in_batches
from ...tools.text import format_hours

USED = "used"

END = "end"

# Used up, or over: its hours can be used no more.
ENDED = "ended"

ACTIVITY_TYPE = "omydoo_helpdesk.mail_activity_type_pack_{kind}"

TAKEN_BACK_TYPE = ACTIVITY_TYPE.format(kind="taken_back")

PROJECT_MANAGER = "omydoo_helpdesk.support_group_project_manager"

TEMPLATES = {
    USED: "omydoo_helpdesk.mail_template_pack_alert",
    END: "omydoo_helpdesk.mail_template_pack_alert",
    ENDED: "omydoo_helpdesk.mail_template_pack_ended",
}


class PackAlert(models.Model):
    """Who is told, and once only, that an hours pack comes to its end, or was cut.

    What was told is stored, so that a second run of the job tells nothing more. More
    hours, or a later end, and it may be told again.
    """

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    support_pack_used_alert_at = fields.Datetime(
        string="Use Announced",
        copy=False,
        readonly=True,
        help="When it was told that most of the hours are used.",
    )
    support_pack_end_alert_at = fields.Datetime(
        string="End Announced",
        copy=False,
        readonly=True,
        help="When it was told that the pack ends soon.",
    )
    support_pack_ended_alert_at = fields.Datetime(
        string="Told That It Ended",
        copy=False,
        readonly=True,
        help="When it was told that the pack is used up, or over.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if "support_pack_end_date" in vals:
            day = fields.Date.to_date(vals["support_pack_end_date"])
            later = self.filtered(
                lambda line: line.support_pack_end_date
                and (not day or day > line.support_pack_end_date)
            )
            later._forget_pack_alert(END)
        before = {line: line.product_uom_qty for line in self}
        res = super().write(vals)
        if "product_uom_qty" in vals:
            self.filtered(
                lambda line: line.product_uom_qty > before[line]
            )._forget_pack_alert(USED)
        return res

    # === BUSINESS METHODS === #

    def _forget_pack_alert(self, kind):
        field = f"support_pack_{kind}_alert_at"
        lines = self.filtered(field)
        if lines:
            # In sudo mode because the marks are not for people to write.
            lines.sudo().write({field: False})

    @api.model
    def _cron_pack_alerts(self, batch_size=50):
        """Tell whom it concerns of the packs that are nearly used or end soon.

        Each batch is committed: a crash loses nothing, and the marks keep anybody from
        being told twice. A pack that fails is left for the next run.

        :param int batch_size: packs per transaction
        """
        now = fields.Datetime.now()
        self.search(self._get_reviving_pack_domain(now))._forget_pack_alert(ENDED)
        run_in_batches(
            self,
            self._get_pack_alert_domain(),
            lambda due: due._send_pack_alerts(),
            batch_size=batch_size,
        )

    @api.model
    def _get_reviving_pack_domain(self, now):
        """Return which packs have hours to use again, after it was told that none are.

        More were sold, or time was taken off; or they run longer.

        :param datetime now: naive UTC
        :rtype: Domain
        """
        return (
            self._get_pack_domain()
            & Domain("support_pack_ended_alert_at", "!=", False)
            & Domain("remaining_hours", ">", 0)
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & self._get_running_domain(company._get_support_day(now))
                for company in self.env["res.company"].search([("active", "=", True)])
            )
        )

    @api.model
    def _get_running_domain(self, today):
        return Domain("support_pack_end_date", "=", False) | Domain(
            "support_pack_end_date", ">=", today
        )

    @api.model
    def _get_pack_alert_domain(self):
        """Return which packs have an alert due, by the settings of their company.

        :rtype: Domain
        """
        now = fields.Datetime.now()
        return self._get_pack_domain() & Domain.OR(
            Domain("company_id", "=", company.id)
            & self._get_company_alert_domain(company, company._get_support_day(now))
            for company in self.env["res.company"].search([("active", "=", True)])
        )

    @api.model
    def _get_company_alert_domain(self, company, today):
        domain = Domain("support_pack_ended_alert_at", "=", False) & (
            self._get_pack_used_domain(100)
            | Domain("support_pack_end_date", "<", today)
            & self._get_pack_used_domain(0)
        )
        if company.support_pack_alert_percent:
            domain |= (
                Domain("support_pack_used_alert_at", "=", False)
                & self._get_running_domain(today)
                & self._get_pack_used_domain(company.support_pack_alert_percent)
                & ~self._get_pack_used_domain(100)
            )
        if company.support_pack_alert_days:
            domain |= (
                Domain("support_pack_end_alert_at", "=", False)
                & Domain("support_pack_end_date", ">=", today)
                & Domain(
                    "support_pack_end_date",
                    "<=",
                    fields.Date.add(today, days=company.support_pack_alert_days),
                )
                # Nobody misses a pack on which nothing is left.
                & Domain("remaining_hours", ">", 0)
            )
        return domain

    @api.model
    def _get_pack_used_domain(self, percent):
        """Return which packs are used to some part.

        :param int percent: of the quantity sold
        :rtype: Domain
        """
        return Domain("product_uom_qty", ">", 0) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%(used)s >= (%(sold)s - %(back)s) * %(percent)s / 100.0"
                " AND %(sold)s > %(back)s)",
                used=model._field_to_sql(alias, "qty_delivered", query),
                sold=model._field_to_sql(alias, "product_uom_qty", query),
                back=SQL(
                    "COALESCE(%s, 0)",
                    model._field_to_sql(alias, "support_pack_credited_qty", query),
                ),
                percent=percent,
            )
        )

    def _get_due_pack_alerts(self):
        """Return what is to be told of this pack, by the same rules as the search.

        :rtype: list[str]
        """
        self.ensure_one()
        today = self.company_id._get_support_day(fields.Datetime.now())
        if self.state != "sale" or not self._is_prepaid_time():
            return []
        kept = self._get_kept_qty()
        if kept <= 0:
            return []
        is_spent = self.qty_delivered >= kept
        if is_spent or not self._is_running(today):
            # Whatever else was due of it is told by this.
            return [] if self.support_pack_ended_alert_at else [ENDED]
        due = []
        percent = self.company_id.support_pack_alert_percent
        if (
            percent
            and not self.support_pack_used_alert_at
            and self.qty_delivered >= kept * percent / 100.0
        ):
            due.append(USED)
        days = self.company_id.support_pack_alert_days
        if (
            days
            and not self.support_pack_end_alert_at
            and self.support_pack_end_date
            and self.support_pack_end_date <= fields.Date.add(today, days=days)
            and self.remaining_hours > 0
        ):
            due.append(END)
        return due

    def _send_pack_alerts(self):
        """Send the alerts due of these packs, each once.

        Another worker may be at the same packs: those it holds are left to it, and
        what is due is asked again once they are ours.
        """
        mine = self.try_lock_for_update()
        mine.invalidate_recordset()
        now = fields.Datetime.now()
        for pack in mine:
            for kind in pack._get_due_pack_alerts():
                pack._schedule_pack_activity(kind)
                pack._tell_pack_customer(kind)
                pack[f"support_pack_{kind}_alert_at"] = now

    @api.model
    def _silence_pack_alerts(self, kinds=tuple(TEMPLATES)):
        """Note as told what is due already, at installation: nobody needs a volley.

        :param kinds: of alerts
        """
        now = fields.Datetime.now()
        for pack in self.search(self._get_pack_alert_domain()):
            for kind in set(kinds).intersection(pack._get_due_pack_alerts()):
                pack[f"support_pack_{kind}_alert_at"] = now

    def _get_pack_alert_user(self):
        """Return who looks after this pack: its salesperson, or the customer's.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        partner = self.order_partner_id
        candidates = (
            self.order_id.user_id,
            partner.user_id,
            partner.commercial_partner_id.user_id,
            self.project_id.user_id,
        )
        return next(
            (user for user in candidates if user.active and not user.share),
            self.env["res.users"],
        )

    def _schedule_pack_activity(self, kind):
        user = self._get_pack_alert_user()
        if user:
            self.order_id.with_context(lang=user.lang).activity_schedule(
                ACTIVITY_TYPE.format(kind=kind),
                user_id=user.id,
                note=self.with_context(lang=user.lang)._get_pack_alert_text(),
            )

    def _tell_taken_back(self):
        """Tell who looks after packs that hours of them were taken back, once each.

        They were credited, cancelled or fewer: nobody may spend them any more, and
        what was spent already is to be settled with the customer.
        """
        # In sudo mode because whoever sells, credits or cancels need not read tickets
        # nor assign activities to others.
        for pack in self.sudo().filtered(lambda line: line._is_prepaid_time()):
            user = pack._get_pack_manager()
            if user:
                pack.order_id.with_context(lang=user.lang).activity_schedule(
                    TAKEN_BACK_TYPE,
                    user_id=user.id,
                    note=pack.with_context(lang=user.lang)._get_taken_back_text(),
                )

    def _get_taken_back_text(self):
        """Return what became of the hours of this pack, in the language of the context.

        :rtype: str
        """
        self.ensure_one()
        is_sold = self.state == "sale"
        return self.env._(
            "%(pack)s: %(kept)s h are still sold, %(used)s h were spent on tickets.",
            pack=(self.name or "").split("\n")[0],
            kept=self._format_pack_hours(self.support_pack_hours if is_sold else 0.0),
            used=self._format_pack_hours(self.support_pack_used_hours),
        )

    def _get_pack_manager(self):
        """Return the project manager who is told what becomes of this pack.

        Who looks after the customer's support project, if they are one; or else who
        looks after the pack.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        lines_sudo = self.env["account.analytic.line"].sudo()
        projects = lines_sudo.search(
            Domain("so_line", "=", self.id) & Domain("project_id", "!=", False),
            order="id desc",
            limit=1,
        ).project_id
        users = (self.project_id | projects).user_id | self.order_id.user_id
        return (
            users.filtered(
                lambda user: user.active
                and not user.share
                and user.has_group(PROJECT_MANAGER)
            )[:1]
            or self._get_pack_alert_user()
        )

    def _get_pack_alert_text(self):
        """Return where the pack stands, in the language of the context.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(pack)s: %(left)s left of %(sold)s.",
            pack=(self.name or "").split("\n")[0],
            left=format_hours(self.remaining_hours),
            sold=format_hours(self.support_pack_hours),
        )

    def _format_pack_hours(self, hours):
        # Without unit: of mails that somebody edited before time was said in words.
        lang = self.env["res.lang"].browse(get_lang(self.env).id)
        return lang.format("%.12g", round(hours, 2) + 0.0, grouping=True)

    def _format_pack_time(self, hours):
        """Return a time on this pack as people say it.

        :param float hours: in hours
        :rtype: str
        """
        return format_hours(hours)

    def _tell_pack_customer(self, kind):
        """Write to the customer's contact, on the thread of the order.

        :param str kind: "used", "end" or "ended"
        """
        self.ensure_one()
        order = self.order_id
        partner = self.order_partner_id
        if not partner.email:
            partner = partner.commercial_partner_id
        template_sudo = self.env["mail.template"]._find_support_mail(
            TEMPLATES[kind], self.company_id
        )
        if not partner.email or not partner.active or not template_sudo:
            return
        template = template_sudo.with_context(pack_alert=kind)
        order.with_context(lang=partner.lang, support_pack_id=self.id).message_post(
            subject=template._render_field("subject", self.ids, compute_lang=True)[
                self.id
            ],
            body=template._render_field("body_html", self.ids, compute_lang=True)[
                self.id
            ],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid=MAIL_LAYOUT,
            author_id=(self._get_pack_alert_user() or self.env.user).partner_id.id,
            partner_ids=partner.ids,
        )

    def _get_other_pack_hours(self):
        """Return the hours left on the other packs of this customer that run.

        :rtype: float
        """
        self.ensure_one()
        # In sudo mode because whoever renders the mail need not sell.
        line = self.sudo()
        customer = line.order_partner_id.commercial_partner_id
        others = line._find_hours_packs(customer, line.company_id) - line
        return sum(others.mapped("remaining_hours"))

    def _get_pack_portal_url(self):
        self.ensure_one()
        return f"{self.get_base_url()}/my/packs/{self.id}"


class SaleOrder(models.Model):
    """What stands around the mails about the packs of an order."""

    _name = "sale.order"
    _inherit = ["sale.order"]

    def _get_mail_frame(self):
        """Return what stands around a mail of the desk about a pack of this order.

        :return: as ``helpdesk.ticket._get_mail_frame``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        pack = self.order_line.browse(self.env.context.get("support_pack_id"))
        return {
            "title": self.env._("Hours pack %(order)s", order=self.name),
            "url": pack._get_pack_portal_url()
            if pack
            else self.get_base_url() + self.get_portal_url(),
            "button": self.env._("See each entry"),
            "note": self.env._("To buy more hours, just answer this message."),
        }

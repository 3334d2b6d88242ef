# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import service_review as pure
from ...tools.batch import run_in_batches

# Customers drafted in one transaction: what is in memory at once.
BATCH = 20


class ReviewDraft(models.Model):
    """How reviews are drafted: by the job at the end of a period, or by a manager.

    Each batch in a transaction of its own: who kills the job loses a batch, and the
    next run goes on with the others. Two that draft at once make no double: the index
    refuses the second one, which leaves that customer to the first.
    """

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    # === BUSINESS METHODS - FIGURES === #

    def _draft_figures(self):
        """Count the figures of these drafts, many customers at once."""
        for (company, kind, first_day, last_day), reviews in self.grouped(
            lambda review: (
                review.company_id,
                review.kind,
                review.date_from,
                review.date_to,
            )
        ).items():
            customers = reviews.partner_id
            figures = self._count_figures(customers, company, kind, first_day, last_day)
            for review in reviews:
                review._write_guarded(
                    {
                        "figures": figures[review.partner_id.id],
                        "computed_at": fields.Datetime.now(),
                    }
                )

    @api.model
    def _count_figures(self, customers, company, kind, first_day, last_day):
        """Return what is stored of reviews.

        :param customers: recordset of res.partner
        :param company: ours
        :param str kind: of the period
        :param date first_day: of the period
        :param date last_day: likewise, included
        :return: by the customer's id: what ``service_review.compute`` says, with
            ``labels`` in the customer's language, ``currency``, ``previous`` and
            ``months``
        :rtype: dict[int, dict]
        """
        facts = self._gather(customers, company, first_day, last_day)
        series = self._gather_series(customers, company, kind, first_day, last_day)
        reviews = {
            customer: pure.compute(facts.pop(customer.id)) for customer in customers
        }
        names = self._get_names(reviews)
        return {
            customer.id: {
                **review,
                **series[customer.id],
                "labels": names[customer],
                # By its code: how it is written follows the reader.
                "currency": company.currency_id.name,
            }
            for customer, review in reviews.items()
        }

    @api.model
    def _get_names(self, reviews):
        """Return what categories and applications are called on that day.

        :param dict reviews: by the customer what ``service_review.compute`` says
        :return: by the customer and by the key of the figure, in their language
        :rtype: dict[recordset, dict[str, str]]
        """
        names = {customer: {} for customer in reviews}
        for kind, model in (
            ("category", "helpdesk.ticket.category"),
            ("application", "support.application"),
        ):
            prefix = f"requests.{kind}."
            keys = {
                customer: [key for key in review["figures"] if key.startswith(prefix)]
                for customer, review in reviews.items()
            }
            ids = {
                int(key.removeprefix(prefix)) for some in keys.values() for key in some
            }
            # In sudo mode because they may be of another company, or archived.
            records = self.env[model].sudo().with_context(active_test=False)
            known = records.browse(sorted(filter(None, ids))).exists()
            for customer, some in keys.items():
                lang = self._get_customer_lang(customer)
                called = {
                    f"{prefix}{record.id}": record.display_name
                    for record in known.with_context(lang=lang)
                }
                names[customer].update(
                    (key, called[key]) for key in some if key in called
                )
        return names

    # === BUSINESS METHODS - WHO AND WHEN === #

    @api.model
    def _find_reviewed(self, company, first_day, last_day):
        """Return the customers who had a support plan in a period.

        For a day at least, by the dates of a subscription that was started; whatever
        became of it since.

        :param company: ours
        :param date first_day: of the period
        :param date last_day: likewise, included
        :rtype: recordset of res.partner
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.commercial_partner_id
                  FROM sale_subscription subscription
                  JOIN sale_subscription_stage stage ON stage.id = subscription.stage_id
                  JOIN res_partner partner ON partner.id = subscription.partner_id
                 WHERE subscription.company_id = %(company)s
                   AND subscription.support_plan_id IS NOT NULL
                   AND stage.type IN ('in_progress', 'post')
                   AND COALESCE(subscription.date_start, %(last)s) <= %(last)s
                   AND COALESCE(subscription.date, %(first)s) >= %(first)s
              ORDER BY 1
                """,
                company=company.id,
                first=first_day,
                last=last_day,
            )
        )
        return self.env["res.partner"].browse(row[0] for row in rows)

    @api.model
    def _get_missing(self, customers, company, first_day, last_day):
        """Return those customers of whom there is no review of these days.

        :rtype: recordset of res.partner
        """
        found = self.sudo().search_fetch(
            Domain("company_id", "=", company.id)
            & Domain("date_from", "=", first_day)
            & Domain("date_to", "=", last_day)
            & Domain("customer_ref", "in", customers.ids),
            ["customer_ref"],
        )
        known = set(found.mapped("customer_ref"))
        return customers.filtered(lambda customer: customer.id not in known)

    @api.model
    def _draft(self, customers, company, first_day, last_day, quiet=True):
        """Draft the reviews of these customers that there are none of yet.

        :param customers: recordset of res.partner
        :param company: ours
        :param date first_day: of the period
        :param date last_day: likewise, included
        :param bool quiet: also of whom there is nothing to tell
        :return: the new ones
        :rtype: recordset of support.service.review
        """
        customers = self._get_missing(customers, company, first_day, last_day)
        vals = {
            "company_id": company.id,
            "date_from": first_day,
            "date_to": last_day,
        }
        drafts = self._create_or_leave(
            [{**vals, "partner_id": customer.id} for customer in customers]
        )
        if not quiet:
            silent = drafts.filtered("is_quiet")
            silent.unlink()
            drafts -= silent
        return drafts

    @api.model
    def _create_or_leave(self, vals_list):
        """Create reviews, but those that somebody else is creating.

        :param list[dict] vals_list: of the reviews
        :return: the new ones
        :rtype: recordset of support.service.review
        """
        try:
            with self.env.cr.savepoint():
                return self.create(vals_list)
        except UniqueViolation:
            self.env.invalidate_all(flush=False)
        if len(vals_list) == 1:
            return self.browse()
        return self.browse().concat(
            *(self._create_or_leave([vals]) for vals in vals_list)
        )

    # === JOB === #

    @api.model
    def _cron_draft(self, batch_size=BATCH):
        """Draft the reviews of each company whose period is over.

        :param int batch_size: customers per transaction
        """
        # In sudo mode, as any job: of every company.
        companies = (
            self.env["res.company"]
            .sudo()
            .search(Domain("support_review_period", "in", ["month", "quarter"]))
        )
        for company in companies:
            days = self._get_last_period(company.support_review_period, company)
            done = company.support_review_drafted_to
            if done and done >= days[1]:
                continue
            if not self._draft_company(company, *days, batch_size):
                return
            company.support_review_drafted_to = days[1]
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _draft_company(self, company, first_day, last_day, batch_size):
        """Draft the reviews of a company, in batches.

        :return: whether all were gone through
        :rtype: bool
        """
        customers = self._get_missing(
            self._find_reviewed(company, first_day, last_day),
            company,
            first_day,
            last_day,
        )
        quiet = company.support_review_quiet == "line"

        def process(due):
            self._draft(due, company, first_day, last_day, quiet)
            self.env.flush_all()
            # Constant memory, however many customers there are.
            self.env.invalidate_all()

        return run_in_batches(
            self.env["res.partner"].with_context(active_test=False),
            Domain("id", "in", customers.ids),
            process,
            batch_size=batch_size,
        )

    @api.model
    def action_draft_last(self):
        """Draft the reviews of the last period that is over, of the user's company.

        Of customers with nothing to tell, as the company chooses.

        :return: the action that opens them
        :rtype: dict
        :raise AccessError: if the user is no manager of the desk
        """
        self.browse().check_access("create")
        company = self.env.company
        kind = company.support_review_period
        kind = "month" if kind == "none" else kind
        first_day, last_day = self._get_last_period(kind)
        customers = self._find_reviewed(company, first_day, last_day)
        if not customers:
            raise UserError(
                self.env._("No customer had a support plan in the last period.")
            )
        quiet = company.support_review_quiet == "line"
        # What the job is for; for who does not wait for it.
        self._draft(customers, company, first_day, last_day, quiet)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reviews"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "view_mode": "list,form",
            "domain": [("date_to", "=", last_day), ("company_id", "=", company.id)],
        }

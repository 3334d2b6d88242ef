# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

REPORT = "omydoo_helpdesk.support_review_report"


class SupportPortalReview(CustomerPortal):
    """The reviews that a customer was told: the list, each of them, its PDF.

    Which they may read is the record rule's to say. What is told of a review is made
    in sudo mode then: of figures customers may read those on the page only.
    """

    # === ROUTES === #

    @http.route("/my/reviews", type="http", auth="user", website=True, readonly=True)
    def portal_my_reviews(self, **kw):
        """Show to a customer the reviews of their company."""
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_reviews",
            reviews=request.env["support.service.review"]._find_portal_reviews(),
        )
        return request.render("omydoo_helpdesk.portal_my_reviews", values)

    @http.route(
        "/my/reviews/<int:review_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_review(self, review_id, **kw):
        """Show a review to a customer."""
        review_sudo = self._get_review_sudo(review_id)
        values = self._prepare_portal_layout_values()
        values.update(
            review_sudo._prepare_page(),
            page_name="support_review",
            latest=review_sudo._get_latest(),
            # The desk's own people are nobody to wait for.
            is_unread=request.env.user.share
            and request.env.user not in review_sudo.reading_ids.user_id,
        )
        return request.render("omydoo_helpdesk.portal_my_review", values)

    @http.route(
        "/my/reviews/<int:review_id>/read",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_review_read(self, review_id, **kw):
        """Note that a customer has a review before them: sent by its page."""
        review_sudo = self._get_review_sudo(review_id)
        if request.env.user.share:
            request.env["support.review.reading"]._note(review_sudo, request.env.user)
        return request.redirect(review_sudo._get_review_path(), code=303)

    @http.route(
        "/my/reviews/<int:review_id>/pdf",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_review_pdf(self, review_id, download=None, **kw):
        """Give a customer a review as a PDF, where we can make one."""
        review_sudo = self._get_review_sudo(review_id)
        # In sudo mode because the state of the server is not for customers to read.
        reports_sudo = request.env["ir.actions.report"].sudo()
        can_print = reports_sudo.get_wkhtmltopdf_state() in ("ok", "upgrade")
        return self._show_report(
            model=review_sudo,
            report_type="pdf" if can_print else "html",
            report_ref=REPORT,
            download=bool(download),
        )

    # === HELPERS === #

    def _get_review_sudo(self, review_id):
        """Return a review that the visitor may read.

        :param int review_id: as in the address
        :rtype: recordset of support.service.review, in sudo mode
        :raise NotFound: if there is none, or it is not theirs
        """
        reviews = request.env["support.service.review"]
        if reviews.has_access("read"):
            reviews = reviews.search([("id", "=", review_id)])
        if not reviews:
            raise request.not_found()
        # In sudo mode because of the figures: see the class.
        return reviews.sudo()

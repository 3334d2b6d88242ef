# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.text import MAX_INTEGER, clean_line, parse_id
from .ticket_form_check import reads_only

MAX_ACCEPTANCES = 20


class CharterAcceptance:
    """What the pages on which the charter is accepted have in common."""

    def _get_charter_request(self):
        """Return what the visitor is asked about the charter in force.

        :return: see ``support.charter.acceptance._get_request``
        :rtype: dict
        """
        charter = request.env["support.charter"]._get_published(request.env.company)
        user = request.env.user
        if not user.share:
            # The desk's own people try the form; they are nobody's customer.
            charter = charter.browse()
        # In sudo mode because the version accepted before is no longer published, and
        # customers do not read who is authorised.
        return request.env["support.charter.acceptance"]._get_request(
            charter.sudo(), user.sudo().partner_id
        )

    def _prepare_acceptance_values(self, asked):
        """Return the values of the block in which the charter is accepted.

        :param dict asked: what the visitor is asked
        :rtype: dict
        """
        charter_sudo = asked["charter"]
        return {
            "charter_request": asked,
            "charter_hash": asked["is_required"] and charter_sudo._get_hash(),
            "charter_changes": asked["is_required"]
            and charter_sudo._get_changes(asked["previous"]),
            "charter_previous": asked["previous"],
        }

    def _check_shown_charter(self, asked, params):
        """Say what is wrong with an acceptance that was sent.

        :param dict asked: what the visitor is asked, and may answer
        :param dict params: of the request, anything
        :return: the language in which the text was shown, and what is wrong
        :rtype: tuple[str, str]
        """
        charter_sudo = asked["charter"]
        shown = parse_id(clean_line(params.get("charter_version")))
        digest = clean_line(params.get("charter_hash"))
        if not clean_line(params.get("charter_accepted")):
            return "", request.env._(
                "Read the support charter, and accept it to send your request."
            )
        lang = shown == charter_sudo.id and charter_sudo._find_lang(digest)
        if not lang:
            return "", request.env._(
                "The charter in force is version %(version)s, and not the text that "
                "you were shown: read it on this page, and accept it. Your text was "
                "kept.",
                version=charter_sudo.version,
            )
        return lang, ""

    def _accept_charter(self, asked, lang):
        """Record the acceptance of the visitor.

        :param dict asked: what the visitor is asked, and may answer
        :param str lang: in which the text was shown
        """
        request.env["support.charter.acceptance"]._accept(
            asked["charter"],
            request.env.user,
            lang,
            ip_address=request.httprequest.remote_addr,
            user_agent=clean_line(request.httprequest.user_agent.string),
        )


class SupportPortalCharter(CharterAcceptance, CustomerPortal):
    """The charter: read, accepted, proved; and previewed by the manager."""

    # === CUSTOMERS === #

    @http.route("/my/charter", type="http", auth="user", website=True, readonly=True)
    def portal_my_charter(self, **kw):
        """Show the charter in force to a customer."""
        return self._render_charter_page()

    @http.route(
        "/my/charter/accept",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        readonly=reads_only,
        handle_form_error=lambda self, error: self._handle_charter_form_error(error),
    )
    def portal_accept_charter(self, **kw):
        """Accept the charter in force without filing a request.

        A GET leads back to the charter: that is where a sign-in after an expired
        session leads.
        """
        asked = self._get_charter_request()
        if request.httprequest.method == "POST" and asked["is_required"]:
            if not asked["may_accept"]:
                # The page says who should accept.
                return self._render_charter_page(status=403)
            lang, problem = self._check_shown_charter(asked, kw)
            if problem:
                return self._render_charter_page(problem, status=400)
            self._accept_charter(asked, lang)
        return request.redirect("/my/charter", code=303)

    @http.route(
        "/my/charter/acceptance/<int:acceptance_id>",
        type="http",
        auth="user",
        website=True,
        readonly=reads_only,
    )
    def portal_charter_acceptance(self, acceptance_id, report_type="pdf", **kw):
        """Give the proof of an acceptance to a customer."""
        if acceptance_id > MAX_INTEGER:
            raise request.not_found()
        try:
            acceptance_sudo = self._document_check_access(
                "support.charter.acceptance", acceptance_id
            )
        except (AccessError, MissingError):
            raise request.not_found() from None
        return self._show_report(
            acceptance_sudo,
            "html" if report_type == "html" else "pdf",
            "omydoo_helpdesk.support_charter_acceptance_report",
            download=report_type != "html",
        )

    def _handle_charter_form_error(self, error):
        """Give the page back where Odoo refuses the request before it is read.

        :param error: the HTTP exception: an expired session
        """
        return self._render_charter_page(
            request.env._("Your session had expired: accept the charter again."),
            status=error.code,
        )

    def _render_charter_page(self, problem="", status=200):
        """Answer with the page of the charter.

        :param str problem: what is wrong with what was sent
        :param int status: of the HTTP response
        """
        values = self._prepare_charter_page_values()
        values["errors"] = {"charter_accepted": problem} if problem else {}
        return request.render(
            "omydoo_helpdesk.portal_my_charter", values, status=status
        )

    def _prepare_charter_page_values(self):
        """Return the values of the charter's page.

        :rtype: dict
        """
        values = self._prepare_portal_layout_values()
        asked = self._get_charter_request()
        values.update(
            self._prepare_acceptance_values(asked),
            page_name="support_charter",
            charter=request.env["support.charter"]._get_published(request.env.company),
            # To be named by the customer's own papers too.
            public_url=asked["charter"].public_url,
            acceptances=self._get_acceptances(asked),
            errors={},
            form={"charter_accepted": ""},
            tz=request.env.user.tz or "UTC",
        )
        return values

    def _get_acceptances(self, asked):
        """Return what the visitor may see of past acceptances, the latest first.

        :param dict asked: what the visitor is asked
        :rtype: recordset of support.charter.acceptance, in sudo mode
        """
        acceptances = request.env["support.charter.acceptance"]
        user = request.env.user
        if not user.share:
            return acceptances
        # By the record rules; in sudo mode after that, because the versions before the
        # one in force are no longer the customers' to read, but their number is.
        own = acceptances.search(
            Domain("commercial_partner_id", "=", user.commercial_partner_id.id)
            & Domain("company_id", "=", request.env.company.id)
            & (
                Domain("partner_id", "=", user.partner_id.id)
                | Domain("is_signatory", "=", True)
            ),
            limit=MAX_ACCEPTANCES,
        )
        return own.sudo() | asked["acceptance"]

    # === ANYBODY === #

    @http.route(
        ["/support/charter", "/support/charter/<int:version>"],
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def public_charter(self, version=None, company=None, **kw):
        """Show a version of the charter to anybody, without signing in.

        :param int version: its number; the one in force by default
        :param str company: its id, where it is not the company of the site
        """
        versions_sudo, charter_sudo = self._get_public_charter(version, company)
        return request.render(
            "omydoo_helpdesk.portal_charter_public",
            self._prepare_public_values(versions_sudo, charter_sudo),
        )

    @http.route(
        "/support/charter/<int:version>/text",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def public_charter_text(self, version, company=None, **kw):
        """Give the very text of a version whose fingerprint is shown.

        :param int version: its number
        :param str company: its id, where it is not the company of the site
        """
        _versions, charter_sudo = self._get_public_charter(version, company)
        text = charter_sudo.with_context(lang=request.env.lang)._get_text()
        return request.make_response(
            text.encode(), headers=[("Content-Type", "text/plain; charset=utf-8")]
        )

    def _get_public_charter(self, version, company):
        """Return the versions that anybody may read, and the one that is asked for.

        A draft, one that is not there, and one of a company that keeps its charter to
        itself are told alike.

        :param int version: its number, or None for the one in force
        :param str company: as received
        :rtype: tuple[recordset, recordset]
        :raise NotFound: if there is none
        """
        charters = request.env["support.charter"]
        website = getattr(request, "website", None)
        site = website.sudo().company_id if website else charters._get_site_company()
        number = parse_id(clean_line(company))
        if company and not number:
            raise request.not_found()
        owner = site.browse(number or site.id).exists()
        # The domain of a website says whose charter it is; a company without one has
        # its charter at the address of the others. In sudo mode because the public
        # reads no website of another.
        if website and owner != site and owner.sudo().website_id:
            raise request.not_found()
        versions_sudo = charters._find_public(owner) if owner else charters.sudo()
        charter_sudo = (
            versions_sudo.filtered(lambda charter: charter.state == "published")
            if version is None
            else versions_sudo.filtered(lambda charter: charter.version == version)
        )
        if not charter_sudo:
            raise request.not_found()
        return versions_sudo, charter_sudo

    def _prepare_public_values(self, versions_sudo, charter_sudo):
        """Return the values of the public page: the texts, and nothing of anybody.

        :param versions_sudo: all that are public
        :param charter_sudo: the one that is shown
        :rtype: dict
        """
        langs = request.env["res.lang"]._get_frontend()
        since, follower, until = charter_sudo._get_public_period(versions_sudo)
        path = charter_sudo._get_public_path()
        users = request.env["res.users"]
        return {
            "page_name": "support_charter_public",
            "charter": charter_sudo.with_context(lang=request.env.lang),
            "company_name": charter_sudo.company_id.name,
            "company_email": charter_sudo.company_id.email,
            "since": self._format_day(since),
            "until": until and self._format_day(until),
            "follower": follower,
            "others": [
                (other, self._format_day(other._get_public_period(versions_sudo)[0]))
                for other in versions_sudo - charter_sudo
            ],
            "fingerprints": [
                (
                    lang.name.split("/")[-1].strip(),
                    charter_sudo.with_context(lang=code)._get_hash(),
                )
                for code, lang in langs.items()
            ],
            "public_langs": list(langs.values()),
            "public_url": charter_sudo.public_url,
            "versions_path": path.replace(f"/{charter_sudo.version}", "", 1),
            "text_path": path.replace(
                f"/{charter_sudo.version}", f"/{charter_sudo.version}/text", 1
            ),
            "is_signed_in": not request.env.user._is_public(),
            "may_sign_up": users._get_signup_invitation_scope() == "b2c",
        }

    def _format_day(self, day):
        return format_date(request.env, day, date_format="long")

    # === MANAGERS === #

    @http.route(
        "/support/charter/<int:charter_id>/preview",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def preview_charter(self, charter_id, lang=None, **kw):
        """Show any version to a manager as the customers will read it.

        :param int charter_id: of the version
        :param str lang: in which language; the reader's own by default
        """
        user = request.env.user
        charter = (
            request.env["support.charter"]
            .with_context(allowed_company_ids=user.company_ids.ids)
            .browse(charter_id)
        )
        if (
            not user.has_group("helpdesk_mgmt.group_helpdesk_manager")
            or charter_id > MAX_INTEGER
        ):
            raise request.not_found()
        if not charter.exists() or not charter.has_access("read"):
            raise request.not_found()
        langs = request.env["res.lang"].get_installed()
        lang = clean_line(lang)
        if lang not in dict(langs):
            lang = request.env.lang
        # The page too, in the customer's words.
        request.update_context(lang=lang)
        return request.render(
            "omydoo_helpdesk.portal_charter_preview",
            self._prepare_preview_values(charter.with_context(lang=lang), langs),
        )

    def _prepare_preview_values(self, charter, langs):
        """Return the values of the preview: what a customer will be asked.

        :param charter: the version, in the language of the preview
        :param list langs: the languages that may be chosen
        :rtype: dict
        """
        previous = charter._get_other_versions().filtered(
            lambda other: other.state != "draft"
            and (charter.state == "draft" or other.version < charter.version)
        )
        previous = previous.sorted("version", reverse=True)[:1]
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="support_charter",
            charter=charter,
            charter_previous=previous,
            charter_changes=charter._get_changes(previous),
            charter_hash=charter._get_hash(),
            charter_request={
                "charter": charter,
                "is_required": charter.company_id.support_charter_acceptance != "none",
                "may_accept": True,
                "signatories": request.env["res.partner"],
            },
            errors={},
            form={},
            preview_lang=charter.env.lang,
            preview_langs=langs,
        )
        return values

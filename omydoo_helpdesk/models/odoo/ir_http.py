# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import werkzeug
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH, SAFE_HTTP_METHODS, request
from odoo.tools import SQL

# In the session of a customer: whose language its pages follow.
READER = "support_reader"
# What is looked at of a sequence of which numbers are drawn.
DRAWN_COLUMNS = ("implementation", "use_date_range", "prefix", "suffix", "padding")
SUPPORT_MODULES = ("odoo.addons.omydoo_helpdesk.", "odoo.addons.helpdesk_mgmt")


class IrHttp(models.AbstractModel):
    """Forms that give back what was typed, addresses that are told to nobody, pages in
    the reader's language.

    Odoo refuses a form that is too large, or whose session has ended, before the route
    is called, with a bare page. Only routes of the helpdesk, or that ask for it, go
    through more than one comparison; a page without a ticket costs no statement. It may
    go when Odoo lets a route answer such a form itself.

    Odoo keeps the language of the page on which one signs in: that of the website, or
    of the machine. It may go when signing in changes to the user's.
    """

    _name = "ir.http"
    _inherit = ["ir.http"]

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # The thread of a ticket's page is made of parts of mail, which the portal of
        # Odoo leaves untranslated.
        names = super()._get_translation_frontend_modules_name()
        return [*names, "mail", "omydoo_helpdesk"]

    def session_info(self):
        """Return the size of an upload alone where nothing else is asked for.

        The form of OCA asks for all the information of the session to know it, and
        writes settings on the first visit: without this the form takes 31 statements
        instead of 18 (measured on 29 Nov 2026). Other pages: one look at the context.
        """
        if self.env.context.get("support_upload_size_only"):
            return {"max_file_upload_size": self._get_max_upload_size()}
        return super().session_info()

    @api.model
    def _get_max_upload_size(self):
        """Return the size of the largest request that is taken, in bytes.

        :rtype: int
        """
        # In sudo mode because customers may not read the parameters.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return int(
            parameters_sudo.get_param(
                "web.max_file_upload_size", DEFAULT_MAX_CONTENT_LENGTH
            )
        )

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Let a route answer a form that Odoo refuses before calling the route.

        A body over the size limit and an expired session are refused with a bare
        page, and what the person typed is lost. A route declared with
        ``handle_form_error=`` gives the form back instead.
        """
        if cls._is_support_rule(rule):
            cls._keep_address_to_ourselves(args)
        super()._pre_dispatch(rule, args)
        handler = rule.endpoint.routing.get("handle_form_error")
        if not handler:
            if cls._is_support_rule(rule):
                cls._refuse_strange_token()
            return
        error = cls._find_form_error(rule.endpoint.routing)
        if error:
            response = handler(rule.endpoint.func.__self__, error)
            response.flatten()  # while the cursor is open
            werkzeug.exceptions.abort(response)

    @classmethod
    def _match(cls, path):
        if not hasattr(request, "is_frontend"):
            cls._forget_language_of_others(path)
        return super()._match(path)

    @classmethod
    def _forget_language_of_others(cls, path):
        """Forget the language of what a customer read before signing in.

        Their own takes its place, as for who comes without a cookie. Which they choose
        afterwards stays, and an address with a language is in that language.

        :param str path: of the address
        """
        uid = request.session.uid
        if not uid or request.session.get(READER) == uid:
            return
        if request.env["res.lang"]._get_data(url_code=path.split("/")[1]):
            # From where Odoo may lead to the same address without the language.
            request.session[READER] = uid
        elif "frontend_lang" in request.cookies:
            try:
                is_customer = request.env(user=uid).user._is_portal()
            except MissingError:
                return  # who is gone since, as Odoo is about to find out
            if is_customer:
                cookies = request.cookies.to_dict()
                del cookies["frontend_lang"]
                request.cookies = ImmutableMultiDict(cookies)

    @classmethod
    def _frontend_pre_dispatch(cls):  # pylint: disable=missing-return
        super()._frontend_pre_dispatch()
        session = request.session
        if session.get(READER) != session.uid and cls._is_customer():
            session[READER] = session.uid

    @classmethod
    def _post_dispatch(cls, response):  # pylint: disable=missing-return
        super()._post_dispatch(response)
        if request.httprequest.method not in SAFE_HTTP_METHODS and cls._is_customer():
            # What may wait until the customer has the answer; the transaction is not
            # committed yet, and may put more here.
            tasks = request.support_after_response = {}
            response.call_on_close(lambda: [task() for task in tasks.values()])

    @classmethod
    def _is_customer(cls):
        """Say whether the request is of a customer who is signed in.

        :rtype: bool
        """
        return bool(request.env.uid) and request.env.user._is_portal()

    @classmethod
    def _is_support_rule(cls, rule):
        """Say whether a route is the helpdesk's: of this addon or of OCA's.

        :rtype: bool
        """
        method = rule.endpoint.func
        return any(
            method.__name__ in vars(controller)
            and controller.__module__.startswith(SUPPORT_MODULES)
            for controller in type(method.__self__).__mro__
        )

    @classmethod
    def _keep_address_to_ourselves(cls, args):
        """Have browsers not tell the address of a page to the sites it links to.

        The address of a ticket's page may hold what opens it: with it, it is not told
        to our own server either, whose logs others may read.

        :param dict args: of the route
        """
        has_token = args.get("access_token") or request.httprequest.args.get(
            "access_token"
        )
        request.future_response.headers.set(
            "Referrer-Policy", "no-referrer" if has_token else "same-origin"
        )

    @classmethod
    def _serve_fallback(cls):
        # No address with a NUL is that of a page, and PostgreSQL refuses to look.
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()

    @classmethod
    def _find_form_error(cls, routing):
        """Return why Odoo is about to refuse the form that was sent.

        :param dict routing: of the endpoint
        :return: the exception, or None
        """
        try:
            token = request.get_http_params().get("csrf_token")
        except RequestEntityTooLarge as error:
            return error
        if (
            request.httprequest.method not in SAFE_HTTP_METHODS
            and routing.get("csrf", True)
            and not (cls._may_be_token(token) and request.validate_csrf(token))
        ):
            return BadRequest("Session expired (invalid CSRF token)")
        return None

    @classmethod
    def _refuse_strange_token(cls):
        """Refuse a CSRF token with which Odoo's check of it ends in a crash.

        :raise BadRequest: as for any other wrong token
        """
        if request.httprequest.method in SAFE_HTTP_METHODS:
            return
        try:
            token = request.get_http_params().get("csrf_token", "")
        except RequestEntityTooLarge:
            return  # which Odoo says itself
        if not cls._may_be_token(token):
            raise BadRequest("Session expired (invalid CSRF token)")

    @classmethod
    def _may_be_token(cls, token):
        """Say whether a CSRF token is at least a text that can be compared with one.

        :param token: as received: maybe a file, or missing
        :rtype: bool
        """
        return isinstance(token, str) and token.isascii()


class IrCron(models.Model):
    """A customer's page does not wait for the workers to be woken.

    Who has no ticket: one attribute looked up, no statement, and the workers are woken
    at once as before. It may go when Odoo notifies after the response.
    """

    _name = "ir.cron"
    _inherit = ["ir.cron"]

    @api.model
    def _notifydb(self):
        """Wake the workers once a customer has the answer to their request.

        It takes a new connection to another database, for which a person need not
        wait: a tenth to a quarter of the time in which a ticket is filed, by how busy
        the machine is, and 2 statements of 38 (measured on 28 and 29 Nov 2026).
        """
        tasks = request and getattr(request, "support_after_response", None)
        if tasks is None or not request:
            return super()._notifydb()
        tasks[self.env.cr.dbname] = super()._notifydb
        return None


class IrSequence(models.Model):
    """Many numbers in one statement, for who asks for many: a method, no override.

    A hundred tickets created in one call take 198 statements fewer with it, and one
    alone one fewer (measured on 29 Nov 2026).

    It may go when Odoo draws numbers in batches.
    """

    _name = "ir.sequence"
    _inherit = ["ir.sequence"]

    @api.model
    def _draw_by_code(self, code, count):
        """Draw many numbers of a sequence as ``next_by_code`` draws one.

        Sequences without gaps or with one range a year are drawn one by one: their
        numbers depend on a row, not on a sequence of PostgreSQL.

        :param str code: of the sequence; that of the current company wins
        :param int count: how many numbers
        :return: the numbers in order; empty where there is no such sequence
        :rtype: list[str]
        """
        sequence = self.search_fetch(
            [
                ("code", "=", code),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            DRAWN_COLUMNS,
            order="company_id",
            limit=1,
        )
        if not sequence:
            return []
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence._next() for _draw in range(count)]
        name = f"ir_sequence_{sequence.id:03d}"
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        )
        return [sequence.get_next_char(number) for (number,) in rows]

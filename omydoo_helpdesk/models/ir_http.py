# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import werkzeug
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from odoo import models
from odoo.http import SAFE_HTTP_METHODS, request


class IrHttp(models.AbstractModel):
    _name = "ir.http"
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # The thread of a ticket's page is made of parts of mail, which the portal of
        # Odoo leaves untranslated.
        names = super()._get_translation_frontend_modules_name()
        return [*names, "mail", "omydoo_helpdesk"]

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Let a route answer a form that Odoo refuses before calling the route.

        A body over the size limit and an expired session are refused with a bare
        page, and what the person typed is lost. A route declared with
        ``handle_form_error=`` gives the form back instead.
        """
        super()._pre_dispatch(rule, args)
        handler = rule.endpoint.routing.get("handle_form_error")
        if not handler:
            return
        error = cls._find_form_error(rule.endpoint.routing)
        if error:
            response = handler(rule.endpoint.func.__self__, error)
            response.flatten()  # while the cursor is open
            werkzeug.exceptions.abort(response)

    @classmethod
    def _post_dispatch(cls, response):
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
            and not (isinstance(token, str) and request.validate_csrf(token))
        ):
            return BadRequest("Session expired (invalid CSRF token)")
        return None

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request

from ..tools.text import clean_line, parse_id


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

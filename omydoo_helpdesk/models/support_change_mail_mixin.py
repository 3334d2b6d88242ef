# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SupportChangeMailMixin(models.AbstractModel):
    """What the contacts asked are told by mail. Used by ``support.production.change``.

    No mail holds a link that decides: mail scanners follow links.
    """

    _name = "support.change.mail.mixin"
    _description = "Mails of a Production Change"

    def _send_to_contacts(self, kind):
        """Send a message to the contacts asked, each in their language.

        :param str kind: "asked", "phone", "voided", "expired", "applied" or "undone"
        """
        vals_list = []
        for change in self:
            for partner in change.approver_ids.filtered("email"):
                lang = change._get_lang(partner)
                text = change.with_context(lang=lang)
                vals_list.append(
                    {
                        "subject": text._get_mail_subject(kind),
                        "body_html": text.env["ir.qweb"]._render(
                            "omydoo_helpdesk.mail_production_change",
                            {"change": text, "partner": partner, "kind": kind},
                            minimal_qcontext=True,
                            lang=lang,
                        ),
                        "email_from": change.company_id.email_formatted,
                        "email_to": partner.email_formatted,
                    }
                )
        # In sudo mode because agents may not write mails; the queue sends them, so
        # that none is lost and nobody waits for the mail server.
        if self.env["mail.mail"].sudo().create(vals_list):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _get_mail_subject(self, kind):
        """Return the subject of a message to the contacts.

        :param str kind: as in ``_send_to_contacts``
        :rtype: str
        """
        self.ensure_one()
        values = {"change": self.display_name}
        if kind == "asked":
            return self.env._("Your agreement is needed: %(change)s", **values)
        if kind == "phone":
            return self.env._("Confirm what you agreed to: %(change)s", **values)
        if kind == "voided":
            return self.env._("Your agreement is void: %(change)s", **values)
        if kind == "expired":
            return self.env._("Your agreement has expired: %(change)s", **values)
        if kind == "undone":
            return self.env._("Undone in production: %(change)s", **values)
        return self.env._("Applied in production: %(change)s", **values)

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ...const import ACKNOWLEDGEMENT, MAIL_LAYOUT


class MailTemplate(models.Model):
    """The mails of the desk among all templates: one look, each of which may be left.

    Their texts are edited as those of any template. None leaves that is archived, or
    that the company does not want to send.
    """

    _name = "mail.template"
    _inherit = ["mail.template"]

    @api.model
    def _get_support_mails(self):
        """Return the templates of the desk that a company may choose not to send.

        Not the receipt of a request, which has a setting of its own.

        :rtype: recordset of mail.template
        """
        # In sudo mode because only administrators read where records come from.
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                Domain("module", "=", "omydoo_helpdesk")
                & Domain("model", "=", self._name),
                ["name", "res_id"],
            )
        )
        return self.browse(
            row.res_id for row in rows if row.complete_name != ACKNOWLEDGEMENT
        ).exists()

    @api.model
    def _find_support_mail(self, xmlid, company):
        """Return a mail of the desk, in sudo mode, if it is to leave.

        :param str xmlid: of the template
        :param company: that of what is told
        :return: the template, none if it was deleted, archived or is not wanted
        """
        template = self.env.ref(xmlid, raise_if_not_found=False)
        # In sudo mode because mails are caused by customers too, who may read neither
        # templates nor companies.
        template_sudo = template.sudo() if template else self.sudo().browse()
        return template_sudo.filtered("active") - company.sudo().support_silent_mail_ids

    def _prepare_support_mail(self, record, email, lang, **context):
        """Return a mail to one person about a record, in the look of the desk.

        To be called in sudo mode, as ``_find_support_mail`` returns it.

        :param record: what the template is about
        :param str email: to whom
        :param str lang: code of the language of the reader
        :param context: what the text of the template reads besides, by ``ctx``
        :return: values of a mail.mail
        :rtype: dict
        """
        self.ensure_one()
        template = self.with_context(**context)
        texts = {
            field: template._render_field(field, record.ids, set_lang=lang)[record.id]
            for field in ("subject", "body_html", "email_from")
        }
        company = record.company_id or self.env.company
        return {
            # On one line: a mail with a header of two is never sent.
            "subject": " ".join(texts["subject"].split()),
            "body_html": template.with_context(lang=lang)._render_encapsulate(
                MAIL_LAYOUT,
                texts["body_html"],
                add_context={"company": company.sudo(), "lang": lang},
                context_record=record.sudo().with_context(lang=lang, **context),
            ),
            # What the desk reads of it in the thread, which says of a message without
            # words that it was removed. Without the frame, and shown to no customer.
            "body": texts["body_html"],
            "email_from": texts["email_from"] or company.sudo().email_formatted,
            "email_to": email,
            # Nobody's absence is told to us, nor taken as an answer.
            "headers": repr(
                {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
            ),
        }

    @api.model
    def _queue_support_mails(self, vals_list):
        """Make mails that leave by the queue: none is lost, and nobody waits.

        :param vals_list: iterable of what ``_prepare_support_mail`` returns
        :rtype: recordset of mail.mail
        """
        # In sudo mode because neither agents nor customers may write mails.
        mails_sudo = self.env["mail.mail"].sudo().create(list(vals_list))
        if mails_sudo:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return mails_sudo

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup, escape

from odoo import api, models


class ChangeMail(models.Model):
    """What people are told: the contacts asked by mail, the desk by an activity."""

    _name = "support.production.change"
    _inherit = ["support.production.change"]

    def _send_to_contacts(self, kind):
        """Send a message to the contacts asked, each in their language.

        :param str kind: of ``TOLD_TO_CONTACTS``, see ``tools.change_moves``
        :raise KeyError: if there is nothing to say of that kind
        """
        vals_list = []
        for change in self:
            for partner in change._get_recipients():
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

    def _get_recipients(self):
        """Return who is written to: those who were asked, and may still agree.

        Who left, or lost the role, is told nothing more of the customer's database.

        :rtype: recordset of res.partner
        """
        self.ensure_one()
        return self.approver_ids.filtered(
            lambda partner: partner.email and self._may_approve(partner)
        )

    def _get_mail_subject(self, kind):
        """Return the subject of a message to the contacts.

        :param str kind: as in ``_send_to_contacts``
        :rtype: str
        """
        self.ensure_one()
        # On one line: a mail with a header of two is never sent.
        values = {"change": " ".join(self.display_name.split())}
        subjects = {
            "asked": self.env._("Your agreement is needed: %(change)s", **values),
            "phone": self.env._("Confirm what you agreed to: %(change)s", **values),
            "voided": self.env._("Your agreement is void: %(change)s", **values),
            "expired": self.env._("Your agreement has expired: %(change)s", **values),
            "cancelled": self.env._("Not done after all: %(change)s", **values),
            "applied": self.env._("Applied in production: %(change)s", **values),
            "undone": self.env._("Undone in production: %(change)s", **values),
        }
        return subjects[kind]

    def _tell_desk(self, kind, partner=None, note=""):
        """Tell who is in charge of a change what happened to it, in their language.

        :param str kind: of ``TOLD_TO_DESK``: what happened
        :raise KeyError: if there is nothing to say of that kind
        :param partner: the contact who did it
        :param str note: what they wrote, plain text
        """
        for change in self:
            user = change._get_user_in_charge()
            if not user:
                continue
            # In sudo mode because the customer whose answer this is has no right on
            # activities.
            change.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=change._get_desk_summary(user, kind, partner),
                # Not even a link: the desk would follow one.
                note=escape(note).replace("\n", Markup("<br>")) if note else False,
            )

    def _get_user_in_charge(self):
        """Return the first who is still there and may read this change.

        :rtype: recordset of res.users
        """
        self.ensure_one()
        # In sudo mode because customers do not read users.
        change_sudo = self.sudo()
        ticket_sudo = change_sudo.ticket_id
        for user in (
            change_sudo.user_id,
            ticket_sudo.user_id,
            ticket_sudo.team_id.user_id,
        ):
            if user.active and change_sudo._may_read(user, self):
                return user
        return self.env["res.users"]

    @api.model
    def _may_read(self, user, record):
        """Return whether a user may read a record, in one of their companies.

        :param user: in sudo mode
        :param record: of any model
        :rtype: bool
        """
        return (
            record.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
        )

    def _get_desk_summary(self, user, kind, partner=None):
        """Return what happened to a change, in the language of an agent.

        :param user: the agent
        :param str kind: as in ``_tell_desk``
        :param partner: the contact who did it
        :rtype: str
        """
        self.ensure_one()
        # In sudo mode because customers do not read users.
        change_sudo = self.sudo().with_context(lang=user.sudo().lang)
        return change_sudo._get_desk_sentence(kind, partner)

    def _get_desk_sentence(self, kind, partner=None):
        """Return what happened to a change, for the desk.

        :param str kind: as in ``_tell_desk``
        :param partner: the contact who did it
        :rtype: str
        """
        values = {"contact": partner.name if partner else ""}
        sentences = {
            "agreed": self.env._("%(contact)s agrees", **values),
            "refused": self.env._("%(contact)s refuses", **values),
            "question": self.env._("%(contact)s asks", **values),
            "withdrawn": self.env._("%(contact)s withdraws the agreement", **values),
            "confirmed": self.env._("%(contact)s confirms the call", **values),
            "disputed": self.env._("%(contact)s disputes the call", **values),
            "voided": self.env._("The agreement is void: the text was edited"),
            "expired": self.env._("The agreement has expired: ask again"),
        }
        return sentences[kind]

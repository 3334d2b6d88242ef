# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import get_lang

from ...const import CONTENT_FIELDS
from ...tools.change_moves import (
    OPEN_STATES,
    RECEIPTS,
    TOLD_TO_CONTACTS,
    hash_text,
)
from ...tools.text import is_readable

# Not edited but decided: part of the content nevertheless.
DECIDED_FIELDS = ("ticket_id", "waiver_reason", "waived_by_id")

TEST_FIELDS = ("user_id", "tested_at", "is_passed", "note", "url")


class ChangeText(models.Model):
    """The text that the customer agrees to: all of it, and always the same.

    What a change consists of, in no language.

    What people are told: the contacts asked by mail, the desk by an activity.
    """

    _name = "support.production.change"
    _inherit = ["support.production.change"]

    def _get_text(self, lang):
        """Return the whole text of this change.

        :param str lang: code of the language of the titles
        :rtype: str
        """
        self.ensure_one()
        # In sudo mode because the contact who reads it has no right on the model;
        # whoever calls this has checked that they are asked.
        change = self.sudo().with_context(lang=lang)
        return "\n\n".join(
            f"{title}\n{text}" for title, text in change._get_text_parts() if text
        )

    def _mark_titles(self, text, lang):
        """Return a text of this change with its titles in bold.

        Not a word is added: it is the text that was asked, or agreed to.

        :param str text: as stored
        :param str lang: code of its language
        :rtype: Markup
        """
        self.ensure_one()
        # In sudo mode: see _get_text. Only titles are taken of it.
        change = self.sudo().with_context(lang=lang)
        titles = {title for title, _text in change._get_text_parts()}
        bold = Markup("<strong>%s</strong>")
        blocks = []
        for block in text.split("\n\n"):
            title, line_end, rest = block.partition("\n")
            is_title = title in titles
            blocks.append(
                (bold % title if is_title else escape(title)) + line_end + escape(rest)
            )
        return Markup("\n\n").join(blocks)

    def _get_text_hash(self, lang):
        """Return the fingerprint of the whole text of this change.

        :param str lang: code of the language of the titles
        :return: see ``hash_text``
        :rtype: str
        """
        return hash_text(self._get_text(lang))

    def _get_text_gap(self):
        """Return what the customer could not read, since there is nothing to see.

        :return: a sentence, or False
        """
        self.ensure_one()
        names = [
            name
            for name in (
                "name",
                "database",
                "description",
                "reason",
                "risk",
                "rollback",
            )
            if not is_readable(self[name] or "")
        ]
        return names and self.env._(
            "“%(change)s” is not complete: %(fields)s.",
            change=self.display_name,
            fields=self._get_field_labels(names),
        )

    def _get_text_parts(self):
        """Return the titles and texts of this change.

        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        label = {
            name: self._fields[name]._description_string(self.env)
            for name in self._fields
        }
        return [
            # What is asked, when, and what may go wrong: first, as on every page.
            (label["name"], self.name),
            (label["description"], self.description),
            (
                label["planned_at"],
                self._format_moment(self.planned_at)
                or self.env._("No date yet: we agree on one with you."),
            ),
            (label["risk"], self.risk),
            (label["rollback"], self.rollback),
            (label["reason"], self.reason),
            (label["ticket_id"], self.ticket_id.number),
            (
                label["database"],
                f"{self.database} ({self._get_selection_label('environment')})",
            ),
            (label["self_service"], self.self_service),
            (label["user_id"], self.user_id.name),
            (self.env._("Test in pre-production"), self._get_test_text()),
            (self.env._("Backup"), self._get_backup_text()),
            (
                label["approver_ids"],
                ", ".join(self.approver_ids.sorted("id").mapped("name")),
            ),
        ]

    def _get_test_text(self):
        """Return what was tested.

        :rtype: str
        """
        self.ensure_one()
        sentences = []
        for test in self.test_ids.sorted(lambda test: (test.tested_at, test.id)):
            sentences.append(
                self.env._(
                    "%(moment)s: %(sentence)s",
                    moment=self._format_moment(test.tested_at),
                    sentence=test._get_sentence(),
                )
            )
            sentences += test._get_evidence_lines()
        if self.waived_at:
            sentences.append(
                self.env._(
                    "Not tested, by decision of %(user)s: %(reason)s",
                    user=self.waived_by_id.name,
                    reason=self.waiver_reason,
                )
            )
        if not sentences:
            sentences.append(self.env._("Not significant: not tested."))
        return "\n".join(sentences)

    def _get_backup_text(self):
        """Return the statement about the backup.

        :rtype: str
        """
        self.ensure_one()
        sentences = [
            self.env._(
                "Taken by: %(who)s. Last one: %(moment)s.",
                who=self._get_selection_label("backup_by"),
                moment=self._format_moment(self.backup_at),
            ),
            self.env._("Restored by: %(who)s.", who=self.restore_by or ""),
        ]
        if self.backup_checked_at:
            sentences.append(
                self.env._(
                    "Checked on %(moment)s by %(who)s.",
                    moment=self._format_moment(self.backup_checked_at),
                    who=self.backup_checked_by or "",
                )
            )
        return "\n".join(sentences)

    def _get_selection_label(self, name):
        self.ensure_one()
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    def _format_moment(self, moment, tz=None):
        """Return an instant in a time zone, which the text names.

        :param datetime moment: naive UTC
        :param str tz: name of the zone; that of the desk by default
        :rtype: str
        """
        return self.env["res.company"]._format_support_moment(
            moment, tz, self.company_id.resource_calendar_id.tz
        )

    def _get_lang(self, partner):
        """Return the language in which a contact is asked.

        :param partner: the contact
        :rtype: str
        """
        self.ensure_one()
        company = self.company_id
        return get_lang(
            self.with_context(lang=company.partner_id.lang).env, partner.lang
        ).code

    def _get_content_hash(self):
        """Return the fingerprint of what this change consists of.

        :return: see ``hash_text``
        :rtype: str
        """
        self.ensure_one()
        return hash_text(json.dumps(self._get_content(), sort_keys=True))

    def _get_content(self):
        """Return what this change consists of.

        :return: values that JSON can hold
        :rtype: dict
        """
        self.ensure_one()
        # In sudo mode because the contact who answers has no right on the model; who
        # may answer was checked.
        change = self.sudo()
        names = (*CONTENT_FIELDS, *DECIDED_FIELDS)
        content = {name: change._get_plain(change, name) for name in names}
        content["tests"] = [
            {
                "id": test.id,
                "files": [
                    [file.id, file.name, file.checksum]
                    for file in test.attachment_ids.sorted("id")
                ],
                **{name: change._get_plain(test, name) for name in TEST_FIELDS},
            }
            for test in change.test_ids.sorted("id")
        ]
        return content

    def _get_plain(self, record, name):
        value = record[name]
        if isinstance(value, models.BaseModel):
            return sorted(value.ids)
        if record._fields[name].type == "datetime":
            return fields.Datetime.to_string(value)
        return value

    def _send_to_contacts(self, kind):
        """Send a message to the contacts asked, each in their language.

        :param str kind: of ``TOLD_TO_CONTACTS``, see ``tools.change_moves``
        :raise KeyError: if there is nothing to say of that kind
        """
        for change in self:
            change._send_mails(kind, change._get_recipients())

    def _send_mails(self, kind, partners, note=""):
        """Send a message to contacts, each in their language and time zone.

        :param str kind: of ``TOLD_TO_CONTACTS`` or ``RECEIPTS``
        :param partners: recordset of res.partner
        :param str note: what was said of it, plain text
        :raise KeyError: if there is nothing to say of that kind
        """
        self.ensure_one()
        if kind not in TOLD_TO_CONTACTS | RECEIPTS:
            raise KeyError(kind)
        template_sudo = self.env["mail.template"]._find_support_mail(
            f"omydoo_helpdesk.mail_template_change_{kind}", self.company_id
        )
        if not template_sudo:
            return
        vals_list = [
            {
                **template_sudo._prepare_support_mail(
                    self,
                    partner.email_formatted,
                    self._get_lang(partner),
                    support_name=partner.name,
                    support_tz=partner.tz,
                    support_note=note,
                ),
                # What is answered to it goes to the ticket: nobody reads elsewhere.
                "model": self.ticket_id._name,
                "res_id": self.ticket_id.id,
            }
            for partner in partners
        ]
        self.env["mail.template"]._queue_support_mails(vals_list)

    def _get_mail_frame(self):
        """Return what stands around a mail of the desk about this change.

        :return: as ``helpdesk.ticket._get_mail_frame``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "title": f"{self.ticket_id.number} – {self.name}",
            "url": f"{self.get_base_url()}/my/changes/{self.id}",
            "button": self.env._("Read and answer")
            if self.state == "awaiting"
            else self.env._("See this change"),
            "note": self.env._(
                "Agreements and refusals are given on the page. What you answer to "
                "this message is added to your request."
            ),
        }

    def _get_mail_facts(self):
        """Return what this change is about, in words.

        :return: a label and a sentence of each fact
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        tz = self.env.context.get("support_tz")
        environment = self._get_selection_label("environment")
        facts = [
            (self.env._("Change"), self.name),
            (self.env._("Request"), self.ticket_id.number),
            (self.env._("Database"), f"{self.database} ({environment})"),
        ]
        if self.state in OPEN_STATES:
            facts.append(
                (self.env._("Planned on"), self._format_moment(self.planned_at, tz))
            )
        if self.state == "awaiting":
            facts.append(
                (
                    self.env._("Answer before"),
                    self._format_moment(self.answer_by or self.expires_at, tz),
                )
            )
        return [(label, text) for label, text in facts if text]

    def _get_recipients(self):
        """Return who is written to: those who were asked, and may still agree.

        Who left, or lost the role, is told nothing more of the customer's database.

        :rtype: recordset of res.partner
        """
        self.ensure_one()
        return self.approver_ids.filtered(
            lambda partner: partner.email and self._may_approve(partner)
        )

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

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

import pytz
from markupsafe import Markup, escape

from odoo import fields, models
from odoo.tools import format_date, format_time, get_lang

from ...const import CONTENT_FIELDS
from ...tools.change_text import hash_text
from ...tools.text import is_readable
from ...tools.zone import find_zone

# Not edited but decided: part of the content nevertheless.
DECIDED_FIELDS = ("ticket_id", "waiver_reason", "waived_by_id")

TEST_FIELDS = ("user_id", "tested_at", "is_passed", "note", "url")


class ChangeText(models.Model):
    """The text that the customer agrees to: all of it, and always the same.

    What a change consists of, in no language.
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
            (label["name"], self.name),
            (label["ticket_id"], self.ticket_id.number),
            (
                label["database"],
                f"{self.database} ({self._get_selection_label('environment')})",
            ),
            (label["description"], self.description),
            (label["reason"], self.reason),
            (label["risk"], self.risk),
            (label["rollback"], self.rollback),
            (label["self_service"], self.self_service),
            (label["user_id"], self.user_id.name),
            (label["planned_at"], self._format_moment(self.planned_at)),
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
        if not moment:
            return ""
        zone = find_zone(tz, self.company_id.resource_calendar_id.tz)
        local = pytz.utc.localize(moment).astimezone(zone)
        return self.env._(
            "%(date)s at %(time)s (%(tz)s)",
            date=format_date(self.env, local.date(), date_format="full"),
            time=format_time(self.env, local.timetz(), time_format="short"),
            tz=zone.zone.replace("_", " "),
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

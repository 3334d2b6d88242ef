# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo import fields, models

from .support_change_event import hash_text

# What the customer agrees to: an edit of any of these voids the agreement.
CONTENT_FIELDS = (
    "name",
    "database",
    "environment",
    "description",
    "reason",
    "risk",
    "rollback",
    "self_service",
    "is_significant",
    "user_id",
    "planned_at",
    "approver_ids",
    "backup_by",
    "backup_at",
    "backup_checked_at",
    "backup_checked_by",
    "restore_by",
)
# Not edited but decided: part of the content nevertheless.
DECIDED_FIELDS = ("ticket_id", "waiver_reason", "waived_by_id")
TEST_FIELDS = ("user_id", "tested_at", "is_passed", "note", "url")


class SupportChangeContentMixin(models.AbstractModel):
    """What a change consists of, in no language.

    Used by ``support.production.change``. The text that the customer reads follows
    from it; but a person may be renamed and a translation corrected, and an agreement
    stays one to the same thing.
    """

    _name = "support.change.content.mixin"
    _description = "Content of a Production Change"

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

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo.tests import TransactionCase, tagged

MODULE = "omydoo_helpdesk"
FALSE = (None, "0", "False", "false")
# What their label says already.
OBVIOUS = {
    "attachment_ids",
    "body",
    "bug_ids",
    "date",
    "date_end",
    "date_start",
    "has_day_plan",
    "has_full_plan",
    "has_two_days_plan",
    "hours",
    "label",
    "line_ids",
    "message",
    "minutes",
    "name",
    "note",
    "partner_id",
    "priority",
    "reason",
    "section_ids",
    "sequence",
    "tag_ids",
    "target_id",
    "ticket_id",
    "ticket_ids",
    "url",
    "user_id",
    "validity_date",
}


@tagged("post_install", "-at_install")
class TestFieldHelp(TransactionCase):
    """A sentence says what a field is for, unless its label does."""

    def _is_typed(self, node, field):
        """Say whether people fill a field of ours in, as far as a view says it."""
        return (
            field.type != "one2many"
            and field._modules[:1] == (MODULE,)
            and not field.readonly
            and all(
                node.get(name) in FALSE
                for name in ("readonly", "invisible", "column_invisible")
            )
        )

    def _find_unexplained(self, node, model):
        for child in node:
            field = child.tag == "field" and self.env[model]._fields.get(
                child.get("name")
            )
            if not field:
                yield from self._find_unexplained(child, model)
                continue
            if self._is_typed(child, field) and not (field.help or child.get("help")):
                yield f"{model}.{field.name}"
            is_shown_only = field.readonly or child.get("readonly") not in FALSE
            if field.comodel_name and not is_shown_only:
                yield from self._find_unexplained(child, field.comodel_name)

    def test_each_field_that_is_not_obvious(self):
        views = self.env["ir.ui.view"].search(
            [("type", "=", "form"), ("mode", "=", "primary")]
        )
        unexplained = set()
        seen = 0
        for view in views.filtered(lambda view: view.model in self.env):
            fields = self.env[view.model]._fields.values()
            if any(MODULE in field._modules for field in fields):
                arch = self.env[view.model].get_view(view.id, "form")["arch"]
                unexplained.update(
                    self._find_unexplained(etree.fromstring(arch), view.model)
                )
                seen += 1
        self.assertGreater(seen, 30)
        found = {name for name in unexplained if name.split(".")[-1] not in OBVIOUS}
        self.assertFalse(found, "\n".join(sorted(found)))

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from odoo.addons.base.tests.common import BaseCommon

SCRIPT = "omydoo_helpdesk/migrations/19.0.2.0.0/end-migration.py"
POST_SCRIPT = "omydoo_helpdesk/migrations/19.0.2.0.0/post-migration.py"
GONE = "support.gone.mixin"
# What describes the abstract model: table, columns and their values.
ROWS = (
    (
        "ir.model.fields",
        "model, model_id, name, ttype, field_description, state",
        "SELECT model, id, 'kind', 'selection', '{\"en_US\": \"Kind\"}', 'base'"
        " FROM ir_model WHERE model = %(gone)s",
    ),
    (
        "ir.model.fields.selection",
        "field_id, value, name, sequence",
        "SELECT id, 'a', '{\"en_US\": \"A\"}', 1"
        " FROM ir_model_fields WHERE model = %(gone)s",
    ),
    (
        "ir.model.constraint",
        'name, "model", module, type',
        "SELECT 'support_gone_mixin_uniq', model.id, module.id, 'u'"
        " FROM ir_model AS model, ir_module_module AS module"
        " WHERE model.model = %(gone)s AND module.name = 'omydoo_helpdesk'",
    ),
    (
        "ir.model.inherit",
        "model_id, parent_id",
        "SELECT child.id, parent.id FROM ir_model AS child, ir_model AS parent"
        " WHERE child.model = 'helpdesk.ticket' AND parent.model = %(gone)s",
    ),
)


@tagged("post_install", "-at_install")
class TestMigrations(BaseCommon):
    def _describe(self, model, columns, values):
        """Insert what Odoo writes about a model, with its XML id."""
        self.env.cr.execute(
            f"INSERT INTO {model.replace('.', '_')} ({columns}) {values} RETURNING id",
            {"gone": GONE},
        )
        [res_id] = self.env.cr.fetchone()
        self.env["ir.model.data"].create(
            {
                "module": "omydoo_helpdesk",
                "name": f"{model.replace('.', '_')}_gone",
                "model": model,
                "res_id": res_id,
            }
        )
        return self.env[model].browse(res_id)

    def test_abstract_models_that_are_gone_leave_nothing(self):
        rows = [
            self._describe(
                "ir.model",
                'model, name, "order", state, abstract',
                "SELECT %(gone)s, '{\"en_US\": \"Gone\"}', 'id', 'base', true",
            )
        ]
        rows += [self._describe(*row) for row in ROWS]
        kept = self.env["ir.model.data"].search(
            [("module", "=", "omydoo_helpdesk"), ("name", "not like", r"%\_gone")]
        )
        migrate = load_script(file_path(SCRIPT), "end-migration").migrate
        # The second time there is nothing to do.
        for _time in range(2):
            migrate(self.env.cr, "19.0.1.0.0")
            for row in rows:
                self.assertFalse(row.exists(), row._name)
            names = self.env["ir.model.data"].search(
                [("module", "=", "omydoo_helpdesk")]
            )
            self.assertEqual(names, kept)
            self.assertTrue(self.env["ir.model"]._get("support.alike.mixin").abstract)

    def test_mails_have_the_new_words_unless_edited(self):
        script = load_script(file_path(POST_SCRIPT), "post-migration")
        old = "<p>Hello, old words.</p>"
        templates = self.env["mail.template"].browse(
            self.env.ref(f"omydoo_helpdesk.{name}").id for name in script.MAILS
        )
        templates.write({"body_html": old, "subject": "Old"})
        edited = templates[0]
        edited.with_user(self.env.ref("base.user_admin")).subject = "Ours"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_template SET write_uid = %s WHERE id IN %s",
            (SUPERUSER_ID, (templates - edited)._ids),
        )
        self.env.invalidate_all()
        script._renew_mails(self.env)
        self.assertEqual((edited.subject, edited.body_html), ("Ours", old))
        for template in templates - edited:
            self.assertNotEqual(template.subject, "Old", template.name)
            self.assertNotIn("old words", template.body_html, template.name)
            self.assertIn("<t t-out=", template.body_html, template.name)
            self.assertNotIn("&lt;", template.body_html, template.name)

    def test_mails_that_were_sent_have_words(self):
        script = load_script(file_path(POST_SCRIPT), "post-migration")
        ticket = self.env["helpdesk.ticket"].create({"name": "T", "description": "D"})
        vals = {"model": ticket._name, "res_id": ticket.id, "body_html": "<p>Hello</p>"}
        mail = self.env["mail.mail"].create({**vals, "subject": "Agree < 3 & go"})
        said = self.env["mail.mail"].create({**vals, "body": "<p>Said</p>"})
        # A comment whose words were taken away stays so.
        removed = ticket.message_post(body="", subject="Removed")
        self.env.flush_all()
        self.env.cr.execute(script.SENT_SQL)
        self.env.invalidate_all()
        self.assertEqual(mail.body, "<p>Agree &lt; 3 &amp; go</p>")
        self.assertEqual(said.body, "<p>Said</p>")
        self.assertFalse(removed.body)

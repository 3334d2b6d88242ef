# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import polib
from lxml import etree

from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open, file_path

MODULE = "omydoo_helpdesk"


@tagged("post_install", "-at_install")
class TestFrench(TransactionCase):
    """What is installed is written in French too: an export of the terms from a
    database in which a record is gone would lose its translations.
    """

    def _iter_data(self):
        """Yield each record of the data files that has translated fields."""
        for path in get_manifest(MODULE)["data"]:
            if not path.startswith("data/"):
                continue
            with file_open(f"{MODULE}/{path}", "rb") as file:
                tree = etree.parse(file)
            for node in tree.iter("record"):
                model = self.env[node.get("model")]
                if any(field.translate for field in model._fields.values()):
                    yield node, model

    def _get_terms(self, node, model):
        """Return the English terms of a record, as it is, or as it was written."""
        record = self.env.ref(f"{MODULE}.{node.get('id')}", raise_if_not_found=False)
        children = {child.get("name"): child for child in node.iterchildren("field")}
        for name, child in children.items():
            # Some have their French beside them.
            if "@" in name or f"{name}@fr" in children:
                continue
            field = model._fields[name]
            if not field.translate:
                continue
            value = child.text if field.translate is True else None
            if record:
                value = record.with_context(lang="en_US")[field.name]
            if value:
                yield from (
                    [value]
                    if field.translate is True
                    else field.get_trans_terms(str(value))
                )

    def test_data_is_translated(self):
        po = polib.pofile(file_path(f"{MODULE}/i18n/fr.po"))
        french = {entry.msgid for entry in po if entry.msgstr}
        missing = {
            f"{node.get('id')}: {term}"
            for node, model in self._iter_data()
            for term in self._get_terms(node, model)
            if len(term.strip()) > 1 and term not in french
        }
        self.assertFalse(missing)

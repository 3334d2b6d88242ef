# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import Command, api, models
from odoo.tools import file_open
from odoo.tools.translate import TranslationImporter, get_po_paths

MODULE = "omydoo_helpdesk"
CHARTER = "support.charter"
SECTION = "support.charter.section"
# The words that the addon comes with, which the main company gets at installation.
WORDS = "omydoo_helpdesk/data/charter/support_charter_data.xml"


class SupportCharter(models.Model):
    """The first charter of a company: a draft, in the words that the addon comes with.

    Read from its files: the main company's may have been adapted since, and need not be
    for another company to read.
    """

    _name = "support.charter"
    _inherit = ["support.charter"]

    @api.model
    def _make_first_charter(self, company):
        """Make the first draft of a company, in each language that is installed.

        :param company: recordset of res.company
        :rtype: recordset of support.charter
        """
        records = _read_words()
        [(charter_xmlid, values)] = records[CHARTER].items()
        sections = records[SECTION]
        charter = self.with_context(lang="en_US").create(
            {
                **values,
                "company_id": company.id,
                "section_ids": [Command.create(vals) for vals in sections.values()],
            }
        )
        importer = self._read_translations({charter_xmlid, *sections})
        made = zip(sections, charter.section_ids.sorted("sequence"), strict=True)
        for xmlid, record in ((charter_xmlid, charter), *made):
            names = importer.model_translations[record._name]["name"].get(xmlid)
            if names:
                record.update_field_translations("name", names)
            if record._name == SECTION:
                terms = importer.model_terms_translations[SECTION]["body"].get(xmlid)
                by_lang = {}
                for term, values in (terms or {}).items():
                    for lang, value in values.items():
                        by_lang.setdefault(lang, {})[term] = value
                if by_lang:
                    record.update_field_translations("body", by_lang)
        return charter.with_env(self.env)

    @api.model
    def _read_translations(self, xmlids):
        """Return the translations of records of ours, as our files have them.

        :param set xmlids: of the records
        :rtype: TranslationImporter
        """
        importer = TranslationImporter(self.env.cr, verbose=False)
        for lang, _name in self.env["res.lang"].get_installed():
            for path in get_po_paths(MODULE, lang):
                importer.load_file(path, lang, xmlids=xmlids)
        return importer


def _read_words():
    """Return the records of the file of words.

    :return: for each model, for each XML id in the order of the file, the values
    :rtype: dict[str, dict[str, dict]]
    """
    with file_open(WORDS, "rb") as file:
        tree = etree.parse(file)
    records = {CHARTER: {}, SECTION: {}}
    for record in tree.iter("record"):
        vals = {}
        for field in record.iter("field"):
            if field.get("ref"):
                continue  # the company, and whose section it is
            if field.get("eval"):
                vals[field.get("name")] = int(field.get("eval"))
            elif field.get("type") == "html":
                vals[field.get("name")] = "".join(
                    etree.tostring(node, method="html", encoding="unicode")
                    for node in field
                )
            else:
                vals[field.get("name")] = field.text
        records[record.get("model")][f"{MODULE}.{record.get('id')}"] = vals
    return records

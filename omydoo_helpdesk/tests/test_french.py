# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

import polib
from lxml import etree

from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open, file_path

MODULE = "omydoo_helpdesk"
# The glossary (readme/DEVELOP.md): what each is called instead.
FORBIDDEN = {
    r"tickets?": "demande",
    r"ferm(é|ée|és|ées|er|eture|etures)": "clos, clore, clôture",
    r"bogues?": "bug",
    r"priorités? retenues?": "priorité convenue",
    r"mots?[- ]clés?": "étiquette",
    r"dupliqu\w+|duplicatas?": "doublon",
    r"carnets? d.heures": "pack d’heures",
    r"plans? de support": "formule de support",
    r"courriels?|méls?": "e-mail",
    r"en pause": "en attente",
    r"consentements?": "accord",
    r"0?\d:\d\d heures?": "1 h 30",
}
# What is another thing: the models of the base, a window, the day's hours of the desk,
# the words by which an article is found, and what Odoo itself says.
OTHER_THINGS = (
    "Close",
    "Helpdesk Ticket",
    "Helpdesk Ticket Category",
    "Helpdesk Ticket Channel",
    "Helpdesk Ticket Stage",
    "Helpdesk Ticket Team",
    "Keywords",
    "The support is closed: the time counts from %(moment)s on.",
    "Use these keywords in the title to set new tasks:",
)
# Of programs and of the markup, not of people.
CODE = re.compile(r"<[^>]*>|\{\{.*?\}\}|%\(\w+\)s|^\w+_id$")


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

    def test_one_word_for_one_thing(self):
        """The glossary holds; and each exception is still one."""
        po = polib.pofile(file_path(f"{MODULE}/i18n/fr.po"))
        found, excepted = [], set()
        for entry in po:
            text = CODE.sub("", entry.msgstr)
            for word, instead in FORBIDDEN.items():
                if not re.search(rf"(?<!\w)({word})(?!\w)", text, re.IGNORECASE):
                    continue
                if entry.msgid.split("\n")[0] in OTHER_THINGS:
                    excepted.add(entry.msgid.split("\n")[0])
                else:
                    found.append(f"{entry.msgid!r}: {entry.msgstr!r}: {instead}")
        self.assertFalse(found)
        self.assertEqual(excepted, set(OTHER_THINGS))

    def test_typography(self):
        """Before : ; ! ? a space that does not break; apostrophes as they are drawn."""
        po = polib.pofile(file_path(f"{MODULE}/i18n/fr.po"))
        # Not in an address, a time, or the name of a file.
        space = re.compile(r"[^\W\d_»)%] ?[:;!?](\s|$)|[^\W\d_]'[^\W\d_]")
        wrong = [
            entry.msgstr
            for entry in po
            if space.search(CODE.sub("", entry.msgstr).replace("'%s' % (", ""))
            and not entry.msgstr.startswith("Utilisez ces mots-clés")
        ]
        self.assertFalse(wrong)

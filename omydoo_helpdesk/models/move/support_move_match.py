# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.desk_run import MADE, SILENT
from ...tools.text import parse_id

NAMED_MODELS = {
    "team": "helpdesk.ticket.team",
    "stage": "helpdesk.ticket.stage",
    "category": "helpdesk.ticket.category",
    "channel": "helpdesk.ticket.channel",
    "application": "support.application",
}
# What other desks call the priorities of the charter
PRIORITIES = {
    "0": (
        *("0", "low", "very low", "other", "minor"),
        *("basse", "très basse", "faible", "autre"),
    ),
    "1": ("1", "2", "medium", "normal", "moyenne", "normale"),
    "3": (
        *("3", "high", "very high", "major", "urgent"),
        *("haute", "très haute", "majeure", "élevée", "urgente"),
    ),
}
WORDS = {word: value for value, words in PRIORITIES.items() for word in words}


class MoveMatch(models.Model):
    """Who and what here is meant by the names of another desk.

    What the manager says comes first; then what has the same name, in whichever
    language; people go by their address, and by their name where they have none. Of
    this company, or of all.
    """

    _name = "support.move.link"
    _inherit = ["support.move.link"]

    # === BUSINESS METHODS === #

    @api.model
    def _match(self, run, kind, name):
        """Return what is meant by a name of the file.

        :param Run run: of this file
        :param str kind: of ``KINDS``, but for people
        :param str name: maybe empty
        :return: its id, or of a priority its value; False if it is to be left out
        :raise Misfit: if nothing here has that name
        """
        if not name:
            return False
        run.use(kind, name)
        key = (kind, name)
        if key not in run.found:
            run.found[key] = self._find_named(run, kind, name)
        found = run.found[key]
        if found is None:
            run.lacking.setdefault(kind, set()).add(name)
            return run.miss(
                self.env._(
                    "%(kind)s “%(name)s” is not known here: say in the mapping what "
                    "is meant.",
                    kind=self._get_kind_label(kind),
                    name=name,
                )
            )
        return found

    @api.model
    def _get_kind_label(self, kind):
        """Return the word for a kind of name.

        :param str kind: of ``KINDS``
        :rtype: str
        """
        return {
            "team": self.env._("Team"),
            "stage": self.env._("Stage"),
            "category": self.env._("Category"),
            "priority": self.env._("Priority"),
            "channel": self.env._("Channel"),
            "application": self.env._("Application"),
            "user": self.env._("Agent"),
            "customer": self.env._("Customer"),
        }[kind]

    @api.model
    def _find_named(self, run, kind, name):
        target = run.get_target(kind, name)
        if target == "":
            return False
        if kind == "priority":
            return self._find_priority(target or name)
        known = self._load_names(run, kind)
        if target and target.startswith("#"):
            record_id = parse_id(target[1:])
            return record_id if record_id in known.values() else None
        found = known.get((target or name).lower())
        if not found and not target and run.makes and kind in MADE:
            found = self._make_named(run, kind, name)
        return found

    @api.model
    def _find_priority(self, name):
        labels = {}
        for code in self._get_language_codes():
            model = self.env["helpdesk.ticket"].with_context(lang=code)
            labels.update(
                (label.lower(), value) for value, label in model._selection_priority()
            )
        name = name.strip().lstrip("#").lower()
        return labels.get(name) or WORDS.get(name)

    @api.model
    def _get_language_codes(self):
        return [code for code, _name in self.env["res.lang"].get_installed()]

    @api.model
    def _load_names(self, run, kind):
        """Return the ids of what there is, by name in each language.

        :param Run run: keeps them
        :param str kind: of ``NAMED_MODELS``
        :rtype: dict[str, int]
        """
        key = (kind, None)
        if key not in run.found:
            model = self.env[NAMED_MODELS[kind]].with_context(active_test=False)
            domain = Domain.TRUE
            if "company_id" in model._fields:
                domain = Domain("company_id", "in", [False, self.env.company.id])
            # The last one of a name counts: what is in use, and the first of these.
            records = model.search(domain).sorted(
                lambda record: (record.active, -record.id)
            )
            run.found[key] = {
                (record.with_context(lang=code).name or "").lower(): record.id
                for code in self._get_language_codes()
                for record in records
            }
        return run.found[key]

    @api.model
    def _make_named(self, run, kind, name):
        """Make what the file names and nothing here is called.

        :param Run run: of this file
        :param str kind: of ``MADE``
        :param str name: of the new one
        :return: its id; False in a dry run
        """
        run.counts[f"made_{kind}"] += 1
        if run.dry:
            return False
        model = self.env[NAMED_MODELS[kind]]
        vals = {"name": name}
        if "company_id" in model._fields:
            vals["company_id"] = self.env.company.id
        described = next(
            (
                item
                for item in run.header.get(
                    "categories" if kind == "category" else "stages", ()
                )
                if item["name"] == name
            ),
            {},
        )
        if kind == "stage":
            is_closed = described.get("closed", False)
            vals["closed"] = is_closed
            vals["sla_success"] = not described.get("dismisses")
            party = described.get("waits_for")
            if party and not is_closed:
                vals |= {"holds_sla": True, "hold_party": party}
        elif kind == "category":
            vals["scope"] = described.get("scope", "in_scope")
        record = model.create(vals)
        run.found[kind, None][name.lower()] = record.id
        return record.id

    # === PEOPLE === #

    @api.model
    def _match_user(self, run, person, quietly=False):
        """Return who of the desk is meant.

        :param Run run: of this file
        :param dict person: of the format, maybe empty
        :param bool quietly: whether it does not matter if nobody is
        :return: the id of a user, False if nobody here
        """
        if not person:
            return False
        name = self._name_person(person)
        key = ("user", name)
        if not quietly:
            run.use(*key)
        if key not in run.found:
            run.found[key] = self._find_user(run, name, person)
        if run.found[key] is None and not quietly:
            run.lacking.setdefault("user", set()).add(name)
        return run.found[key] or False

    @api.model
    def _name_person(self, person):
        """Return by what a person goes in a mapping.

        :param dict person: of the format
        :rtype: str
        """
        return (
            email_normalize(person.get("email") or "")
            or person.get("email")
            or person.get("name")
            or person.get("company")
            or ""
        )

    @api.model
    def _find_user(self, run, name, person):
        target = run.get_target("user", name)
        if target == "" or (target is None and self._is_own_company(person)):
            return False
        users = self.env["res.users"].with_context(active_test=False)
        domain = Domain("share", "=", False) & Domain(
            "company_ids", "in", self.env.company.ids
        )
        # The robot and its like are nobody's colleagues.
        domain &= Domain("id", "!=", self.env.ref("base.user_root").id)
        if target and target.startswith("#"):
            return users.search(domain & Domain("id", "=", parse_id(target[1:]))).id
        address = email_normalize(target or person.get("email") or "")
        if address:
            found = users.search(
                domain
                & (
                    Domain("login", "=", address)
                    | Domain("email_normalized", "=", address)
                ),
                limit=1,
            )
            if found:
                return found.id
        word = target or ("" if address else person.get("name"))
        if word:
            found = users.search(
                domain
                & (
                    Domain("login", "=", word) | Domain("name", "=ilike", _escape(word))
                ),
                limit=2,
            )
            if len(found) == 1:
                return found.id
        return None

    @api.model
    def _is_own_company(self, person):
        """Return whether the desk's company itself is meant, which mails are sent by.

        :param dict person: of the format
        :rtype: bool
        """
        own = self.env.company.partner_id
        return (
            bool(person.get("company"))
            and not person.get("name")
            and _fold([person["company"]]) == _fold([own.name])
        )

    @api.model
    def _match_customer(self, run, person):
        """Return which contact is meant, made if nobody is known.

        :param Run run: of this file
        :param dict person: of the format, maybe empty
        :return: the id of a contact; False for none
        :raise Misfit: if several firms may be meant
        """
        if not person:
            return False
        name = self._name_person(person)
        run.use("customer", name)
        key = ("customer", name, person.get("name"), person.get("company"))
        if key not in run.found:
            run.found[key] = self._find_customer(run, name, person)
        if run.found[key] is None:
            run.lacking.setdefault("customer", set()).add(name)
            return run.miss(
                self.env._(
                    "“%(name)s” is known for several customers: say in the mapping "
                    "which one is meant.",
                    name=name,
                )
            )
        return run.found[key]

    @api.model
    def _find_customer(self, run, name, person):
        target = run.get_target("customer", name)
        if target == "":
            return False
        partners = self.env["res.partner"]
        domain = Domain("company_id", "in", [False, self.env.company.id])
        if target and target.startswith("#"):
            return (
                partners.search(domain & Domain("id", "=", parse_id(target[1:]))).id
                or None
            )
        if target:
            person = {"email" if "@" in target else "name": target}
        found = self._find_partners(domain, person)
        chosen = self._choose_partner(found, person)
        if chosen is not None or target:
            return chosen
        if found:
            return None
        return self._make_customer(run, domain, person)

    @api.model
    def _find_partners(self, domain, person):
        partners = self.env["res.partner"].with_context(active_test=False)
        address = email_normalize(person.get("email") or "")
        if address:
            return partners.search(domain & Domain("email_normalized", "=", address))
        word = person.get("name") or person.get("company")
        return partners.search(domain & Domain("name", "=ilike", _escape(word)))

    @api.model
    def _choose_partner(self, partners, person):
        """Return which of some contacts is meant.

        :return: its id; None if there is none, or if they are of several firms
        :rtype: int or None
        """
        wanted = {
            "active": True,
            "parent_id.name": person.get("company"),
            "name": person.get("name") or person.get("company"),
        }
        for path, value in wanted.items():
            closer = partners.filtered(
                lambda partner, path=path, value=value: value
                and _fold(partner.mapped(path)[:1]) == _fold([value])
            )
            partners = closer or partners
        if len(partners.commercial_partner_id) == 1:
            return partners.sorted("id")[0].id
        return None

    @api.model
    def _make_customer(self, run, domain, person):
        """Make a contact whom nobody knows, in their firm.

        :return: its id; False in a dry run
        """
        run.counts["made_customer"] += 1
        if run.dry:
            return False
        partners = self.env["res.partner"].with_context(**SILENT)
        firm = partners
        company = person.get("company")
        reach = {"email": person.get("email"), "phone": person.get("phone")}
        if company:
            firm = partners.search(
                domain
                & Domain("is_company", "=", True)
                & Domain("name", "=ilike", _escape(company)),
                order="id",
                limit=1,
            )
            if not person.get("name"):
                return partners.create(
                    {"name": company, "is_company": True, **reach}
                ).id
            firm = firm or partners.create({"name": company, "is_company": True})
        return partners.create(
            {
                "name": person.get("name") or person.get("email"),
                "parent_id": firm.id,
                **reach,
            }
        ).id


def _escape(word):
    """Return a word of which the search takes no letter for a sign of its own."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _fold(values):
    """Return values as they are compared."""
    return [str(value).lower() for value in values]

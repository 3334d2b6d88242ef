# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    """Forget how much customers filed within the last day: it is counted another way.

    A row was a person's count, and is now a thing that was sent.
    """
    cr.execute("DELETE FROM support_filing_counter")

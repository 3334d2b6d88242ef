# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo’s command line as a script: a server with several workers starts its evented
process by the script that it was started with itself, which ``-m odoo`` is not."""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the steps of an upgrade have in common: an Odoo process on one database."""

import sys
import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def configure(*options):
    """Read the configuration file and the database named on the command line.

    :param options: further ones of Odoo's command line
    :return: the name of the database
    """
    conf, database = sys.argv[1:3]
    config.parse_config(
        ["-c", conf, "-d", database, "--no-http", *options], setup_logging=True
    )
    threading.current_thread().dbname = database
    return database


@contextmanager
def open_env():
    """Give the environment of the superuser; what is done is committed at the end."""
    with Registry(configure("--log-level=warn")).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})

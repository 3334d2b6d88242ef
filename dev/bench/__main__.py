# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the helpdesk without our addon, with it, and with OCA's SLA instead, and the
portal over HTTP without our addon and with it. Started by dev/bench/run."""

import argparse
import sys

import psycopg2

from .databases import BenchError, connection
from .desk import DeskBench
from .desk_report import report_desk
from .portal import PortalBench
from .portal_report import report_portal
from .queue import QueueBench, report_queue


def parse_arguments():
    parser = argparse.ArgumentParser(prog="dev/bench/run", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", "desk", "portal", "queue"),
        default="all",
        help="what to measure: the desk, the portal over HTTP, the lists and figures "
        "of the queue, or all of it (as by default)",
    )
    parser.add_argument(
        "--tickets", type=int, default=100_000, help="tickets that are read from"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each kind of work")
    parser.add_argument(
        "--keep", action="store_true", help="leave the databases for a look"
    )
    for name in ("--conf", "--work", "--database", "--ground"):
        parser.add_argument(name, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--own-cluster", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = parse_arguments()
    try:
        with connection("postgres") as cr:
            cr.execute("SHOW server_version")
            version = cr.fetchone()[0].split()[0]
        if args.part in ("all", "desk"):
            report_desk(DeskBench(args), version)
        if args.part in ("all", "queue"):
            report_queue(QueueBench(args), version)
        if args.part in ("all", "portal"):
            report_portal(PortalBench(args), version)
    except (BenchError, psycopg2.Error) as error:
        sys.exit(f"\nERROR: {error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


main()

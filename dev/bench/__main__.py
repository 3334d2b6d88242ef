# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the helpdesk without our addon, with it, and with OCA's SLA instead, and the
portal over HTTP without our addon and with it. Says at the end which goals are missed
and what is worse than the last time. Started by dev/bench/run."""

import argparse
import sys

import psycopg2

from . import figures
from .databases import BenchError, connection
from .desk import DeskBench
from .desk_report import report_desk
from .place import PlaceBench, report_place
from .portal import PortalBench
from .portal_report import report_portal
from .queue import QueueBench, report_queue
from .report import print_end
from .review import ReviewBench, report_review

TICKETS = 100_000
PARTS = {
    "desk": (DeskBench, report_desk),
    "queue": (QueueBench, report_queue),
    "review": (ReviewBench, report_review),
    "place": (PlaceBench, report_place),
    "portal": (PortalBench, report_portal),
}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="dev/bench/run", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", *PARTS),
        default="all",
        help="what to measure: the desk, the portal over HTTP, the lists and figures "
        "of the queue, the reviews of many customers, the installation where there is "
        "a desk already, or all of it (as by default)",
    )
    parser.add_argument(
        "--tickets",
        type=int,
        default=TICKETS,
        help="tickets that are read from; of another number no figures are kept",
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
        goals, worse = [], []
        for part, (bench_class, report) in PARTS.items():
            if args.part in ("all", part):
                bench = bench_class(args)
                of_part = report(bench, version)
                goals += of_part
                if args.tickets == TICKETS:
                    worse += figures.keep(
                        figures.get_lines(
                            part, bench.results, of_part, bench.args.tickets
                        )
                    )
        print_end(goals, worse if args.tickets == TICKETS else None)
    except (BenchError, psycopg2.Error) as error:
        sys.exit(f"\nERROR: {error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted.")


main()

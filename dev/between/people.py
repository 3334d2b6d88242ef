# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Gives a new desk the agent of the former one: nobody is made by moving in.

Usage: people.py CONF DATABASE
"""

from process import open_env


def main():
    with open_env() as env:
        user = env["res.users"].create(
            {"name": "Bob", "login": "bob@old.example", "email": "bob@old.example"}
        )
        env["hr.employee"].create({"name": "Bob", "user_id": user.id})


main()

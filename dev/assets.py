# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Build the bundles of scripts and styles that pages load, run by Odoo's shell.

Odoo's own runner builds them before its tests. Otherwise each test with a browser does,
since what it stores is rolled back.
"""

qweb = env["ir.qweb"]  # noqa: F821
scripts, styles = qweb._get_bundles_to_pregenarate()
# Those that no page names: the scripts load them.
scripts |= {"bus.websocket_worker_assets", "web.assets_emoji"}
for names, kind in ((scripts, "js"), (styles, "css")):
    for name in sorted(names):
        # Those of the web client's own tests are long, and no test of ours runs them.
        if "unit_tests" not in name:
            bundle = qweb._get_asset_bundle(name, js=kind == "js", css=kind == "css")
            getattr(bundle, kind)()
env.cr.commit()  # noqa: F821

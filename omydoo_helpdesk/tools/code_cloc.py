# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Counts the lines of modules with Odoo's own counter, in a process of its own.

Not imported by the addon: ``support.custom.code.counter`` runs this file and reads
JSON from it. A text made to keep the counter busy, or to fill the memory, then ends
this process and nothing else. The code that is counted is parsed, never executed.
"""

import ast
import json
import os
import sys

MEMORY = 2 * 2**30


def limit_resources(seconds):
    """Have the system stop this process when it takes too much."""
    try:
        import resource
    except ImportError:  # not on this system: the parent's patience is the limit
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def read_manifest(path):
    """Return the manifest of a module, read as Odoo's counter reads it.

    :param str path: the module's folder
    :rtype: dict
    :raise ValueError: if it is not the literal of a dictionary
    """
    with open(os.path.join(path, "__manifest__.py"), "rb") as file:
        text = file.read().decode("latin1")
    try:
        manifest = ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError("manifest") from error
    if not isinstance(manifest, dict):
        raise ValueError("manifest")
    # What is left out of the count is the module's to say, but inside the module:
    # the counter would follow these patterns anywhere.
    for key in ("cloc_exclude", "demo", "demo_xml"):
        patterns = manifest.get(key, [])
        if not isinstance(patterns, list | tuple) or not all(
            isinstance(pattern, str) for pattern in patterns
        ):
            raise ValueError("manifest")
        for pattern in patterns:
            parts = pattern.replace("\\", "/").split("/")
            if pattern.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
                raise ValueError("outside")
    return manifest


def count(path):
    """Return what is counted in a module.

    :param str path: the module's folder
    :rtype: dict
    """
    from odoo.tools.cloc import Cloc

    try:
        manifest = read_manifest(path)
    except ValueError as error:
        return {"error": str(error)}
    counter = Cloc()
    try:
        counter.count_path(path)
    except (ValueError, NotImplementedError):  # a pattern that is none
        return {"error": "manifest"}
    name = os.path.basename(path)
    return {
        "label": str(manifest.get("name") or ""),
        "version": str(manifest.get("version") or ""),
        "left_out": [str(pattern) for pattern in manifest.get("cloc_exclude", [])],
        "code": counter.code.get(name, 0),
        "uncounted": sorted(
            os.path.relpath(file, path) for file in counter.errors.get(name, {})
        ),
    }


def main():
    limit_resources(int(sys.argv[1]))
    # Whatever the libraries print must not be taken for the answer.
    answer, sys.stdout = sys.stdout, sys.stderr
    json.dump({path: count(path) for path in json.load(sys.stdin)}, answer)


if __name__ == "__main__":
    main()

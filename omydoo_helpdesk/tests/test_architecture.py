# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import ast
from collections import defaultdict
from pathlib import Path

from odoo.tests import TransactionCase, tagged

ADDON = Path(__file__).parents[1]
MODULE = "odoo.addons.omydoo_helpdesk."
# In the order of loading, and of knowledge: a room knows those before it.
ROOMS = [
    line.removeprefix("from . import ")
    for line in (ADDON / "models/__init__.py").read_text().splitlines()
]
MAX_LINES = 600


def read_files(folder):
    """Return the syntax tree of each Python file below a folder of the addon."""
    return {
        path: ast.parse(path.read_text())
        for path in sorted((ADDON / folder).rglob("*.py"))
        if path.name != "__init__.py"
    }


def find_imports(path, tree):
    """Return what a file imports, relative to the addon; of others the whole name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = [node.module or ""]
            if node.level:
                parts = [*path.relative_to(ADDON).parts[: -node.level], *parts]
            module = ".".join(filter(None, parts))
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def find_names(tree):
    """Return the names with a part of their own that a file uses, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if not any(char.isspace() for char in node.value):
                for name in {node.value, *node.value.split(".")}:
                    yield name, node.lineno


def find_members(tree):
    """Return the models, fields and methods that a file declares."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for member in node.body:
            if isinstance(member, ast.FunctionDef):
                yield member.name
            elif isinstance(member, ast.Assign):
                for target in member.targets:
                    name = getattr(target, "id", "")
                    yield name
                    if name == "_name" and member.value.value.startswith("support."):
                        yield member.value.value


@tagged("post_install", "-at_install")
class TestArchitecture(TransactionCase):
    """The rules that keep the house as it is (see readme/DEVELOP.md)."""

    def test_tools_are_pure(self):
        """No tool knows the ORM, a request, or another part of the addon."""
        for path, tree in read_files("tools").items():
            wrong = {
                name
                for name in find_imports(path, tree)
                if name.startswith(
                    ("odoo.models", "odoo.fields", "odoo.api", "odoo.http", "odoo.orm")
                )
                or name in ("odoo.models", "odoo.fields", "odoo.api", "odoo.Command")
                or name.startswith(("models", "controllers", "wizards", "report"))
            }
            self.assertFalse(wrong, path)

    def test_models_import_constants_and_tools_only(self):
        """An import decides the order of classes: no model imports another."""
        for folder in ("models", "wizards", "report"):
            for path, tree in read_files(folder).items():
                wrong = {
                    name
                    for name in find_imports(path, tree)
                    if name.startswith(
                        ("models", "wizards", "controllers", "report.", MODULE)
                    )
                }
                self.assertFalse(wrong, path)

    def test_a_room_names_no_later_one(self):
        """What a later room adds is told by a hook that the earlier one has."""
        self.assertEqual(len(ROOMS), 13)
        trees = {room: read_files(f"models/{room}") for room in ROOMS}
        first_room = {}
        for room in ROOMS:
            for tree in trees[room].values():
                for name in find_members(tree):
                    first_room.setdefault(name, ROOMS.index(room))
        others = self._find_members_of_others()
        wrong = [
            f"{path.relative_to(ADDON)}:{line}: {name}, of {ROOMS[first_room[name]]}"
            for index, room in enumerate(ROOMS)
            for path, tree in trees[room].items()
            for name, line in find_names(tree)
            # A word alone (“risk”, “hours”) means something else each time.
            if "_" in name.strip("_") or "." in name
            if first_room.get(name, 0) > index and name not in others
        ]
        self.assertFalse(wrong, "\n".join(wrong))

    def _find_members_of_others(self):
        """Return the names that the models of Odoo and of other addons have too."""
        return {
            name
            for model in self.env.registry.values()
            for base in model.__mro__
            if not base.__module__.startswith(MODULE)
            for name in vars(base)
        }

    def test_abstract_models_have_heirs(self):
        """An abstract model is for two heirs or more: else it is an extension."""
        heirs = defaultdict(set)
        abstract = set()
        for model in self.env.registry.values():
            for base in model.__mro__:
                if base.__module__.startswith(MODULE) and hasattr(base, "_inherit"):
                    inherit = base._inherit
                    names = [inherit] if isinstance(inherit, str) else inherit or ()
                    for name in names:
                        if name != model._name:
                            heirs[name].add(model._name)
            if model._abstract and model._original_module == "omydoo_helpdesk":
                abstract.add(model._name)
        # Those that draw a document are used by name, by Odoo.
        abstract = {name for name in abstract if not name.startswith("report.")}
        lonely = {name for name in abstract if len(heirs[name]) < 2}
        self.assertTrue(abstract)
        self.assertFalse(lonely)
        self.assertLessEqual(len(abstract), 8)

    def test_no_mixin_inherits_a_framework_mixin(self):
        """Else an addon that orders them another way cannot be loaded beside us."""
        for model in self.env.registry.values():
            if model._abstract and model._original_module == "omydoo_helpdesk":
                others = {
                    parent
                    for parent in model._inherit
                    if self.env.registry[parent]._original_module != "omydoo_helpdesk"
                }
                self.assertLessEqual(others, {"base"}, model._name)

    def test_files_have_a_size_that_one_can_read(self):
        for path in ADDON.rglob("*.py"):
            if "tests" not in path.parts:
                lines = len(path.read_text().splitlines())
                self.assertLessEqual(lines, MAX_LINES, path)

    def test_punctuation_is_translated(self):
        """French has a space before a colon: what code joins by one has none."""
        joined = []
        for folder in ("models", "wizards", "controllers", "report", "tools"):
            for path, tree in read_files(folder).items():
                for node in ast.walk(tree):
                    if isinstance(node, ast.JoinedStr):
                        joined += [
                            f"{path.relative_to(ADDON)}:{node.lineno}"
                            for value in node.values
                            if isinstance(value, ast.Constant)
                            and value.value.rstrip() in (":", ";", "!")
                            # A time, a key: nothing follows that is read.
                            and value.value.endswith(" ")
                        ]
        self.assertFalse(joined)

    def test_code_does_not_ask_whether_it_is_tested(self):
        for path in ADDON.rglob("*.py"):
            if "tests" not in path.parts:
                text = path.read_text()
                for word in ("current_test", "test_enable", "registry.in_test"):
                    self.assertNotIn(word, text, path)

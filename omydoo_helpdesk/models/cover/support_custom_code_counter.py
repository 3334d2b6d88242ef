# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
import logging
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from ...tools import code_cloc

_logger = logging.getLogger(__name__)

MANIFEST = "__manifest__.py"
SCRIPT = Path(code_cloc.__file__)
SECONDS = 60
MAX_UPLOAD = 50 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_FILES = 20_000
# Source code is packed 3 to 10 times; what is above is made to be.
MAX_RATIO = 100
RATIO_FROM = 2**20
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
# Odoo's counter looks at nothing else (``odoo.tools.cloc``).
COUNTED = (".py", ".js", ".xml", ".css", ".scss")
DRIVE = re.compile(r"^[A-Za-z]:")
TECHNICAL_NAME = re.compile(r"^[A-Za-z0-9_]*")
CHUNK = 2**16


class SupportCustomCodeCounter(models.AbstractModel):
    """How many lines of code does a zip file hold? Odoo's own counter says so.

    The file comes from a customer: nothing in it is trusted. It is unpacked into a
    folder that vanishes, under limits of size and number, and what is not a plain file
    inside that folder is refused. Nothing of it is imported or executed.
    """

    _name = "support.custom.code.counter"
    _description = "Custom Code Counter"

    @api.model
    def _count_archive(self, content, filename=""):
        """Count the lines of the modules in a zip file.

        :param bytes content: the file
        :param str filename: gives its name to a module that lies in no folder
        :return: for each module its ``name``, ``label``, ``version``, ``line_count``,
            the patterns ``left_out`` by its manifest and the files ``uncounted``
        :rtype: list[dict]
        :raise UserError: if the file is not what it should be
        """
        self._check_upload_size(len(content))
        with tempfile.TemporaryDirectory(prefix="support_cloc_") as folder:
            root = Path(folder) / "archive"
            root.mkdir()
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    members = self._check_members(archive)
                    paths = self._find_modules(members, filename)
                    self._unpack(archive, members, root)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                NotImplementedError,  # a way of packing that Python does not know
                OSError,  # a file in the place of a folder, too long a name
                RuntimeError,
                ValueError,
            ) as error:
                raise UserError(
                    self.env._(
                        "This file is damaged, or is not a zip file: make it again."
                    )
                ) from error
            return self._count_folders(root, paths)

    @api.model
    def _check_upload_size(self, size):
        """Refuse a file that is too large.

        :param int size: in bytes
        :raise UserError: above the limit
        """
        if size > MAX_UPLOAD:
            raise UserError(
                self.env._(
                    "This file has %(size)s; the limit is %(limit)s. Leave out what is "
                    "not code, or send one module at a time.",
                    size=human_size(size),
                    limit=human_size(MAX_UPLOAD),
                )
            )

    # === THE ARCHIVE === #

    @api.model
    def _check_members(self, archive):
        """Return the files of an archive, once all it holds has been looked at.

        :param zipfile.ZipFile archive: just opened, nothing of it unpacked
        :return: for each path, below the root of the archive, its entry
        :rtype: dict[PurePosixPath, zipfile.ZipInfo]
        :raise UserError: if something in it is not wanted
        """
        entries = archive.infolist()
        if len(entries) > MAX_FILES:
            raise UserError(
                self.env._(
                    "This file holds %(count)s files; the limit is %(limit)s.",
                    count=len(entries),
                    limit=MAX_FILES,
                )
            )
        self._check_unpacked_size(entries)
        members = {}
        for entry in entries:
            path = self._check_member(entry)
            if entry.is_dir():
                continue
            if path in members:
                raise UserError(
                    self.env._(
                        "“%(path)s” is in this file twice: make it again.",
                        path=str(path),
                    )
                )
            members[path] = entry
        return members

    @api.model
    def _check_unpacked_size(self, entries):
        unpacked = sum(entry.file_size for entry in entries)
        bomb = any(
            entry.file_size > RATIO_FROM
            and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
            for entry in entries
        )
        if bomb or unpacked > MAX_UNPACKED:
            raise UserError(
                self.env._(
                    "Unpacked, this file would have %(size)s: it was not opened. The "
                    "limit is %(limit)s, and %(ratio)s times the packed size.",
                    size=human_size(unpacked),
                    limit=human_size(MAX_UNPACKED),
                    ratio=MAX_RATIO,
                )
            )

    @api.model
    def _check_member(self, entry):
        """Return the path of an entry of the archive.

        :param zipfile.ZipInfo entry: a file or a folder
        :rtype: PurePosixPath
        :raise UserError: if it is not a plain file inside the archive
        """
        # The original name: what follows a null character would be cut off.
        name = entry.orig_filename.replace("\\", "/")
        path = PurePosixPath(name)
        if (
            path.is_absolute()
            or ".." in path.parts
            or DRIVE.match(name)
            or not name.isprintable()
            or not (path.parts or entry.is_dir())
        ):
            raise UserError(
                self.env._(
                    "“%(path)s” points outside of the file: it was not opened.",
                    path=name,
                )
            )
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UserError(
                self.env._(
                    "“%(path)s” is a link or a device, not a file: leave it out.",
                    path=name,
                )
            )
        if entry.flag_bits & 0x1:
            raise UserError(
                self.env._("This file is encrypted: send it without a password.")
            )
        return path

    @api.model
    def _find_modules(self, members, filename):
        """Return the folders of the modules in an archive.

        A module inside the folder of another is part of it, as for Odoo's counter.

        :param members: paths of the files
        :param str filename: of the archive
        :return: for each technical name, the folder
        :rtype: dict[str, PurePosixPath]
        :raise UserError: if there is no module, or one of them twice
        """
        folders = {path.parent for path in members if path.name == MANIFEST}
        folders = [
            folder for folder in folders if not folders.intersection(folder.parents)
        ]
        if not folders:
            if any(path.suffix.lower() in ARCHIVES for path in members):
                raise UserError(
                    self.env._(
                        "This file holds other archives and no module: unpack it and "
                        "send what is inside."
                    )
                )
            raise UserError(
                self.env._(
                    "There is no Odoo module in this file: no folder in it has a "
                    "“%(manifest)s”.",
                    manifest=MANIFEST,
                )
            )
        modules = {}
        for folder in sorted(folders):
            # A module in no folder; “acme_delivery-19.0” is how sites name a download.
            name = TECHNICAL_NAME.match(folder.name or Path(filename or "").name)[0]
            if not name or name in modules:
                raise UserError(
                    self.env._("“%(path)s” is in this file twice.", path=name)
                    if name
                    else self.env._(
                        "The name of the module is not known: put it in a folder."
                    )
                )
            modules[name] = folder
        return modules

    @api.model
    def _unpack(self, archive, members, root):
        """Write what will be counted below a folder.

        :param zipfile.ZipFile archive: checked
        :param dict members: as returned by ``_check_members``
        :param Path root: an empty folder
        """
        for path, entry in members.items():
            if path.suffix.lower() not in COUNTED:
                continue
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(target, "xb") as file:
                # No more than announced is ever read, and that was added up before.
                while chunk := source.read(CHUNK):
                    file.write(chunk)

    # === THE COUNT === #

    @api.model
    def _count_folders(self, root, modules):
        """Count the lines of modules.

        :param Path root: the folder in which they were unpacked
        :param dict modules: as returned by ``_find_modules``
        :return: see ``_count_archive``
        :rtype: list[dict]
        """
        folders = {name: str(root / folder) for name, folder in modules.items()}
        counts = self._run_counter(list(folders.values()))
        return [
            self._prepare_count(name, counts[folder])
            for name, folder in folders.items()
        ]

    @api.model
    def _run_counter(self, folders):
        """Run Odoo's counter in a process of its own.

        :param list[str] folders: of the modules
        :return: for each folder, what ``support_custom_code_cloc`` says of it
        :rtype: dict[str, dict]
        :raise UserError: if it does not finish
        """
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        try:
            done = subprocess.run(
                [sys.executable, "-B", str(SCRIPT), str(SECONDS)],
                env=environment,
                input=json.dumps(folders).encode(),
                capture_output=True,
                timeout=2 * SECONDS,
                check=True,
            )
            return json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            _logger.info(
                "Lines of code could not be counted: %s",
                (getattr(error, "stderr", None) or b"").decode(errors="replace")[-2000:]
                or error,
            )
            raise UserError(
                self.env._(
                    "The lines could not be counted: a file in it keeps the counter "
                    "busy for too long. Count them with “odoo-bin cloc” and type the "
                    "number in."
                )
            ) from error

    @api.model
    def _prepare_count(self, name, count):
        """Return what was counted in a module.

        :param str name: its technical name
        :param dict count: as said by the counter
        :rtype: dict
        :raise UserError: if its manifest cannot be used
        """
        error = count.get("error")
        if error == "outside":
            raise UserError(
                self.env._(
                    "The manifest of “%(module)s” names files outside of the module.",
                    module=name,
                )
            )
        if error:
            raise UserError(
                self.env._(
                    "The manifest of “%(module)s” cannot be read: it must be a "
                    "dictionary of plain values.",
                    module=name,
                )
            )
        return {
            "name": name,
            "label": count["label"],
            "version": count["version"],
            "line_count": count["code"],
            "left_out": count["left_out"],
            "uncounted": count["uncounted"],
        }

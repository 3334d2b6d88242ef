# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many lines of code does a zip file hold? Odoo's own counter says so.

The file comes from a customer: nothing in it is trusted. It is unpacked into a folder
that vanishes, under limits of size, number and depth, and what is not a plain file
inside that folder is refused. Nothing of it is imported or executed.
"""

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

from odoo.tools import human_size

from . import code_cloc

_logger = logging.getLogger(__name__)

MANIFEST = "__manifest__.py"
SCRIPT = Path(code_cloc.__file__)
# Of one processor; what takes longer is refused in words.
SECONDS = 8
PATIENCE = 60
MAX_UPLOAD = 50 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_FILES = 20_000
MAX_DEPTH = 40
# Source code is packed 3 to 10 times; what is above is made to be.
MAX_RATIO = 100
RATIO_FROM = 2**20
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
# Odoo's counter looks at nothing else (``odoo.tools.cloc``).
COUNTED = (".py", ".js", ".xml", ".css", ".scss")
DRIVE = re.compile(r"^[A-Za-z]:")
TECHNICAL_NAME = re.compile(r"^[A-Za-z0-9_]*")
CHUNK = 2**16


class ArchiveError(Exception):
    """Why an archive is refused: a code, and what the sentence about it names."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


def count_archive(content, filename=""):
    """Count the lines of the modules in a zip file.

    :param bytes content: the file
    :param str filename: gives its name to a module that lies in no folder
    :return: for each module its ``name``, ``label``, ``version``, ``line_count``,
        the patterns ``left_out`` by its manifest and the files ``uncounted``
    :rtype: list[dict]
    :raise ArchiveError: if the file is not what it should be
    """
    check_upload_size(len(content))
    with tempfile.TemporaryDirectory(prefix="support_cloc_") as folder:
        root = Path(folder) / "archive"
        root.mkdir()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = check_members(archive)
                paths = find_modules(members, filename)
                unpack(archive, members, root)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,  # a way of packing that Python does not know
            OSError,  # a file in the place of a folder, too long a name
            RuntimeError,
            ValueError,
        ) as error:
            raise ArchiveError("damaged") from error
        return count_folders(root, paths)


def check_upload_size(size):
    """Refuse a file that is too large.

    :param int size: in bytes
    :raise ArchiveError: above the limit
    """
    if size > MAX_UPLOAD:
        raise ArchiveError("size", size=human_size(size), limit=human_size(MAX_UPLOAD))


def check_members(archive):
    """Return the files of an archive, once all it holds has been looked at.

    :param zipfile.ZipFile archive: just opened, nothing of it unpacked
    :return: for each path, below the root of the archive, its entry
    :rtype: dict[PurePosixPath, zipfile.ZipInfo]
    :raise ArchiveError: if something in it is not wanted
    """
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise ArchiveError("files", count=len(entries), limit=MAX_FILES)
    check_unpacked_size(entries)
    members = {}
    for entry in entries:
        path = check_member(entry)
        if entry.is_dir():
            continue
        if path in members:
            raise ArchiveError("twice", path=str(path))
        members[path] = entry
    folders = {parent for path in members for parent in path.parents}
    if len(folders) > MAX_FILES:
        raise ArchiveError("files", count=len(folders), limit=MAX_FILES)
    return members


def check_unpacked_size(entries):
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > RATIO_FROM
        and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if bomb or unpacked > MAX_UNPACKED:
        raise ArchiveError(
            "bomb",
            size=human_size(unpacked),
            limit=human_size(MAX_UNPACKED),
            ratio=MAX_RATIO,
        )


def check_member(entry):
    """Return the path of an entry of the archive.

    :param zipfile.ZipInfo entry: a file or a folder
    :rtype: PurePosixPath
    :raise ArchiveError: if it is not a plain file inside the archive
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
        raise ArchiveError("outside", path=name)
    # Deeper ones are made to be: to remove what was unpacked would end in a crash.
    if len(path.parts) > MAX_DEPTH:
        raise ArchiveError("deep", path=f"{name[:60]}…", limit=MAX_DEPTH)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveError("link", path=name)
    if entry.flag_bits & 0x1:
        raise ArchiveError("encrypted")
    return path


def find_modules(members, filename):
    """Return the folders of the modules in an archive.

    A module inside the folder of another is part of it, as for Odoo's counter.

    :param members: paths of the files
    :param str filename: of the archive
    :return: for each technical name, the folder
    :rtype: dict[str, PurePosixPath]
    :raise ArchiveError: if there is no module, or one of them twice
    """
    folders = {path.parent for path in members if path.name == MANIFEST}
    folders = [folder for folder in folders if not folders.intersection(folder.parents)]
    if not folders:
        if any(path.suffix.lower() in ARCHIVES for path in members):
            raise ArchiveError("archives")
        raise ArchiveError("no_module", manifest=MANIFEST)
    modules = {}
    for folder in sorted(folders):
        # A module in no folder; “acme_delivery-19.0” is how sites name a download.
        name = TECHNICAL_NAME.match(folder.name or Path(filename or "").name)[0]
        if not name or name in modules:
            raise (
                ArchiveError("module_twice", path=name)
                if name
                else ArchiveError("no_name")
            )
        modules[name] = folder
    return modules


def unpack(archive, members, root):
    """Write what will be counted below a folder.

    :param zipfile.ZipFile archive: checked
    :param dict members: as returned by ``check_members``
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


def count_folders(root, modules):
    """Count the lines of modules.

    :param Path root: the folder in which they were unpacked
    :param dict modules: as returned by ``find_modules``
    :return: see ``count_archive``
    :rtype: list[dict]
    """
    folders = {name: str(root / folder) for name, folder in modules.items()}
    counts = run_counter(list(folders.values()))
    return [prepare_count(name, counts[folder]) for name, folder in folders.items()]


def run_counter(folders):
    """Run Odoo's counter in a process of its own.

    :param list[str] folders: of the modules
    :return: for each folder, what ``code_cloc`` says of it
    :rtype: dict[str, dict]
    :raise ArchiveError: if it does not finish
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
            timeout=PATIENCE,
            check=True,
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        _logger.info(
            "Lines of code could not be counted: %s",
            (getattr(error, "stderr", None) or b"").decode(errors="replace")[-2000:]
            or error,
        )
        raise ArchiveError("counter") from error


def prepare_count(name, count):
    """Return what was counted in a module.

    :param str name: its technical name
    :param dict count: as said by the counter
    :rtype: dict
    :raise ArchiveError: if its manifest cannot be used
    """
    error = count.get("error")
    if error == "outside":
        raise ArchiveError("manifest_outside", module=name)
    if error:
        raise ArchiveError("manifest", module=name)
    return {
        "name": name,
        "label": count["label"],
        "version": count["version"],
        "line_count": count["code"],
        "left_out": count["left_out"],
        "uncounted": count["uncounted"],
    }

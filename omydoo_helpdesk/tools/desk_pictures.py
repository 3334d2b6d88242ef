# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures in the text of a message that moves from one desk to another."""

import base64
import binascii
import re

# A picture that is written into the text itself
WRITTEN = re.compile(r'src="data:image/(\w+)[\w+.-]*;base64,([\w+/=\s]+)"')
# The address of a file in Odoo, with whatever opens it
ADDRESS = re.compile(r"/web/(?:image|content)/(\d+)(?:[/?][^\s\"'<>]*)?")


def take_pictures(body):
    """Return HTML whose pictures are files beside it.

    Odoo would make files of them that whoever knows their address may open for ever.

    :param str body: HTML
    :return: the HTML, and the files of the format
    :rtype: tuple[str, list[dict]]

    >>> body, files = take_pictures('<img src="data:image/png;base64,aGVsbG8=">')
    >>> body, files[0]["name"], files[0]["data"]
    ('<img src="cid:picture-1">', 'picture-1.png', b'hello')
    """
    files = []

    def take(match):
        try:
            data = base64.b64decode(match[2])
        except (binascii.Error, ValueError):
            return 'src=""'
        name = f"picture-{len(files) + 1}"
        files.append({"id": name, "name": f"{name}.{match[1].lower()}", "data": data})
        return f'src="cid:{name}"'

    return WRITTEN.sub(take, body), files


# Which record of Odoo's a link opens
OPENS = re.compile(r'\sdata-oe-(?:model|id)="[^"]*"')


def name_pictures(body, ids):
    """Return HTML that names files of Odoo as those beside it in the format.

    Links to other records of Odoo open nothing any more: there, they would open others.

    :param str body: HTML
    :param ids: of the files beside it
    :rtype: str

    >>> name_pictures('<img src="/web/image/7?access_token=x">', {7})
    '<img src="cid:7">'
    >>> name_pictures('<img src="/web/image/8">', {7})
    '<img src="/web/image/8">'
    >>> name_pictures('<a href="#" data-oe-model="x" data-oe-id="8">X</a>', {})
    '<a href="#">X</a>'
    """
    return ADDRESS.sub(
        lambda match: f"cid:{match[1]}" if int(match[1]) in ids else match[0],
        OPENS.sub("", body),
    )

# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from base64 import b64encode
from io import BytesIO

from PIL import Image

from odoo.tests import tagged
from odoo.tools.image import image_data_uri

from ..portal_common import PortalCase


def draw(color):
    """Return a picture of one color, as a field holds it."""
    stream = BytesIO()
    Image.new("RGB", (200, 200), color).save(stream, "PNG")
    return b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestPortalPortrait(PortalCase):
    """The portraits of the page are those of Odoo, and follow each change."""

    def _check(self, person):
        """Check the portrait twice: as it is made, and as it is kept."""
        expected = image_data_uri(person.avatar_128)
        for _time in range(2):
            self.assertEqual(person._get_portal_portrait(), expected)
        return expected

    def test_it_follows_the_contact(self):
        person = self.a1.partner_id.sudo()
        # As in requests one after the other: not all within one instant.
        seen = [self._check(person)]
        for number, vals in enumerate(
            (
                {"name": "Zoe"},
                {"image_1920": draw("red")},
                {"image_1920": draw("blue")},
                {"image_1920": False},
                {"type": "other", "name": "Yvette"},
            )
        ):
            person.write(vals)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET write_date = write_date + %s * interval '1 s'"
                " WHERE id = %s",
                (number + 1, person.id),
            )
            self.env.invalidate_all()
            with self.subTest(vals=list(vals)):
                found = self._check(person)
                self.assertNotIn(found, seen[-1:])
                seen.append(found)

    def test_it_is_looked_up_once(self):
        person = self.agent.partner_id.sudo()
        person._get_portal_portrait()
        self.env.invalidate_all()
        person.fetch(["type", "write_date"])
        with self.assertQueryCount(0):
            person._get_portal_portrait()

    def test_page_shows_both(self):
        self.agent.image_1920 = draw("red")
        ticket = self._create_ticket(user_id=self.agent.id)
        self.env.flush_all()
        self._login(self.a1)
        page = self._get(f"/my/ticket/{ticket.id}")
        self.assertEqual(
            page.xpath("//img[contains(@class, 'o_avatar')]/@src"),
            [
                image_data_uri(person.avatar_128)
                for person in (self.agent.partner_id, ticket.partner_id)
            ],
        )

from . import test_mail_follower
from . import test_mail_gateway
from . import test_odoorpc
from . import test_phone
from . import test_ticket_guard
from . import test_urgent
from . import test_wizard_subjects

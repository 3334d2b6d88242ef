from . import test_charter
from . import test_charter_acceptance
from . import test_charter_mail
from . import test_ledger
from . import test_merged_contacts
from . import test_portal_charter
from . import test_portal_charter_page
from . import test_public_charter

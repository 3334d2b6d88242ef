from . import portal_charter
from . import portal_plan
from . import portal_ticket
from . import portal_ticket_close
from . import portal_ticket_form
from . import portal_filing_limit

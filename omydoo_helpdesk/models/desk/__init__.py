from . import support_alike_mixin
from . import support_guarded_mixin
from . import res_company
from . import res_partner
from . import helpdesk_ticket_setup
from . import helpdesk_ticket
from . import helpdesk_ticket_priority
from . import helpdesk_ticket_rating

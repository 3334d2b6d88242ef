from . import support_help_article
from . import helpdesk_ticket
from . import helpdesk_ticket_thread
from . import helpdesk_ticket_list
from . import helpdesk_ticket_similar
from . import helpdesk_ticket_mail
from . import helpdesk_ticket_timeline
from . import helpdesk_ticket_standing

from . import ir_attachment
from . import support_change_event
from . import support_production_change
from . import support_production_change_text
from . import support_production_change_consent
from . import support_production_change_evidence
from . import support_production_change_mail
from . import helpdesk_ticket

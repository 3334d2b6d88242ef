from . import support_production_change
from . import support_production_change_text
from . import support_production_change_consent
from . import support_production_change_phone
from . import support_production_change_talk
from . import support_production_change_evidence
from . import helpdesk_ticket

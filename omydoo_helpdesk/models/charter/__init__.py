from . import support_charter
from . import support_charter_first
from . import support_charter_public
from . import support_charter_acceptance
from . import res_partner

from . import support_hold
from . import support_sla

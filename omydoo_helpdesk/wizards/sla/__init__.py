from . import support_sla

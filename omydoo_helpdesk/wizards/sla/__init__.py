from . import support_sla_answer
from . import support_sla_correction

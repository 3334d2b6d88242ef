from . import support_change_step

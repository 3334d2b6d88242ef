from . import support_macro_send
from . import support_ticket_bulk
from . import support_hand_on
from . import support_start

from . import support_move_in
from . import support_move_out

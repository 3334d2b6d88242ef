from . import test_desk_format
from . import test_move_clocks
from . import test_move_command
from . import test_move_from_odoo
from . import test_move_in
from . import test_move_killed
from . import test_move_round_trip
from . import test_move_wizard

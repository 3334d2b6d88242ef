from . import support_coverage_report
from . import support_conversion_report

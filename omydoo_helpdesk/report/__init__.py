from . import support_coverage_report

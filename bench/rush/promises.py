"""What is promised of the rush before a close; times in milliseconds."""

from bench.reporting import Promise

PROMISES = (
    Promise("l2_autosave_p95_ms", 100),
    Promise("l2_submit_p99_ms", 500),
    Promise("l2_faults", 0),
    Promise("l3_autosave_p95_ms", 1_000),
    Promise("l3_submit_p99_ms", 2_000),
    Promise("l3_faults", 0),
    Promise("minute_submit_p95_ms", 1_000),
    Promise("minute_faults", 0),
    Promise("crush_faults", 0),
)

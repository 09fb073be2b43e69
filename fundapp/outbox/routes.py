"""Which queue and which job carry out each kind of effect: one line an effect."""

from dataclasses import dataclass

QUEUES = ("letters", "notices", "disbursements", "rd_total", "housekeeping")


@dataclass(frozen=True, slots=True)
class Route:
    """The queue that is told of an effect and the dotted path of the job that carries it out.

    `seconds` is the longest a run may take before the worker stops it and counts a failure. `together`
    is how many rows of the kind one job may carry out, each in its own transaction: starting a process
    for every mail would cost far more than the mail. `ready`, where given, is the dotted path of what a
    worker does once before its first job, so that not every job has to.
    """

    queue: str
    job: str
    seconds: int = 120
    together: int = 1
    ready: str = ""


ROUTES: dict[str, Route] = {
    "issue_letter": Route(
        "letters", "fundapp.jobs.letters.issue", together=4, ready="fundapp.jobs.letters.make_ready"
    ),
    "print_form": Route(
        "letters", "fundapp.jobs.letters.print_form", together=4, ready="fundapp.jobs.letters.make_ready"
    ),
    "print_bid": Route(
        "letters", "fundapp.jobs.letters.print_bid", together=4, ready="fundapp.jobs.letters.make_ready"
    ),
    "notify": Route("notices", "fundapp.jobs.notices.write", together=100),
    "send_message": Route("notices", "fundapp.jobs.notices.send"),
    "post_ledger": Route("disbursements", "fundapp.jobs.disbursements.post", together=100),
    "feed_rd_total": Route("rd_total", "fundapp.jobs.rd_total.feed", together=50),
    "scan_file": Route("housekeeping", "fundapp.jobs.housekeeping.scan"),
    "look_up_company": Route("housekeeping", "fundapp.jobs.housekeeping.look_up_company", seconds=60),
    "scheduled_task": Route("housekeeping", "fundapp.jobs.housekeeping.run", seconds=600),
}

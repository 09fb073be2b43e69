"""Rolling investment: batches by cut-off; the board recommends, the delegate decides. LCR Ventures."""

from workflows.pathways.road import road
from workflows.rules.schedule import cut_off_passed
from workflows.stages import assessment, board, decision, intake, moderation, offer, triage

_STAGES = (
    intake.stage(reopen_guards=(), closes=False),
    triage.stage(take_up_guards=(cut_off_passed,)),
    assessment.stage(moderated=True),
    moderation.stage(),
    board.recommending(),
    decision.after_board(),
    offer.stage(approving=("decided",), goes_back_to="at_board"),
)
VERSION_1 = road("rolling_investment", 1, "Rolling investment", closes=False, stages=_STAGES)

"""Small grant: taken up as bids come in, no board, decided by the delegate. Made Smarter style."""

from workflows.pathways.road import road
from workflows.stages import assessment, decision, intake, offer, triage

_STAGES = (
    intake.stage(reopen_guards=(), closes=False),
    triage.stage(take_up_guards=()),
    assessment.stage(moderated=False),
    decision.without_board(),
    offer.stage(approving=("decided",), goes_back_to="awaiting_decision"),
)
VERSION_1 = road("small_grant", 1, "Small grant", closes=False, stages=_STAGES)

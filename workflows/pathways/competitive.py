"""Competitive: one close for all, moderation, a ranked list, the board. Future Innovation Fund."""

from workflows.pathways.road import road
from workflows.rules.schedule import round_closed, round_open
from workflows.stages import assessment, board, decision, intake, moderation, offer, triage

_STAGES = (
    intake.stage(reopen_guards=(round_open,), closes=True),
    triage.stage(take_up_guards=(round_closed,)),
    assessment.stage(moderated=True),
    moderation.stage(),
    board.stage(),
    decision.after_board(),
    offer.stage(approving=("board_approved", "decided"), goes_back_to="at_board"),
)
VERSION_1 = road("competitive", 1, "Competitive round", closes=True, stages=_STAGES)

"""The machine of a question about a round: asked by anybody signed in, answered to everybody or to one."""

from workflows.actors import Permission
from workflows.effects import Notify, tell
from workflows.machine import Machine, State, Transition
from workflows.rules.grounds import nothing_missing

STATES = (
    State("asked", "To answer", "With us"),
    State("answered", "Answered to the asker", "Answered"),
    State("published", "Published", "Answered", final=True),
)

MACHINE = Machine(
    name="question",
    version=1,
    initial="asked",
    states=STATES,
    transitions=(
        Transition(
            action="publish",
            sources=("asked", "answered"),
            target="published",
            permission=Permission.QUESTION_ANSWER,
            label="Publish the answer",
            guards=(nothing_missing,),
            notice=tell(Notify("answer_published", "followers"), Notify("answer_published", "applicant")),
        ),
        Transition(
            action="answer",
            sources=("asked",),
            target="answered",
            permission=Permission.QUESTION_ANSWER,
            label="Answer the asker alone",
            guards=(nothing_missing,),
            notice=tell(Notify("question_answered", "asker")),
        ),
    ),
)

"""What anybody may open: the home page, a round with everything it fixed, and how the site behaves."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.installed import settings
from fundapp.queries import extensions, questions
from fundapp.queries import rounds as queries
from fundapp.web.guards import public
from fundapp.web.public import results, screen
from fundapp.web.public.pages import pages
from workflows.funds.answering import answered_by
from workflows.funds.showing import condition_in_words


@pages.get("/")
@public
def home() -> ResponseReturnValue:
    """The rounds that are open, what is coming, and what the funds are for."""
    calls = queries.recent()
    cards = screen.cards(calls, queries.next_cut_offs([call.id for call in calls if call.closes_at is None]))
    return render_template(
        "public/home.html",
        open_now=[card for card in cards if card.standing.key == "open"],
        coming=[card for card in cards if card.standing.key == "coming"],
        deciding=[card for card in cards if card.standing.key == "closed"],
        funds=queries.every_fund(),
        instruments=screen.INSTRUMENTS,
    )


@pages.get("/rounds/<ref>")
@public
def one_round(ref: str) -> ResponseReturnValue:
    """Everything a round fixed when it was published, before anybody starts."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    cut_off = queries.next_cut_off(call)
    rules, standing = call.rules, screen.standing(call, cut_off)
    return render_template(
        "public/round.html",
        call=call,
        rules=rules,
        standing=standing,
        figures=screen.figures(call, rules, standing),
        events=screen.events(call, rules, cut_off),
        share=screen.elapsed(call),
        today=clock.in_london(clock.now()),
        questions=screen.questions(rules),
        who=screen.who_may_apply(rules),
        costs=screen.costs(call.terms),
        ladder=screen.ladder(call.terms),
        assumptions=call.terms["assumptions"],
        results=results.of(call),
        answers=questions.published(call.id),
        moved=extensions.announced(call.id),
        takes_questions=standing.key != "closed",
        success=results.success,
        contact=settings().letter_email,
    )


@pages.get("/rounds/<ref>/form")
@public
def blank_form(ref: str) -> ResponseReturnValue:
    """The whole form with its guidance, limits and marks, to read or print before anybody starts."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    rules = call.rules
    return render_template(
        "public/blank_form.html",
        call=call,
        rules=rules,
        criteria={criterion.key: criterion for criterion in rules.criteria},
        answered_by=answered_by,
        asked_if=condition_in_words,
        standing=screen.standing(call),
    )


@pages.get("/how-we-decide")
@public
def how_we_decide() -> ResponseReturnValue:
    """How a bid is decided, step by step, and what nobody may do."""
    return render_template("public/how_we_decide.html", contact=settings().letter_email)


@pages.get("/open-data")
@public
def open_data() -> ResponseReturnValue:
    """Every file anybody may take, what a row of it is, and how often it changes."""
    return render_template("public/open_data.html", contact=settings().letter_email)


@pages.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How far everybody can use this site, and what to do where somebody cannot."""
    return render_template("public/accessibility.html", contact=settings().letter_email)


@pages.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, why, and for how long."""
    return render_template("public/privacy.html", contact=settings().letter_email)

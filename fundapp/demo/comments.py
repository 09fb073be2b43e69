"""What the invented assessors write beside their marks: each fits its criterion and its mark."""

from collections.abc import Mapping

# A mark from here on is praised, one below is not.
GOOD_MARK = 3

# By criterion: what is written beside a poor mark, and beside a good one.
COMMENTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clear_need": (
        (
            "Who has the problem is said, how often is not.",
            "The need rests on one customer, and no figure is given.",
            "I could not tell what they do about it today.",
        ),
        (
            "The need is shown with real figures from named customers.",
            "They watched the work being done and counted the hours: convincing.",
            "A clear problem, and the people who have it said so in writing.",
            "Well argued; a second source for the numbers would help.",
        ),
    ),
    "innovation": (
        (
            "Much of this can be bought already; the difference is not brought out.",
            "New to the firm, not to the trade.",
            "The unknown is named but nothing would test it.",
        ),
        (
            "Good bench evidence; the main unknown is named, with a test.",
            "A real step beyond what is on sale, and the table shows where others stop.",
            "The idea is simple and nobody has done it: I looked.",
            "Clever use of known parts. The pass mark of the trial is well chosen.",
        ),
    ),
    "delivery_plan": (
        (
            "The steps have no dates, so nobody could tell if it is late.",
            "Too much is left to the last two months.",
            "It is not clear who does the work in the second half.",
        ),
        (
            "Dates and people are clear. The third step is tight.",
            "The riskiest part comes first, as it should.",
            "Milestones can be checked by somebody who was not there.",
            "A team that has done this before, with time kept in hand.",
        ),
    ),
    "value_for_money": (
        (
            "Day rates are high for what is done, and no quote is attached.",
            "A third of the cost is travel, which is not explained.",
            "The gain would have to be ten times as large to carry this.",
        ),
        (
            "Costs are explained, and one quote is missing.",
            "Lean: most of the money goes into building and testing.",
            "What it would save in two years is more than it costs.",
            "Fair prices, and own money where it matters.",
        ),
    ),
    "place_and_people": (
        (
            "The jobs are hoped for; nothing ties them to the region.",
            "The work could be done anywhere.",
            "One sentence on apprentices, and none on who they would be.",
        ),
        (
            "Counted gain in one district; the others are hoped for.",
            "Jobs, suppliers and a workshop, all named and all here.",
            "Good on training: the college has agreed the places.",
            "It would bring an empty building back into use.",
        ),
    ),
    "why_a_grant": (
        (
            "They would do it anyway, only later.",
            "No other source was asked.",
            "The bank's answer is mentioned and not attached.",
        ),
        (
            "Other money was looked for, and the letters are attached.",
            "The gap is real: lenders want orders, and orders need this trial.",
            "Says plainly what would be left out without the grant.",
            "They put in what they can themselves.",
        ),
    ),
    "market": (
        (
            "The market is a figure from a report; no customer is named.",
            "I doubt that buyers can decide as fast as this assumes.",
            "The price is below what it costs to support.",
        ),
        (
            "Paid orders already, at the full price.",
            "They know who signs, and what it saves that person.",
            "A narrow first market, and a sensible way out of it.",
            "Competitors are described fairly.",
        ),
    ),
    "science": (
        (
            "The effect was seen ten times; that is too few.",
            "The licence from the university is not signed.",
            "What is new could be copied within a year.",
        ),
        (
            "Sound science, and the unit has run on a customer's site.",
            "The patent covers the step that matters.",
            "The open questions are the right ones, with tests for both.",
            "Measured by somebody else, and published.",
        ),
    ),
    "team": (
        (
            "Nobody here has sold anything of this kind.",
            "All rests on one founder.",
            "Three part-time people will not do this in a year.",
        ),
        (
            "Founders who know the science and the customers.",
            "They say what they lack and have found it.",
            "Has built and sold a product like this before.",
            "A small team, well chosen, with good advice beside it.",
        ),
    ),
    "return_on_investment": (
        (
            "The valuation rests on sales three years out.",
            "An exit is named, and no buyer.",
            "The next round is left out of the sums, and so is its dilution.",
        ),
        (
            "A modest valuation, and two ways to get the money back.",
            "The share register is clean, and the terms are plain.",
            "Break-even in year three on half the orders they expect.",
            "The use of funds follows the milestones.",
        ),
    ),
    "why_this_money": (
        (
            "Private investors have not been asked.",
            "It pays for what a customer's deposit would.",
            "Why now is not answered.",
        ),
        (
            "An investor matches it in writing, on the same terms.",
            "The step is too early for banks and too small for funds.",
            "It keeps the company here, and says how.",
            "Well explained, and the letters agree with it.",
        ),
    ),
}


def comment_on(criterion: str, mark: int, number: int) -> str:
    """What the n-th reader of a bid writes beside a mark."""
    poor, good = COMMENTS[criterion]
    known = good if mark >= GOOD_MARK else poor
    return known[number % len(known)]

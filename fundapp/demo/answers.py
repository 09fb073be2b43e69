"""What the invented bids answer: each fits the question it is given to."""

from collections.abc import Mapping

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "problem": (
        (
            "Three firms in the city region have told us what this costs them each month, and two of them"
            " have agreed to measure it with us before we begin."
        ),
        (
            "The people who have this problem work around it by hand: we watched five of them for a week"
            " and counted eleven hours lost. Each has said in writing what a remedy would be worth."
        ),
        (
            "About two hundred organisations between Halton and Southport do this every day with tools"
            " made for something else. We asked thirty of them; twenty-two named the same two faults."
        ),
    ),
    "answer": (
        (
            "Nothing on sale does this at a price a small firm can pay. We looked at four products and"
            " say in the table where each of them stops."
        ),
        (
            "Others measure after the fact; ours tells while there is still time to act. That is new"
            " here, and a search of patents found nothing that does it the same way."
        ),
        (
            "The parts are known, the way we put them together is not. It does with one step what takes"
            " three today, and needs no specialist to run it."
        ),
    ),
    "technology": (
        (
            "We have made a working unit that has run for nine weeks at a customer's site. What is new is"
            " how it corrects itself; the method is ours and a patent is applied for."
        ),
        (
            "Two prototypes are in use, one in our workshop and one at a partner's. Others need a"
            " laboratory for this; ours does it where the work is."
        ),
        (
            "Four years of research at a university here led to it, and the licence is signed. The new"
            " part is a step nobody had made cheap enough to sell."
        ),
    ),
    "unknowns": (
        (
            "What we do not know yet is whether it holds up outside the workshop. We find out in the"
            " first eight weeks, with a test anybody can repeat, and stop if it does not."
        ),
        (
            "Two things are open: how long the active part lasts, and what it costs to make a hundred."
            " The first has a bench test with a pass mark; for the second we have asked three makers."
        ),
        (
            "We have seen it work ten times and need to see it work a thousand. An independent workshop"
            " runs the trial, so that nobody has to take our word."
        ),
    ),
    "plan": (
        (
            "The plan has five steps. Each ends with a test that anybody can repeat, and a date by which"
            " we say whether it was passed."
        ),
        (
            "Months 1 to 3: build two units. Months 4 to 6: run them at both customers' sites. From month"
            " 7 we put right what the trial shows and write it up for others."
        ),
        (
            "We begin with the part most likely to fail. Only when it has passed do we order the rest, so"
            " little is spent before the main question is answered."
        ),
    ),
    "team": (
        ("Two people who have done this before lead the work, and an apprentice joins from the third month."),
        (
            "The founder has brought two products of this kind to market. A production engineer and a"
            " technician work on it full time, and a retired plant manager advises us one day a week."
        ),
        (
            "Four of us: one knows the science, one the customers, one how to make it, one the books."
            " What we lack is somebody for approvals, and we have chosen a firm for that."
        ),
    ),
    "risks": (
        (
            "A key part comes from one maker abroad: we have found a second and hold two spares. If the"
            " trial site closes for repairs we lose three weeks, and the plan has room for four."
        ),
        (
            "The likeliest trouble is that approval takes longer than promised. We have asked for it"
            " already and can run the trial under a permit until it comes."
        ),
        (
            "If our lead engineer falls ill nobody else knows the controls well enough. We write them"
            " down in the first month and a colleague runs the second test without help."
        ),
    ),
    "why_grant": (
        (
            "The bank lends against orders, and there are none before it is shown to work. We pay what we"
            " can ourselves; without the grant the trial would be half as long and prove nothing."
        ),
        (
            "An investor has said yes to the next step if this one succeeds, and no to this one. The"
            " grant closes exactly that gap, and we put in the rest from last year's profit."
        ),
        (
            "We asked two banks and a loan fund and attach their answers. All three like the firm and"
            " none will carry the risk of the first unit."
        ),
    ),
    "funded_by": (
        (
            "A grant of £12,000 towards the first drawings, two years ago. It paid for other work than"
            " this, which is finished and reported."
        ),
        (
            "A voucher for ten days in a university's laboratory. It paid for the measurements in the"
            " table and for nothing we ask for here."
        ),
    ),
    "difference": (
        (
            "If it works we make it here: six jobs in the first two years, and parts from suppliers in"
            " the region."
        ),
        (
            "The first users are in Wirral and Knowsley and would save about four tonnes of waste a year"
            " each. Two apprentices from St Helens learn the trade with us."
        ),
        (
            "We would move into a workshop in Halton that has stood empty for a year, and buy three"
            " quarters of the parts within ten miles of it."
        ),
    ),
    "ownership": (
        (
            "The two founders hold 82 of 100 shares, half each. A private investor from Sefton holds 12,"
            " and six are kept for people who join. There are no loans that turn into shares."
        ),
        (
            "Three founders own 70%, the university from which the work comes 10%, and two private"
            " investors the rest. Nobody else has a right to shares, and all have signed one agreement."
        ),
        (
            "The founder owns 91% and an adviser 9%. A family loan of £40,000 is on the books; it is"
            " repaid last and does not turn into shares."
        ),
    ),
    "customers": (
        (
            "Operators of small plants, who lose a day a month to this fault. Two have ordered one unit"
            " each at full price and a third has signed a letter of intent."
        ),
        (
            "Care providers and councils: it saves them a visit in three. A trial with one of them ended"
            " in an order, and a framework they all buy from has opened to us."
        ),
        (
            "Makers who must prove to their own customers what we measure. They pay £400 a month today"
            " for something slower; we ask for £250."
        ),
    ),
    "competitors": (
        (
            "One firm abroad sells a larger machine for ten times the price. Two start-ups work on the"
            " same question by another way; neither has a customer yet."
        ),
        (
            "Most of our customers use a spreadsheet and a telephone. The one product made for this was"
            " withdrawn last year; we have hired the person who supported it here."
        ),
        (
            "Three companies measure the same thing afterwards. None can act on it in time, and our"
            " patent covers the step that makes that possible."
        ),
    ),
    "why_this_money": (
        (
            "Private investors want to see the first ten units sold, which is what this pays for. One has"
            " agreed in writing to put in as much as you do, on the same terms."
        ),
        (
            "Funds in London asked us to move. We would rather grow here, and need an investor who waits"
            " five years and not three. Two angels come in beside you."
        ),
        (
            "We have spent what the founders had. A bank offers a loan that would cost us the second"
            " engineer; with this investment we keep her and reach break-even a year earlier."
        ),
    ),
}


def answer_to(question: str, number: int) -> str:
    """What the n-th bid answers to a question."""
    known = ANSWERS[question]
    return known[number % len(known)]

"""Letters to print in tests and benches: five people to write to, in every kind of letter."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from fundapp.letters.contents import (
    Assistance,
    Completion,
    Condition,
    Contents,
    CriterionResult,
    Decision,
    Decline,
    Heading,
    InvestmentTerm,
    MfaConfirmation,
    MfaNotification,
    OfferOfGrant,
    OfferOfInvestment,
    Recipient,
    Sender,
    Signatory,
    Termination,
    Tranche,
)


@dataclass(frozen=True)
class Reader:
    """Somebody a letter may go to, and what is awkward about them."""

    key: str
    name: str
    organisation: str
    address: tuple[str, ...]
    project: str
    words: str


READERS = (
    Reader(
        "plain",
        "Marguerite Osei",
        "Wrackline Sensing Ltd",
        ("Unit 9, Nowhere Dock", "Wirral CH0 0ZZ"),
        "Self-cleaning tide sensors for working docks",
        "The panel thought the need was clearly shown and liked that you named what you do not know yet.",
    ),
    Reader(
        "welsh",
        "Siân Ŵyn Llŷr-Ó Dálaigh",
        "Cwmni Ynni’r Môr Cyfyngedig (Ŷ Gŵr)",
        ("Tŷ’r Dŵr, Lôn Þórr", "Łódzka Façade", "Wirral CH0 0ZZ"),
        "Ynni glân o’r llanw: ŵ ŷ ẁ ẃ ẅ and ỳ, naïve façade, Ærø",
        "Roedd y panel o’r farn fod yr angen yn glir. Žluťoučký kůň; Ἑλλάς; Київ.",
    ),
    Reader(
        "long",
        "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley Montgomery-Massingberd",
        "The Merseyside and Cheshire Cooperative Federation for Estuarine Sedimentology, Hydrographic"
        " Instrumentation and Autonomous Vessel Certification (Northern Division) Community Interest Company",
        (
            "Suite 1204, The Extraordinarily Long Warehouse Conversion Building",
            "A street whose name goes on for rather longer than most streets",
            "Nowhere Dock Industrial Estate and Enterprise Zone Phase Two",
            "Liverpool L0 0AA",
        ),
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
        "A reason that keeps going because somebody had a great deal to say about it. " * 12,
    ),
    Reader(
        "right_to_left",
        "ליאת בן-דוד / ليلى الحداد",
        "شركة المد والجزر المحدودة",
        ("رصيف رقم ٩", "Wirral CH0 0ZZ"),
        "مستشعرات المد والجزر (tide sensors) למזחים",
        "رأت اللجنة أن الحاجة واضحة. הוועדה סברה שהצורך ברור.",
    ),
    Reader(
        "markup",
        "<script>alert(1)</script> & <b>Bold</b>",
        "</td></tr></table><h1>Other Ltd</h1> {{ 7*7 }} {% raw %}",
        ('"><img src=x onerror=alert(1)>', "<style>*{display:none}</style>", "]]> <!-- ' \" \\ `"),
        "<svg onload=alert(1)><image href='http://127.0.0.1:1/x'></svg> javascript:alert(1)",
        "<link rel=stylesheet href=//evil.example/x.css><base href=http://evil.example/>&lt;i&gt; ${7*7}",
    ),
)
PLAIN = READERS[0]


def every_kind(reader: Reader) -> tuple[Contents, ...]:
    """One letter of each kind to this reader, in the catalogue's order."""
    return (
        offer_of_grant(reader),
        offer_of_investment(reader),
        decline(reader),
        mfa_notification(reader),
        mfa_confirmation(reader),
        completion(reader),
        termination(reader),
    )


def heading(reader: Reader = PLAIN) -> Heading:
    """The top and foot of a letter to this reader."""
    return Heading(
        reference="FIF7-0147",
        number=1,
        code="7K2M-94Q3",
        check_address="https://funds.example/check",
        dated_on=date(2027, 2, 17),
        release_at=datetime(2027, 2, 17, 9, 0, tzinfo=UTC),
        fund="Future Innovation Fund",
        round="round 7",
        project=reader.project,
        company_number="ZZ000147",
        sender=Sender(
            authority="Liverpool City Region",
            department="Innovation funds",
            address="1 Example Quay, Liverpool L0 0AA",
            email="funds@funds.example",
            notice="Demonstration letter: nothing here is real",
        ),
        recipient=Recipient(name=reader.name, organisation=reader.organisation, address=reader.address),
        signatory=Signatory(
            name="Theodora Minns", post="Director of Innovation", on_behalf_of="For the Combined Authority"
        ),
    )


def decision(reader: Reader = PLAIN) -> Decision:
    """A decision taken on the board's recommendation."""
    return Decision(
        decided_by="Combined Authority",
        decided_on=date(2027, 2, 15),
        recommended_by="Innovation Board",
        recommended_on=date(2027, 2, 11),
        reasons=(reader.words,),
        bids_received=171,
        bids_funded=13,
    )


def assistance(gross_pence: int = 5_920_000) -> Assistance:
    """Minimal financial assistance well inside the limit."""
    return Assistance(
        gross_pence=gross_pence,
        received_pence=1_840_000,
        confirmed_on=date(2027, 2, 12),
        window_from=date(2024, 4, 1),
        limit_pence=31_500_000,
    )


def conditions() -> tuple[Condition, ...]:
    """Four conditions, one without a day."""
    rows = (
        (
            "Before the first payment",
            "Send the signed agreement with the test house for the hull-coating trials.",
            date(2027, 4, 30),
        ),
        ("Before the first payment", "Show that your £59,200.00 match is in place.", date(2027, 4, 30)),
        (
            "During the project",
            "Tell us within 10 working days if the trial dates move by more than a month.",
            None,
        ),
        ("At the end", "Send a final report and keep records until 31 March 2038.", date(2028, 6, 30)),
    )
    return tuple(Condition(when=when, what=what, by=by) for when, what, by in rows)


def offer_of_grant(reader: Reader = PLAIN) -> OfferOfGrant:
    """An offer of a grant of £59,200.00."""
    return OfferOfGrant(
        heading=heading(reader),
        decision=decision(reader),
        reply_by=datetime(2027, 3, 17, 12, 0, tzinfo=UTC),
        award_pence=5_920_000,
        qualifying_cost_pence=11_840_000,
        rate=5_000,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
        claim_months=3,
        retention_rate=1_000,
        retention_pence=592_000,
        conditions=conditions(),
        assistance=assistance(),
        given_on_acceptance=True,
        pay_within_days=20,
        final_report_by=date(2028, 6, 30),
        records_until=date(2038, 3, 31),
        change_notice_days=10,
        data_contact="privacy@funds.example",
        results=(),
    )


def offer_of_investment(reader: Reader = PLAIN) -> OfferOfInvestment:
    """An offer to buy shares for £150,000.00 in two tranches."""
    return OfferOfInvestment(
        heading=replace(heading(reader), fund="LCR Ventures", round="spring 2027", reference="LCRV-0031"),
        decision=replace(decision(reader), bids_received=None, bids_funded=None),
        reply_by=datetime(2027, 3, 17, 12, 0, tzinfo=UTC),
        instrument="equity",
        amount_pence=15_000_000,
        terms=(
            InvestmentTerm(name="Valuation", words="£1,200,000.00 before our money, at 3 February 2027"),
            InvestmentTerm(name="Our holding", words="11.11% of the ordinary shares, fully diluted"),
        ),
        tranches=(
            Tranche(amount_pence=9_000_000, due_on=date(2027, 4, 1), milestone="The shares are registered"),
            Tranche(
                amount_pence=6_000_000, due_on=date(2027, 10, 1), milestone="The first dock trial has run"
            ),
        ),
        conditions=conditions(),
        assistance=assistance(15_000_000),
        subsidy_basis="",
        given_on_acceptance=True,
        statement_months=6,
        records_until=date(2038, 3, 31),
        change_notice_days=10,
        data_contact="privacy@funds.example",
        results=(),
    )


def decline(reader: Reader = PLAIN) -> Decline:
    """A bid that scored near the line and is not funded."""
    marks = (
        ("Strategic fit", 2_000, 400, 352, "The link to the dock operators is plain and well evidenced."),
        ("Project plan", 2_000, 300, 341, reader.words),
        ("Ability to deliver", 2_000, 350, 344, "The team is strong; the test house is not yet signed."),
        ("Value for money", 1_500, 300, 338, "Two of the five cost lines are not explained."),
        ("Social impact", 1_500, 400, 329, "Apprentices are named, with their employers."),
        ("Need for the grant", 1_000, 250, 336, "The bid does not say what happens without the grant."),
    )
    return Decline(
        heading=heading(reader),
        decision=decision(reader),
        asked_pence=5_920_000,
        results=tuple(
            CriterionResult(name=name, weight=weight, score=score, average=mean, highest=500, comment=comment)
            for name, weight, score, mean, comment in marks
        ),
        total=6_850,
        average_total=6_812,
        lowest_funded_total=7_930,
        assessors=3,
        next_steps=(
            "Your answers are kept. You can carry them into a new bid and change what you like.",
            "The next round is planned to open on 3 May 2027. We will write to you the week before.",
        ),
        review_by=date(2027, 3, 17),
    )


def mfa_notification(reader: Reader = PLAIN) -> MfaNotification:
    """The notice that comes before an offer."""
    return MfaNotification(
        heading=heading(reader),
        gross_pence=5_920_000,
        limit_pence=31_500_000,
        window_from=date(2024, 4, 1),
        window_to=date(2027, 3, 31),
        reply_by=datetime(2027, 3, 3, 12, 0, tzinfo=UTC),
    )


def mfa_confirmation(reader: Reader = PLAIN) -> MfaConfirmation:
    """The confirmation that comes with acceptance."""
    return MfaConfirmation(
        heading=heading(reader),
        assistance=assistance(),
        given_on=date(2027, 3, 2),
        keep_until=date(2030, 3, 2),
    )


def completion(reader: Reader = PLAIN) -> Completion:
    """The close of an award of £59,200.00 of which a little was never claimed."""
    return Completion(
        heading=replace(heading(reader), dated_on=date(2028, 7, 14), release_at=None),
        award_pence=5_920_000,
        cost_pence=11_602_050,
        paid_pence=5_801_025,
        not_claimed_pence=118_975,
        starts_on=date(2027, 4, 1),
        ends_on=date(2028, 3, 31),
        completed_on=date(2028, 7, 14),
        records_until=date(2038, 3, 31),
    )


def termination(reader: Reader = PLAIN) -> Termination:
    """The end of an award of £59,200.00 of which £12,000.00 was paid."""
    return Termination(
        heading=replace(heading(reader), dated_on=date(2027, 11, 3), release_at=None),
        award_pence=5_920_000,
        paid_pence=1_200_000,
        withdrawn_pence=4_720_000,
        ended_on=date(2027, 11, 2),
        decided_by="The Combined Authority’s delegate",
        reason=reader.words,
        records_until=date(2037, 11, 2),
        review_by=date(2027, 11, 30),
    )

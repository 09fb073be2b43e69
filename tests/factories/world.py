"""One small world in which everything a page can be about exists: a bid in every part of the road, and
whatever must stay secret, marked by words that occur nowhere else.

It is built by the service verbs once a run, and copied as a database for every test that asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.applications import AnswerVersion, Application, Submission
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.bid_files import BidFile
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.funds import Fund, Round
from fundapp.models.letters import Letter
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.models.organisations import Organisation
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import LoginSession, Person
from fundapp.models.round_pages import Follower
from fundapp.queries import teams as team_queries
from fundapp.services import (
    answers,
    assessment,
    assignment,
    awards,
    bank_accounts,
    bid_files,
    bid_printing,
    bids,
    board,
    claims,
    equality,
    following,
    joining,
    links,
    payments,
    personas,
    questions,
    stopping,
    submissions,
    teams,
    triage,
    unfinished,
)
from fundapp.services.claims import Line
from fundapp.services.sessions import Browser
from fundapp.services.uploads.examining import Candidate
from fundapp.transaction import transaction
from fundapp.web import assets
from tests.factories import costs
from tests.factories import region as made
from tests.factories.bids import DECLARED, answer_to
from tests.factories.outbox import work_off
from tests.factories.region import Region
from workflows.actors import Role
from workflows.funds import evidence
from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED, Span
from workflows.rules.quorum import Choice
from workflows.team import Part

TITLE = "Quokkalight"
DRAFT = "Quokkadraft"
ANSWER = "Quokkaanswer"
MARK = "Quokkamark"
REASON = "Quokkareason"
INTEREST = "Quokkainterest"
ACCOUNT = "86420975"
FILES = "documents"

# Who may read each secret anywhere on the site; anybody else must find it nowhere.
READERS: Mapping[str, frozenset[str]] = {
    TITLE: frozenset(
        {"owner", "assessor", "officer", "member", "chair", "decider", "finance", "auditor", "administrator"}
    ),
    DRAFT: frozenset({"owner", "guest"}),
    ANSWER: frozenset({"owner", "assessor", "officer", "member", "chair", "decider", "auditor"}),
    MARK: frozenset({"assessor", "officer", "member", "chair", "decider", "auditor"}),
    REASON: frozenset({"officer", "member", "chair", "decider", "auditor"}),
    INTEREST: frozenset({"officer", "member", "chair", "auditor"}),
    ACCOUNT: frozenset({"finance"}),
}
SECOND_SORT_CODE = "000000"


@dataclass
class World:
    """What was built, as plain values: people by the part they play, addresses by what they are about."""

    people: dict[str, int] = field(default_factory=dict)
    values: dict[str, dict[str, object]] = field(default_factory=dict)

    def about(self, endpoint: str) -> dict[str, object]:
        """What fills a route's address: its blueprint's usual things, and its own where it needs others."""
        return self.values.get(endpoint.partition(".")[0], {}) | self.values.get(endpoint, {})


def build() -> World:
    """Build it all in an empty database and return what is where."""
    return _Builder().build()


class _Builder:
    def __init__(self) -> None:
        self.region: Region = made.invent_region()
        self.fund: Fund = made.install(self.region)
        self.owner = self._invent("Orla Owner", Role.APPLICANT)
        self.rival = self._invent("Rhys Rival", Role.APPLICANT)
        self.guest = self._invent("Gwen Guest", Role.APPLICANT)
        self.firms = 0
        self.world = World()

    def build(self) -> World:
        live = self._live_award()
        offered, confirming, declined = self._decided_round()
        sitting = self._round_in_session()
        self._decided_in_secret()
        reading = self._round_being_read()
        waiting = self._waiting_for_the_delegate()
        draft, sent = self._open_round()
        self._parked_work()
        self._cast(reading)
        self.world.values = {
            "apply": {"reference": draft.reference, "key": _first_question(draft)},
            "apply.money": {"number": 0},
            "apply.autosave_money": {"number": 0},
            "apply.money_totals": {"number": 0},
            "apply.calculation": {"number": 0},
            "apply.add_calculation": {"number": 0},
            "apply.remove_calculation": {"number": 0, "file_id": self._calculation(draft)},
            "apply.calculation_file": {"number": 0, "file_id": self._calculation(draft)},
            "apply.begin_calculation": {"number": 0},
            "apply.take_calculation_piece": {
                "number": 0,
                "upload_id": self._upload(draft, evidence.calculation(0)),
                "place": 0,
            },
            "apply.autosave@place": {"key": _question_of(draft, "organisation")},
            "apply.autosave@size": {"key": _question_of(draft, "size")},
            "apply.remove_partner": {"number": 1},
            "apply.restore": {"version_id": _earlier_text(draft)},
            "apply.stop_invitation": {"link_id": _invitation(draft)},
            "apply.change_part": {"person_id": self.guest.id},
            "apply.remove": {"person_id": self.guest.id},
            "apply.offer_lead": {"person_id": self.guest.id},
            "apply.files": {"key": FILES},
            "apply.add_files": {"key": FILES},
            "apply.remove_file": {"file_id": _file(draft)},
            "apply.begin_upload": {"key": FILES},
            "apply.take_piece": {"upload_id": self._upload(draft), "place": 0},
            "apply.file": {"file_id": _file(draft)},
            "assess.file": {"file_id": _file(reading.application)},
            "office.file": {"file_id": _file(reading.application)},
            "board.file": {"file_id": _file(sitting.items[0].application)},
            "apply.new": {"?": f"round={draft.round.ref}"},
            "apply.receipt": {"reference": sent.reference},
            "apply.everything": {"reference": sent.reference},
            "apply.everything_json": {"reference": sent.reference},
            **self._paper(sent),
            "apply.outcome": {"reference": offered.application.reference},
            "apply.accept": {"reference": offered.application.reference},
            "apply.confirm": {"reference": confirming.application.reference},
            "apply.step_back": {"reference": confirming.application.reference},
            "apply.send_acceptance": {"reference": offered.application.reference},
            "apply.send_refusal": {"reference": offered.application.reference},
            "apply.send_confirmation": {"reference": confirming.application.reference},
            "apply.reopen": {"reference": sent.reference},
            "organisations": {"number": offered.application.organisation_id},
            **self._request(offered.application.organisation),
            "assess": {"number": reading.id, "key": reading.application.round.criteria[0].key},
            "office": {"ref": reading.application.reference, "number": reading.id},
            "board": {"number": sitting.id, "position": 1},
            "decisions": {"reference": waiting.reference},
            "letters": {"code": _letter(offered).code},
            "letters.pdf@unreleased": {"code": _decline_letter(declined).code},
            "office.letter": {"code": _letter(offered).code},
            "office.release": {"code": _decline_letter(declined).code},
            "office.void": {"code": _letter(offered).code},
            "public": {"ref": draft.round.ref},
            "public.one_round@finished": {"ref": live.application.round.ref},
            "public.can_you_apply@told": {"?": "place=elsewhere"},
            **{page: {"token": equality.token_of(draft.round.ref)} for page in EQUALITY_PAGES},
            **self._follower(draft.round),
            **self._question(draft.round),
            "account": {"number": db.session.query(LoginSession).count() + 1, "token": self._link()},
            "admin": {"number": self.owner.id},
            "admin.message": {"number": self._message()},
            "admin.message@signs_in": {"number": self._account_message()},
            "admin.retry": {"number": self._parked_row()},
            "static": {"name": next(assets.BUILT.glob("*.css")).name},
            **self._money(live),
        }
        for endpoint in ROUND_PAGES:
            self.world.values[endpoint] = {"ref": reading.application.round.ref}
        db.session.rollback()
        return self.world

    def _request(self, organisation: Organisation) -> dict[str, dict[str, object]]:
        """Where somebody who asks to act for an organisation is answered, by its people and by the office."""
        asked = joining.ask(organisation, self.rival).id
        here: dict[str, object] = {"number": organisation.id, "asked": asked}
        return {"organisations.joining": here, "office.answer_joining": {"asked": asked}}

    def _live_award(self) -> Award:
        """A finished round: its award is live, one claim paid, one in a run, one waiting for a check."""
        call = made.open_round(self.region, self.fund, number=5)
        bid = self._send_in(call, self.owner)
        made.pass_time(days=31)
        made.assess(self.region, call, [bid], [5])
        self._decide(call, [bid], ["approve"])
        made.pass_time(days=60)
        award = _award(bid)
        awards.confirm_subsidy(award, [], self.owner)
        work_off()
        awards.release_offer(award, self.region.second_officer)
        awards.accept(award, self.owner.name, self.owner)
        awards.start(award, self.region.officer)
        awards.discharge_condition(award, 1, self.region.officer)
        account = bank_accounts.enter(bid.organisation, "Owner Ltd", SECOND_SORT_CODE, ACCOUNT, self.owner)
        bank_accounts.verify(account, self.region.finance[0])
        bank_accounts.verify(account, self.region.finance[1])
        made.pass_time(days=150)
        self._first_claim(award)
        return award

    def _first_claim(self, award: Award) -> None:
        claim = _claim(award, 1)
        paid_on = award.starts_on + timedelta(days=3)
        line = Line("Supplier", "INV-1", paid_on, paid_on, 1_000_000, 0, True, "materials", "applied", 8_000)
        claims.submit(claim, [line], self.owner)
        claims.check(claim, {}, self.region.finance[0])
        claims.approve(claim, self.region.finance[1])
        payments.prepare([claim], self.region.finance[2])
        work_off()

    def _decided_round(self) -> tuple[Award, Award, Application]:
        """A round whose decisions are out: one offer, one confirmation owed, one letter not let go yet."""
        call = made.open_round(self.region, self.fund, number=6)
        sent = [self._send_in(call, who) for who in (self.owner, self.owner, self.owner, self.rival)]
        made.pass_time(days=31)
        made.assess(self.region, call, sent, [5, 4, 3, 4])
        self._decide(call, sent, ["approve", "approve", "decline", "approve"])
        made.pass_time(days=60)
        awards.confirm_subsidy(_award(sent[0]), [], self.owner)
        awards.confirm_subsidy(_award(sent[3]), [], self.rival)
        work_off()
        awards.release_offer(_award(sent[0]), self.region.second_officer)
        awards.release_offer(_award(sent[3]), self.region.second_officer)
        work_off()
        return _award(sent[0]), _award(sent[1]), sent[2]

    def _decided_in_secret(self) -> None:
        """A bid the board has approved and the release instant still hides."""
        call, (bid,) = self._recommended(8, [self.owner], days=1)
        self._decide(call, [bid], ["approve"])
        work_off()

    def _round_in_session(self) -> Meeting:
        """A meeting that sits: one bid voted on and recorded, one still open."""
        call, both = self._recommended(7, [self.owner, self.rival], days=1)
        meeting = self._sit(call, both)
        first = meeting.items[0]
        board.declare_interest(first, INTEREST, leaves=False, actor=self.region.members[1])
        self._vote(first, "approve")
        return meeting

    def _recommended(self, number: int, leads: list[Person], days: int) -> tuple[Round, list[Application]]:
        call = made.open_round(self.region, self.fund, number=number, days=days)
        sent = [self._send_in(call, who) for who in leads]
        made.pass_time(days=days)
        made.assess(self.region, call, sent, [5] * len(sent), f"{MARK} well argued")
        return call, sent

    def _round_being_read(self) -> Assessment:
        """A closed round: one bid being marked, one in triage, one not taken up."""
        call = made.open_round(self.region, self.fund, number=9, days=1)
        bid = self._send_in(call, self.owner)
        self._send_in(call, self.rival)
        made.pass_time(days=1)
        triage.take_up_all(call, self.region.officer)
        triage.accept(bid, self.region.officer, findings={each.key: True for each in triage.checks_of(bid)})
        assignment.propose(call, self.region.officer)
        assignment.invite_all(call, self.region.officer)
        reading = db.session.scalars(
            select(Assessment).where(Assessment.application_id == bid.id).order_by(Assessment.id)
        ).first()
        assert reading is not None
        assessment.accept(reading, reading.assessor)
        for criterion in call.criteria[:2]:
            assessment.save_mark(reading, criterion, reading.assessor, score=4, comment=f"{MARK} well argued")
        return reading

    def _waiting_for_the_delegate(self) -> Application:
        """A recommended investment."""
        call = made.open_round(self.region, made.install(self.region, "lcr_ventures"), number=1, days=1)
        bid = self._send_in(call, self.owner, pence=10_000_000)
        made.pass_time(days=1)
        made.assess(self.region, call, [bid], [5])
        self._decide(call, [bid], ["approve"])
        return bid

    def _open_round(self) -> tuple[Application, Application]:
        """A round that takes bids: a draft of ours, one of theirs, and one of ours sent in."""
        call = made.open_round(self.region, self.fund, number=10, days=10)
        draft = self._write(call, self.owner, title=f"{DRAFT} one", words=DRAFT)
        self._write(call, self.rival, title="Their draft", words="Theirs")
        sent = self._send_in(call, self.owner)
        self._ask_in(draft)
        work_off()
        return draft, sent

    def _ask_in(self, draft: Application) -> None:
        """The guest reads our draft; somebody else was asked to and has not come."""
        teams.invite(draft, self.guest.email, Part.READER, self.owner)
        mail = db.session.query(Message.body_text).filter_by(to_address=self.guest.email).one()
        token = mail[0].partition("/account/link/")[2].split()[0]
        teams.join(token, Browser("192.0.2.1", "Test browser"))
        teams.invite(draft, "late@elsewhere.example", Part.WRITER, self.owner)

    def _decide(self, call: Round, sent: list[Application], outcomes: list[str]) -> None:
        meeting = self._sit(call, sent)
        for item, outcome in zip(list(meeting.items), outcomes, strict=True):
            self._vote(item, outcome)
        board.close(meeting, self.region.officer)

    def _sit(self, call: Round, sent: list[Application]) -> Meeting:
        meeting = board.plan_meeting(
            call,
            title="Investment panel",
            meets_at=made.now() + timedelta(hours=1),
            quorum=5,
            members=self.region.members,
            chair=self.region.chair,
            bids=sent,
            actor=self.region.officer,
        )
        board.issue_papers(meeting, self.region.officer)
        return board.open_session(meeting, self.region.board, self.region.chair)

    def _vote(self, item: MeetingItem, outcome: str) -> None:
        for member in self.region.board[:6]:
            board.vote(item, Choice.FOR, member)
        secret = item.application.round.number in (7, 8)
        condition = {"moment": "First payment", "text": "Show your match.", "before_payment": True}
        board.record_outcome(
            item,
            outcome,
            amount_pence=item.application.grant_requested_pence or 0,
            reason=f"{REASON if secret else 'Said'} in a sentence.",
            conditions=[condition] if outcome == "approve" else [],
            actor=self.region.chair,
        )

    def _write(
        self, call: Round, lead: Person, *, title: str, words: str, pence: int = 2_500_000
    ) -> Application:
        self.firms += 1
        firm = made.register_firm(lead, self.firms)
        bid = bids.start(call, firm, title, lead)
        project = made.project(call, self.firms)
        bids.save_project(bid, replace(project, title=title), bid.project_version, lead)
        costs.write(bid, lead, made.half_of_it(pence))
        for question in call.rules.of_kind(*ANSWERED):
            answers.save(
                bid, question.key, answer_to(question, words, Span(bid.starts_on, bid.months)), 0, lead
            )
        for question in call.rules.of_kind("file"):
            content = f"{words} in a table,{self.firms}".encode()
            bid_files.add(bid, question, Candidate(f"{words}.csv", "csv", content, None), lead)
        return bid

    def _send_in(self, call: Round, lead: Person, pence: int = 2_500_000) -> Application:
        mine = lead is self.owner
        secret = mine and call.number > 6
        title = f"{TITLE if secret else 'Idea'} {self.firms}"
        words = ANSWER if secret else "What we say"
        bid = self._write(call, lead, title=title, words=words, pence=pence)
        submissions.submit(
            bid, key=f"press-{self.firms}", signatory=lead.name, declared=list(DECLARED), actor=lead
        )
        return bid

    def _cast(self, reading: Assessment) -> None:
        """Who plays which part; the last three are invented when nothing can be assigned to them any more."""
        region = self.region
        parts = {
            "owner": self.owner,
            "rival": self.rival,
            "guest": self.guest,
            "assessor": reading.assessor,
            "unassigned": self._invent("Una Unassigned", Role.ASSESSOR),
            "officer": region.officer,
            "member": region.members[0],
            "chair": region.chair,
            "decider": region.decider,
            "finance": region.finance[0],
            "auditor": self._invent("Tove Auditor", Role.AUDITOR),
            "administrator": self._invent("Sam Administrator", Role.ADMINISTRATOR),
        }
        self.world.people = {part: person.id for part, person in parts.items()}

    def _invent(self, name: str, role: Role) -> Person:
        return personas.invent(name, f"{name.lower().replace(' ', '@')}.example", role)

    @transaction()
    def _link(self) -> str:
        return links.make("sign_in", self.owner.email, self.owner).rpartition("/")[2]

    def _paper(self, sent: Application) -> dict[str, dict[str, object]]:
        """The printed version of a bid that was sent in."""
        bid_printing.ask(db.session.query(Submission).filter_by(application_id=sent.id).one())
        work_off(leaving="")
        pages = ("print_version", "version_pdf", "version_json")
        return {f"apply.{page}": {"reference": sent.reference, "number": 1} for page in pages}

    def _follower(self, call: Round) -> dict[str, dict[str, object]]:
        """Somebody who asked to follow a round, with the link in their mail and the one that stops."""
        following.ask(call, "reader@people.example", Browser("192.0.2.9", "Test browser"))
        follower = db.session.query(Follower).one()
        mail = db.session.query(Message).filter_by(to_address=follower.email).one()
        link = next(line for line in mail.body_text.splitlines() if "/follow/" in line)
        return {
            "public.confirm_following": {"token": link.rpartition("/")[2]},
            "public.stop_following": {"token": stopping.token_of(follower.id)},
        }

    def _question(self, call: Round) -> dict[str, dict[str, object]]:
        """A question the office has not answered, by the owner."""
        number = questions.ask(call, "May the work begin before the offer?", self.owner).id
        pages = ("question", "publish_answer", "answer_asker")
        return {f"office.{page}": {"number": number} for page in pages}

    @transaction()
    def _parked_work(self) -> None:
        row = db.session.get_one(OutboxRow, outbox.stage("post_ledger", "parked", {"posting": "none"}))
        row.attempts, row.parked_at, row.last_error = 9, clock.now(), "RuntimeError: no"

    def _upload(self, bid: Application, asked: Question | None = None) -> int:
        """The beginning of a file that its lead is sending."""
        asked = asked or next(bid.round.rules.of_kind("file"))
        return unfinished.begin(bid, asked, "tides.csv", 8, 1, bid.lead).id

    def _calculation(self, bid: Application) -> int:
        """How its lead has calculated overheads; the same bytes again are the same file."""
        file = Candidate("overheads.csv", "csv", b"rent,100", None)
        return bid_files.add(bid, evidence.calculation(0), file, bid.lead).id

    def _parked_row(self) -> int:
        return db.session.scalars(select(OutboxRow.id).where(OutboxRow.parked_at.is_not(None))).one()

    def _message(self) -> int:
        found = select(Message.id).where(Message.case_kind != ACCOUNT_MAIL).order_by(Message.id)
        return db.session.scalars(found.limit(1)).one()

    @transaction()
    def _account_message(self) -> int:
        mail = Message(
            key="signs-in", to_address=self.owner.email, to_person_id=self.owner.id, subject="Sign in",
            body_text="A link", case_kind=ACCOUNT_MAIL, case_id=self.owner.id, created_at=clock.now(),
            delivery="local", state="waiting",
        )  # fmt: skip
        db.session.add(mail)
        db.session.flush()
        return mail.id

    def _money(self, award: Award) -> dict[str, dict[str, object]]:
        """The claims, the run and the bank details of a live award, as the addresses of finance name them."""
        claim: dict[str, object] = {"number": _claim(award, 1).id}
        run = db.session.scalars(select(PaymentRun)).one()
        bank: dict[str, object] = {"number": db.session.scalars(select(BankAccount.id)).one()}
        own: dict[str, object] = {"reference": award.application.reference}
        return {
            "finance": {"ref": award.reference, "number": run.number, "line_id": run.lines[0].id},
            "finance.discharge": {"number": 1},
            **{f"finance.{name}": claim for name in ("claim", "check", "query", "approve", "reject")},
            **{f"finance.{name}": bank for name in ("account", "verify")},
            "apply.bank": own,
            "apply.claims_of_bid": own,
            "apply.claim": own | {"number": 2},
        }


EQUALITY_PAGES = ("public.equality", "public.equality_thanks")
ROUND_PAGES = (
    "office.add",
    "office.assign",
    "office.close_all",
    "office.closing_marking",
    "office.dashboard",
    "office.deadline",
    "office.declines",
    "office.equality",
    "office.equality_csv",
    "office.extend_bid",
    "office.extend_round",
    "office.invite_all",
    "office.mark_assessed",
    "office.mark_decided",
    "office.meeting",
    "office.moderation",
    "office.near_misses",
    "office.pass_all",
    "office.plan_meeting",
    "office.propose",
    "office.questions",
    "office.ranked",
    "office.ranked_csv",
    "office.release_declines",
    "office.take_up_all",
    "office.triage",
)


def _invitation(bid: Application) -> int:
    """An invitation to a bid's team that nobody has taken up."""
    return team_queries.invitations_of(bid.id)[0].id


def _earlier_text(bid: Application) -> int:
    """A text in the history of the first answer, which was longer once."""
    key = _first_question(bid)
    now = answers.answers_of(bid)[key].value
    for version, value in ((1, {"text": f"{now['text']} " * 2 * answers.FEW_WORDS}), (2, now)):
        answers.save(bid, key, value, version, bid.lead)
    return db.session.query(AnswerVersion).filter_by(application_id=bid.id, question=key).one().id


def _first_question(bid: Application) -> str:
    return next(each.key for each in bid.round.rules.questions if each.kind == "text")


def _question_of(bid: Application, kind: str) -> str:
    return next(each.key for each in bid.round.rules.questions if each.kind == kind)


def _file(bid: Application) -> int:
    """The file among the answers of a bid."""
    wanted = select(BidFile.id).where(BidFile.application_id == bid.id, BidFile.question == FILES)
    return db.session.scalars(wanted).one()


def _award(bid: Application) -> Award:
    return db.session.scalars(select(Award).where(Award.application_id == bid.id)).one()


def _claim(award: Award, number: int) -> Claim:
    return db.session.scalars(select(Claim).where(Claim.award_id == award.id, Claim.number == number)).one()


def _letter(award: Award) -> Letter:
    return db.session.scalars(
        select(Letter).where(Letter.award_id == award.id).order_by(Letter.id).limit(1)
    ).one()


def _decline_letter(bid: Application) -> Letter:
    return db.session.scalars(select(Letter).where(Letter.application_id == bid.id)).one()

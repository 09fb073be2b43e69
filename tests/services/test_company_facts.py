"""A company is looked up after it registers; off or down, what it said of itself stays unchecked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from fundapp import chain, clock, installed
from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.gateways.companies_house import CompaniesHouse, Profile
from fundapp.jobs import housekeeping
from fundapp.models.events import Event
from fundapp.models.organisations import CompanyFacts, Organisation
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.outbox import Outcome
from fundapp.services import company_facts, organisations, triage
from fundapp.services.organisations import Details
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.outbox import work_off
from tests.gateways import registrar
from tests.gateways.registrar import KEY, FakeRegistrar
from workflows.funds import ready_made
from workflows.machine import Blocked


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def there(app_context: Flask, settings: Settings) -> Iterator[FakeRegistrar]:
    """A registrar that the application has a key for."""
    with registrar.listening() as server:
        keyed = {"companies_house_key": SecretStr(KEY), "companies_house_url": server.address}
        installed.install(app_context, settings.model_copy(update=keyed))
        yield server
    installed.install(app_context, settings)


def said_of(firm: Organisation) -> list[str]:
    """What came of each look, in order."""
    db.session.rollback()
    rows = db.session.query(CompanyFacts).filter_by(organisation_id=firm.id).order_by(CompanyFacts.id)
    return [facts.outcome for facts in rows]


def waiting() -> list[OutboxRow]:
    return db.session.query(OutboxRow).filter_by(kind="look_up_company", done_at=None).all()


def test_a_new_company_is_looked_up_once_and_its_facts_are_checked(
    applicant: Person, there: FakeRegistrar
) -> None:
    firm = factory.firm(applicant)
    assert organisations.register(factory.FIRM, applicant) is firm
    organisations.register(Details(name="Dock Makers"), applicant)
    assert there.asked == []
    work_off()
    facts = db.session.query(CompanyFacts).one()
    assert (facts.organisation_id, facts.name, facts.status, facts.is_verified) == (
        firm.id, "WRACKLINE SENSING LTD", "active", True,
    )  # fmt: skip
    assert (facts.registered_postcode, str(facts.incorporated_on), facts.sic_codes) == (
        "CH41 1AA", "2019-05-03", ["72190", "26511"],
    )  # fmt: skip
    event = db.session.query(Event).filter_by(action="look_up_company").one()
    assert (event.facts, event.actor_id) == ({"company_facts_id": facts.id, "outcome": "found"}, None)
    assert (firm.name, len(there.asked), list(chain.verify())) == ("Wrackline Sensing Ltd", 1, [])


def test_without_a_key_nothing_is_promised_and_nobody_asks(applicant: Person) -> None:
    firm = factory.firm(applicant)
    with pytest.raises(Blocked, match="no key for it is set"):
        company_facts.ask_again(firm, people.officer())
    assert (waiting(), said_of(firm)) == ([], [])


def test_a_number_nobody_has_is_kept_as_that(applicant: Person, there: FakeRegistrar) -> None:
    there.status = 404
    firm = factory.firm(applicant)
    work_off()
    assert (said_of(firm), waiting()) == (["not_found"], [])


def test_while_it_is_down_it_is_asked_later_and_in_the_end_by_an_officer(
    applicant: Person, there: FakeRegistrar
) -> None:
    there.status = 429
    firm = factory.firm(applicant)
    pauses = []
    work_off()
    while waiting():
        [row] = waiting()
        pauses.append(round((row.next_at - clock.now()).total_seconds() / 60))
        rounds.move_to(row.next_at)
        work_off()
    assert (pauses, said_of(firm)) == ([1, 10, 60, 360, 1440], ["unreachable"] * 6)
    there.status = 200
    for _ in range(2):
        company_facts.ask_again(firm, people.officer(f"Officer {_}"))
    work_off()
    assert said_of(firm) == ["unreachable"] * 6 + ["found"]
    nameless = organisations.register(Details(name="Dock Makers"), applicant)
    with pytest.raises(Blocked, match="no company number"):
        company_facts.ask_again(nameless, people.officer("Third Officer"))


def test_a_key_taken_away_leaves_the_company_unchecked(
    applicant: Person, there: FakeRegistrar, app_context: Flask, settings: Settings
) -> None:
    firm = factory.firm(applicant)
    installed.install(app_context, settings)
    work_off()
    assert (said_of(firm), there.asked, waiting()) == ([], [], [])


def test_no_transaction_is_open_while_it_is_asked(
    applicant: Person, there: FakeRegistrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither here nor, for all the database can see, anywhere else."""
    factory.firm(applicant)
    [row] = waiting()
    row_id = row.id
    db.session.rollback()
    seen: list[tuple[bool, int]] = []

    def company(_: CompaniesHouse, number: str) -> Profile | None:
        with db.engine.connect() as beside:
            others = beside.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                )
            )
        seen.append((db.session().in_transaction(), int(others or 0)))
        raise RuntimeError("the network fell over")

    monkeypatch.setattr(CompaniesHouse, "company", company)
    assert housekeeping.look_up_company(row_id) == Outcome.FAILED
    assert seen == [(False, 0)]
    failed = db.session.get_one(OutboxRow, row_id)
    assert (failed.attempts, failed.done_at, failed.last_error) == (
        1, None, "RuntimeError: the network fell over",
    )  # fmt: skip
    monkeypatch.undo()
    assert housekeeping.look_up_company(row_id) == Outcome.DONE
    assert housekeeping.look_up_company(row_id) == Outcome.SKIPPED
    assert len(there.asked) == 1


def test_what_companies_house_says_keeps_a_bid_out_until_it_says_otherwise(
    applicant: Person, there: FakeRegistrar
) -> None:
    """The day a company was registered and how it stands are checked as a bid is sent in."""
    fund = ready_made("future_innovation_fund")
    asked = replace(fund.eligibility, registered_by=date(2026, 1, 1), must_be_trading=True)
    call = rounds.open_round(people.officer(), fund=replace(fund, eligibility=asked))
    firm = factory.firm(applicant)
    bid = factory.complete_draft(call, applicant, firm)
    there.say(company_status="liquidation", date_of_creation="2026-06-30")
    work_off()
    with pytest.raises(Blocked) as refused:
        factory.send_in(bid, applicant)
    said = [blocker.reason for blocker in refused.value.blockers]
    assert [each.partition(". Companies House says so")[0] for each in said] == [
        "It was registered on 30 June 2026",
        "It is not trading, or it is in an insolvency",
        "It is in an insolvency, or wound up",
    ]
    there.say(company_status="active", date_of_creation="2019-05-03")
    company_facts.ask_again(firm, people.officer("Second Officer"))
    work_off()
    factory.send_in(bid, applicant, key="another press")
    assert bid.state == "submitted"
    assert {each.key: each.met for each in triage.checks_of(bid)} == {
        "place": True, "size": True, "registered": True, "legal_form": True, "trading": None,
        "solvent": True,
    }  # fmt: skip

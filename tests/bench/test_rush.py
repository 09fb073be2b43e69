"""The rush before a close comes as promised, and whatever was acknowledged and is not there is reported."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from random import Random

import psycopg
import pytest

from bench import ground
from bench.chaos import coherence
from bench.measuring import Call, no_longer
from bench.rush import arrivals, finding, loads
from bench.rush.arrivals import Arrival
from bench.rush.driving import REFUSED, Pen, Press
from bench.rush.loads import Figures, Load
from fundapp.embedded import Servers

IN_TIME, LATE = 6, 2


def test_the_hour_brings_everybody_and_half_of_them_in_its_last_minute() -> None:
    hour = arrivals.last_hour(410, arrivals.HOUR, Random(1))
    assert len(hour) == 410
    assert all(0 <= each.left <= arrivals.HOUR for each in hour)
    assert sorted(each.left for each in hour) == [each.left for each in reversed(hour)]
    assert [each.who for each in hour] == list(range(410))
    assert len(arrivals.last_hour(410, arrivals.MINUTE, Random(1))) == pytest.approx(206, abs=1)


def test_the_rate_is_one_over_the_time_left_up_to_its_peak() -> None:
    lefts = [each.left for each in arrivals.last_hour(100_000, arrivals.HOUR, Random(2))]
    peak = arrivals.peak_rate(100_000)
    assert sum(left < 0.02 for left in lefts) / 0.02 == pytest.approx(peak, rel=0.02)
    assert sum(99 <= left < 101 for left in lefts) / 2 == pytest.approx(peak / 101, rel=0.02)
    assert arrivals.peak_rate(410) == pytest.approx(50.07, abs=0.01)


def test_the_last_minute_has_its_halves_its_late_and_its_double_clicks() -> None:
    minute = arrivals.last_minute(2_000, Random(3))
    once, doubled = minute[:2_200], minute[2_200:]
    assert sum(12 <= each.left <= 60 for each in once) == 1_000
    assert sum(0 <= each.left < 12 for each in once) == 1_000
    assert sum(each.left < 0 for each in once) == 200
    assert len({each.who for each in doubled}) == 100
    assert all(each.left == once[each.who].left - arrivals.DOUBLED_AFTER for each in doubled)


def test_a_share_of_the_times_is_read_off_them() -> None:
    times = [float(number) for number in range(100)]
    assert [no_longer(times, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50.0, 95.0, 99.0, 99.0]


@dataclass(frozen=True, slots=True)
class Ran:
    """A small load that was driven, and the people in it."""

    place: ground.Ground
    figures: Figures
    faults: list[str]
    pens: list[Pen]
    calls: list[Call]
    closes: float


@pytest.fixture(scope="module")
def ran(servers: Servers) -> Iterator[Ran]:
    presses = [Arrival(who, 3.5 + 0.1 * who) for who in range(IN_TIME)]
    presses += [Arrival(IN_TIME + who, -0.1) for who in range(LATE)]
    load = Load("small", [*presses, Arrival(0, 3.4)], saves_per_second=8, seconds=4.5)
    # A browser test before this one may have left its event loop running in the main thread.
    with ground.ground(servers, "bench_rush") as place, ThreadPoolExecutor(1) as elsewhere:
        calls = loads.drafted(place, 20, seed=1)
        with ground.web(place) as web:
            given = calls(place.settings.bind)
            pens = loads.pens_for(place, given[-4:])
            figures, faults = elsewhere.submit(
                loads.run, place, web.pid, load, given, pens, Random(1)
            ).result()
        with psycopg.connect(place.superuser_url) as connection:
            ((closes,),) = connection.execute("SELECT extract(epoch FROM max(closes_at)) FROM rounds")
        yield Ran(place, figures, faults, pens, given, float(closes))


def pressed(ran: Ran, who: int, status: int) -> Press:
    return Press(ran.calls[who], due=0, status=status)


def change(place: ground.Ground, statement: str, *values: object) -> None:
    with psycopg.connect(place.superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute(statement, values).rowcount == 1


def test_a_small_rush_is_taken_in_refused_and_listed(ran: Ran) -> None:
    assert ran.faults == []
    counted = Counter({name: int(ran.figures[name]) for name in ("received", "refused", "near_misses")})
    assert counted == {"received": IN_TIME + 1, "refused": LATE, "near_misses": LATE}
    assert ran.figures["presses_not_answered"] == 0
    assert ran.figures["saves"] > 5
    assert 1 < ran.figures["web_processor_ms_a_request"] < 1_000
    assert coherence.faults(ran.place) == []


def test_a_save_that_is_not_there_is_reported(ran: Ran) -> None:
    pen = next(each for each in ran.pens if each.version > 1)
    assert finding.lost_saves(ran.place, [pen]) == []
    unanswered = replace(pen, version=pen.version - 1, text="what was there before", unanswered=pen.text)
    assert finding.lost_saves(ran.place, [unanswered]) == []
    other = replace(pen, text="never sent")
    lost = f"{pen.reference} {pen.question}: version {pen.version} was said to be saved and is not there"
    assert finding.lost_saves(ran.place, [other]) == [lost]
    change(
        ran.place,
        "DELETE FROM answers WHERE question = %s"
        " AND application_id = (SELECT id FROM applications WHERE reference = %s)",
        pen.question,
        pen.reference,
    )
    assert finding.lost_saves(ran.place, [pen]) == [lost]


def test_a_receipt_without_its_bid_is_reported(ran: Ran) -> None:
    draft = ran.calls[IN_TIME].key
    told = [pressed(ran, IN_TIME, 302)]
    assert finding.wrong_presses(ran.place, told, ran.closes) == [
        f"{draft}: a receipt was given, and the bid is not there"
    ]


def test_a_late_a_doubled_and_a_made_up_version_are_reported(ran: Ran) -> None:
    received = ran.calls[0].key
    assert finding.wrong_presses(ran.place, [pressed(ran, 0, 302)], ran.closes) == []
    assert finding.wrong_presses(ran.place, [pressed(ran, 0, REFUSED)], ran.closes) == [
        f"{received}: stored, and everybody who pressed was refused"
    ]
    late = finding.wrong_presses(ran.place, [pressed(ran, 0, 302)], closes=0.0)
    assert [sentence.partition(": stored at ")[0] for sentence in late] == [received]
    change(
        ran.place,
        "INSERT INTO submissions"
        " (application_id, number, key, content, sha256, submitted_at, submitted_by_id, signatory)"
        " SELECT application_id, 2, 'again', content, sha256, submitted_at, submitted_by_id, signatory"
        " FROM submissions WHERE application_id = (SELECT id FROM applications WHERE reference = %s)",
        received,
    )
    assert finding.wrong_presses(ran.place, [pressed(ran, 0, 302)], ran.closes) == [
        f"{received}: sent in 2 times"
    ]


def test_a_refusal_that_is_not_written_down_is_reported(ran: Ran) -> None:
    late = [pressed(ran, IN_TIME, REFUSED)]
    assert finding.unwritten_refusals(ran.place, late) == []
    assert finding.unwritten_refusals(ran.place, late * 2) == [
        f"{late[0].call.key}: refused 2 times, and 1 are written down"
    ]


def test_a_refusal_of_a_press_that_left_in_time_and_is_not_listed_is_reported(ran: Ran) -> None:
    near = finding.near_misses_of(ran.place, ran.closes)
    in_time = [replace(pressed(ran, IN_TIME, REFUSED), left=ran.closes - 1)]
    after_it = [replace(pressed(ran, IN_TIME, REFUSED), left=ran.closes + 1)]
    assert finding.unlisted_refusals(in_time, near, ran.closes) == []
    assert finding.unlisted_refusals(after_it, [], ran.closes) == []
    assert finding.unlisted_refusals(in_time, [], ran.closes) == [
        f"{in_time[0].call.key}: 1 presses left in time and were refused, and 0 are listed"
    ]

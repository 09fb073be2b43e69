"""`fundapp rounds` and `fundapp funds`: files in, a plain answer and an exit code out."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from fundapp.cli import fundapp
from fundapp.config import PROJECT
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Fund, Round
from fundapp.models.people import Person
from fundapp.services.imports import open_bids, open_scores
from tests.factories import imports as made
from tests.factories import people, rounds
from workflows.actors import Role
from workflows.funds import schema

Run = Callable[..., tuple[int, str, str]]
ROUND = (PROJECT / "docs" / "rounds.md").read_text(encoding="utf-8").split("```toml\n")[1].partition("```")[0]
TOML = Path(schema.__file__).with_name("future_innovation_fund.toml")


@pytest.fixture
def run(environment: dict[str, str], database: None) -> Run:
    """The command in this process: exit code, what it answers, what it complains of."""

    def running(*words: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(fundapp, [str(word) for word in words], env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stdout, done.stderr.strip()

    return running


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


def bids_filed() -> int:
    found = db.session.scalar(select(func.count()).select_from(Application)) or 0
    db.session.rollback()
    return found


def test_the_example_of_a_round_can_be_imported_as_it_is(call: Round, run: Run, tmp_path: Path) -> None:
    code, answer, _ = run("rounds", "template", "--round", call.ref, "--out", tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert (code, len(answer.splitlines())) == (0, 6)
    assert names == [
        "FIF7-bids-empty.csv", "FIF7-bids-example.csv", "FIF7-empty.xlsx", "FIF7-example.xlsx",
        "FIF7-scores-empty.csv", "FIF7-scores-example.csv",
    ]  # fmt: skip
    assert open_bids(tmp_path / "FIF7-empty.xlsx").bids.rows == []
    assert open_bids(tmp_path / "FIF7-empty.xlsx").scores is None
    assert open_scores(tmp_path / "FIF7-scores-empty.csv").rows == []

    example = ("rounds", "import", tmp_path / "FIF7-bids-example.csv", "--round", "FIF7")
    would = "FIF7: 2 bids would be filed, 0 skipped as imported before\nNothing was changed.\n"
    assert run(*example, "--dry-run")[:2] == (0, would)
    assert bids_filed() == 0
    assert run(*example) == (0, "FIF7: 2 bids filed, 0 skipped as imported before\n", "")
    rounds.move_to(rounds.CLOSES)
    for letter in "abc":
        people.person(f"Reader {letter}", Role.ASSESSOR, email=f"{letter}@readers.example")
    run("rounds", "template", "--round", call.ref, "--out", tmp_path / "closed")
    assert run(*example, "--scores", tmp_path / "closed" / "FIF7-scores-example.csv") == (
        0,
        (
            "FIF7: 0 bids filed, 2 skipped as imported before\n"
            "FIF7: 3 assessments entered, 0 skipped as entered before\n"
        ),
        "",
    )
    code, _, why = run("rounds", "template", "--round", call.ref, "--out", tmp_path)
    assert (code, why.endswith("is there already; nothing was written")) == (1, True)


def test_the_example_can_be_imported_the_moment_the_round_opens(
    app_context: Flask, run: Run, tmp_path: Path
) -> None:
    rounds.begin_demo()
    rounds.published_round(people.officer())
    run("rounds", "template", "--round", "fif7", "--out", tmp_path / "before")
    rounds.move_to(rounds.OPENS + timedelta(minutes=1))
    people.person("Reader", Role.ASSESSOR)
    run("rounds", "template", "--round", "FIF7", "--out", tmp_path / "open")
    would = "FIF7: 2 bids would be filed, 0 skipped as imported before\nNothing was changed.\n"
    for folder in ("before", "open"):
        for name in ("FIF7-bids-example.csv", "FIF7-example.xlsx"):
            file = tmp_path / folder / name
            assert run("rounds", "import", file, "--round", "fif7", "--dry-run") == (0, would, "")


def test_the_example_of_a_round_is_of_bids_sent_in_while_it_was_open(
    app_context: Flask, run: Run, tmp_path: Path
) -> None:
    rounds.begin_demo()
    closes = rounds.OPENS + timedelta(minutes=30)
    rounds.published_round(people.officer(), dates=replace(rounds.DATES, closes_at=closes))
    rounds.move_to(closes)
    run("rounds", "template", "--round", "FIF7", "--out", tmp_path)
    filed = "FIF7: 2 bids filed, 0 skipped as imported before\n"
    assert run("rounds", "import", tmp_path / "FIF7-example.xlsx", "--round", "FIF7") == (0, filed, "")


def test_a_folder_that_cannot_be_is_told_in_a_line(call: Round, run: Run, tmp_path: Path) -> None:
    out = tmp_path / ("x" * 300)
    said = run("rounds", "template", "--round", call.ref, "--out", out)
    assert said == (1, "", f"Error: {out} cannot be written to: File name too long")


def test_a_workbook_with_both_sheets_is_taken_in_one_go(call: Round, run: Run, tmp_path: Path) -> None:
    rounds.move_to(rounds.CLOSES)
    for letter in "abc":
        people.person(f"Reader {letter}", Role.ASSESSOR, email=f"{letter}@readers.example")
    run("rounds", "template", "--round", call.ref, "--out", tmp_path)
    answer = run("rounds", "import", tmp_path / "FIF7-example.xlsx", "--round", "FIF7")
    assert answer == (
        0,
        (
            "FIF7: 2 bids filed, 0 skipped as imported before\n"
            "FIF7: 3 assessments entered, 0 skipped as entered before\n"
        ),
        "",
    )
    again = run(
        "rounds", "import", tmp_path / "FIF7-example.xlsx", "--round", "FIF7",
        "--scores", tmp_path / "FIF7-scores-example.csv",
    )  # fmt: skip
    assert again[0] == 2
    assert "holds a sheet of marks already: leave out --scores" in again[2]


def test_mistakes_are_listed_counted_and_end_with_one(call: Round, run: Run, tmp_path: Path) -> None:
    wrong = made.bids(*(made.bid(number, postcode="X") for number in range(205)))
    file = made.csv_file(tmp_path / "bids.csv", made.lines(wrong))
    code, answer, mistakes = run("rounds", "import", file, "--round", "FIF7")
    lines = mistakes.splitlines()
    assert (code, answer, bids_filed()) == (1, "", 0)
    assert lines[0] == "bids, row 2, postcode: Enter a full UK postcode, like L3 1BP. It holds “X”"
    assert lines[-2:] == ["and 5 more", "205 mistakes. Nothing was changed."]
    assert len(lines) == 202


def test_what_cannot_be_read_ends_with_two(call: Round, run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    good = made.csv_file(tmp_path / "bids.csv", made.lines(made.bids(made.bid(1))))
    assert run("rounds", "import", empty, "--round", "FIF7") == (
        2,
        "",
        f"{empty} cannot be read. It is empty.",
    )
    both = ("rounds", "import", good, "--round", "FIF7", "--scores", empty)
    assert run(*both) == (2, "", f"{empty} cannot be read. It is empty.")
    assert run("rounds", "import", tmp_path / "none.csv", "--round", "FIF7")[0] == 2
    code, _, why = run("rounds", "import", good, "--round", "FIF99")
    assert (code, "there is no round 'FIF99'" in why) == (2, True)


def test_who_acts_is_named_or_the_only_one(app_context: Flask, run: Run, tmp_path: Path) -> None:
    file = made.csv_file(tmp_path / "bids.csv", made.lines(made.bids(made.bid(1))))
    assert "add somebody with `fundapp users add" in run("funds", "import", TOML)[2]
    first = people.officer()
    assert run("funds", "import", TOML)[0] == 0
    people.officer("Callum Reyes")
    people.applicant()
    code, _, why = run("funds", "import", TOML)
    assert (code, "2 people may do this: say who with --as EMAIL" in why) == (2, True)
    assert run("funds", "import", TOML, "--as", first.email.upper())[0] == 0
    code, _, why = run("rounds", "import", file, "--round", "FIF7", "--as", "marguerite@wrackline.example")
    assert code == 2
    assert "there is no round 'FIF7'" in why


def test_a_fund_is_installed_and_its_assumptions_said(app_context: Flask, run: Run, tmp_path: Path) -> None:
    people.officer()
    code, told, _ = run("funds", "import", TOML)
    assert code == 0
    assert told.startswith(
        "Future Innovation Fund (FIF) is installed by Priya Lund\nassumed: award.most_pounds: "
    )
    assert db.session.scalars(select(Fund.slug)).all() == ["future_innovation_fund"]
    db.session.rollback()
    spoilt = tmp_path / "fund.toml"
    spoilt.write_text(TOML.read_text().replace("weight = 20", "weight = 21").replace("quorum = 5", ""))
    code, answer, mistakes = run("funds", "import", spoilt)
    assert (code, answer) == (1, "")
    assert mistakes.splitlines()[0].startswith("board.quorum: ")
    assert mistakes.splitlines()[-1].endswith(f"in {spoilt}. Nothing was changed.")
    taken = tmp_path / "taken.toml"
    taken.write_text(TOML.read_text().replace('slug = "future_innovation_fund"', 'slug = "another"'))
    code, answer, mistakes = run("funds", "import", taken)
    assert (code, answer) == (1, "")
    assert mistakes.startswith("fund.prefix: FIF is the prefix of Future Innovation Fund already.")
    taken.write_text(TOML.read_text().replace('prefix = "FIF"', 'prefix = "NEW"'))
    assert run("funds", "import", taken)[2].startswith(
        "fund.prefix: the prefix of Future Innovation Fund is FIF"
    )
    assert run("funds", "import", TOML, "--dry-run")[1] == (
        "Future Innovation Fund: no mistakes. Nothing was changed.\n"
    )


def test_a_round_is_announced_from_its_file_whole_or_not_at_all(
    app_context: Flask, run: Run, tmp_path: Path
) -> None:
    rounds.begin_demo()
    people.officer()
    file = tmp_path / "round.toml"
    file.write_text(ROUND, encoding="utf-8")
    code, answer, why = run("rounds", "announce", file)
    assert (code, answer) == (1, "")
    assert why.startswith("round.fund: there is no fund future_innovation_fund; `fundapp funds import`")
    run("funds", "import", TOML)
    assert run("rounds", "announce", file, "--dry-run")[:2] == (
        0,
        "From prototype to first use: no mistakes. Nothing was changed.\n",
    )
    late = tmp_path / "late.toml"
    late.write_text(ROUND.replace("opens_at = 2027-01-11", "opens_at = 2026-01-11"), encoding="utf-8")
    refused = run("rounds", "announce", late)
    assert refused[:2] == (1, "")
    assert refused[2].startswith("The round would have opened at ")
    assert refused[2].splitlines()[-1] == "Nothing was changed."
    assert run("rounds", "announce", late, "--dry-run") == refused
    assert db.session.scalars(select(Round.ref)).all() == []
    db.session.rollback()
    assert run("rounds", "announce", file) == (
        0,
        (
            "FIF7 is published by Priya Lund: opens 09:00 (UK time), Monday 11 January 2027,"
            " closes 12:00 (UK time), Friday 12 February 2027\n"
        ),
        "",
    )
    assert db.session.execute(select(Round.ref, Round.state)).all() == [("FIF7", "published")]
    db.session.rollback()
    for words in ((), ("--dry-run",)):
        said = run("rounds", "announce", file, *words)[2]
        assert said.startswith("round.number: there is a round FIF7 already.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x7fELF\x00\xff\xfe", "The file is not UTF-8 text."),
        (b"[fund\n", "The file is not TOML: Expected ']' at the end of a table declaration "),
        (b"#" * 100_001, "The file has 100,001 bytes; 100,000 are allowed."),
    ],
)
def test_a_file_that_is_no_toml_cannot_be_read(run: Run, tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "file.toml"
    file.write_bytes(content)
    for words in (("funds", "import"), ("rounds", "announce")):
        code, answer, said = run(*words, file)
        assert (code, answer) == (2, "")
        assert said.startswith(f"{file} cannot be read. {why}")
        assert said.endswith(" Nothing was changed.")


def test_the_command_itself_ends_with_the_code(
    call: Round, environment: dict[str, str], tmp_path: Path
) -> None:
    file = made.csv_file(tmp_path / "bids.csv", made.lines(made.bids(made.bid(1, rd_share="many"))))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "fundapp", "rounds", "import", str(file), "--round", "FIF7"],
        env=kept | environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    mistake, count = done.stderr.splitlines()
    assert mistake.startswith("bids, row 2, rd_share: ")
    assert count == "1 mistake. Nothing was changed."


def test_somebody_who_may_not_import_is_refused(call: Round, run: Run, tmp_path: Path) -> None:
    file = made.csv_file(tmp_path / "bids.csv", made.lines(made.bids(made.bid(1))))
    reader: Person = people.person("Reader", Role.ASSESSOR)
    code, _, why = run("rounds", "import", file, "--round", "FIF7", "--as", reader.email)
    assert (code, bids_filed()) == (2, 0)
    assert f"{reader.email} is nobody who may do this (bid:import)" in why

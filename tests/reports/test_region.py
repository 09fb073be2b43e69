"""The file of denominators: read with its sources and assumptions, and every mistake in it named."""

import pytest

from fundapp.reports import region
from fundapp.reports.region import FILE, RegionError

GOOD = FILE.read_text(encoding="utf-8")


def test_the_shipped_file_holds_what_the_sources_say() -> None:
    found = region.read(GOOD)
    assert (found.aim_bp, found.aim_year, found.output_year) == (500, 2030, 2023)
    assert found.output_pence == 43_300_000_000_00
    assert (found.growth.low_bp, found.growth.high_bp) == (250, 400)
    assert [band.year for band in found.path] == list(range(2023, 2031))
    assert {each.key: each.values[-1][0] for each in found.series} == {
        "berd_north_west": 2024,
        "public_north_west": 2021,
        "berd_merseyside": 2018,
        "research_income": 2018,
    }


def test_every_figure_nobody_published_is_marked_and_says_why() -> None:
    found = region.read(GOOD)
    assert not found.aim_source.is_assumption
    for source in (found.output_source, found.growth_source):
        assert source.is_assumption
        assert source.note


def test_series_of_different_methods_are_told_apart() -> None:
    methods = [(each.place, each.method) for each in region.read(GOOD).series]
    assert len(set(methods)) == len(methods)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[aim]", "[goal]", "[aim]: this table is missing"),
        ("pounds = 43_300_000_000", 'pounds = "many"', "[output] pounds: write a whole number above nought"),
        ("pounds = 43_300_000_000", "pounds = -1", "[output] pounds: write a whole number above nought"),
        ("share_percent = 5.0", "share_percent = 500", "[aim] share_percent: write a percentage such as 2.5"),
        ("share_percent = 5.0", "share_percent = 5.001", "[aim] share_percent: two places are the most"),
        (
            "share_percent = 5.0",
            "share_percent = true",
            "[aim] share_percent: write a percentage such as 2.5",
        ),
        ("low_percent = 2.5", "low_percent = 4.5", "[growth]: the slowest growth is not above the fastest"),
        ("year = 2030", "year = 2020", "[aim] year: it lies before the year of [output]"),
        ('name = "Gross', 'nome = "Gross', "[output] name: write a text"),
        ("values = [[2022, 4942]", "values = [[2022]", "[series berd_north_west] values: write pairs"),
        ("[output]", "[output", "it is not TOML: "),
    ],
)
def test_a_mistake_is_named(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(RegionError) as refused:
        region.read(GOOD.replace(old, new, 1))
    assert str(refused.value).startswith(said)

"""A process that has made ready leaves its forks nothing to load, open or read again."""

import subprocess
import sys

from fundapp.config import PROJECT

PROGRAM = """
import sys
from fundapp.jobs import letters as job
from fundapp.letters import press, render
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.letters.facts import freeze
from tests.factories import letters as sample

job.make_ready()
opened = []
sys.addaudithook(lambda event, details: opened.append(details[0]) if event == "open" else None)
loaded = set(sys.modules)
for kind, make in ((Kind.OFFER_OF_GRANT, sample.offer_of_grant), (Kind.DECLINE, sample.decline)):
    letter = render.compose(CATALOGUE[kind], freeze(make()))
    press.print_here(letter.html, letter.images)
print(sorted(set(sys.modules) - loaded), opened)
"""


def test_the_first_letter_of_a_warm_process_loads_no_module_and_opens_no_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[] []"

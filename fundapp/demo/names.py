"""Invented firms, people and ideas; company numbers and bank details that cannot exist."""

import re
from itertools import cycle, islice, product

DISTRICTS = (
    ("E06000006", "WA7 0AA"),
    ("E08000011", "L36 0AA"),
    ("E08000012", "L1 0AA"),
    ("E08000013", "WA10 0AA"),
    ("E08000014", "PR8 0AA"),
    ("E08000015", "CH41 0AA"),
)

_FIRST = (
    "Quillfeather", "Kittiwake", "Thimble and Tern", "Spindrift", "Gannet", "Mudlark", "Cockle", "Halyard",
    "Lanternfish", "Samphire", "Crumbline", "Marram", "Petrel", "Footlight", "Cullet", "Pedalwright",
    "Rafter and Rook", "Maltings", "Signpost", "Tidewrack", "Saltmarsh", "Bollard", "Groyne", "Curlew",
    "Sandpiper", "Dunlin", "Fulmar", "Slipway", "Capstan", "Fairway", "Starboard", "Lugger",
)  # fmt: skip
_SECOND = (
    "Diagnostics", "Kilns", "Bio", "Blades", "Handling", "Labels", "Composite", "Acoustics", "Coatings",
    "Assays", "Software", "Heat", "Prosthetics", "Forge", "Robotics", "Optics", "Batteries", "Hydrogen",
    "Textiles", "Sensing",
)  # fmt: skip

_GIVEN = (
    "Tomasz", "Saoirse", "Idris", "Wren", "Amit", "Bastian", "Rhodri", "Folake", "Niamh", "Ewa", "Kofi",
    "Leila", "Owen", "Parveen", "Ruairi", "Siân", "Tariq", "Una", "Viktor", "Zofia",
)  # fmt: skip
_FAMILY = (
    "Bell", "Quaye", "Penhaligon", "Hallam", "Fenwick", "Oyelaran", "Vane", "Adair", "Brook", "Castell",
    "Dunmore", "Eastham", "Farrow", "Garston", "Holt", "Ince", "Jarrett", "Kirkdale", "Lathom", "Moss",
)  # fmt: skip

IDEAS = (
    "A breath test that reads out on the ward",
    "Low-heat glaze that sets at 400 degrees",
    "Spotting hospital infection from laundry",
    "Quiet blades for small tidal turbines",
    "Shared robot arms for short runs",
    "Ink that shows a broken cold chain",
    "Reusable mould from shell waste",
    "Sound maps for safer freight yards",
    "Hydrogen leak paint for pipework",
    "Faster antibody screens on paper",
    "Digital twin for a family bakery",
    "Heat from sewers for terraced streets",
    "Prosthetic liners grown to fit",
    "Stage lighting that learns its venue",
    "Recycled glass powder for repair mortar",
    "Route planning for cargo bikes",
    "Sensors for listed timber roofs",
    "Feed from brewery grain",
    "Voice notes for deaf-led care teams",
    "Battery health read from charging sound",
    "Self-healing coatings for lock gates",
    "A pocket lab for harbour water",
    "Printed antennas for shipping crates",
    "Cool roofs from crushed tile",
    "Gentle grippers for bread and fruit",
    "Seaweed film for ready meals",
    "Night vision for inland ferries",
    "Lighter frames for lifeboats",
    "Early warning of damp in terraces",
    "A quieter pile driver for quays",
    "Wound dressings from eggshell membrane",
    "Plastic sorting by the sound it makes",
    "A lighter gate for canal locks",
    "Allergy labels that check themselves",
    "Warm bricks from dredged silt",
    "A hand rail that reads balance",
    "Fewer false alarms in care homes",
    "Solar film for bus shelters",
    "Tool steel printed near net shape",
    "A map of where roofs will leak",
    "Milk tests that need no fridge",
    "Cranes that lift with the wind",
    "Sign language for ticket machines",
    "Mussel ropes that grow quicker",
    "Paint that counts bats",
    "A second life for ferry batteries",
    "Spare parts knitted from steel wire",
    "Hearing checks on a bus journey",
)

_AGAIN = ("second site", "field trial", "in the wet", "at scale")
_ALL_FIRMS = tuple(
    f"{first} {second}"
    for first, second in islice(product(_FIRST, _SECOND), 0, len(_FIRST) * len(_SECOND), 3)
)


def firm(number: int) -> str:
    """The name of the n-th invented firm; no two are alike."""
    return f"{_ALL_FIRMS[number % len(_ALL_FIRMS)]} (invented)"


def company_number(number: int) -> str:
    """A company number in a series the register does not use."""
    return f"ZZ{number:06}"


def person(number: int) -> str:
    """The name of the n-th invented person."""
    pairs = islice(cycle(_FAMILY), number // len(_GIVEN) + number, None)
    return f"{_GIVEN[number % len(_GIVEN)]} {next(pairs)}"


def mail(name: str, place: str) -> str:
    """An address at a domain that can never exist (RFC 2606)."""
    words = re.sub("[^a-z ]", "", name.lower()).split()
    return f"{'.'.join(words)}@{place}.example"


def idea(number: int) -> str:
    """The title of the n-th bid."""
    title = IDEAS[number % len(IDEAS)]
    again = number // len(IDEAS)
    return (
        title
        if not again
        else f"{title}: {('second site', 'field trial', 'in the wet', 'at scale')[again % 4]}"
    )

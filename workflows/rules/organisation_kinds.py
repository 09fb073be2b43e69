"""The kinds of organisation and the sectors a record may hold, by the keys that funds name them with."""

from collections.abc import Mapping

# The kinds of business and of public or social body that GOV.UK tells apart for somebody who sets one up.
LEGAL_FORMS: Mapping[str, str] = {
    "limited_company": "Limited company",
    "community_interest_company": "Community interest company",
    "social_business": "Social business of another kind",
    "partnership": "Partnership",
    "limited_liability_partnership": "Limited liability partnership",
    "sole_trader": "Sole trader",
    "charity": "Charity",
    "society": "Co-operative or community benefit society",
    "university": "University or college",
    "public_body": "Public body",
}

# The sections A to U of the UK Standard Industrial Classification 2007 (Office for National Statistics).
SECTORS: Mapping[str, str] = {
    "agriculture": "Agriculture, forestry and fishing",
    "mining": "Mining and quarrying",
    "manufacturing": "Manufacturing",
    "energy_supply": "Electricity, gas, steam and air conditioning supply",
    "water_and_waste": "Water supply, sewerage, waste management and remediation",
    "construction": "Construction",
    "trade": "Wholesale and retail trade; repair of motor vehicles",
    "transport_and_storage": "Transportation and storage",
    "accommodation_and_food": "Accommodation and food service",
    "information_and_communication": "Information and communication",
    "finance_and_insurance": "Financial and insurance activities",
    "real_estate": "Real estate activities",
    "professional_and_scientific": "Professional, scientific and technical activities",
    "administrative_and_support": "Administrative and support service activities",
    "public_administration": "Public administration and defence; compulsory social security",
    "education": "Education",
    "health_and_social_work": "Human health and social work activities",
    "arts_and_recreation": "Arts, entertainment and recreation",
    "other_services": "Other service activities",
    "households": "Activities of households as employers",
    "extraterritorial": "Activities of extraterritorial organisations and bodies",
}

# What none of the names fits is; a record says so rather than nothing.
ANOTHER = "another"


def kind_name(key: str, among: Mapping[str, str]) -> str:
    """The name of a kind or a sector; one that has none here is another."""
    return among.get(key, "Another")


def in_words(legal_form: str | None, sector: str | None) -> tuple[str, ...]:
    """What an organisation has said of its kind and its sector: a name each, none where it said nothing."""
    said = ((legal_form, LEGAL_FORMS), (sector, SECTORS))
    return tuple(kind_name(key, among) for key, among in said if key)


def in_sentence(key: str, among: Mapping[str, str]) -> str:
    """The name of one as it stands inside a sentence."""
    name = kind_name(key, among)
    return f"{name[0].lower()}{name[1:]}"

"""What the money of a bid still lacks: sheets with holes, limits passed, pounds nobody pays."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from workflows.funds.attached import Attached, infected_gaps
from workflows.funds.definition import AwardTerms
from workflows.funds.gap import Gap
from workflows.funds.pinned import Pinned
from workflows.rules.cost_sheets import missing
from workflows.rules.costs import largest_grant, over_limits, smallest_cost
from workflows.rules.funding import Funding, Part, Stated, funding
from workflows.rules.money import in_words

NO_CALCULATION = "Add the file with the calculation of your overheads."


def funding_of(rules: Pinned, stated: Sequence[Stated]) -> Funding:
    """All sheets of a bid worked out by the terms its round pinned."""
    return funding(
        stated,
        rules.costs,
        rates=rules.rates,
        flat_bp=rules.award.rate_bp,
        most_pence=rules.award.most_pence,
        is_grant=rules.instrument == "grant",
    )


def sheet_gaps(place: str, rules: Pinned, found: Funding) -> Iterator[Gap]:
    """What the sheets lack, the lead's field by field, a partner's in a sentence with its name."""
    for part in found.parts:
        if part.stated.number == 0:
            for field, sentence in missing(part.stated.sheet, rules.costs):
                yield Gap(place, field, sentence)
            yield from _rate_gaps(place, rules, part)
        else:
            yield from _partner_gaps(place, rules, part)
    for category, sentence in over_limits(found.by_category, rules.costs.categories):
        yield Gap(place, f"{category.key}-limit", sentence)


def evidence_gaps(
    place: str, stated: Sequence[Stated], files: Mapping[str, Sequence[Attached]]
) -> Iterator[Gap]:
    """What calculated overheads lack: the file that shows the calculation, or one a scan found harmful."""
    for each in (part for part in stated if part.sheet.overheads.is_calculated):
        field = "overheads_file" if each.number == 0 else "partners"
        added = files.get(each.evidence, ())
        if not added and each.number == 0:
            yield Gap(place, field, NO_CALCULATION)
        elif not added:
            yield Gap(place, field, f"{each.name} has not added the calculation of its overheads yet.")
        yield from infected_gaps(place, field, added)


def uneven_gaps(place: str, found: Funding) -> Iterator[Gap]:
    """Which partners' sheets keep a bid's sums from adding up: the lead cannot change them itself."""
    for part in found.parts[1:]:
        name, unpaid = part.stated.name, _unpaid_in(found, part)
        if unpaid > 0:
            sentence = f"{in_words(unpaid)} of the costs of {name} is not paid for yet."
            yield Gap(place, "partners", f"{sentence} Its own people can say who pays.")
        if unpaid < 0:
            sentence = f"What we can pay {name} and its match come to {in_words(-unpaid)} more than its costs"
            yield Gap(place, "partners", f"{sentence}. Its own people must change it.")


def own_gaps(
    rules: Pinned, found: Funding, part: Part, files: Mapping[str, Sequence[Attached]]
) -> Iterator[str]:
    """What one organisation's sheet lacks, in the words that are for its own people."""
    stated, added, unpaid = part.stated, files.get(part.stated.evidence, ()), _unpaid_in(found, part)
    yield from (sentence for _, sentence in missing(stated.sheet, rules.costs))
    if stated.number and stated.sheet.place is None:
        yield "Say where your organisation works."
    if rules.rates and stated.size is None:
        yield "Say how large your organisation is: the share we pay depends on it."
    elif part.rate_bp is not None and is_paid_anew(part):
        yield _new_share(part)
    if part.is_over_public:
        yield _too_public(part)
    if unpaid > 0:
        yield f"{in_words(unpaid)} of your costs is not paid for yet."
    if unpaid < 0:
        yield f"What we can pay and what you and others pay come to {in_words(-unpaid)} more than your costs."
    if stated.sheet.overheads.is_calculated:
        yield from (() if added else (NO_CALCULATION,))
        yield from (gap.sentence for gap in infected_gaps("", "", added))


def is_paid_anew(part: Part) -> bool:
    """Whether a sheet with costs was saved at another share than is paid now."""
    return bool(part.worked.costs_pence) and part.rate_bp != part.stated.sheet.rate_bp


def totals_gaps(place: str, award: AwardTerms, *, total: int, asked: int, match: int) -> Iterator[Gap]:
    """What the sums lack: an amount within range, and every pound of the costs paid for."""
    if not asked:
        yield Gap(place, "grant_requested", "Say how much you ask for.")
    if asked and asked < award.least_pence:
        yield Gap(place, "grant_requested", f"The least you can ask for is {in_words(award.least_pence)}.")
    if asked > award.most_pence:
        yield Gap(place, "grant_requested", f"The most you can ask for is {in_words(award.most_pence)}.")
    missing_pence = total - asked - match
    if missing_pence > 0:
        yield Gap(place, "match_funding", f"{in_words(missing_pence)} of the costs is not paid for yet.")
    if missing_pence < 0:
        over = in_words(-missing_pence)
        yield Gap(
            place, "match_funding", f"What you ask for and your match come to {over} more than the costs."
        )


def share_gaps(place: str, award: AwardTerms, *, asked: int, total: int) -> Iterator[Gap]:
    """That no more is asked for than the round's rate allows, where a bid came with its sums alone."""
    most = largest_grant(total, award.rate_bp)
    if asked > most:
        limit = f"we pay up to {_percent(award.rate_bp)} of the costs, {in_words(most)} here"
        ways = f"Ask for {in_words(asked - min(most, award.most_pence))} less"
        if asked <= award.most_pence and award.rate_bp:
            ways += f", or show costs of {in_words(smallest_cost(asked, award.rate_bp))}"
        yield Gap(place, "grant_requested", f"You ask for {in_words(asked)}; {limit}. {ways}.")


def _rate_gaps(place: str, rules: Pinned, part: Part) -> Iterator[Gap]:
    stated = part.stated
    if rules.rates and stated.sheet.research is None:
        yield Gap(place, "research", "Say what kind of research it is: the share we pay depends on it.")
    elif rules.rates and stated.size is None:
        yield Gap(place, "research", "Say how large you are first: the share we pay depends on it.")
    elif is_paid_anew(part):
        yield Gap(place, "grant_requested", _new_share(part))
    if part.is_over_public:
        yield Gap(place, "match_funding", _too_public(part))


def _partner_gaps(place: str, rules: Pinned, part: Part) -> Iterator[Gap]:
    name = part.stated.name
    holes = len(list(missing(part.stated.sheet, rules.costs)))
    if not part.worked.costs_pence:
        yield Gap(place, "partners", f"{name} has not entered its costs yet.")
    elif holes:
        yield Gap(place, "partners", f"{name} still has {holes} gap{'s' * (holes > 1)} in its costs.")
    elif part.stated.sheet.place is None:
        yield Gap(place, "partners", f"{name} has not said where it works.")
    elif part.rate_bp is None and rules.rates:
        yield Gap(place, "partners", f"{name} has not said how large it is.")
    elif is_paid_anew(part):
        yield Gap(place, "partners", f"The share we pay {name} has changed. It must look at its costs again.")
    if part.is_over_public and part.worked.costs_pence:
        yield Gap(place, "partners", f"{name} has more public money than the share allows.")


def _new_share(part: Part) -> str:
    was, now = _percent(part.stated.sheet.rate_bp or 0), _percent(part.rate_bp or 0)
    return f"The share we pay you is {now} now, not {was}. Look at the costs again and save them."


def _too_public(part: Part) -> str:
    return (
        f"Other public money comes to {in_words(part.worked.public_pence)}; all public money together may be"
        f" {in_words(part.most_public_pence)} here, so nothing is left for us to pay."
    )


def _unpaid_in(found: Funding, part: Part) -> int:
    """What a sheet has unpaid, or paid twice, as its bid has; nought where another sheet evens it out."""
    is_known = part.rate_bp is not None and part.worked.costs_pence > 0
    return part.unpaid_pence if is_known and part.unpaid_pence * found.unpaid_pence > 0 else 0


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points).scaleb(-2).normalize():f}%"

"""The command about what a claim comes to: assess.

Belongs here: reading the facts and printing the amount with its derivation. Does not belong here: any rule
(`rules.claims`, `rules/packs`). It needs no installation: no database, no engine.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from deployments.command.json_files import name_of, read_facts
from deployments.command.outcome import WrongUsage
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from rules.packs.book import PackBook
    from schemas.assessment import Assessment, Score


def add_to(app: App) -> None:
    """Add this command to the `redress` command."""
    app.command(assess)


def assess(
    file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    *,
    json: bool = False,
    schema: bool = False,
    packs: tuple[Path, ...] = (),
) -> None:
    """Say what a claim comes to, by which rules, and what did not apply and why; nothing is stored.

    The file holds the facts of the claim as JSON (docs/adding-a-rule-pack.md has examples); `-` reads standard input.

    - `redress assess claim.json`
    - `redress assess claim.json --json`
    - `redress assess --schema`: what the file may hold

    Args:
        file: The facts of a claim.
        json: Print JSON.
        schema: Print the JSON schema of the file instead.
        packs: A file with rule packs of your own, beside those of Redress; may be given more than once. It is tried out
            instead of the files of REDRESS_RULE_PACKS_FILES, which count where none is given, as they do for claims.
    """
    from rules.claims.assessing import assess as assess_claim
    from rules.claims.money import CannotAssess
    from schemas.assessment import ClaimFacts

    if schema:
        print_json(ClaimFacts.model_json_schema())
        return
    if file is None:
        raise WrongUsage("name the file with the facts, or ask for its --schema")
    if file.name.startswith("--"):
        raise WrongUsage(f"there is no option {file}")
    book = _book(packs)
    facts = read_facts(file, ClaimFacts)
    try:
        assessment = assess_claim(facts, book=book)
    except CannotAssess as missing:
        raise WrongUsage(f"{name_of(file)}: {missing}") from missing
    if json:
        print_json(assessment.model_dump(mode="json"))
    else:
        print_assessment(assessment)


def _book(packs: tuple[Path, ...]) -> "PackBook":
    from rules.packs.book import PacksInvalid, load_packs
    from tasks.claims.packs import packs_in_force

    try:
        return load_packs(*packs) if packs else packs_in_force()
    except PacksInvalid as invalid:
        raise WrongUsage(str(invalid)) from invalid


def print_assessment(assessment: "Assessment") -> None:
    """Print the amount, how it came about in both languages, and what is still open."""
    print(f"赔偿 amount: {assessment.amount}（货物 goods {assessment.goods}，运费 freight {assessment.freight}）")
    print(f"已付 paid: {assessment.paid}  应付 due: {assessment.due}  应收回 to reclaim: {assessment.to_reclaim}\n")
    for number, line in enumerate(assessment.lines, start=1):
        print(f"{number}. {line.zh}")
        print(f"   {line.en}{f'  = {line.amount}' if line.amount else ''}")
        told = "; ".join(f"{name}: {value}" for name, value in line.inputs.items())
        print(f"   {line.rule} ({line.source}; {line.verified}){f' from {told}' if told else ''}")
    _print_section("待定 provisional", [f"{open_.zh} / {open_.en}" for open_ in assessment.provisional])
    _print_section("建议 proposed to a person", [f"{one.amount}: {one.zh} / {one.en}" for one in assessment.proposals])
    _print_section(
        "快速赔付 quick way",
        [f"{tier.zh} / {tier.en}; missing: {', '.join(tier.missing) or 'nothing'}" for tier in assessment.tiers],
    )
    _print_section(
        "评分（由人判断） scores for a person", [_score(score) for score in assessment.scores if score.points]
    )
    if assessment.payer:
        _print_section("赔付主体 payer", [f"{assessment.payer.zh} / {assessment.payer.en}"])
    if assessment.split:
        print("\n内部分摊 borne inside:")
        print_table(
            ("party", "name", "%", "amount"),
            [(share.kind, share.name, share.share, share.amount) for share in assessment.split],
        )
    _print_section("未适用 not applied", [f"{rule.zh} / {rule.en} ({rule.rule})" for rule in assessment.not_applied])
    _print_section(
        "规则包 rule packs",
        [f"{'+' if pack.holds else '-'} {pack.pack}: {pack.zh} / {pack.en}" for pack in assessment.packs],
    )


def _score(score: "Score") -> str:
    reasons = "; ".join(f"{reason.zh} / {reason.en} +{reason.points}" for reason in score.reasons)
    return f"{score.kind} {score.points} ({score.level}): {reasons}"


def _print_section(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}:")
        for line in lines:
            print(f"  {line}")

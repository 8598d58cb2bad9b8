"""Whether a clause of the contract that limits what is paid binds the customer.

The burden lies with the carrier: what nobody shows to be so is taken as not so, and a person is asked.
"""

from rules.claims.circumstances import in_order
from rules.claims.derivation import Derivation
from rules.claims.wording import CIRCUMSTANCE, CLAUSE_FACT, Said
from rules.packs.kinds import ClauseEnforceableIf, ClauseFact, Stage
from schemas.assessment import Step, Terms


def clause_stands(derivation: Derivation, clause: str) -> Said | None:
    """Say why a clause does not stand; None when every rule of law that judges it lets it stand. Writes the lines."""
    judges = [
        (chosen, chosen.row)
        for chosen in derivation.fitting(Stage.CLAUSE)
        if isinstance(chosen.row, ClauseEnforceableIf) and chosen.row.clause == clause
    ]
    if not judges:
        derivation.flag("clause_unjudged", Said(
            f"没有规则判断条款 {clause} 的效力，由人决定", f"no rule judges the clause {clause}: a person decides"
        ))  # fmt: skip
        return Said("没有规则判断该条款的效力", "no rule says whether the clause binds")
    terms = derivation.facts.terms or Terms()
    for chosen, row in judges:
        against = _against(derivation, row, terms)
        outcome = (
            Said("条款有效", "the clause binds")
            if against is None
            else Said(f"条款无效：{against.zh}", f"the clause does not bind: {against.en}")
        )
        derivation.add(Step.CLAUSE, chosen, outcome, inputs=_told(derivation, row, terms))
        if against is not None:
            return outcome
    return None


def _against(derivation: Derivation, row: ClauseEnforceableIf, terms: Terms) -> Said | None:
    if void := in_order(row.void_when & derivation.so):
        return CIRCUMSTANCE[void[0]]
    not_shown = [fact for fact in ClauseFact if fact in row.requires and not getattr(terms, fact)]
    if any(getattr(terms, fact) is None for fact in not_shown):
        derivation.flag(
            "clause_unproven",
            Said(
                "限额条款的提示说明或保价选择尚无证据",
                "it is not shown yet that the clause was explained or insurance offered",
            ),
        )
    if not_shown:
        zh, en = CLAUSE_FACT[not_shown[0]]
        return Said(f"未证明{zh}", f"it is not shown {en}")
    return None


def _told(derivation: Derivation, row: ClauseEnforceableIf, terms: Terms) -> dict[str, object]:
    asked = {f"terms.{fact}": getattr(terms, fact) for fact in ClauseFact if fact in row.requires}
    told: dict[str, object] = {
        name: "not told" if answer is None else str(answer).lower() for name, answer in asked.items()
    }
    if found := in_order(row.void_when & derivation.so):
        told["conduct"] = ", ".join(found)
    return told

"""The derivation of an amount while it grows: its lines, and what did not apply and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from rules.claims.choosing import Choice, Chosen, why_not
from rules.claims.wording import Said
from rules.packs.book import Pack
from rules.packs.kinds import Circumstance, Stage
from schemas.assessment import Cap, ClaimEvent, ClaimFacts, Line, NotApplied, Provisional, Step
from schemas.money import Money


@dataclass
class Derivation:
    """What is known while a claim is assessed. It lives for one assessment."""

    facts: ClaimFacts
    choice: Choice
    event: ClaimEvent
    so: frozenset[Circumstance]
    lines: list[Line] = field(default_factory=list)
    not_applied: list[NotApplied] = field(default_factory=list)
    provisional: list[Provisional] = field(default_factory=list)
    caps: list[Cap] = field(default_factory=list)
    measured_by: list[Chosen] = field(default_factory=list)

    def add(
        self, step: Step, by: Chosen, said: Said, *, amount: Decimal | None = None, inputs: Mapping[str, object]
    ) -> None:
        """Write a line."""
        self.lines.append(
            Line(
                step=step,
                rule=by.reference,
                source=by.row.source,
                verified=by.row.verified,
                inputs={name: str(value) for name, value in inputs.items()},
                amount=None if amount is None else self.money(amount),
                **_sentences(by, said),
            )
        )

    def skip(self, chosen: Chosen, said: Said) -> None:
        """Write why a rule changed nothing."""
        self.not_applied.append(
            NotApplied(
                rule=chosen.reference,
                source=chosen.row.source,
                **_sentences(chosen, said),
            )
        )

    def flag(self, code: str, said: Said) -> None:
        """Write why the amount may still change; once for each code and sentence."""
        found = Provisional(code=code, zh=said.zh, en=said.en)
        if found not in self.provisional:
            self.provisional.append(found)

    def money(self, amount: Decimal) -> Money:
        """Give an amount in the claim's currency."""
        return Money(amount=amount, currency=self.facts.currency)

    def fitting(self, stage: Stage) -> list[Chosen]:
        """List the rules of a stage that apply, the strongest first; of each other one it writes why not."""
        fit: list[Chosen] = []
        for chosen in self.choice.of(stage):
            against = why_not(chosen.row, event=self.event, so=self.so)
            if against is None:
                fit.append(chosen)
            else:
                self.skip(chosen, against)
        blocker = _blocker([*fit, *self.measured_by], stage)
        if blocker is None:
            return fit
        for weaker in (chosen for chosen in fit if chosen.rank > blocker.rank):
            self.skip(weaker, _displaced_by(blocker.pack))
        return [chosen for chosen in fit if chosen.rank <= blocker.rank]

    def first(self, stage: Stage) -> Chosen | None:
        """Give the strongest rule of a stage that applies; of the others it writes why not."""
        fit = self.fitting(stage)
        for weaker in fit[1:]:
            self.skip(weaker, Said(f"已适用更优先的规则 {fit[0].reference}", f"{fit[0].reference} goes first"))
        return fit[0] if fit else None


def _sentences(by: Chosen, said: Said) -> dict[str, str]:
    """Say what a rule is about, and then what it came to."""
    return {"zh": f"{by.title.zh}。{said.zh}。", "en": f"{_capital(by.title.en)}. {_capital(said.en)}."}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _blocker(at_work: Iterable[Chosen], stage: Stage) -> Chosen | None:
    displacing = [chosen for chosen in at_work if stage in chosen.pack.displaces]
    return min(displacing, key=lambda chosen: chosen.rank, default=None)


def _displaced_by(pack: Pack) -> Said:
    return Said(f"被{pack.title_zh}排除", f"displaced by {pack.title_en}")

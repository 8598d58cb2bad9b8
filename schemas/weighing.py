"""What weighs in a case beyond the case itself, and what gave it which points (R11)."""

from pydantic import BaseModel, ConfigDict

from schemas.custody import GapKind, Sentence


class Repeats(BaseModel):
    """How often the same parcel, or the same consignee, was in trouble shortly before."""

    model_config = ConfigDict(frozen=True)

    waybill: int = 0
    consignee: int = 0


class SeverityFacts(BaseModel):
    """What others know of a case. What is not known counts for nothing."""

    model_config = ConfigDict(frozen=True)

    repeats: Repeats = Repeats()
    custody_gap: GapKind | None = None


class PointsGiven(BaseModel):
    """One line of a score: so many points, for what, by which rule."""

    model_config = ConfigDict(frozen=True)

    scope: str
    points: int
    sentence: Sentence
    rule: str

"""How long an open claim has waited, in bands of full days: claims take weeks, where other cases take hours."""

from schemas.reporting import Words

AGE_BOUNDS_HOURS = tuple(24 * days for days in (4, 8, 16, 31))
"""Where one band ends and the next begins: the fifth full day is in the second band."""

AGE_BANDS: dict[str, Words] = {
    "0-3d": Words("0–3 天", "0 to 3 days"),
    "4-7d": Words("4–7 天", "4 to 7 days"),
    "8-15d": Words("8–15 天", "8 to 15 days"),
    "16-30d": Words("16–30 天", "16 to 30 days"),
    "30d+": Words("30 天以上", "over 30 days"),
}

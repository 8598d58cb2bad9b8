"""How old an open case is, in bands: inside the seed's clocks, within a day, within the law's week, beyond."""

from schemas.reporting import Words

AGE_BOUNDS_HOURS = (
    6,  # R25: resolved within six hours
    24,  # R25: what it was before
    72,  # R5: three days at an outlet are a failure
    168,  # 快递暂行条例 art. 28: an answer within seven days
)
"""Where one band ends and the next begins; the first begins at nothing and the last has no end."""

AGE_BANDS: dict[str, Words] = {
    "0-6h": Words("6 小时内", "under 6 h"),
    "6-24h": Words("6–24 小时", "6 to 24 h"),
    "1-3d": Words("1–3 天", "1 to 3 days"),
    "3-7d": Words("3–7 天", "3 to 7 days"),
    "7d+": Words("7 天以上", "over 7 days"),
}

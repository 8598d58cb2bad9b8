"""What is said of a chain of custody and of a presumption, in both languages. Nothing is decided here."""

from datetime import timedelta

from rules.tables import require_words
from schemas.custody import GapKind, HolderKind, ResponsibleParty, Sentence

NO_PLACE = ("某站（记录无地点）", "a station that no scan names")
GAP: dict[GapKind, tuple[str, str]] = {
    GapKind.SENT_NOT_RECEIVED: (
        "有发未到：{place}发出后{length}内没有接收扫描{other}",
        "Sent, not received: {place} sent it, and for {length} nobody scanned it in{other}",
    ),
    GapKind.RECEIVED_NOT_SENT: (
        "有到未发：{place}有到件记录，{length}内没有发出扫描{other}",
        "Received, not sent: {place} had it, and for {length} no scan says that it left{other}",
    ),
    GapKind.OUT_NOT_SIGNED: (
        "有派未签：{place}派件后{length}内没有签收，也没有失败原因{other}",
        "Out, not signed for: a courier of {place} had it, and for {length} nobody said what became of it{other}",
    ),
    GapKind.SIGNED_WITHOUT_OUT: (
        "无派件即签收：{place}没有派件扫描，{length}后显示签收",
        "Signed for, never out: no courier of {place} was given it, and {length} later it is shown as signed for",
    ),
    GapKind.RECEIVED_TWICE: (
        "两地重复到件：{place}到件后没有发出，{length}后又有到件{other}",
        "Received twice: {place} received it and never sent it on; it was received again {length} later{other}",
    ),
    GapKind.MOVED_AFTER_SIGNED: (
        "签收后仍有操作：显示签收{length}后又有扫描{other}",
        "Moved after the signature: it was scanned again {length} after it was shown as signed for{other}",
    ),
    GapKind.LONG_DWELL: ("滞留：在{place}停留{length}", "Long stay: it lay at {place} for {length}"),
}
SEEN_AT = ("，见于{other}", "; seen at {other}")
BOUND_FOR = ("（发往{other}）", " (bound for {other})")
LIMIT: dict[str, tuple[str, str]] = {
    "way": ("两站之间由谁承运（干线、车辆）记录中没有", "Who carried it between two stations is not told"),
    "courier": ("派件员是谁不作留存，只知所属网点", "Which courier had it is not kept, only the outlet"),
    "place": (
        "部分扫描只有城市或没有地点，同城站点无法区分",
        "Some scans name a city or nothing: stations of one city cannot be told apart",
    ),
    "partner": (
        "转交其他承运商之后的交接无法核实",
        "What happened after another carrier took it over cannot be checked",
    ),
    "milestones": (
        "记录只有揽收、签收等节点，没有站点扫描，派件与否不明",
        "Only milestones are told, no station's scans: whether it was out for delivery is not known",
    ),
    "not_understood": ("无法识别的记录未计入", "Records that no table understands were left out"),
    "begins_late": (
        "记录不是从接收开始，此前环节不明",
        "The log does not begin with a receipt: who had it before is not known",
    ),
}
HOLDER: dict[HolderKind, tuple[str, str]] = {
    HolderKind.STATION: ("{place}", "{place}"),
    HolderKind.COURIER: ("{place}的派件员", "a courier of {place}"),
    HolderKind.PICKUP_POINT: ("代收点{place}", "the pick-up point {place}"),
    HolderKind.CUSTOMS: ("海关（{place}）", "customs ({place})"),
    HolderKind.PARTNER: ("接手的承运商（{place}）", "the carrier that took it over ({place})"),
    HolderKind.CONSIGNEE: ("收件人", "the consignee"),
    HolderKind.SENDER: ("寄件人", "the sender"),
}
GROUND: dict[str, tuple[str, str]] = {
    "thin_log": (
        "记录太少：没有任何扫描能说明快件在谁手中",
        "The log is too thin: no scan shows the parcel in anybody's hands",
    ),
    "contradictory_log": ("记录自相矛盾：{gap}", "The log contradicts itself: {gap}"),
    "signed_for": (
        "快件已显示签收或退回，仅凭记录看不出问题出在谁手中",
        "It is shown as signed for or returned: the log alone does not show in whose hands it happened",
    ),
    "nothing_missing": ("目前没有缺失的交接，无从推定", "No handover is missing so far: nothing is to be presumed"),
    "sent_not_received": (
        "{gap}。发出方在证明已交接之前视为仍持有",
        "{gap}. Who sent it counts as holding it until the handover is shown",
    ),
    "received_not_sent": ("{gap}。最后持有者为{holder}", "{gap}. The last holder is {holder}"),
    "out_not_signed": ("{gap}。快件在{holder}手中", "{gap}. It is with {holder}"),
    "last_holder": (
        "最后有扫描证明持有快件的是{holder}",
        "The last one whom a scan shows with the parcel is {holder}",
    ),
    "found_on_receipt": (
        "{place}接收后随即登记异常，推定在上一环节{holder}已发生",
        "{place} reported it upon receipt: presumed to have happened with {holder} before",
    ),
    "taken_over_unnoted": (
        "{holder}接收时未登记异常，此后才上报",
        "{holder} took it over without a note and reported it only later",
    ),
    "sent_astray": ("快件误到{place}，由{holder}发出", "It went astray to {place}; {holder} had sent it"),
    "longest_dwell": ("{gap}，为最长的一段", "{gap}, the longest part of the way"),
    "signing_disputed": (
        "签收有争议，显示签收前快件在{holder}手中",
        "The signature is disputed; before it {holder} had the parcel",
    ),
    "signed_without_out": ("{gap}", "{gap}"),
    "moved_after_signed": ("{gap}", "{gap}"),
    "reported_cause": ("承运方上报的原因归于{party}", "The carrier reports a cause that lies with {party}"),
}
PARTY: dict[ResponsibleParty, tuple[str, str]] = {
    ResponsibleParty.CARRIER: ("承运方", "the carrier"),
    ResponsibleParty.PARTNER: ("合作方", "a partner"),
    ResponsibleParty.SENDER: ("寄件方", "the sender"),
    ResponsibleParty.CONSIGNEE: ("收件方", "the consignee"),
    ResponsibleParty.CUSTOMS: ("海关", "customs"),
    ResponsibleParty.EXTERNAL: ("外部原因", "an outside cause"),
    ResponsibleParty.UNKNOWN: ("不明", "unknown"),
}
REBUTTAL: dict[str, tuple[str, str]] = {
    "handover": (
        "有双方签字的交接单，或下一站的接收扫描",
        "A handover list signed by both, or a receipt scan of the next station",
    ),
    "vehicle": ("车辆封签完好、到车清点与行车记录", "An unbroken seal, the count on arrival, and the vehicle's track"),
    "condition_at_handover": (
        "交接时的照片或重量，证明当时完好",
        "Photographs or the weight at the handover that show it was whole then",
    ),
    "camera": (
        "站内监控或库存盘点，证明快件不在该处",
        "The station's cameras or a stock count that show it is not there",
    ),
    "signature": (
        "收件人本人的签名、取件码、定位或通话记录",
        "The consignee's own signature, the collection code, the position or the call record",
    ),
    "packaging": (
        "揽收时的验视记录或照片，证明包装合格",
        "The acceptance check or photographs that show sound packaging",
    ),
    "instruction": (
        "客户的书面要求、通话或短信记录",
        "The customer's written wish, the call or the message record",
    ),
    "notice": ("海关、气象或主管部门的书面证明", "A notice of customs, the weather service or the authority"),
}
for _table, _words in ((GAP, GapKind), (HOLDER, HolderKind), (PARTY, ResponsibleParty)):
    require_words(_table, _words)


def gap_sentence(
    kind: GapKind, *, place: str, other: str = "", length: timedelta = timedelta(0), is_open: bool = False
) -> Sentence:
    """Say what is missing, where, and for how long."""
    further = (BOUND_FOR if is_open else SEEN_AT) if other else ("", "")
    return Sentence(
        zh=GAP[kind][0].format(place=place or NO_PLACE[0], other=further[0].format(other=other), length=_zh(length)),
        en=GAP[kind][1].format(place=place or NO_PLACE[1], other=further[1].format(other=other), length=_en(length)),
    )


def gap_name(kind: GapKind) -> Sentence:
    """Name a gap as the trade does."""
    return Sentence(zh=GAP[kind][0].partition("：")[0], en=GAP[kind][1].partition(":")[0].lower())


def limit_sentence(limit: str) -> Sentence:
    """Say what a log cannot tell."""
    zh, en = LIMIT[limit]
    return Sentence(zh=zh, en=en)


def holder_name(kind: HolderKind, place: str) -> Sentence:
    """Name a holder."""
    zh, en = HOLDER[kind]
    return Sentence(zh=zh.format(place=place or NO_PLACE[0]), en=en.format(place=place or NO_PLACE[1]))


def ground_sentence(
    ground: str,
    *,
    place: str = "",
    holder: Sentence | None = None,
    gap: Sentence | None = None,
    party: ResponsibleParty = ResponsibleParty.UNKNOWN,
) -> Sentence:
    """Say what a presumption rests on."""
    said = []
    for language, words in enumerate(GROUND[ground]):
        said.append(
            words.format(
                place=place or NO_PLACE[language],
                holder=(holder.zh, holder.en)[language] if holder else NO_PLACE[language],
                gap=(gap.zh, gap.en)[language] if gap else "",
                party=PARTY[party][language],
            )
        )
    return Sentence(zh=said[0], en=said[1])


def rebuttal_sentence(evidence: str) -> Sentence:
    """Say what would rebut a presumption."""
    zh, en = REBUTTAL[evidence]
    return Sentence(zh=zh, en=en)


def _zh(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60}小时" if minutes >= 60 else f"{minutes}分钟"


def _en(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"

"""What the carrier's answer to the regulator must hold: each item, the rule that asks for it, and when it is given.

Who handled it is on record with every answer: whoever gives it.
"""

from collections.abc import Callable

from schemas.appeals import AppealAnswer, MissingContent

REPORTED = "邮政业消费者申诉处理办法 2011, contents of the answer, as reported on gov.cn"
DECIDED_BY = "邮政业用户申诉处理办法 (c. 2020), what the regulator decides by; second-hand"
OURS = "R75; no text found"


def _content(at: str, zh: str, en: str, source: str = REPORTED) -> MissingContent:
    return MissingContent(at=at, zh=zh, en=en, source=source)


MANDATORY: tuple[MissingContent, ...] = (
    _content("happened", "事情经过", "what happened"),
    _content("verification", "调查核实情况", "how it was verified"),
    _content("liability", "企业责任认定", "whether the carrier is liable, and why"),
    _content("basis", "处理依据", "the rule, contract or promise that it rests on", DECIDED_BY),
    _content("handling", "处理意见", "what was and will be done"),
    _content("agreed", "是否与申诉人达成一致", "whether the user agreed"),
    _content("amount", "赔偿金额（无则为0）", "the amount, 0 where nothing is paid"),
    _content("paid_at", "赔付时间", "when it was or will be paid", OURS),
    _content("apology", "解释与道歉情况", "how it was explained and apologised for, where nothing is paid"),
    _content("contact", "与申诉人联系情况", "when and how the user was spoken to", OURS),
    _content("satisfaction", "申诉人是否满意", "whether the user is content"),
    _content("evidence", "证据材料清单", "the list of evidence", OURS),
    _content("desk_phone", "申诉处理联系电话", "the desk's phone number"),
)


def pays(answer: AppealAnswer) -> bool:
    """Say whether money goes to the user."""
    return bool(answer.amount)


GIVEN: dict[str, Callable[[AppealAnswer], bool]] = {
    "agreed": lambda answer: answer.agreed is not None,
    "amount": lambda answer: answer.amount is not None,
    "paid_at": lambda answer: not pays(answer) or (answer.paid_at or answer.pay_by) is not None,
    "apology": lambda answer: pays(answer) or bool(answer.apology),
    "contact": lambda answer: bool(answer.contact) and answer.contacted_at is not None,
    "evidence": lambda answer: any(answer.evidence),
}
"""When an item is given that is no simple text."""


def missing_contents(answer: AppealAnswer) -> tuple[MissingContent, ...]:
    """List what an answer must hold and does not, in the order of the answer."""
    return tuple(content for content in MANDATORY if not _is_given(content.at, answer))


def _is_given(at: str, answer: AppealAnswer) -> bool:
    given = GIVEN.get(at)
    return given(answer) if given else bool(getattr(answer, at))

"""What every figure about exceptions means, in the words of the report. How it is counted: `store.reporting`."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.exceptions import Origin
from schemas.reporting import Words
from schemas.severity import Severity


class Meaning(NamedTuple):
    """A figure's name, and which cases it counts."""

    name: Words
    about: Words


def meanings_of(names: Iterable[str], meanings: Mapping[str, Meaning]) -> Words:
    """Say what the columns of a section count, once for all its tables."""
    told = [meanings[name] for name in names]
    return Words(
        "；".join(f"{meaning.name.zh}：{meaning.about.zh}" for meaning in told),
        "; ".join(f"{meaning.name.en}: {meaning.about.en}" for meaning in told),
    )


NOTICED_BY_US = frozenset({Origin.REPORTED, Origin.SILENCE})
"""Origins that mean that we noticed before the customer complained (R7); staff open cases because somebody called."""

SEVERE_FROM = Severity.SEVERE

MEANINGS: dict[str, Meaning] = {
    "carried_over": Meaning(Words("期初未结", "carried over"), Words("期初仍未结案", "open as the period began")),
    "opened": Meaning(Words("新增", "opened"), Words("本期发现", "opened in the period")),
    "closed": Meaning(Words("结案", "closed"), Words("本期结案", "closed in the period")),
    "left_open": Meaning(
        Words("期末未结", "left open"), Words("期末仍未结案：期初 + 新增 − 结案", "carried over + opened − closed")
    ),
    "severe": Meaning(Words("严重", "severe"), Words("本期新增中严重及以上", "opened, severe or critical")),
    "noticed_by_us": Meaning(
        Words("先于客户发现", "noticed by us"),
        Words("本期新增，由轨迹或静默发现，非客户来电", "opened from tracking or silence, not by a person"),
    ),
    "promised": Meaning(Words("有承诺时间", "with a promise"), Words("本期新增且有承诺时间", "opened, with a promise")),
    "noticed_before_promise": Meaning(
        Words("承诺前发现", "before the promise"),
        Words("本期新增，在承诺送达时间之前发现", "opened before the promised time had passed"),
    ),
    "insured": Meaning(Words("保价", "insured"), Words("本期新增中已保价", "opened, with declared-value cover")),
    "answered": Meaning(
        Words("已初步回应", "answered"), Words("本期结案且已告知客户", "closed, and the customer was told")
    ),
    "answered_in_time": Meaning(
        Words("按时回应", "answered in time"),
        Words("本期结案，初步回应未超时限", "closed, first response within its limit"),
    ),
    "answered_late": Meaning(
        Words("回应超时", "answered late"),
        Words("本期结案，初步回应超时，或到期未回应", "closed, first response after its limit or never though due"),
    ),
    "resolved_in_time": Meaning(
        Words("按时解决", "resolved in time"), Words("本期结案，实质解决未超时限", "closed, resolved within the limit")
    ),
    "resolved_late": Meaning(
        Words("解决超时", "resolved late"), Words("本期结案，实质解决超过时限", "closed, resolved after the limit")
    ),
    "remedied": Meaning(
        Words("已补救", "remedied"), Words("本期结案，方案已执行并反馈", "closed after its plan was carried out")
    ),
    "cured": Meaning(Words("自愈", "cured"), Words("本期结案，异常自行解除", "closed because the trouble was over")),
    "by_hand": Meaning(
        Words("人工结案", "closed by hand"), Words("本期结案，由人工结案并写明原因", "closed by a person with a reason")
    ),
    "ended_otherwise": Meaning(
        Words("其他结案", "ended otherwise"), Words("本期结案，其他结果", "closed with another result")
    ),
    "reopened": Meaning(
        Words("曾重开", "reopened"), Words("本期结案中曾重新打开", "closed once more after a reopening")
    ),
    "replanned": Meaning(
        Words("多轮方案", "replanned"), Words("本期结案中方案超过一轮", "closed after more than one plan")
    ),
    "escalated": Meaning(Words("曾升级", "escalated"), Words("本期结案中曾超时升级", "closed after an escalation")),
    "paid": Meaning(Words("有赔付", "paid"), Words("本期结案中有赔付", "closed with compensation")),
    "arrived_late": Meaning(
        Words("超承诺一天以上", "a day late or more"),
        Words("本期结案时已超承诺时间一天以上", "closed a full day or more after the promise"),
    ),
    "still_open": Meaning(
        Words("未结", "still open"), Words("截至制表时仍未结案", "still open when the report was made")
    ),
    "overdue": Meaning(Words("超时未结", "overdue"), Words("未结且已过时限", "still open and past its due time")),
    "still_severe": Meaning(
        Words("严重未结", "severe and open"), Words("未结且严重及以上", "still open, severe or critical")
    ),
}

TIMES: dict[str, Meaning] = {
    "noticing": Meaning(Words("发现用时", "until noticed"), Words("从异常发生到建案", "from the trouble to the case")),
    "first_response": Meaning(
        Words("初步回应", "first response"), Words("从建案到首次告知客户", "from opening to telling the customer")
    ),
    "resolution": Meaning(
        Words("实质解决", "resolution"),
        Words("从建案到措施执行完毕，或结案", "from opening until the measures were carried out, else the end"),
    ),
    "handling": Meaning(Words("全程处理", "handling"), Words("从建案到结案", "from opening to closing")),
}

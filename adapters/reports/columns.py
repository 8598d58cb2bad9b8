"""The columns of the workbook's sheets that list what lies behind the figures, in their order."""

from schemas.reporting import Words

SheetColumns = tuple[tuple[str, Words, int], ...]
"""A fact's name, what it is called, and how wide its column is."""

EXCEPTION_COLUMNS: SheetColumns = (
    ("case_no", Words("案件号", "case"), 20),
    ("waybill", Words("运单号", "waybill"), 18),
    ("type", Words("类型", "type"), 15),
    ("cause", Words("原因", "cause"), 22),
    ("party", Words("责任方", "party"), 11),
    ("origin", Words("发现方式", "origin"), 11),
    ("severity", Words("严重程度", "severity"), 9),
    ("carrier", Words("承运商", "carrier"), 12),
    ("outlet", Words("网点", "outlet"), 18),
    ("customs_office", Words("海关", "customs office"), 14),
    ("lane", Words("线路", "lane"), 18),
    ("product", Words("产品", "product"), 11),
    ("state", Words("状态", "state"), 17),
    ("waiting_for", Words("在等谁", "waiting for"), 13),
    ("age", Words("已等待", "age"), 9),
    ("troubled_since", Words("异常发生", "troubled since"), 17),
    ("opened_at", Words("建案", "opened"), 17),
    ("first_response_at", Words("初步回应", "answered"), 17),
    ("first_response_due_at", Words("回应时限", "answer due"), 17),
    ("resolved_at", Words("实质解决", "resolved"), 17),
    ("resolution_due_at", Words("解决时限", "resolution due"), 17),
    ("closed_at", Words("结案", "closed"), 17),
    ("next_due_at", Words("下一时限", "next due"), 17),
    ("closing_reason", Words("结果", "closing_reason"), 14),
    ("measures", Words("措施", "measures"), 28),
    ("cost", Words("赔付", "paid"), 10),
    ("currency", Words("币种", "currency"), 8),
    ("rounds", Words("方案轮次", "rounds"), 8),
    ("reopened", Words("重开次数", "reopened times"), 8),
    ("escalation_level", Words("升级级别", "escalation"), 9),
    ("days_late", Words("超承诺天数", "days late"), 10),
    ("insured", Words("保价", "insured"), 8),
)
COMPLAINT_COLUMNS: SheetColumns = (
    ("case_no", Words("投诉单号", "complaint"), 20),
    ("waybill", Words("运单号", "waybill"), 18),
    ("type", Words("类型", "type"), 14),
    ("channel", Words("渠道", "channel"), 14),
    ("source", Words("来源", "source"), 14),
    ("validity", Words("判定", "validity"), 16),
    ("party", Words("责任方", "party"), 16),
    ("severity", Words("严重程度", "severity"), 9),
    ("carrier", Words("承运商", "carrier"), 12),
    ("outlet", Words("网点", "outlet"), 18),
    ("state", Words("状态", "state"), 17),
    ("waiting_for", Words("在等谁", "waiting for"), 13),
    ("age", Words("已等待", "age"), 9),
    ("opened_at", Words("受理", "opened"), 17),
    ("answered_at", Words("初步答复", "answered"), 17),
    ("answer_due_at", Words("答复时限", "answer due"), 17),
    ("result_at", Words("最终结果", "result"), 17),
    ("result_due_at", Words("结果时限", "result due"), 17),
    ("closed_at", Words("归档", "closed"), 17),
    ("next_due_at", Words("下一时限", "next due"), 17),
    ("ending", Words("结果", "ending"), 18),
    ("measures", Words("措施", "measures"), 28),
    ("is_repeat", Words("重复", "repeat"), 8),
    ("tellings", Words("来诉次数", "tellings"), 9),
    ("objections", Words("异议次数", "objections"), 9),
    ("rounds", Words("方案轮次", "rounds"), 8),
    ("escalation_level", Words("升级级别", "escalation"), 9),
    ("satisfaction", Words("评价", "stars"), 8),
)
FEEDBACK_COLUMNS: SheetColumns = tuple(
    column
    for column in COMPLAINT_COLUMNS
    if column[0] in {"case_no", "waybill", "type", "channel", "source", "validity", "party", "outlet", "opened_at"}
)
RECTIFICATION_COLUMNS: SheetColumns = (
    ("case_no", Words("投诉单号", "complaint"), 20),
    ("plan_version", Words("方案", "plan"), 8),
    ("type", Words("类型", "type"), 14),
    ("severity", Words("严重程度", "severity"), 9),
    ("outlet", Words("网点", "outlet"), 18),
    ("owner", Words("责任部门", "owner"), 20),
    ("due_at", Words("期限", "due"), 17),
    ("state", Words("状态", "state"), 12),
    ("done_at", Words("完成", "done"), 17),
    ("verified_at", Words("复核", "verified"), 17),
)
CALL_COLUMNS: SheetColumns = (
    ("call", Words("通话", "call"), 24),
    ("queue", Words("队列", "queue"), 16),
    ("medium", Words("方式", "medium"), 10),
    ("started_at", Words("呼入", "started"), 17),
    ("answered_at", Words("接听", "answered"), 17),
    ("ended_at", Words("结束", "ended"), 17),
    ("rings", Words("铃响", "rings"), 8),
    ("hung_up_by", Words("先挂机", "hung up by"), 12),
)
PRAISE_COLUMNS: SheetColumns = (
    ("praise_no", Words("编号", "number"), 12),
    ("told_at", Words("时间", "told"), 17),
    ("channel", Words("渠道", "channel"), 14),
    ("outlet", Words("网点", "outlet"), 18),
    ("waybill", Words("运单号", "waybill"), 18),
)

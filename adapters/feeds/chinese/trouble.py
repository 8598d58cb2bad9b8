"""Chinese wordings of what went wrong: collection, return, the goods, the consignee, outside causes, standstill.

A reason is given only where the text names it. What went right stands in progress.
"""

from adapters.feeds.chinese.clauses import FAILED, FAILED_WORDS, GAP
from adapters.feeds.wording import Wording
from schemas.tracking import Event, Reason

_ADDRESS_AT_FAULT = (
    "[地名]址(?:不详|不清|不明|有误|错误|不对|不全|不完整|欠详|异常|变更)|(?:查无此|无此)(?:人|地|址|单位|楼)"
    "|(?:改|更改|修改|变更)(?:了)?(?:收货|派送|收件|配送|详细)?地址"
)
_ADDRESS_WORDS = ("址", "查无此", "无此")
_NEW_TIME = f"(?:约定|预约|约好|协商|要求){GAP}{{0,12}}(?:时间|改天|改日|择日|明天|次日|再派|延后)|改天|改日|改期|另约"
_NEW_TIME_WORDS = ("约", "协商", "要求", "改天", "改日", "改期")


def _because_of(causes: str, reason: Reason, example: str) -> Wording:
    pattern = (
        f"(?:因|受|由于|遇){GAP}{{0,16}}(?:{causes})|(?:{causes}){GAP}{{0,10}}(?:影响|原因|延误|延迟|滞留|停运|管控)"
    )
    return Wording(pattern, Event.HELD, reason, example, words=tuple(causes.split("|")))


BEFORE_COLLECTION = (
    Wording(
        "揽收失败|揽件失败|取件失败|收件失败|揽收不成功",
        Event.PICKUP_FAILED,
        None,
        "上门后揽收失败，寄件人未备好货",
    ),
    Wording(
        f"等待{GAP}{{0,8}}(?:揽收|揽件|取件|收件)|待揽收|待揽件|即将揽收",
        Event.AWAITING_PICKUP,
        None,
        "快递员已接到通知，等待上门取件",
        words=("等待", "待揽", "即将揽收"),
    ),
    Wording(
        "已下单|已经下单|订单已提交|订单已创建|订单已生成|面单已生成",
        Event.ORDER_CREATED,
        None,
        "寄件方已下单，面单已打印",
    ),
)

ON_THE_WAY_BACK = (
    Wording(
        "退(?:回|件|货)(?:件|已|被|由|，)*[^因拒未无待]{0,8}签收|寄件人已?签收|退签",
        Event.RETURNED,
        None,
        "退回件已由寄件人签收",
        words=("退", "寄件人"),
    ),
    Wording(
        "(?:拒收|拒签|拒绝签收)[^。]{0,20}退(?:回|件|货|返)|退(?:回|件|货|返)[^。]{0,20}(?:拒收|拒签|拒绝签收)",
        Event.RETURNING,
        Reason.CONSIGNEE_REFUSED,
        "收件人拒收，快件已退回发件网点",
        words=("拒收", "拒签", "拒绝签收"),
    ),
    Wording(
        "退回|退返|退件(?!组|部|仓|中心|处)|退货(?!组|部|仓|中心|处|地址|点)|返回(?:寄件|发件|发货|始发)",
        Event.RETURNING,
        None,
        "应寄件人要求，快件正在退回",
        words=("退", "返回"),
    ),
    Wording(
        "(?:寄件人|寄件方|发件人|发货方|商家|卖家)[^。]{0,8}(?:取消|撤销|销单|撤单)",
        Event.CANCELLED_INTERCEPTED,
        Reason.SENDER_CANCELLED,
        "商家已取消发货",
        words=("取消", "撤销", "销单", "撤单"),
    ),
    Wording(
        "拦截(?!失败|申请|中)|截留|截回|销单|撤单|撤销订单|撤销寄件|订单已取消|取消订单|取消寄件|取消发货",
        Event.CANCELLED_INTERCEPTED,
        None,
        "快件已被成功拦截",
        words=("拦截", "截留", "截回", "销单", "撤单", "撤销", "取消"),
    ),
    Wording("已销毁|作销毁|已弃件|作弃件|无着处理", Event.DISPOSED, None, "无法退还的快件已销毁"),
)

GOODS_AT_FAULT = (
    Wording(
        "(?<!请勿)(?<!避免)(?<!以防)(?<!谨防)(?<!防止)(?:遗失|丢失|丢件|灭失|被盗|失窃|下落不明)",
        Event.EXCEPTION,
        Reason.CARRIER_LOST,
        "经核实快件在中转途中遗失",
        words=("遗失", "丢失", "丢件", "灭失", "被盗", "失窃", "下落不明"),
    ),
    Wording(
        "(?<!无)(?<!未)(?<!未见)(?<!没有)(?<!未发现)(?<!是否)(?<!防止)(?<!避免)"
        "(?:破损|损坏|破裂|受潮|水湿|(?:包装|外箱)[^，,。；;无未没是]{0,4}(?:破|变形|污染))",
        Event.EXCEPTION,
        Reason.CARRIER_DAMAGED,
        "卸车时发现快件外包装破损",
        words=("破", "损坏", "受潮", "水湿", "变形", "污染"),
    ),
    Wording("短少|缺件|少件|内件缺少|内件不符", Event.EXCEPTION, Reason.CARRIER_SHORT, "开箱核对内件短少一件"),
    Wording("错分|分错|误分|错派|错装", Event.EXCEPTION, Reason.CARRIER_MISSORT, "快件错分，已转正确网点"),
    Wording(
        "错发|发错|误发|错运|误运|流向错误",
        Event.EXCEPTION,
        Reason.CARRIER_MISROUTE,
        "分拨中心错发，快件改走正确线路",
    ),
    Wording(
        f"超区|超出{GAP}{{0,8}}(?:范围|区域)|不在{GAP}{{0,6}}(?:派送|服务|配送|收派){GAP}{{0,2}}(?:范围|区)|无服务网点",
        Event.EXCEPTION,
        Reason.CARRIER_OUT_OF_AREA,
        "收件地址超出派送范围",
        words=("超区", "超出", "不在", "无服务网点"),
    ),
)

CONSIGNEE = (
    Wording(
        f"(?:运费|到付款|货款|费用){GAP}{{0,6}}(?:拒付|未付|不付|争议)|拒付",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_FEE_UNPAID,
        "客户对到付款有争议，派件不成功",
        words=("拒付", "未付", "不付", "争议"),
    ),
    Wording(
        "拒收|拒签|拒绝签收|拒绝收件|拒绝接收|拒绝收货|不愿签收",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_REFUSED,
        "收件人拒收此件",
    ),
    Wording(
        f"{FAILED}.{{0,30}}(?:{_ADDRESS_AT_FAULT})|(?:{_ADDRESS_AT_FAULT}).{{0,30}}{FAILED}",
        Event.DELIVERY_FAILED,
        Reason.SENDER_WRONG_ADDRESS,
        "因收件地址不详，派送不成功",
        words=_ADDRESS_WORDS,
    ),
    Wording(
        _ADDRESS_AT_FAULT,
        Event.EXCEPTION,
        Reason.SENDER_WRONG_ADDRESS,
        "客户要求更改派送地址",
        words=_ADDRESS_WORDS,
    ),
    Wording("搬迁|搬家|已搬走|迁移新址", Event.DELIVERY_FAILED, Reason.CONSIGNEE_MOVED, "收件单位已搬走"),
    Wording(
        f"空号|(?:电话|号码|手机号){GAP}{{0,4}}(?:错误|有误|不正确|不全|不详|不符)",
        Event.DELIVERY_FAILED,
        Reason.SENDER_WRONG_PHONE,
        "面单上的电话号码有误",
        words=("空号", "电话", "号码", "手机号"),
    ),
    Wording(
        "联系不上|联系不到|无法联系|无法接通|无人接听|无人应答|未接听|不接电话|打不通|电话不通|关机|停机|占线|未联系上"
        "|未能联系|未联系到",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_UNREACHABLE,
        "收件人电话无人接听，稍后再次联络",
    ),
    Wording(
        f"{FAILED}.{{0,24}}(?:{_NEW_TIME})|(?:{_NEW_TIME}).{{0,24}}{FAILED}",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_RESCHEDULE,
        "与客户约定次日送货，派件不成功",
        words=_NEW_TIME_WORDS,
    ),
    Wording(
        _NEW_TIME,
        Event.HELD,
        Reason.CONSIGNEE_RESCHEDULE,
        "已与收件人约定新的派送时间",
        words=_NEW_TIME_WORDS,
    ),
    Wording(
        f"放假|休假|已下班|未上班|未营业|不营业|停业|关门|{FAILED}.{{0,16}}(?:工作日|企事业单位|政府机关|特殊单位|节假日)",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_CLOSED,
        "收件单位已下班",
        words=(
            *("放假", "休假", "已下班", "未上班", "未营业", "不营业", "停业", "关门"),
            *("工作日", "企事业单位", "政府机关", "特殊单位", "节假日"),
        ),
    ),
    Wording(
        "家[中里]无人|无人(?:在家|签收|收件|收货)|不在(?:家|单位|公司|指定地址|场|办公室)|[人方户]不在|外出(?!派|投|送)|出差",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_ABSENT,
        "收件人不在家，改由下一班投送",
        words=("无人", "不在", "外出", "出差"),
    ),
    Wording(
        f"(?:身份|实名|证件){GAP}{{0,6}}(?:未|无法|不符|失败|不通过)",
        Event.DELIVERY_FAILED,
        Reason.CONSIGNEE_ID_FAILED,
        "收件人身份核验未通过",
        words=("身份", "实名", "证件"),
    ),
    Wording(
        f"(?:逾期|超期|超时|长时间|多日){GAP}{{0,6}}未(?:取|领)|未及时取件",
        Event.HELD,
        Reason.CONSIGNEE_UNCOLLECTED,
        "快件在柜中逾期未取",
        words=("未取", "未领", "未及时取件"),
    ),
)

CAUSES = (
    _because_of("天气|台风|暴雨|暴雪|大雪|大雾|雨雪|冰冻|降雪", Reason.EXTERNAL_WEATHER, "受台风影响，快件暂缓转运"),
    _because_of("地震|洪水|洪灾|泥石流|塌方|自然灾害", Reason.EXTERNAL_DISASTER, "因泥石流封山，快件暂存分拨中心"),
    _because_of("疫情|封控|隔离", Reason.EXTERNAL_EPIDEMIC, "因当地封控，网点暂停作业"),
    _because_of("交通管制|堵车|封路|道路|限行", Reason.EXTERNAL_TRAFFIC, "因封路，车辆绕行"),
    _because_of("车祸|交通事故|车辆事故", Reason.CARRIER_ACCIDENT, "因交通事故，货物需换车"),
    _because_of("车辆故障|车辆抛锚", Reason.CARRIER_VEHICLE, "因车辆故障，班车晚点"),
    _because_of("设备故障|系统故障", Reason.CARRIER_MECHANICAL, "因设备故障，分拣暂停"),
    _because_of("爆仓|件量|运力|航班", Reason.CARRIER_DELAY_CAPACITY, "因件量过大，快件延误"),
    _because_of("管制|政府要求|重大会议", Reason.EXTERNAL_REGULATOR, "因重大会议期间进城管制，快件暂缓"),
    Wording("安检不合格|安检未通过|安检退", Event.HELD, Reason.EXTERNAL_SECURITY, "航空安检未通过，改走陆运"),
    Wording("违禁|禁寄|禁运", Event.HELD, Reason.SENDER_PROHIBITED, "查出禁寄物品，快件扣留"),
)

STUCK = (
    Wording(FAILED, Event.DELIVERY_FAILED, Reason.UNKNOWN, "派送不成功，待处理", words=FAILED_WORDS),
    Wording(
        "滞留|留仓|积压|延误|延迟派送|延迟配送|暂停派送|暂缓派送",
        Event.HELD,
        Reason.CARRIER_DWELL,
        "快件在网点滞留",
    ),
    Wording("补税|缴税|税金|缴纳关税", Event.CUSTOMS_HELD, Reason.CUSTOMS_DUTIES, "海关要求收件人补税"),
    Wording("补充资料|资料不全|申报不符|单证不符", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS, "清关资料不全"),
    Wording("等待清关资料", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS, "海关等待清关资料"),
    Wording("留存待验", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION, "进口海关/留存待验"),
    Wording("海关查验|海关待查|海关抽查", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION, "海关查验进行中"),
    Wording("海关扣|清关异常|清关失败|扣关", Event.CUSTOMS_HELD, Reason.UNKNOWN, "快件清关异常"),
    Wording("清关完成|完成清关|已清关|放行|通关完成", Event.CUSTOMS_RELEASED, None, "海关已放行"),
    Wording("清关|报关|通关|送交海关|送交进口海关|送交出口海关", Event.CUSTOMS_PENDING, None, "快件正在清关"),
    Wording(
        f"转(?:交|投|由|给){GAP}{{0,8}}(?:其他快递|其它快递|第三方|邮政|EMS)|转第三方|转邮政|转EMS|转单|已转投",
        Event.TRANSFERRED_CARRIER,
        None,
        "快件已转交邮政继续配送",
        words=("转交", "转投", "转由", "转给", "转第三方", "转邮政", "转EMS", "转单"),
    ),
    Wording("转寄|转递|改派|改寄|转址", Event.FORWARDED, None, "应客户要求，快件正在转寄"),
    Wording("问题件|疑难件|异常件", Event.EXCEPTION, Reason.UNKNOWN, "已登记为问题件"),
)

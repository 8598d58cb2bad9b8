"""Chinese wordings of a parcel's way when nothing went wrong: collected, moved, out for delivery, handed over.

A request to sign is no signature and a code to collect with is no collection: hence the order of the first rows.
"""

from adapters.feeds.chinese.clauses import GAP, PERSON, POINT, POINT_WORDS
from adapters.feeds.wording import Wording
from schemas.tracking import Event

DELIVERED = (
    Wording(
        f"(?<!请)(?<!请您)凭{GAP}{{0,8}}签收",
        Event.DELIVERED_PICKUP_POINT,
        None,
        "已签收，签收人凭取件码签收",
        words=("凭",),
    ),
    Wording(
        f"(?:准备|注意|等待|等候|耐心){GAP}{{0,4}}(?:签收|查收|收货)",
        Event.OUT_FOR_DELIVERY,
        None,
        "快递员就要到了，请您准备签收",
        words=("签收", "查收", "收货"),
    ),
    Wording(
        f"请{GAP}{{0,14}}(?:取件|领取|自提|取货|取走|提取|取包裹)|请{GAP}{{0,6}}凭{GAP}{{0,10}}签收",
        Event.AT_PICKUP_POINT,
        None,
        "包裹已到楼下小店，请尽快领取",
        words=("请",),
    ),
    Wording(
        f"{PERSON}{GAP}{{0,6}}(?<![未待请])(?:签收|代收)|签收人{GAP}{{0,6}}{PERSON}|他人收|家人收|同事收|代签",
        Event.DELIVERED_PROXY,
        None,
        "快件已投递，签收人：门卫",
        words=("签收", "代收", "代签", "他人收", "家人收", "同事收"),
    ),
    Wording(
        f"{POINT}{GAP}{{0,24}}(?<![待未请])(?:签收|领取|取出|取走|提取)"
        f"|(?<![待未请])(?:签收|领取|取出|取走|提取){GAP}{{0,24}}{POINT}",
        Event.DELIVERED_PICKUP_POINT,
        None,
        "快件已从智能柜取出",
        words=("签收", "领取", "取出", "取走", "提取"),
    ),
    Wording(
        "(?:客户|用户|收件人)已(?:取件|自提)",
        Event.DELIVERED_PICKUP_POINT,
        None,
        "客户已取件，提货点在小区南门",
        words=("已取件", "已自提"),
    ),
    Wording(
        "(?<![未没待备请意绝能法时便反])(?<!请您)签收(?!失败|不成功|异常)|妥投|派送成功|派件成功|投递成功|配送成功"
        "|完成配送|完成派送|已取走|客户已提货|签收图",
        Event.DELIVERED,
        None,
        "快件已签收，签收人：本人",
        words=("签收", "妥投", "成功", "完成配送", "完成派送", "已取走", "客户已提货"),
    ),
    Wording(
        "代收(?!货款|款)|投柜|入柜|待自提|待自取|取件码|取货码|提货码"
        "|(?:存放|暂存|投放|放置|放入|放至|放在|投递到|投递至|派送至|派至|送达|送至|送到|到达|抵达|已到|入库|投入|存入)"
        f"{GAP}{{0,30}}{POINT}|{POINT}{GAP}{{0,12}}(?:待取|待领|等待|保管|入库|上架)",
        Event.AT_PICKUP_POINT,
        None,
        "包裹已存放至小区南门驿站",
        words=(*POINT_WORDS, "待自", "取件码", "取货码", "提货码"),
    ),
)

LAST_MILE = (
    Wording(
        f"指定[：:]{GAP}{{1,24}}(?:派送|派件)",
        Event.OUT_FOR_DELIVERY,
        None,
        "到达：临江青山分部 指定：张三 派送",
        words=("指定",),
    ),
    Wording(
        f"送往{GAP}{{0,8}}{POINT}",
        Event.OUT_FOR_DELIVERY,
        None,
        "包裹正送往合作点",
        words=("送往",),
    ),
    Wording(
        f"到达(?:目的地?|派件|派送|投递|配送|收件地){GAP}{{0,4}}(?:网点|站点|营业|公司|部)",
        Event.ARRIVED_OUTLET,
        None,
        "到达目的地网点，很快安排派送",
        words=("到达目的", "到达派", "到达投递", "到达配送", "到达收件地"),
    ),
    Wording(
        f"到达(?:目的地?|派件|收件){GAP}{{0,2}}城市",
        Event.ARRIVED_DEST_CITY,
        None,
        "快件已到达目的地城市",
        words=("城市",),
    ),
    Wording(
        "派送途中|派送中|正在派送|派件中|正在派件|派件扫描|安排投递|安排派送|安排派件|开始派送|开始派件|开始配送|配送中"
        "|正在配送|配送途中|正在投递|投递中|投递途中|外出派送|出仓|再次派送|再次派件|重新派送|重新派件|已派件|已派送"
        "|次派件|次派送|为您派件|为您派送|派送员|派件员|派件人|投递员|待派送|合适的快递员",
        Event.OUT_FOR_DELIVERY,
        None,
        "快件交给李四，正在派送途中",
    ),
)

MOVED = (
    Wording(
        "已揽收|揽收扫描|揽件扫描|揽收成功|已揽件|已收件|已经收件|已收寄|已收取|收取快件|已取件|取件成功|收件扫描|已交付京东|^收件$",
        Event.PICKED_UP,
        None,
        "张三已上门，快件已揽收",
        words=("揽收", "揽件", "收件", "收寄", "收取", "取件", "已交付京东"),
    ),
    Wording(
        "发往|发出|离开|发车|装车|入车|封车|下一站|送往下|启运|起飞|离港|已出库|已出站|转运目的地",
        Event.DEPARTED_HUB,
        None,
        "快件已装车，准备送出",
    ),
    Wording(
        f"(?<!即将)(?<!将)(?<!未)(?:到达|抵达)|已到|到件|已收入|卸车|下车|卸货|进站|入库|到港|降落|^到{GAP}{{2,12}}$",
        Event.ARRIVED_HUB,
        None,
        "快件到达临江转运中心",
        words=("到", "抵达", "已收入", "卸车", "下车", "卸货", "进站", "入库", "降落"),
    ),
    Wording("揽收|揽件|收寄", Event.PICKED_UP, None, "营业部完成收寄"),
    Wording(
        "^(?!.*(?:次日|明日|明天|暂停|停止|取消|无需|不再|未)).*(?:派件|派送|投递|配送)",
        Event.OUT_FOR_DELIVERY,
        None,
        "快件由王五派件",
        words=("派件", "派送", "投递", "配送"),
    ),
    Wording(
        "运输中|运送中|在途|运输途中|中转|转运|装袋|装包|打包|集包|建包|称重|分拣|分拨|扫描|运往|交航|途中",
        Event.IN_TRANSIT,
        None,
        "快件在途，已称重",
    ),
    Wording("飞机进港", Event.ARRIVED_HUB, None, "飞机进港"),
    Wording("已乘机", Event.DEPARTED_HUB, None, "邮件已乘机"),
    Wording("直封|航空公司接收|交承运商", Event.IN_TRANSIT, None, "互换局已出口直封"),
)

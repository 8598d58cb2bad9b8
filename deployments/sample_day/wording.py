"""The carriers' words: for every scan the sentences that a carrier uses for it. Words only, no codes and no times.

The sentences are made up in the carriers' tone. What stands in braces is filled in by `wording`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from deployments.sample_day.places import City
from deployments.sample_day.scans import SCANS, Place, Scan
from deployments.sample_day.world import SF, Parcel


@dataclass(frozen=True)
class Style:
    """How one carrier words the scans that every parcel has."""

    picked_up: tuple[str, ...]
    arrived: tuple[str, ...]
    left: tuple[str, ...]
    out_for_delivery: tuple[str, ...]
    delivered: tuple[str, ...]


STYLES = {
    "zhongtong": Style(
        picked_up=("【{city}】【{place}】（{outlet_phone}）的{collector}（{collector_phone}）已揽收",),
        arrived=("【{city}】快件已经到达【{place}】", "【{city}】快件到达【{place}】"),
        left=("【{city}】快件已发往【{next}】", "【{city}】快件离开【{place}】，已发往【{next}】"),
        out_for_delivery=("【{city}】【{place}】的{courier}（{courier_phone}）正在第{attempt}次派件，请保持电话畅通",),
        delivered=(
            "【{city}】快件已签收，签收人：本人，如有疑问请电联派件员{courier}（{courier_phone}）",
            "【{city}】您的快递已签收，签收人在【{place}】当面领取，感谢使用",
        ),
    ),
    "yuantong": Style(
        picked_up=("【{place}】已揽收，取件人：{collector}（{collector_phone}）",),
        arrived=("【{place}】已收入", "快件已到达【{place}】"),
        left=("【{place}】已发出，下一站【{next}】",),
        out_for_delivery=("【{place}】正在派件，派件人：{courier}，电话：{courier_phone}",),
        delivered=(
            "客户签收人：{consignee}，已签收，如有疑问请联系派件员：{courier_phone}",
            "已签收，签收人：本人签收",
        ),
    ),
    "yunda": Style(
        picked_up=("[{place}]进行揽件扫描，揽件员：{collector}",),
        arrived=("[{place}]进行到件扫描", "[{place}]进行卸车扫描，快件已到达"),
        left=("[{place}]进行装车扫描，发往：{next}", "[{place}]已从站点发出，本次转运目的地：{next}"),
        out_for_delivery=("[{place}]进行派件扫描；派送业务员：{courier}；联系电话：{courier_phone}",),
        delivered=("[{place}]快件已签收，签收人：本人", "[{place}]快件已由{consignee}签收"),
    ),
    "shentong": Style(
        picked_up=("{place}-{collector}（{collector_phone}）-已收件", "【{place}】已收件，收件员：{collector}"),
        arrived=("已到达-{place}", "快件已到达【{place}】，已完成扫描"),
        left=("{place}-已发往-{next}", "{place}-已装车，准备发往-{next}"),
        out_for_delivery=("{place}-{courier}（{courier_phone}）-派件中",),
        delivered=("已签收，签收人：本人，派件员：{courier}", "{consignee}-已签收"),
    ),
    "jtexpress": Style(
        picked_up=("【{city}】{place}的{collector}（{collector_phone}）已取件",),
        arrived=("快件到达【{place}】", "【{city}】您的包裹已到达【{place}】"),
        left=("快件离开【{place}】，正发往【{next}】", "【{city}】您的包裹离开【{place}】，下一站【{next}】"),
        out_for_delivery=("【{city}】{place}的{courier}（{courier_phone}）正在派送，请注意查收",),
        delivered=("【{city}】包裹已签收，签收人：本人，如有疑问请联系：{courier_phone}",),
    ),
    SF: Style(
        picked_up=("【{place}】的收件员{collector}已收取快件", "已揽收，感谢选择我们寄件"),
        arrived=("快件已到达【{place}】", "快件到达【{place}】，等待分拣"),
        left=("快件在【{place}】完成分拣并装车，发往【{next}】", "快件离开【{place}】，发往【{next}】"),
        out_for_delivery=(
            "快件已交给{courier}，正在派送途中（电话{courier_phone}，请放心接听）",
            "{courier}正在为您派送快件，请准备签收，联系电话：{courier_phone}",
        ),
        delivered=("快件已签收，签收人：本人，期待再次为您服务", "您的快件已签收，感谢使用，欢迎评价本次服务"),
    ),
}

_ARRIVALS = frozenset({Scan.AT_ORIGIN_HUB, Scan.AT_TRANSFER_HUB, Scan.AT_DESTINATION_HUB, Scan.AT_DESTINATION_OUTLET})
_DEPARTURES = frozenset(
    {
        Scan.LEFT_ORIGIN_OUTLET,
        Scan.LEFT_ORIGIN_HUB,
        Scan.LEFT_TRANSFER_HUB,
        Scan.LEFT_DESTINATION_HUB,
        Scan.LEFT_STRAY_HUB,
    }
)

# What every carrier words alike.
SENTENCES: Mapping[Scan, tuple[str, ...]] = {
    Scan.ORDERED: ("寄件人已下单，订单已分配至【{place}】", "已下单，等待快递员联系寄件人"),
    Scan.AWAITING_PICKUP: ("待揽收，【{place}】将安排快递员上门取件", "快递员{collector}已接单，等待揽收"),
    Scan.DELIVERED_PROXY: (
        "快件已由家人代签收，如有疑问请联系{courier}（{courier_phone}）",
        "已签收，签收人：门卫代收，感谢使用",
        "快件已代签收，代签人：同事，派件员：{courier}",
        "已签收，他人代收：前台，如未收到请联系{courier_phone}",
    ),
    Scan.AT_PICKUP_POINT: (
        "快件已存放至【{point}】，请凭取件码及时领取",
        "您的快件已到达【{point}】，请尽快取件，联系电话{outlet_phone}",
        "快件已投递至【{point}】，请凭短信中的取件码取件",
    ),
    Scan.COLLECTED: (
        "收件人已凭取件码从【{point}】取走快件，已签收",
        "已签收，快件已在【{point}】被取出，感谢使用",
        "您已从【{point}】取走快件，感谢使用，期待再次为您服务",
    ),
    Scan.DAMAGED_IN_TRANSIT: (
        "【{place}】卸车时发现快件外包装破损，已拍照登记并上报",
        "快件在【{place}】操作中发现破损，内件待清点，已通知寄件网点",
        "问题件：{place}分拣时发现快件破损，正在核实处理",
        "快件外箱破损严重，【{place}】已暂停转运并登记为破损件",
    ),
    Scan.DAMAGED_AT_DELIVERY: (
        "派件时当面验货发现内件破损，已拍照，正在联系寄件人处理",
        "收件人开箱查验发现物品损坏，快件已登记为破损件，派件员{courier}",
        "快件送达时外包装破损、内物受损，【{place}】已上报等待处理",
        "问题件：内件破损，收件人要求核实赔付，联系电话{outlet_phone}",
    ),
    Scan.LOST: (
        "快件疑似丢失，【{place}】正在查找",
        "【{place}】盘点未见该快件，疑似遗失，已发起内部查找",
        "问题件：快件在中转环节遗失，客服将与您联系",
    ),
    Scan.SHORT: (
        "收件人反馈内件短少，【{place}】已登记核实",
        "问题件：外包装完好，开箱发现内件缺少，正在调取重量记录",
        "快件内物短少，称重与揽收时不一致，派件员{courier}已上报",
    ),
    Scan.REFUSED: (
        "派件不成功：收件人拒收，快件暂存【{place}】",
        "收件人拒绝签收，待与寄件人确认处理方式",
        "客户拒收，原因：不想要了，派件员{courier}已登记",
    ),
    Scan.WRONG_ADDRESS: (
        "派件不成功：收件地址不详，无法派送，请联系{outlet_phone}补充地址",
        "地址错误，查无此门牌，已联系寄件人核实地址",
        "派送异常：收件地址有误，快件暂存【{place}】等待更正",
    ),
    Scan.UNREACHABLE: (
        "派件不成功：收件人电话无人接听，暂时无法联系，将再次派送",
        "多次拨打收件人电话均无法接通，联系不上收件人，快件已带回【{place}】",
        "无法联系收件人，电话已关机，派件员{courier}将另行安排派送",
    ),
    Scan.DELIVERY_TROUBLE: (
        "派件不成功：收件人不在家，已约定再次派送",
        "派送异常：收件人不在指定地址，派件员{courier}将再次联系",
    ),
    Scan.SIGNED_AFTER_ANOMALY: (
        "异常已处理，快件已签收，签收人：{consignee}",
        "再次派送成功，已签收，签收人：本人",
    ),
    Scan.MISROUTED: (
        "快件错发至【{place}】，将转回正确的目的地",
        "【{place}】发现快件错分，目的地不符，正在安排转回",
        "问题件：错分到【{place}】，已登记等待转发",
    ),
    Scan.OUT_OF_AREA: (
        "收件地址超出【{place}】派送范围，等待处理",
        "超区件：该地址不在服务区内，请联系{outlet_phone}",
        "地址超区，暂无法派送到门，已通知寄件网点",
    ),
    Scan.HELD_AT_OUTLET: (
        "快件滞留在【{place}】超过三天，正在催促派送",
        "因派件量积压，快件滞留网点，预计近日安排派送",
        "滞留件：{place}派送人手不足，快件暂未派出",
    ),
    Scan.HELD_BY_WEATHER: (
        "受暴雨天气影响，快件滞留在【{place}】，恢复后将优先发出",
        "因大雪封路，【{place}】发出的车辆延误，快件滞留",
        "受台风天气影响，快件暂时滞留【{place}】，敬请谅解",
    ),
    Scan.UNCOLLECTED: (
        "快件在【{point}】超时未取，请尽快领取",
        "取件码已过期，快件在【{point}】逾期未取，请联系{outlet_phone}",
    ),
    Scan.RETURNING: (
        "快件已安排退回，正在退回寄件人途中",
        "应寄件人要求办理退件，快件退回中，下一站【{origin_outlet}】",
    ),
    Scan.RETURNED: ("退回件已由寄件人签收", "快件已退回，寄件人已签收，退件完成"),
    Scan.UNKNOWN_CODE: ("业务节点回传：批次{batch}", "系统同步节点，编号{batch}"),
}


def sentences_for(scan: Scan, *, carrier: str) -> tuple[str, ...]:
    """List the sentences that a carrier has for a scan."""
    style = STYLES[carrier]
    if scan in _ARRIVALS:
        return style.arrived
    if scan in _DEPARTURES:
        return style.left
    own = {
        Scan.PICKED_UP: style.picked_up,
        Scan.OUT_FOR_DELIVERY: style.out_for_delivery,
        Scan.DELIVERED: style.delivered,
    }
    return own.get(scan) or SENTENCES[scan]


def place_name(place: Place, parcel: Parcel) -> str:
    """Name a place as the parcel's carrier does."""
    match place:
        case Place.ORIGIN_OUTLET:
            return parcel.origin_outlet
        case Place.DESTINATION_OUTLET:
            return parcel.destination_outlet
        case _:
            return parcel.hub(city_of(place, parcel))


def city_of(place: Place, parcel: Parcel) -> City:
    """Find the city that a place is in."""
    return {
        Place.ORIGIN_OUTLET: parcel.origin,
        Place.ORIGIN_HUB: parcel.origin,
        Place.TRANSFER_HUB: parcel.transfer,
        Place.DESTINATION_HUB: parcel.destination,
        Place.DESTINATION_OUTLET: parcel.destination,
        Place.STRAY_HUB: parcel.stray,
    }[place]


def wording(scan: Scan, parcel: Parcel, *, bound_for: Place, attempt: int, rng: Random) -> str:
    """Say a scan in the words of the parcel's carrier; `bound_for` is where the next one will be."""
    place = SCANS[scan].place
    sentence = rng.choice(sentences_for(scan, carrier=parcel.carrier.code))
    return sentence.format(
        place=place_name(place, parcel),
        city=city_of(place, parcel).name,
        next=place_name(bound_for, parcel),
        point=parcel.pickup_point,
        collector=parcel.collector,
        collector_phone=parcel.collector_phone,
        courier=parcel.courier,
        courier_phone=parcel.courier_phone,
        outlet_phone=parcel.outlet_phone,
        consignee=parcel.consignee,
        origin_outlet=parcel.origin_outlet,
        attempt=attempt,
        batch=f"N{parcel.index:05d}",
    )

"""Valid payloads of every format, all invented.

`entries` is the path of the list whose every entry gives one record, where a payload has one.
"""

import json
from typing import Any, NamedTuple


class Seed(NamedTuple):
    """A valid payload of a format."""

    format: str
    body: bytes
    entries: str = ""


def _kuaidi100(number: str, state: str) -> dict[str, Any]:
    scans = [
        ("2026-03-02 09:10:00", "301", "快件已签收，签收人：张三"),
        ("2026-03-02 07:00:00", "209", "快件在【示例城西网点】外包装破损，已登记"),
        ("2026-03-01 20:00:00", "", "快件离开【示例转运中心】，已发往【示例城西网点】"),
        ("2026-03-01 20:00:00", "103", "【示例城东网点】李四已收取快件"),
    ]
    told = [
        {"time": at, "ftime": at, "context": said, "statusCode": code, "areaName": "示例,城东"}
        for at, code, said in scans
    ]
    return {
        "message": "ok",
        "nu": number,
        "com": "shentong",
        "ischeck": "1",
        "status": "200",
        "state": state,
        "data": told,
    }


def _kdniao(number: str) -> dict[str, Any]:
    traces = [
        {
            "AcceptTime": "2026-03-01 08:00:00",
            "AcceptStation": "【示例网点】已揽收",
            "Action": "1",
            "Location": "示例市",
        },
        {"AcceptTime": "2026-3-1 18:05:00", "AcceptStation": "快件到达【示例转运中心】", "Action": "2", "Remark": ""},
        {"AcceptTime": "2026-03-02 09:00:00", "AcceptStation": "客户拒收，快件将退回", "Action": "4"},
    ]
    plain = {"EBusinessID": "1000001", "OrderCode": "", "ShipperCode": "ZTO", "LogisticCode": number, "Success": True}
    return {**plain, "State": "4", "StateEx": "402", "EstimatedDeliveryTime": "2026-03-03 18:00:00", "Traces": traces}


def _sf_route(op_code: str, remark: str, at: str) -> dict[str, str]:
    return {
        "mailno": "SF0000000000001",
        "acceptTime": at,
        "acceptAddress": "示例市",
        "opCode": op_code,
        "remark": remark,
        "id": f"17{at[-8:].replace(':', '')}",
        "reasonName": "",
    }


_SF_ROUTES = [
    _sf_route("50", "顺丰速运 已收取快件", "2026-03-01 08:00:00"),
    _sf_route("31", "快件到达 【示例中转场】", "2026-03-01 20:00:00"),
    _sf_route("70", "由于收方客户拒收，快件派送不成功", "2026-03-02 09:00:00"),
    _sf_route("80", "已签收，感谢使用顺丰", "2026-03-02 09:00:00"),
]
_SF_QUERIED = {
    "success": True,
    "errorCode": "S0000",
    "errorMsg": None,
    "msgData": {"routeResps": [{"mailNo": "SF0000000000001", "routes": _SF_ROUTES}]},
}
_ZTO_TRACES = [
    {
        "scanType": "收件",
        "scanDate": "2026-03-01 08:00:00",
        "desc": "【示例网点】张三已揽收",
        "scanSite": "示例网点",
        "remark": "",
    },
    {
        "scanType": "到件",
        "scanDate": "2026-03-01 18:00:00",
        "desc": "快件已到达 示例转运中心",
        "scanSite": {"name": "示例"},
    },
    {"scanType": "签收", "scanDate": 1772442000000, "desc": "快件已签收", "signMan": "本人", "scanCity": "示例市"},
]
_TRACKER = {
    "id": "trk_example1",
    "object": "Tracker",
    "tracking_code": "EP0000000001",
    "carrier": "SamplePost",
    "status": "in_transit",
    "est_delivery_date": "2026-03-05T00:00:00Z",
    "tracking_details": [
        {
            "object": "TrackingDetail",
            "message": said,
            "description": "",
            "status": status,
            "status_detail": detail,
            "datetime": at,
            "tracking_location": {"city": "Sampleton", "state": None, "country": "XX", "zip": "00000"},
        }
        for at, status, detail, said in [
            ("2026-03-01T08:00:00Z", "pre_transit", "label_created", "Label created"),
            ("2026-03-02T08:00:00Z", "in_transit", "arrived_at_facility", "Arrived at the facility"),
            ("2026-03-03T08:00:00Z", "failure", "damaged", "The package was damaged"),
        ]
    ],
}
_AFTERSHIP = {
    "id": "example1",
    "tracking_number": "AS0000000001",
    "slug": "sample-express",
    "tag": "InTransit",
    "subtag": "InTransit_001",
    "subtag_message": "In Transit",
    "courier_estimated_delivery": {
        "estimated_delivery_date": "2026-03-05",
        "estimated_delivery_date_max": "2026-03-06",
    },
    "checkpoints": [
        {
            "slug": "sample-express",
            "checkpoint_time": at,
            "message": said,
            "tag": subtag.partition("_")[0],
            "subtag": subtag,
            "location": "Linjiang",
            "city": None,
            "state": None,
            "country_name": "XX",
        }
        for at, subtag, said in [
            ("2026-03-01T08:00:00+08:00", "InTransit_002", "Accepted by the courier"),
            ("2026-03-02T08:00:00", "AttemptFail_002", "Nobody was at home"),
            ("2026-03-03 09:30:00+0800", "Delivered_001", "Delivered"),
        ]
    ],
}
_EASYPOST_CLAIM = {
    "id": "clm_example1",
    "object": "Claim",
    "tracking_code": "EP0000000001",
    "type": "damage",
    "status": "submitted",
    "contact_email": "shipper@example.com",
    "requested_amount": "100.00",
    "updated_at": "2026-03-01T08:00:00Z",
}
_EASYPOST_INSURANCE = {
    "id": "ins_example1",
    "object": "Insurance",
    "tracking_code": "EP0000000001",
    "status": "purchased",
    "amount": "100.00",
    "updated_at": "2026-03-01T08:00:00Z",
}
_CAINIAO = {
    "module": [
        {
            "mailNo": "LP00000000001",
            "originCountry": "Mainland China",
            "status": "TRANSPORT",
            "detailList": [
                {
                    "time": 1_772_352_000_000 + 3_600_000 * n,
                    "timeStr": "2026-03-01 16:00:00",
                    "timeZone": "GMT+8",
                    "desc": "",
                    "standerdDesc": said,
                    "actionCode": code,
                }
                for n, (code, said) in enumerate(
                    [
                        ("GWMS_ACCEPT", "[Linjiang] Received by the warehouse"),
                        ("SC_INBOUND_SUCCESS", "[Linjiang] At the sorting center"),
                        ("GTMS_DO_ARRIVE_FAILURE", "Delivery failed: the address is wrong"),
                    ]
                )
            ],
        }
    ],
    "success": True,
}
_NEW_17TRACK = {
    "number": "TR0000000001",
    "carrier": 190271,
    "tag": None,
    "track_info": {
        "latest_status": {"status": "InTransit", "sub_status": "InTransit_Other", "sub_status_descr": None},
        "time_metrics": {
            "estimated_delivery_date": {"source": "Official", "from": "2026-03-04", "to": "2026-03-05T00:00:00"}
        },
        "tracking": {
            "providers": [
                {
                    "provider": {"key": 190001, "name": "X"},
                    "events": [
                        {
                            "time_iso": f"2026-03-0{day}T08:00:00+08:00",
                            "time_utc": f"2026-03-0{day}T00:00:00Z",
                            "description": said,
                            "location": "Linjiang",
                            "stage": None,
                            "sub_status": code,
                            "address": {"city": "Linjiang", "country": "CN"},
                        }
                        for day, code, said in [
                            (3, "Exception_Damage", "The parcel is damaged"),
                            (2, "InTransit_Arrival", "Arrived"),
                            (1, "InTransit_PickedUp", "Picked up"),
                        ]
                    ],
                }
            ]
        },
    },
}
_OLD_17TRACK = {
    "number": "TR0000000002",
    "tag": None,
    "track": {
        "w1": 190271,
        "w2": 21051,
        "b": 301,
        "c": 840,
        "e": 40,
        "z0": None,
        "z1": [
            {"a": f"2026-03-0{day} 08:00", "b": None, "c": "CN", "d": "Linjiang", "z": said}
            for day, said in [(2, "Delivered"), (1, "Arrived at the hub")]
        ],
        "z2": [],
    },
}
_EMS = (
    "<traces>"
    + "".join(
        f"<trace><acceptTime>{at}</acceptTime><acceptAddress>LinJiangShi 99900000</acceptAddress>"
        f"<remark>{said}</remark></trace>"
        for at, said in [("2026-03-01 08:00:00", "到达处理中心"), ("2026-03-02 08:00:00", "妥投，本人签收")]
    )
    + "</traces>"
)


def _xml_of_sf(opening: str, closing: str, element: str) -> str:
    listed = "".join(
        f"<{element} " + " ".join(f'{name}="{value}"' for name, value in route.items()) + "/>" for route in _SF_ROUTES
    )
    return f"{opening}{listed}{closing}"


_SCANS = [
    ("YT0000001", "2026-03-01T08:00:00+08:00", "PICKED_UP", "", "10", "收件", "示例网点", ""),
    ("YT0000001", "2026-03-01 09:00:00", "ARRIVED_HUB", "", "20", "到件", "示例中心", ""),
    (
        "YT0000002",
        "2026-03-02T09:00:00+08:00",
        "EXCEPTION",
        "carrier.damaged",
        "60",
        "外包装破损, 已登记",
        "示例网点",
        "",
    ),
    ("YT0000003", "2026/3/2 9:05", "", "", "", "客户拒收", "示例网点", "2026-03-01T01:00:00Z"),
]
_COLUMNS = ("waybill", "occurred_at", "event", "reason", "raw_code", "raw_text", "location", "voids")
_CSV = "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n" for row in (_COLUMNS, *_SCANS))
_NDJSON = "".join(json.dumps(dict(zip(_COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in _SCANS)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


INVENTED = (
    Seed("csv", _CSV.encode()),
    Seed("ndjson", _NDJSON.encode()),
    Seed(
        "kuaidi100_push",
        _json(
            {
                "status": "polling",
                "message": "",
                "autoCheck": "0",
                "lastResult": _kuaidi100("KD0000000001", "3"),
                "destResult": None,
            }
        ),
        "lastResult.data",
    ),
    Seed(
        "kuaidi100_push",
        _json({"status": "abort", "message": "60天无变化", "lastResult": _kuaidi100("KD2", "0")}),
        "lastResult.data",
    ),
    Seed("kuaidi100_query", _json(_kuaidi100("KD0000000001", "202")), "data"),
    Seed("kuaidi100_query", b'{"result": false, "returnCode": "400", "message": "no"}'),
    Seed("sf_route_push", _json({"Body": {"WaybillRoute": _SF_ROUTES}}), "Body.WaybillRoute"),
    Seed(
        "sf_route_push",
        _xml_of_sf(
            '<Request service="RoutePushService" lang="zh-CN"><Body>', "</Body></Request>", "WaybillRoute"
        ).encode(),
        "Request.Body[0].WaybillRoute",
    ),
    Seed("sf_route_json", _json(_SF_QUERIED), "msgData.routeResps[0].routes"),
    Seed("sf_route_json", _json({"apiResultCode": "A1000", "apiResultData": json.dumps(_SF_QUERIED)})),
    Seed(
        "sf_route_xml",
        _xml_of_sf(
            '<Response service="RouteService"><Head>OK</Head><Body><RouteResponse mailno="SF1">',
            "</RouteResponse></Body></Response>",
            "Route",
        ).encode(),
        "Response.Body[0].RouteResponse[0].Route",
    ),
    Seed(
        "kdniao_push",
        _json(
            {
                "EBusinessID": "1000001",
                "Count": "2",
                "PushTime": "2026-3-2 9:05:00",
                "Data": [_kdniao("KN1"), _kdniao("KN2")],
            }
        ),
        "Data[1].Traces",
    ),
    Seed("kdniao_track", _json(_kdniao("KN0000000001")), "Traces"),
    Seed(
        "zto_trace",
        _json({"data": [{"billCode": "ZT1", "traces": _ZTO_TRACES}], "msg": "", "status": True}),
        "data[0].traces",
    ),
    Seed(
        "zto_trace",
        _json(
            {
                "status": True,
                "statusCode": "0000",
                "message": "success",
                "result": [{"billCode": "ZT1", **scan} for scan in _ZTO_TRACES],
            }
        ),
        "result",
    ),
    Seed(
        "easypost_event",
        _json(
            {
                "id": "evt_example1",
                "object": "Event",
                "description": "tracker.updated",
                "previous_attributes": {},
                "result": _TRACKER,
            }
        ),
        "result.tracking_details",
    ),
    Seed("easypost_tracker", _json({"trackers": [_TRACKER], "has_more": False}), "trackers[0].tracking_details"),
    Seed("easypost_claim", _json({"claims": [_EASYPOST_CLAIM], "has_more": False}), "claims"),
    Seed("easypost_insurance", _json({"insurances": [_EASYPOST_INSURANCE], "has_more": False}), "insurances"),
    Seed("cainiao_global", _json(_CAINIAO), "module[0].detailList"),
    Seed(
        "aftership",
        _json(
            {
                "ts": 1772323200,
                "event": "tracking_update",
                "event_id": "6f0c1b0e-0000-4000-8000-000000000001",
                "msg": _AFTERSHIP,
            }
        ),
        "msg.checkpoints",
    ),
    Seed("aftership", _json({"meta": {"code": 200}, "data": {"tracking": _AFTERSHIP}}), "data.tracking.checkpoints"),
    Seed(
        "17track_v2",
        _json({"event": "TRACKING_UPDATED", "data": _NEW_17TRACK}),
        "data.track_info.tracking.providers[0].events",
    ),
    Seed(
        "17track_v2",
        _json(
            {
                "code": 0,
                "data": {
                    "accepted": [_NEW_17TRACK],
                    "rejected": [{"number": "X", "error": {"code": -18019902, "message": "not registered"}}],
                },
            }
        ),
        "data.accepted[0].track_info.tracking.providers[0].events",
    ),
    Seed("17track_v1", _json({"sign": "x", "event": "TRACKING_UPDATED", "data": _OLD_17TRACK}), "data.track.z1"),
    Seed("ems_cn_xml", _EMS.encode(), "traces.trace"),
    Seed("ems_cn_xml", _json({"mailnum": "LK000000001CN", "answer": _EMS})),
)
"""At least one of every format."""

"""What departments answer when they are asked about the day's complaints and claims, as their own systems would.

Of complaints some answer at once and some do not: whoever looks at the demo sees both. Of claims all do.
"""

import json
from collections.abc import Iterable
from random import Random

from deployments.sample_day.posts import Post
from deployments.sample_day.sf import JSON

WAVE = 4
ANSWERING_SHARE = 0.6
ANSWERS = (
    ("have_it", "快件在本网点，今日安排派送", 3),
    ("sent_on", "已按时交下一环节，有交接记录", 2),
    ("damaged_here", "分拣时外箱受压，已拍照", 1),
    ("packaging_poor", "收件时外包装单薄，已提醒寄件人", 1),
    ("cannot_say", "正在调取监控", 1),
)  # (what a rule can go on from, what is said, weight)


def answer_path(inquiry_no: str) -> str:
    """Give the door of an answer."""
    return f"/inquiries/{inquiry_no}/answer"


def answer_posts(asked: Iterable[tuple[str, str]], *, rng: Random) -> list[Post]:
    """Make up what is answered to these questions, each the number of an inquiry and the department that was asked."""
    posts = []
    for inquiry_no, department in asked:
        if rng.random() >= ANSWERING_SHARE:
            continue
        code, words, _ = rng.choices(ANSWERS, [weight for _, _, weight in ANSWERS])[0]
        posts.append(answer_post(inquiry_no, department, code, words))
    return posts


def answer_post(inquiry_no: str, department: str, code: str, words: str) -> Post:
    """Write one answer as it is sent."""
    body = json.dumps({"code": code, "text": words, "answered_by": department}, ensure_ascii=False).encode()
    return Post(
        wave=WAVE,
        path=answer_path(inquiry_no),
        content_type=JSON,
        body=body,
        parcels=0,
        headers={"Idempotency-Key": f"sample-{inquiry_no}"},
    )

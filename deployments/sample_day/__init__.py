"""A made-up day of a carrier network: parcels, their stories, and the posts that tell them to the gateway."""

from deployments.sample_day.expected import Counts, Expected
from deployments.sample_day.posts import Post, SampleDay, sample_day
from deployments.sample_day.send import PostRefused, SendReport, send

__all__ = ["Counts", "Expected", "Post", "PostRefused", "SampleDay", "SendReport", "sample_day", "send"]

"""Chapter quality over time: watching the feeds, and the pages and trends about what the quality checks found."""

from prefect import flow

from tasks.tracking.baselines import feed_health
from tasks.tracking.documenting import write_data_docs
from tasks.tracking.showing import publish_alerts, publish_data_docs, publish_health
from tasks.tracking.watching import alerts_now, listen_for_silent_feeds, tell_operations, weigh_warnings


@flow(name="watch_feeds")
def watch_feeds() -> dict[str, int]:
    """Find the feeds that fell silent or whose batches warned, tell operations, and close what has passed."""
    silence = listen_for_silent_feeds()
    warnings = weigh_warnings()
    told = tell_operations()
    done = {
        "opened": silence.opened + warnings.opened,
        "closed": silence.closed + warnings.closed,
        "letters": told,
    }
    if any(done.values()):
        publish_alerts(alerts_now())
    return done


@flow(name="build_data_docs")
def build_data_docs() -> str:
    """Build the pages about the last day's batches, show the trends of four weeks, and say where the pages are."""
    documented = write_data_docs()
    publish_data_docs(documented)
    publish_health(feed_health())
    return documented.address

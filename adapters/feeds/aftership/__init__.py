"""AfterShip, an aggregator: the answers of its API and its webhook, which tell the same trackings."""

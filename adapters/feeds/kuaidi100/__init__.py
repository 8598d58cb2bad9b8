"""Kuaidi100 (快递100), an aggregator: its pushes and its query answers. One namespace, so the two de-duplicate."""

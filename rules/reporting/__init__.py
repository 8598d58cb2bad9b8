"""Rules of reporting: periods, what every figure means, and how the figures of one report are put together."""

"""Rules of exception shipments: what opens and cures one, how bad it is, what is done, who must decide."""

"""Cainiao's global tracking: the public detail query of parcels that leave China."""

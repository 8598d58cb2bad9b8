"""China Post's EMS and ePacket: the query of one parcel's traces, in XML."""

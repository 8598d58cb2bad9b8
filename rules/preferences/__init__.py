"""What consignees ask for (R111, R112, R114): what is in force, was not kept, can be learned, is told to outlets."""

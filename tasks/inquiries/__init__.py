"""The effects of inquiries, the same for every procedure: asking, reminding, taking answers, showing them."""

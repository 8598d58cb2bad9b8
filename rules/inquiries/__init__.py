"""What holds for inquiries of every procedure: their transitions, reminders, answers, links and words. Pure."""

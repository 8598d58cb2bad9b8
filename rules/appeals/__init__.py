"""Appeals to the regulator: whether one is admissible, what it is answered, and when what is due. Pure decisions."""

"""SF Express (顺丰): its route pushes and its route query answers, in JSON and in XML. One namespace for all."""

"""The effects of calls: taking files of the call centre in, checked, each row accounted for."""

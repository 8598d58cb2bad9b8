"""Tracking feeds: one package per provider whose payloads are understood.

What the formats share lies beside the packages: reading bytes (documents), finding the known part of a payload
(envelope), times, order, the tables of codes (meanings) and of wording, the list of formats (registry) and the lines
that `redress translate` prints. All of it is pure; whoever fetches or receives payloads sits in a package's `client`
or `push` module.
"""

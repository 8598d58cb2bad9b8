"""Kdniao (快递鸟): its pushes and its query answers. One namespace for both."""

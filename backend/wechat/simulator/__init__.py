"""A simulator of WeChat's server API: a server of its own, for demo mode and tests.

The real client talks to it over HTTP. State is in memory; people come from a file that `flask demo`
writes. Everything of WeChat answers HTTP 200 with an errcode; everything below `/simulator` is ours.
Semantics: WeChat's server API documentation.
"""

"""A simulator of WeChat's server API: a server of its own, for demo mode and tests.

Beside WeChat it plays WeCom (`/wecom`), 浙政钉 (`/zwdd`) and a bureau's SMS gateway (`/sms`).

The real client talks to it over HTTP. State is in memory; people come from a file that `flask demo`
writes. Everything of WeChat answers HTTP 200 with an errcode; everything below `/simulator` is ours.
Semantics: WeChat's server API documentation.
"""

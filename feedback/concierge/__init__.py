"""微管家: a catalogue of small services whose forms are data.

A service (服务事项) is asked for by filling in its form: fields with a key, a title and a type. Its form has
revisions; what was answered keeps the revision that it was answered by, and revisions never change. A request
(服务申请) is a report of origin `concierge`: from its submission on, all that happens to it are the verbs of
`feedback.reports`, and the answers here only say what was asked for. Telephone numbers among the answers are
sealed: they stand encrypted in `sealed_cipher` and in no other place, the report's text included.

Nobody has more requests of one service open than the service allows. Requests are never unnamed.

A house begins with the services in `default_items.toml` and changes them as it likes.
"""

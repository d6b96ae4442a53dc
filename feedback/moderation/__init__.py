"""Moderation (内容审核): words, WeChat's checks, and the queue in which people decide.

A *submission* (送审件) is what one subject wants shown, named by (subject_kind, subject_id); this slice knows
nothing of subjects. It has *checks*: one for each text and photo and each provider (the local word list,
WeChat's text check, WeChat's image check). Its *standing* (状态) follows from them: passed, waiting, manual
(somebody has to look) or refused.

Invariants:
- No machine publishes anything and none refuses anything: a word or a verdict only asks for a person, and
  a clean standing only permits a person to publish.
- What could not be checked (no account, nobody active, no verdict in time, provider down) waits for a person.
- A verdict is applied once; a person's decision outlasts every verdict that comes later.
- The network is asked outside of units of work. For whom wishes to stay unnamed nobody is named to WeChat:
  a submission without an author is looked at by a person.
"""

"""日管控, 周排查, 月调度: the mechanism of 《企业落实食品安全主体责任监督管理规定》.

Vocabulary: a *daily control* (每日食品安全检查记录) answers a canteen's items by area and is *closed*
when the day is done; a day without a risk is closed as such (未发现风险). What fails is a *finding*
(问题): somebody has to put it right by a day, says that it is *rectified*, and somebody else *checks*
it. A *week* (每周食品安全排查治理报告) is written from the facts of seven days, a *month*
(每月食品安全调度会议纪要) from those of its days; both are signed once and never change afterwards.

Invariants:
- A day is closed when every item is answered, and once. An open day, and a day that nobody began, is
  a gap that shows.
- A failed answer has exactly one finding; nobody checks what they rectified themselves.
- The facts of a week or a month are those of the moment at which it was signed.
"""

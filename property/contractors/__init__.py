"""The contractors (服务商) and what they were hired for.

A *contractor* is a firm; a *contract* binds it for a time, for a monthly fee, to render *services* (保洁,
维修, 餐饮 …) within *scopes* (places, categories of repairs). Its *bands* say what of the fee a month's score
is paid. Who answers for a contractor holds a role in the scope `contractor`. How well it does is judged in
`assessments`.

Invariants: contractors and contracts are never deleted; a contract has at least one scope.
"""

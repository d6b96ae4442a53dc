"""The contractors (服务商) and what they were hired for.

A *contractor* is a firm; a *contract* binds it for a time, for a fee, to render *services* (保洁, 维修, 餐饮 …)
within *scopes* (places, categories of repairs). Who answers for a contractor holds a role in the scope
`contractor`. How well it does is judged in `assessments`.
"""

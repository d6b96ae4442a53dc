"""Food safety (食品安全): the records that the law asks of a canteen.

Slices, from the lowest: `workers` (健康证 and 晨检), `samples` (留样), `temperatures` (冷柜温度),
`hygiene` (六常, 清洗消毒) and `ledgers` (添加剂, 收运), which know nothing of each other; `controls`
(日管控、周排查、月调度), `incidents` (事件、召回) and `inspections` (迎检资料), which read them. Who may
do what where is `reach`.
"""

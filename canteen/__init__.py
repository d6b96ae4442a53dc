"""The canteen (食堂): what is on the menu, who orders and eats it, what it takes to cook, and what was left.

Slices, from the lowest: `menu` (菜单), `accounts` (餐费账户), `ordering` (订餐), `pickups` (取餐),
`settlement` (对账结算), `purchasing` (采购仓储), `production` (备餐), `waste` (称重), `food_safety`
(食品安全), `advice` (点餐提示 and 智慧菜单), `screens` (餐厅大屏), `evaluation` (成效评估) and
`bulletins` (通报). Each imports those before it, never the other way.
"""

"""Feedback: 随手拍, 微管家, 通告栏 and satisfaction.

Slices, from the lowest: `offices` (承办单位), `categories` (诉求类别), `deadlines` (时限), `moderation`
(内容审核), `reports` (诉求), `concierge` (微管家), `notices` (通告栏), `surveys` (问卷), `satisfaction`
(满意度) and `reviews` (服务保障通报). Each imports those before it, never the other way.
"""

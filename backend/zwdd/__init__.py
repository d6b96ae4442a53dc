"""浙政钉 and other installations of 专有钉钉: logins, and work notices (工作通知).

A thin client of the gateway. Every request is signed with the app's secret; an answer holds two `success`
flags, the gateway's and the service's. Sources: the open platform's signing rules and samples
(openplatform.dg-work.cn, openplatform-pro.ding.zj.gov.cn), which publish no list of error codes.
"""

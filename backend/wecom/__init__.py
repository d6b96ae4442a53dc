"""WeCom (企业微信): logins from its mini-program host, and notices that lead into the mini-program.

A thin client: the token belongs to a corporation's app (corpid and secret), the notice to the mini-program
that is tied to it. Source: developer.work.weixin.qq.com, documents 96959 and 90236.
"""

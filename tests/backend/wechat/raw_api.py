"""WeChat's API asked as its documentation says, without our client."""

from typing import Any

from tests.simulator import APP, RunningSimulator


def exchange(simulator: RunningSimulator, code: str, app: Any = APP, **changes: str) -> dict[str, Any]:
    """jscode2session, as it is documented."""
    query = {
        "appid": app.appid,
        "secret": app.secret,
        "js_code": code,
        "grant_type": "authorization_code",
        **changes,
    }
    answer = simulator.http.get(f"{simulator.url}/sns/jscode2session", params=query)
    assert answer.status_code == 200
    return dict(answer.json())


def stable(simulator: RunningSimulator, app: Any = APP, **changes: Any) -> dict[str, Any]:
    """stable_token."""
    body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret, **changes}
    return dict(simulator.http.post(f"{simulator.url}/cgi-bin/stable_token", json=body).json())


def normal(simulator: RunningSimulator, app: Any = APP) -> dict[str, Any]:
    """token."""
    query = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
    return dict(simulator.http.get(f"{simulator.url}/cgi-bin/token", params=query).json())


def phone(simulator: RunningSimulator, token: str, **body: Any) -> dict[str, Any]:
    """getuserphonenumber."""
    url = f"{simulator.url}/wxa/business/getuserphonenumber"
    answer = simulator.http.post(url, params={"access_token": token}, json=body)
    assert answer.status_code == 200
    return dict(answer.json())


def errcode_of_token(simulator: RunningSimulator, token: str) -> int:
    """40029 means that the token itself was accepted."""
    return int(phone(simulator, token, code="none")["errcode"])

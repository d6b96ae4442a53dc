"""The envelope, authentication and errors, before any module."""


def test_an_unknown_path_answers_in_the_envelope(anonymous):
    answer = anonymous.get("/nowhere")
    assert answer.status == 404
    assert answer.error == "app.not_found"


def test_a_member_of_staff_is_created_and_logged_in(compound):
    client = compound.client(compound.staff("1001", subsidy_fen=2000))
    assert client.token

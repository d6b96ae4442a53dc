"""What the rush costs in statements."""

from tests.statements import counted_statements


def test_an_order_takes_at_most_fourteen_statements(lunch):
    lunch.place(1, 1, by=lunch.client())
    with counted_statements() as sent:
        assert lunch.place(1, 1).status == 201
    assert len(sent) <= 14, "\n".join(sent)


def test_a_replayed_order_takes_one_read(lunch):
    lunch.official.post("/canteen/orders", lunch.order(1, 1), key="again")
    with counted_statements() as sent:
        assert lunch.official.post("/canteen/orders", lunch.order(1, 1), key="again").status == 201
    assert len([each for each in sent if each not in ("BEGIN", "ROLLBACK")]) == 1, "\n".join(sent)


def test_a_list_of_orders_takes_the_same_statements_whatever_its_length(lunch):
    def cost():
        with counted_statements() as sent:
            assert lunch.official.get("/canteen/orders").status == 200
        return len(sent)

    none = cost()
    for _ in range(3):
        order = lunch.place(1, 1).data
        lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    assert cost() <= none + 1

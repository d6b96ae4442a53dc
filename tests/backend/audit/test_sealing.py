"""Sealing: what is complete, once, in a chain; and what a proof finds when somebody tampered with it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from backend import clock, vault
from backend.actor import SYSTEM, Actor
from backend.audit import heads, policies, queries, services
from backend.audit.models import AuditEvent, AuditSeal
from backend.audit.policies import Fault, Finding, Head, SealAlgorithm
from backend.config import CipherName
from backend.db import WRITING, atomic, db, unit
from backend.errors import Forbidden
from tests.factories import MONDAY, NINE
from tests.threads import at_once

ALGORITHMS = [(CipherName.AES, SealAlgorithm.SHA256), (CipherName.SM4, SealAlgorithm.SM3)]


def proved(**days):
    db.session.rollback()
    return queries.verify(SYSTEM, **days)


def seals():
    db.session.rollback()
    statement = select(AuditSeal).order_by(AuditSeal.seq).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def test_an_empty_trail_needs_no_seal_and_is_intact(app):
    assert services.seal() == 0
    proof = proved()
    assert (proof.is_intact, proof.seals, proof.events, proof.knows_head) == (True, 0, 0, False)


def test_seals_cover_every_event_once_in_a_chain(app, write):
    first, second = write(3), write(2)
    assert services.seal() == 5
    third = write(4)
    assert services.seal() == 4
    assert services.seal() == 0
    one, two = seals()
    assert (one.seq, one.last_id, one.event_count) == (1, second[-1], 5)
    assert (two.seq, two.first_id, two.last_id, two.event_count) == (2, second[-1] + 1, third[-1], 4)
    assert (one.previous_digest, two.previous_digest) == (bytes(32), one.digest)
    assert first[0] >= one.first_id
    proof = proved()
    assert proof.is_intact
    assert (proof.first_seq, proof.last_seq, proof.events, proof.unsealed) == (1, 2, 9, 0)
    assert heads.kept() == Head(2, two.digest)
    write(2)
    assert proved().unsealed == 2


def test_a_long_trail_is_sealed_in_several_seals(app, write, monkeypatch):
    monkeypatch.setattr(policies, "MOST_PER_SEAL", 3)
    write(7)
    assert services.seal() == 7
    assert [seal.event_count for seal in seals()] == [3, 3, 1]
    assert proved().is_intact


def test_a_proof_reads_a_bounded_number_of_rows_at_once(app, write, monkeypatch):
    monkeypatch.setattr(queries, "_SEALS_AT_ONCE", 2)
    monkeypatch.setattr(policies, "MOST_PER_SEAL", 4)
    write(26)
    services.seal()
    proof = proved()
    assert (proof.is_intact, proof.seals, proof.events) == (True, 7, 26)
    assert len(list(queries.events_between(None, 10**9, most=5))) == 26


@pytest.mark.parametrize(("cipher", "algorithm"), ALGORITHMS)
def test_each_cipher_has_its_digest_and_old_seals_stay_provable(app, write, cipher, algorithm):
    write(2)
    services.seal()
    app.config["HOUQIN"] = replace(app.config["HOUQIN"], cipher=cipher)
    write(2)
    services.seal()
    assert [seal.algorithm for seal in seals()] == ["hmac-sha256", algorithm.value]
    assert proved().is_intact


def test_another_key_proves_nothing(app, write):
    write(2)
    services.seal()
    app.config["HOUQIN"] = replace(app.config["HOUQIN"], secret_key=b"the key of somebody else, long enough")
    assert proved().findings == (Finding(Fault.SEAL_CHANGED, 1),)


def test_an_event_in_an_open_transaction_is_sealed_once_it_is_committed(app, write):
    """The lower id commits last: nothing is sealed over it."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: ids are drawn in the order of commits")
    writer = db.engine.execution_options(**WRITING["postgresql"])
    columns = [column for column in AuditEvent.__table__.c if column.key != "id"]
    copied = insert(AuditEvent).from_select(columns, select(*columns).limit(1)).returning(AuditEvent.id)
    write(1)
    with writer.connect() as slow, slow.begin():
        late = slow.scalar(copied)
        (visible,) = write(1)
        assert late < visible
        assert services.seal(patience=timedelta(milliseconds=120)) == 0
        assert seals() == []
    assert services.seal() == 3
    assert proved().is_intact
    assert proved().unsealed == 0


def test_a_sealing_waits_for_the_writers_that_it_found_and_for_no_later_one(app, write, monkeypatch):
    """Under load somebody is always writing."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    writer = db.engine.execution_options(**WRITING["postgresql"])
    look, looks = queries.open_writers, []
    write(2)
    db.session.rollback()
    with writer.connect() as earlier, writer.connect() as later:

        def look_while_one_writer_takes_over_from_another():
            looks.append(look())
            if len(looks) == 1:
                later.execute(text("LOCK TABLE audit_events IN ROW EXCLUSIVE MODE"))
                earlier.rollback()
            return looks[-1]

        earlier.execute(text("SELECT count(*) FROM audit_events"))
        assert queries.open_writers() == frozenset()
        earlier.execute(text("LOCK TABLE audit_events IN ROW EXCLUSIVE MODE"))
        monkeypatch.setattr(queries, "open_writers", look_while_one_writer_takes_over_from_another)
        assert services.seal(patience=timedelta(milliseconds=300)) == 2
        assert [len(found) for found in looks] == [1, 1]
        assert looks[0] != looks[1]


def test_the_ids_of_the_trail_are_drawn_in_order(app):
    """What the watermark rests on: a sequence that hands numbers out ahead of time would break it."""
    if db.engine.dialect.name == "sqlite":
        assert inspect(db.engine).get_pk_constraint("audit_events")["constrained_columns"] == ["id"]
    else:
        cache = text("SELECT cache_size FROM pg_sequences WHERE sequencename = 'audit_events_id_seq'")
        assert db.session.scalar(cache) == 1


def test_two_who_seal_at_once_make_one_chain(app, write):
    write(5)

    def seal():
        with app.app_context():
            return services.seal()

    assert sum(at_once([seal] * 4)) == 5
    assert [seal.seq for seal in seals()] == [1]
    assert proved().is_intact


def test_nobody_changes_or_deletes_a_seal(app, write):
    write(1)
    services.seal()

    @atomic
    def run(statement):
        unit().execute(text(statement))

    for statement in ("UPDATE audit_seals SET seq = 2", "DELETE FROM audit_seals"):
        with pytest.raises(DBAPIError, match="append-only"):
            run(statement)


def test_a_changed_event_is_named(app, write, tamper):
    ids = write(5)
    services.seal()
    tamper("UPDATE audit_events SET actor_name = '张三' WHERE id = :id", id=ids[2])
    proof = proved()
    assert proof.findings == (Finding(Fault.EVENT_CHANGED, 1, ids[2]),)
    assert proof.first_broken_seal == 1
    assert str(proof.findings[0]) == f"第 1 号封存 记录 {ids[2]}：记录被修改"


@pytest.mark.parametrize(
    "change",
    ["happened_at = '2020-01-01 00:00:00+00:00'", "result = 'refused'", "object_id = '9'", "actor_id = 7",
     "action = 'demo.other'", "request_id = 'x'", "object_kind = 'x'", """details = '{"name": "x"}'"""],
)  # fmt: skip # One line a change would say no more.
def test_every_column_of_an_event_is_sealed(app, write, tamper, change):
    (event,) = write(1)
    services.seal()
    tamper(f"UPDATE audit_events SET {change}")  # noqa: S608 # Written above.
    assert proved().findings == (Finding(Fault.EVENT_CHANGED, 1, event),)


@pytest.mark.parametrize("which", [0, 2, 4])
def test_a_deleted_event_is_named(app, write, tamper, which):
    ids = write(5)
    services.seal()
    tamper("DELETE FROM audit_events WHERE id = :id", id=ids[which])
    assert proved().findings == (Finding(Fault.EVENT_MISSING, 1, ids[which]),)


def test_an_event_slipped_in_is_named(app, write, tamper, slip_in):
    kept, gone, last = write(3)
    tamper("DELETE FROM audit_events WHERE id = :id", id=gone)
    services.seal()
    slip_in(gone)
    assert proved().findings == (Finding(Fault.EVENT_EXTRA, 1, gone),)
    slip_in(-3)
    assert proved().findings == (Finding(Fault.EVENT_EXTRA, 1, -3), Finding(Fault.EVENT_EXTRA, 1, gone))
    assert kept < gone < last


def test_the_first_broken_seal_is_told(app, write, tamper):
    for _ in range(4):
        ids = write(2)
        services.seal()
    tamper("DELETE FROM audit_events WHERE id IN (:one, :other)", one=ids[0], other=ids[0] - 4)
    proof = proved()
    assert proof.first_broken_seal == 2
    assert [finding.seal_seq for finding in proof.findings] == [2, 4]


def test_a_changed_seal_is_named_and_its_successor_is_not(app, write, tamper):
    for _ in range(3):
        write(2)
        services.seal()
    tamper("UPDATE audit_seals SET event_count = 1 WHERE seq = 2")
    assert proved().findings == (Finding(Fault.SEAL_CHANGED, 2),)


@pytest.mark.parametrize(
    "change",
    ["digest = previous_digest", "leaves = previous_digest", "algorithm = 'sha256'", "algorithm = 'hmac-sm3'",
     "sealed_at = '2020-01-01 00:00:00+00:00'", "first_id = first_id - 1"],
)  # fmt: skip # One line a change would say no more.
def test_every_column_of_a_seal_is_covered(app, write, tamper, change):
    for _ in range(3):
        write(2)
        services.seal()
    tamper(f"UPDATE audit_seals SET {change} WHERE seq = 2")  # noqa: S608 # Written above.
    assert proved().findings == (Finding(Fault.SEAL_CHANGED, 2),)


def test_a_missing_seal_is_named(app, write, tamper):
    for _ in range(3):
        write(2)
        services.seal()
    tamper("DELETE FROM audit_seals WHERE seq = 2")
    assert proved().findings == (Finding(Fault.SEAL_MISSING, 2),)
    tamper("DELETE FROM audit_seals WHERE seq = 1")
    assert proved().findings == (Finding(Fault.SEAL_MISSING, 1), Finding(Fault.SEAL_MISSING, 2))


def test_the_seals_that_were_cut_off_are_told_for_ever(app, write, tamper):
    """The chain that is left proves itself; the file beside the database remembers what is gone."""
    write(2)
    services.seal()
    ids = write(2)
    services.seal()
    tamper("DELETE FROM audit_seals WHERE seq = 2", "DELETE FROM audit_events WHERE id >= :id", id=ids[0])
    assert proved().findings == (Finding(Fault.HEAD_LOST, 2),)
    write(3)
    assert services.seal() == 3
    assert proved().findings == (Finding(Fault.HEAD_LOST, 2),)


def test_a_seal_that_was_cut_off_is_missed_without_the_file_too(app, write, tamper, settings):
    write(2)
    services.seal()
    ids = write(2)
    services.seal()
    tamper("DELETE FROM audit_seals WHERE seq = 2")
    (settings.data_dir / "audit-head").unlink()
    assert proved().is_intact
    with clock.at(clock.now() + timedelta(minutes=31)):
        proof = proved()
    assert (proof.findings, proof.knows_head) == ((Finding(Fault.OVERDUE, event_id=ids[0]),), False)


def test_after_a_restore_the_administrator_accepts_the_chain(app, write, tamper, settings):
    write(2)
    services.seal()
    (settings.data_dir / "audit-head").write_text("spoilt")
    assert proved().findings == (Finding(Fault.HEAD_LOST, 0),)
    with pytest.raises(Forbidden):
        services.accept_head(Actor(1, "1", "张三", 1, 1, ()), reason="恢复备份")
    assert services.accept_head(SYSTEM, reason="恢复备份") == Head(1, seals()[0].digest)
    assert proved().is_intact
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.details["reason"]) == ("audit.head_accepted", "恢复备份")
    services.seal()
    assert heads.kept() == Head(2, seals()[1].digest)


def test_an_empty_chain_can_be_accepted_too(app, settings):
    (settings.data_dir / "audit-head").write_text(f"3 {bytes(32).hex()}")
    assert proved().findings == (Finding(Fault.HEAD_LOST, 3),)
    assert services.accept_head(SYSTEM, reason="新建数据库") is None
    assert proved().is_intact


def test_who_knows_no_key_can_make_no_seal(app, write, tamper):
    """Everything about the forged seal is right, but for the key."""
    ids = write(3)
    services.seal()
    tamper("UPDATE audit_events SET actor_name = '张三' WHERE id = :id", id=ids[0])
    db.session.rollback()
    mac = policies.mac_with(b"guessed", SealAlgorithm.SHA256)
    events = list(queries.events_between(None, ids[-1]))
    forged = policies.make_seal(events, None, SealAlgorithm.SHA256, mac, clock.now())
    tamper(
        "UPDATE audit_seals SET leaves = :leaves, digest = :digest, sealed_at = :sealed_at WHERE seq = 1",
        leaves=forged.leaves, digest=forged.digest, sealed_at=forged.sealed_at.isoformat(sep=" "),
    )  # fmt: skip # One argument a line would say no more.
    assert Finding(Fault.SEAL_CHANGED, 1) in proved().findings
    assert vault.sign("audit seal", b"key") != "guessed"


def test_a_proof_of_some_days_looks_at_what_covers_them(app, write, tamper):
    days = [MONDAY + timedelta(days=number) for number in range(4)]
    broken = []
    for day in days:
        with clock.at(clock.at_local(day, time(23, 59))):
            broken.append(write(2)[0])
        with clock.at(clock.at_local(day + timedelta(days=1), time(0, 4))):
            services.seal()
    tamper("DELETE FROM audit_events WHERE id IN (:a, :b)", a=broken[0], b=broken[3])
    with clock.at(clock.at_local(days[3] + timedelta(days=1), time(0, 5))):
        assert [one.event_id for one in proved().findings] == [broken[0], broken[3]]
        middle = proved(from_on=days[1] + timedelta(days=1), until_on=days[2])
        assert (middle.is_intact, middle.first_seq, middle.last_seq) == (True, 2, 3)
        assert [one.event_id for one in proved(until_on=days[0]).findings] == [broken[0]]
        assert [one.event_id for one in proved(from_on=days[2]).findings] == [broken[3]]


def test_a_day_that_was_sealed_in_several_seals_is_proved_whole(app, write, tamper, monkeypatch):
    monkeypatch.setattr(policies, "MOST_PER_SEAL", 2)
    with clock.at(NINE):
        ids = write(6)
    with clock.at(NINE + timedelta(days=1)):
        services.seal()
        write(2)
        services.seal()
        tamper("DELETE FROM audit_events WHERE id = :id", id=ids[4])
        proof = proved(until_on=MONDAY)
    assert (proof.findings, proof.last_seq) == ((Finding(Fault.EVENT_MISSING, 3, ids[4]),), 3)


def test_only_who_may_read_the_trail_everywhere_proves_it(app):
    with pytest.raises(Forbidden):
        queries.verify(Actor(1, "1", "张三", 1, 1, ()))


def test_a_long_list_of_faults_is_counted(app, write, tamper, monkeypatch):
    monkeypatch.setattr(queries, "MOST_FINDINGS", 3)
    write(10)
    with clock.at(NINE):
        services.seal()
    tamper("DELETE FROM audit_events")
    proof = proved()
    assert (len(proof.findings), proof.unlisted) == (3, 7)

"""What a program of psycopg2 asks of a server; its answers by PostgreSQL are in answers.txt."""

import datetime
import decimal
import io
import select
import threading
import time
import uuid

import psycopg2
import psycopg2.extensions
import psycopg2.extras


def attempt(title, step):
    try:
        print(title, step())
    except Exception as error:
        print(title, "FAILED", type(error).__name__, str(error).replace("\n", " "))


db = psycopg2.connect("")
psycopg2.extras.register_uuid()
psycopg2.extras.register_default_jsonb(db)
c = db.cursor()
c.execute("create type mood as enum ('sad', 'ok')")
c.execute("create type pair as (a int, b text)")
c.execute(
    """create table every (id serial primary key, i2 int2, i8 int8, f4 real, f8 float8, n numeric(20,5), b bool, t text,
    c char(4), by bytea, d date, ti time, ts timestamp, tz timestamptz, iv interval, u uuid, j jsonb, k json, a int[],
    m mood, constraint positive check (i2 > -10))"""
)
db.commit()
ROW = (
    -5,
    -(2**63),
    1.5,
    -1e300,
    decimal.Decimal("-12345.67800"),
    True,
    "Å'\\ %",
    "ab",
    psycopg2.Binary(bytes(range(256))),
    datetime.date(2024, 2, 29),
    datetime.time(1, 2, 3, 456789),
    datetime.datetime(2024, 2, 29, 1, 2, 3, 456789),
    datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    datetime.timedelta(days=40, seconds=3, microseconds=5),
    uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    psycopg2.extras.Json({"k": [1, None, "x"]}),
    psycopg2.extras.Json([1.5]),
    [1, None, 3],
    "ok",
)


def values():
    c.execute(f"insert into every values (default, {','.join(['%s'] * len(ROW))}) returning *", ROW)
    row = c.fetchone()
    return [bytes(v) == bytes(range(256)) if isinstance(v, memoryview) else v for v in row]


attempt("values", values)
attempt("nulls", lambda: c.execute("insert into every (t, by, a) values (%s, %s, %s)", (None, None, None)))
attempt("status", lambda: (c.rowcount, c.statusmessage))
attempt(
    "description",
    lambda: (c.execute("select * from every"), [(d.name, d.type_code, d.internal_size, d.precision, d.scale) for d in c.description if d.type_code < 16000])[1],
)
db.commit()


def diagnostics():
    try:
        c.execute("insert into every (i2) values (-20)")
    except psycopg2.errors.CheckViolation as error:
        d = error.diag
        db.rollback()
        return d.sqlstate, d.severity, d.schema_name, d.table_name, d.constraint_name, d.message_primary
    return None


attempt("diagnostics", diagnostics)


def position():
    try:
        c.execute("select id, nope from every")
    except psycopg2.errors.UndefinedColumn as error:
        db.rollback()
        return error.diag.statement_position, error.pgcode
    return None


attempt("position", position)


def failed():
    try:
        c.execute("select 1/0")
    except psycopg2.Error:
        pass
    before = db.info.transaction_status
    try:
        c.execute("select 1")
    except psycopg2.errors.InFailedSqlTransaction as error:
        db.rollback()
        return before, error.pgcode, db.info.transaction_status
    return None


attempt("failed", failed)


def many():
    psycopg2.extras.execute_batch(c, "insert into every (i8) values (%s)", [(i,) for i in range(250)], page_size=100)
    psycopg2.extras.execute_values(c, "insert into every (i8, t) values %s", [(i, str(i)) for i in range(250)])
    c.executemany("update every set t = %s where i8 = %s", [("a", 1), ("b", 2)])
    return c.rowcount


attempt("many", many)


def scrolling():
    with db.cursor("scrolling", scrollable=True) as s:
        s.execute("select i8 from every where i8 >= 0 order by id")
        first = s.fetchmany(2)
        s.scroll(100)
        second = s.fetchone()
        s.scroll(-3)
        third = s.fetchone()
        s.scroll(0, mode="absolute")
        return first, second, third, s.fetchone(), len(s.fetchall())


attempt("scrolling", scrolling)


def holding():
    s = db.cursor("holding", withhold=True)
    s.execute("select i8 from every where i8 >= 0 order by id limit 5")
    first = s.fetchone()
    db.commit()
    rest = s.fetchall()
    s.close()
    return first, rest


attempt("holding", holding)
attempt("callproc", lambda: (c.callproc("mod", (7, 4)), c.fetchall()))
attempt("mogrify", lambda: c.mogrify("select %s, %s", ("a\\b'c", b"\x00'")))


def tuples():
    with db.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor) as s:
        s.execute("select 1 as one, 'x' as two")
        named = s.fetchone()
    with db.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as s:
        s.execute("select 1 as one, 'x' as two")
        return named.two, dict(s.fetchone())


attempt("tuples", tuples)


def copying():
    c.execute("create table lines (n int, t text)")
    c.copy_from(io.StringIO("1\ta\\nb\n2\t\\N\n"), "lines")
    c.copy_expert("copy lines from stdin (format csv, header)", io.StringIO('n,t\n3,"x, ""y"""\n'))
    out, csv = io.StringIO(), io.StringIO()
    c.copy_to(out, "lines")
    c.copy_expert("copy (select * from lines order by n desc) to stdout (format csv, header, force_quote *)", csv)
    try:
        c.copy_expert("copy lines from stdin", io.StringIO("x\ty\n"))
    except psycopg2.Error as error:
        db.rollback()
        return out.getvalue(), csv.getvalue(), error.pgcode, error.diag.context
    return None


attempt("copying", copying)


def notifying():
    db.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    other = psycopg2.connect("")
    other.autocommit = True
    c.execute("listen news")
    other.cursor().execute("select pg_notify('news', 'hello')")
    for _ in range(50):
        select.select([db], [], [], 0.1)
        db.poll()
        if db.notifies:
            break
    other.close()
    return [(n.channel, n.payload) for n in db.notifies]


attempt("notifying", notifying)


def notices():
    c.execute("drop table if exists nothing")
    return db.notices[-1]


attempt("notices", notices)


def cancelling():
    threading.Timer(0.3, db.cancel).start()
    try:
        c.execute("select n from generate_series(1, 100000000) n")
    except psycopg2.errors.QueryCanceled as error:
        return error.pgcode
    return None


attempt("cancelling", cancelling)
db.autocommit = False


def levels():
    found = []
    for level in ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"):
        db.set_session(isolation_level=level, readonly=True)
        c.execute("show transaction_isolation")
        shown = c.fetchone()[0]
        try:
            c.execute("delete from every")
        except psycopg2.errors.ReadOnlySqlTransaction as error:
            found.append((shown, error.pgcode))
        db.rollback()
    db.set_session(isolation_level="READ COMMITTED", readonly=False)
    return found


attempt("levels", levels)


def encoding():
    db.set_client_encoding("UTF8")
    c.execute("select 'Å'::text, length('Å'), %s", ("é",))
    return c.fetchone(), db.encoding


attempt("encoding", encoding)


def composite():
    psycopg2.extras.register_composite("pair", db)
    c.execute("select (7, 'x, y')::pair, array[(7, null)::pair], %s::text[]", ([["a", 'b "c"'], ["", None]],))
    row = c.fetchone()
    return row[0].a, row[0].b, row[1], row[2]


attempt("composite", composite)


def changed():
    c.execute("prepare all_lines as select * from every where id = $1")
    c.execute("execute all_lines (1)")
    c.execute("alter table every add column more int")
    try:
        c.execute("execute all_lines (1)")
    except psycopg2.errors.FeatureNotSupported as error:
        db.rollback()
        return error.pgcode, error.diag.message_primary
    return None


attempt("changed", changed)


def savepoints():
    c.execute("savepoint a")
    try:
        c.execute("insert into every (id) values (1)")
    except psycopg2.errors.UniqueViolation as error:
        c.execute("rollback to a")
        c.execute("select count(*) from every where id = 1")
        return error.diag.message_detail, c.fetchone()
    return None


attempt("savepoints", savepoints)
attempt("info", lambda: (db.info.dbname, db.info.user, db.get_parameter_status("client_encoding"), db.get_parameter_status("DateStyle"), db.get_parameter_status("standard_conforming_strings"), db.protocol_version))
db.close()

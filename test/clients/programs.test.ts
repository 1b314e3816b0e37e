/** Clients in other languages: psycopg2, JDBC, and pgbench with its own script of transactions. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, isInstalled, runClient, startServer } from '../server/support.ts'
import { hasFile } from './support.ts'

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

async function run(program: string, args: readonly string[], port: number): Promise<string> {
  const { status, output, errors } = await runClient(program, args, port, { PGPASSWORD: 'unused' })
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${output}${errors}`)
  return output
}

const PSYCOPG = `
import datetime, decimal, json, os, psycopg2, psycopg2.extras
db = psycopg2.connect('')
with db, db.cursor() as c:
    c.execute('create table t (id serial primary key, name text, n numeric, day date, a int[], j jsonb, b bytea)')
    psycopg2.extras.execute_values(c, 'insert into t (name, n, day, a, j, b) values %s', [
        ('O\\'Hara %', decimal.Decimal('1.10'), datetime.date(2024, 2, 29), [1, 2], json.dumps({'k': [1]}), b'\\x00\\xff'),
        (None, None, None, [], None, None)])
try:
    with db, db.cursor() as c:
        c.execute('insert into t (name) values (%s)', ('gone',))
        c.execute('select 1/0')
except psycopg2.errors.DivisionByZero as error:
    print(error.pgcode)
with db.cursor('named') as c:
    c.itersize = 1
    c.execute('select id, name, n, day, a, j, b from t order by id')
    for row in c: print(row[:6], bytes(row[6]) if row[6] else None)
db.rollback()
with db.cursor() as c:
    import io
    c.copy_expert("copy t (name) from stdin with (format csv)", io.StringIO('x,\\n'.replace(',', '') + '"y, z"\\n'))
    out = io.StringIO()
    c.copy_expert("copy (select name from t where name is not null order by id) to stdout", out)
    print(repr(out.getvalue()))
db.commit()
`

describe.skipIf(!hasFile('/usr/lib/python3/dist-packages/psycopg2', 'psycopg2'))('psycopg2', () => {
  test('reads and writes, by cursors and by COPY', async () => {
    const { port } = await startServer()
    writeFileSync(directory.file('client.py'), PSYCOPG)
    const output = await run('/usr/bin/python3', [directory.file('client.py')], port)
    expect(output.trim().split('\n')).toEqual([
      '22012',
      `(1, "O'Hara %", Decimal('1.10'), datetime.date(2024, 2, 29), [1, 2], {'k': [1]}) b'\\x00\\xff'`,
      '(2, None, None, None, [], None) None',
      `"O'Hara %\\nx\\ny, z\\n"`,
    ])
  })
})

describe.skipIf(!hasFile('/usr/lib/python3/dist-packages/psycopg2', 'psycopg2'))('psycopg2 in depth', () => {
  test('is answered as by PostgreSQL: values, errors, cursors, COPY, messages, cancelling, levels', async () => {
    const { port } = await startServer()
    const program = fileURLToPath(new URL('./psycopg/everything.py', import.meta.url))
    const output = await run('/usr/bin/python3', [program], port)
    const answers = readFileSync(new URL('./psycopg/answers.txt', import.meta.url), 'utf8')
    expect(output.split('\n')).toEqual(answers.split('\n'))
  })
})

const JDBC = `
import java.sql.*;
import java.math.BigDecimal;
public class Client {
  public static void main(String[] args) throws Exception {
    try (Connection db = DriverManager.getConnection(args[0], "ann", "unused")) {
      try (Statement s = db.createStatement()) {
        s.execute("create table parent (id bigint primary key, name varchar(20) not null)");
        s.execute("create table child (id serial primary key, parent_id bigint references parent (id), n numeric(8,2), at timestamptz)");
        s.execute("create unique index parent_name on parent (name)");
      }
      db.setAutoCommit(false);
      try (PreparedStatement p = db.prepareStatement("insert into parent values (?, ?)")) {
        for (int i = 1; i <= 20; i++) { p.setLong(1, i); p.setString(2, "name " + i); p.addBatch(); }
        System.out.println(p.executeBatch().length);
      }
      db.commit();
      // From the fifth time on the driver asks for binary results.
      try (PreparedStatement p = db.prepareStatement("select id, name, 1.50::numeric, true, '2024-02-29 12:00:00+00'::timestamptz from parent where id = ?")) {
        for (int i = 1; i <= 8; i++) {
          p.setLong(1, i);
          try (ResultSet r = p.executeQuery()) {
            r.next();
            if (i == 1 || i == 8) System.out.println(r.getLong(1) + " " + r.getString(2) + " " + r.getBigDecimal(3) + " " + r.getBoolean(4) + " " + r.getTimestamp(5).toInstant());
          }
        }
      }
      try (Statement s = db.createStatement()) {
        s.setFetchSize(6);
        int rows = 0;
        try (ResultSet r = s.executeQuery("select id from parent order by id")) { while (r.next()) rows++; }
        System.out.println(rows);
      }
      Savepoint before = db.setSavepoint();
      try (Statement s = db.createStatement()) { s.execute("insert into child (parent_id) values (77)"); }
      catch (SQLException e) { System.out.println(e.getSQLState()); db.rollback(before); }
      db.commit();
      DatabaseMetaData m = db.getMetaData();
      StringBuilder all = new StringBuilder();
      try (ResultSet r = m.getTables(null, "public", "%", new String[] {"TABLE"})) { while (r.next()) all.append(r.getString("TABLE_NAME")).append(' '); }
      try (ResultSet r = m.getColumns(null, "public", "child", "%")) { while (r.next()) all.append(r.getString("COLUMN_NAME")).append(':').append(r.getString("TYPE_NAME")).append(' '); }
      try (ResultSet r = m.getPrimaryKeys(null, "public", "parent")) { while (r.next()) all.append("pk=").append(r.getString("COLUMN_NAME")).append(' '); }
      try (ResultSet r = m.getImportedKeys(null, "public", "child")) { while (r.next()) all.append("fk=").append(r.getString("PKTABLE_NAME")).append('.').append(r.getString("PKCOLUMN_NAME")).append(' '); }
      try (ResultSet r = m.getIndexInfo(null, "public", "parent", true, false)) { while (r.next()) all.append("ix=").append(r.getString("INDEX_NAME")).append(' '); }
      System.out.println(all.toString().trim());
    }
  }
}
`
const DRIVER = '/usr/share/java/postgresql.jar'

describe.skipIf(!hasFile(DRIVER, 'the JDBC driver') || !isInstalled('java'))('JDBC', () => {
  test('batches, asks for binary results, fetches in pieces and reads the metadata', async () => {
    const { port } = await startServer()
    const source = directory.file('Client.java')
    writeFileSync(source, JDBC)
    const url = `jdbc:postgresql://127.0.0.1:${port}/test?sslmode=disable`
    const output = await run('java', ['-cp', DRIVER, source, url], port)
    expect(output.trim().split('\n')).toEqual([
      '20',
      '1 name 1 1.50 true 2024-02-29T12:00:00Z',
      '8 name 8 1.50 true 2024-02-29T12:00:00Z',
      '20',
      '23503',
      'child parent id:serial parent_id:int8 n:numeric at:timestamptz pk=id fk=parent.id ix=parent_name ix=parent_pkey',
    ])
  })
})

/** Compiled by the program that runs it. */
const EVERYTHING = fileURLToPath(new URL('./jdbc/Everything.java', import.meta.url))

describe.skipIf(!hasFile(DRIVER, 'the JDBC driver') || !isInstalled('java'))('JDBC in depth', () => {
  test('is answered as by PostgreSQL: values, errors, cancelling, COPY, changed definitions, metadata', async () => {
    const { port } = await startServer()
    const url = `jdbc:postgresql://127.0.0.1:${port}/test?sslmode=disable`
    const output = await run('java', ['-cp', DRIVER, EVERYTHING, url], port)
    const answers = readFileSync(new URL('./jdbc/answers.txt', import.meta.url), 'utf8')
    expect(output.split('\n')).toEqual(answers.split('\n'))
  })
})

describe.skipIf(!isInstalled('pgbench'))('pgbench', () => {
  test.each(['simple', 'extended', 'prepared'])(
    'runs its TPC-B script in %s mode, and the sums are right',
    async mode => {
      const database = openSync(directory.file('bench.db'), { durability: 'none' })
      atEnd(() => database.close())
      const { port } = await startServer({ database })
      await run('pgbench', ['-i', '-s', '1', '-q', '--no-vacuum'], port)
      const output = await run('pgbench', ['-n', '-c', '4', '-j', '2', '-t', '50', '-M', mode], port)
      expect(output).toContain('number of transactions actually processed: 200/200')
      const [sums] = database.query(`select (select sum(abalance) from pgbench_accounts) as a,
      (select sum(tbalance) from pgbench_tellers) as t, (select sum(bbalance) from pgbench_branches) as b,
      (select sum(delta) from pgbench_history) as h, (select count(*) from pgbench_history) as n`)
      expect(sums.n).toBe(200)
      expect([sums.a, sums.t, sums.b]).toEqual([sums.h, sums.h, sums.h])
    },
  )
})

/** What clients that people use get from a server: psql, pg and postgres.js. */

import { describe, expect, test } from 'vitest'
import {
  connect,
  connectPostgres,
  failure,
  isInstalled,
  memoryDatabase,
  runClient,
  startServer,
} from './support.ts'

describe('pg', () => {
  test('reads and writes values of every usual type, in text', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query(
      'create table t (id int primary key, name text, n numeric, at timestamptz, j jsonb, a int[], b bytea, ok bool)',
    )
    const at = new Date('2024-02-29T12:00:00.123Z')
    const bytes = Buffer.from([0, 1, 255])
    const inserted = await client.query('insert into t values ($1, $2, $3, $4, $5, $6, $7, $8) returning *', [
      1,
      'Ånn "q" 😀',
      '12345678901234567890.10',
      at,
      { a: [1, null] },
      [1, null, 3],
      bytes,
      true,
    ])
    expect(inserted.command).toBe('INSERT')
    expect(inserted.rows).toEqual([
      {
        id: 1,
        name: 'Ånn "q" 😀',
        n: '12345678901234567890.10',
        at,
        j: { a: [1, null] },
        a: [1, null, 3],
        b: bytes,
        ok: true,
      },
    ])
    expect(inserted.fields.map(field => field.dataTypeID)).toEqual([23, 25, 1700, 1184, 3802, 1007, 17, 16])
  })

  test('runs a prepared statement again with other values', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const square = (n: number) =>
      client.query({ name: 'square', text: 'select $1::int * $1::int as n', values: [n] })
    expect((await square(3)).rows).toEqual([{ n: 9 }])
    expect((await square(4)).rows).toEqual([{ n: 16 }])
  })

  test('makes a table of a query with parameters', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    const { command, rowCount } = await client.query('create table made as select $1::int as n, $2 as t', [
      7,
      'x',
    ])
    expect([command, rowCount]).toEqual(['SELECT', 1])
    expect((await client.query('select * from made')).rows).toEqual([{ n: 7, t: 'x' }])
  })

  test('is told of an error with all its fields, and goes on', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query('create table t (id int primary key, age int constraint old check (age > 17))')
    const unknown = await failure(client.query("select 'ä', nope from t"))
    expect(unknown).toMatchObject({ code: '42703', position: '13', severity: 'ERROR' })
    expect(await failure(client.query('insert into t values (1, 3)'))).toMatchObject({
      code: '23514',
      table: 't',
      constraint: 'old',
    })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('sends several statements, which are one transaction', async () => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query('create table t (id int primary key)')
    await failure(client.query('insert into t values (1); insert into t values (1)'))
    expect((await client.query('select count(*)::int as n from t')).rows).toEqual([{ n: 0 }])
    await client.query('insert into t values (1); insert into t values (2)')
    expect((await client.query('select count(*)::int as n from t')).rows).toEqual([{ n: 2 }])
  })
})

describe('postgres.js', () => {
  test('reads, writes, iterates by a cursor, and begins transactions', async () => {
    const { port } = await startServer()
    const sql = connectPostgres(port)
    await sql`create table t (id int primary key, name text, at timestamptz)`
    const at = new Date('2024-02-29T12:00:00.123Z')
    expect(
      await sql`insert into t ${sql([
        { id: 1, name: 'Ann', at },
        { id: 2, name: 'Bob', at },
      ] as never)} returning id`,
    ).toEqual([{ id: 1 }, { id: 2 }])
    const sizes: number[] = []
    await sql`select * from generate_series(1, 10) n`.cursor(4, rows => {
      sizes.push(rows.length)
    })
    expect(sizes).toEqual([4, 4, 2])
    await expect(
      sql.begin(async transaction => {
        await transaction`delete from t`
        throw new Error('never mind')
      }),
    ).rejects.toThrow('never mind')
    expect(await sql`select * from t where id = ${2}`).toEqual([{ id: 2, name: 'Bob', at }])
  })
})

describe.skipIf(!isInstalled('psql'))('psql', () => {
  test('prints results, command tags and errors with a caret', async () => {
    const { port } = await startServer()
    const script = `create table t (id int primary key, name text);
      insert into t values (1, 'Ann'), (2, null);
      select * from t order by id;
      select nam from t;
      begin; update t set name = 'x'; rollback;
      drop table if exists u;`
    const { output, errors } = await runClient('psql', ['-X', '-A', '-P', 'null=NULL'], port, {}, script)
    expect(output.split('\n')).toEqual([
      'CREATE TABLE',
      'INSERT 0 2',
      'id|name',
      '1|Ann',
      '2|NULL',
      '(2 rows)',
      'BEGIN',
      'UPDATE 2',
      'ROLLBACK',
      'DROP TABLE',
      '',
    ])
    expect(errors).toContain('NOTICE:  table "u" does not exist, skipping')
    expect(errors).toContain('ERROR:  column "nam" does not exist')
    expect(errors).toMatch(/\n +\^/)
  })
})

describe.skipIf(!isInstalled('psql'))('psql', () => {
  test('describes tables', async () => {
    const { port } = await startServer()
    const script = `create table dept (id serial primary key, name text not null unique);
      create table emp (id int primary key, dept int references dept, salary numeric(10,2) check (salary > 0));
      create schema if not exists public; create table if not exists emp (id int);
      \\dt
      \\d emp`
    const { output, errors } = await runClient('psql', ['-X', '-A'], port, {}, script)
    expect(errors.trim().split('\n')).toEqual([
      'NOTICE:  schema "public" already exists, skipping',
      'NOTICE:  relation "emp" already exists, skipping',
    ])
    expect(output).toContain('public|emp|table|ann')
    expect(output).toContain('salary|numeric(10,2)|||')
    expect(output).toContain('"emp_pkey" PRIMARY KEY, btree (id)')
    expect(output).toContain('"emp_dept_fkey" FOREIGN KEY (dept) REFERENCES dept(id)')
  })
})

test('a program that has the database open sees what clients write, and they what it writes', async () => {
  const database = memoryDatabase()
  const { port } = await startServer({ database })
  const client = await connect(port)
  await client.query('create table t (id int primary key)')
  database.exec('insert into t values (1)')
  await client.query('insert into t values (2)')
  expect(database.query('select id from t order by id')).toEqual([{ id: 1 }, { id: 2 }])
})

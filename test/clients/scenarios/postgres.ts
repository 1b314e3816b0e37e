/** postgres.js: values both ways, helpers, cursors, transactions, COPY as streams, messages, errors, lines that break. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Scenario, Telling } from './telling.ts'

// biome-ignore lint/suspicious/noExplicitAny: postgres.js wants types for each row and parameter
type Any = any

export const postgresScenario: Scenario = async where => {
  const telling = new Telling()
  const tell = telling.tell.bind(telling)
  const folder = mkdtempSync(join(tmpdir(), 'coppice-postgres-'))
  const options = { ...where, username: where.user, max: 2, onnotice: () => {} }
  const connect = (more: object = {}): Any => postgres({ ...options, ...more } as Any)
  const sql = connect()
  /** With a client of its own. */
  const apart = async (more: object, run: (own: Any) => Promise<unknown>): Promise<unknown> => {
    const own = connect(more)
    try {
      return await run(own)
    } finally {
      await own.end({ timeout: 1 })
    }
  }
  try {
    await values(sql, tell)
    await helpers(sql, tell, folder)
    await cursors(sql, tell)
    await transactions(sql, tell)
    await streams(sql, tell)
    await messages(sql, tell)
    await lines(sql, tell, apart)
  } finally {
    await sql.end({ timeout: 1 })
    rmSync(folder, { recursive: true })
  }
  return telling.steps
}

type Tell = Telling['tell']

async function values(sql: Any, tell: Tell): Promise<void> {
  await tell(
    'a table of everything',
    () => sql`create table kinds (a int2, b int4, c int8, d float4, e float8, f numeric, g bool, h text, i varchar(5),
      j char(3), k bytea, l date, m time, o timestamp, p timestamptz, q interval, r uuid, s json, t jsonb, u int[], v text[],
      y bool[], z timestamptz[], aa jsonb[], bb numeric[], cc uuid[], ee date[])`,
  )
  const row = {
    a: 1,
    b: -2,
    c: '9007199254740993',
    d: 1.5,
    e: 1e300,
    f: '1.10',
    g: true,
    h: 'xé日',
    i: 'abc',
    j: 'ab',
    k: Buffer.from([0, 1, 255]),
    l: '2024-02-29',
    m: '12:30',
    o: new Date('2024-02-29T12:00:00Z'),
    p: new Date('2024-02-29T12:00:00.123Z'),
    q: '1 day 02:03:04.5',
    r: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    s: sql.json({ a: 1 }),
    t: sql.json({ b: [1, null, 'q"'] }),
    u: [1, 2],
    v: ['a', 'b,"c', ''],
    y: [true, false],
    z: [new Date('2024-01-01T00:00:00Z')],
    aa: sql.array([{ a: 1 }, { b: '"' }], 3802),
    bb: ['1.1', '2'],
    cc: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ee: ['2024-01-01'],
  }
  await tell('written', () => sql`insert into kinds ${sql(row)} returning *`)
  await tell('read', () => sql`select * from kinds where ${'a'} = any(v) and ${1} = any(u) and c = ${row.c}`)
  await tell('nulls', () => sql`select ${null}::int as a, ${null}::text[] as b, ${null} is null as c`)
  await tell(
    'odd ones',
    () => sql`select 'infinity'::timestamptz as a, '\\x'::bytea as b, '{{1,2},{3,NULL}}'::int[] as c, row(1, 'x') as d,
      'x'::"char" as e, null::int[] as f, '{}'::text[] as g, 9223372036854775807 as h, 'NaN'::float8 as i, '24:00'::time as j`,
  )
  await tell(
    'unnest',
    () => sql`select * from unnest(${['u1', 'u2']}::text[], ${[1.5, 2]}::numeric[]) as t(a, b)`,
  )
  await tell(
    'ordinality',
    () => sql`select * from unnest(${sql.array([3, 1])}::int[]) with ordinality as t(a, o)`,
  )
  await tell('many rows by unnest', async () => {
    await sql`create table many (a int, b text)`
    const numbers = Array.from({ length: 3000 }, (_, i) => i)
    await sql`insert into many select * from unnest(${numbers}::int[], ${numbers.map(n => `row ${n}`)}::text[])`
    return sql`select count(*)::int, sum(a)::int, max(b) from many`
  })
  await tell('undefined', () => sql`select ${undefined}`)
}

async function helpers(sql: Any, tell: Tell, folder: string): Promise<void> {
  await tell(
    'a table',
    () =>
      sql`create table people (id int generated always as identity primary key, name text not null unique, n numeric(10,2),
        tags text[], j jsonb, at timestamptz default '2024-01-01+00')`,
  )
  const people = [
    { name: 'Ann', n: '1.5', tags: ['a'], j: { x: 1 } },
    { name: 'Bob', n: null, tags: [], j: null },
  ]
  await tell(
    'several rows',
    () => sql`insert into people ${sql(people, 'name', 'n', 'tags', 'j')} returning *`,
  )
  await tell(
    'update',
    () =>
      sql`update people set ${sql({ n: '7.25', j: { y: true } }, 'n', 'j')} where name = ${'Ann'} returning n, j`,
  )
  await tell(
    'update of several',
    () =>
      sql`update people set n = d.n::numeric from (values ${sql([
        ['Ann', '3'],
        ['Bob', '4'],
      ])}) as d(name, n)
        where people.name = d.name returning people.name, people.n`,
  )
  await tell('in', () => sql`select name from people where id in ${sql([1, 2])} order by id`)
  await tell('any', () => sql`select name from people where id = any(${[1, 2]}) order by id`)
  await tell(
    'names',
    () => sql`select ${sql(['name', 'n'])} from ${sql('people')} order by ${sql('id')} limit ${1}`,
  )
  await tell('fragments', () => {
    const condition = sql`and n > ${1}`
    return sql`select count(*)::int from people where true ${condition} ${sql``}`
  })
  await tell('describe', async () => {
    const { string, types, columns } =
      await sql`select id, name, tags from people where id = ${1} and n > ${2}`.describe()
    return { string, types, columns: columns.map((one: Any) => [one.name, one.type]) }
  })
  await tell('values', () => sql`select 1 as a, 2 as a, null as b`.values())
  await tell('raw', async () =>
    (await sql`select 1 as a, 'x' as b`.raw()).map((row: Any) =>
      row.map((one: Any) => Buffer.from(one).toString('hex')),
    ),
  )
  await tell('several statements', () => sql`select 1 as a; select 2 as b`.simple())
  await tell('unsafe', () => sql.unsafe('select $1::int as a', [5]))
  await tell('unsafe, several', () => sql.unsafe('select 1 as a; select 2 as a'))
  await tell('unsafe, prepared', () => sql.unsafe('select $1::text as a', ['z'], { prepare: true }))
  const file = join(folder, 'query.sql')
  writeFileSync(file, 'select $1::int + 1 as n')
  await tell('a file', () => sql.file(file, [41]))
  await tell('count and command', async () => {
    const { command, count } = await sql`update people set n = 1 where id < 3`
    return [command, count]
  })
  await tell('columns', async () => {
    const { columns, statement } = await sql`select id, name, n from people limit 1`
    return [columns.map((one: Any) => [one.name, one.type]), statement.string]
  })
  await tell('a twin', () => sql`insert into people (name) values (${'Ann'})`)
  await tell('a null', () => sql`insert into people (name) values (${null})`)
  await tell('a syntax error', () => sql`select * form people`)
  await tell('a wrong value', () => sql`select ${'x'}::int`)
  await tell('a column that is not there', () => sql`select ${1}::int as a, nope from people`)
  await tell('all of an error', async () => {
    const error = await sql`insert into people (name) values ('Ann')`.catch((one: Any) => one)
    const { severity, detail, schema_name, table_name, constraint_name } = error
    return { severity, detail, schema_name, table_name, constraint_name }
  })
}

async function cursors(sql: Any, tell: Tell): Promise<void> {
  await tell('for each', async () => {
    const seen: number[] = []
    await sql`select n from generate_series(1, 5) n`.forEach((row: Any) => void seen.push(row.n))
    return seen
  })
  await tell('by a cursor', async () => {
    const sizes: number[] = []
    for await (const rows of sql`select n from generate_series(1, 10) n`.cursor(3)) sizes.push(rows.length)
    return sizes
  })
  await tell('a cursor that is left', async () => {
    for await (const [row] of sql`select n from generate_series(1, 100000) n`.cursor()) if (row.n === 3) break
    return sql`select 'goes on' as it`
  })
  await tell('a cursor that is closed', async () => {
    let count = 0
    await sql`select n from generate_series(1, 100) n`.cursor(10, (rows: Any) => {
      count += rows.length
      return count >= 20 ? sql.CLOSE : undefined
    })
    return count
  })
  await tell('a cursor over what fails in the midst', async () => {
    let count = 0
    const failed = await sql`select 1 / (25 - n) as x from generate_series(1, 100) n`
      .cursor(10, (rows: Any) => {
        count += rows.length
      })
      .catch((error: Any) => error.code)
    return [count, failed]
  })
}

async function transactions(sql: Any, tell: Tell): Promise<void> {
  const count = async (own: Any) => (await own`select count(*)::int as n from people`)[0].n
  await tell('committed', () =>
    sql.begin(async (tx: Any) => {
      await tx`insert into people (name) values ('in a transaction')`
      return count(tx)
    }),
  )
  await tell('with a level', () =>
    sql.begin(
      'isolation level repeatable read read only',
      async (tx: Any) => (await tx`show transaction_isolation`)[0],
    ),
  )
  await tell('that only reads', () => sql.begin('read only', (tx: Any) => tx`delete from people`))
  await tell('rolled back', () =>
    sql.begin(async (tx: Any) => {
      await tx`delete from people`
      throw new Error('never mind')
    }),
  )
  await tell('of a list', () => sql.begin((tx: Any) => [tx`select 1 as a`, tx`select 2 as a`]))
  await tell('back to a savepoint', () =>
    sql.begin(async (tx: Any) => {
      const failed = await tx
        .savepoint(async (inner: Any) => {
          await inner`delete from people`
          throw new Error('back')
        })
        .catch((error: Any) => error.message)
      return [failed, await count(tx)]
    }),
  )
  await tell('a savepoint with a name', () =>
    sql.begin((tx: Any) => tx.savepoint('here', (inner: Any) => inner`select 1 as x`)),
  )
  await tell('that goes on after an error', () =>
    sql.begin(async (tx: Any) => {
      await tx`select 1 / 0`.catch(() => {})
      return tx`select 1`
    }),
  )
  await tell('is as it was', () => count(sql))
  await tell('reserved', async () => {
    const own = await sql.reserve()
    try {
      await own`create temp table mine (a int)`
      await own`insert into mine values (1)`
      return await own`select a from mine`
    } finally {
      own.release()
    }
  })
  await tell('pipelined', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => sql`select ${i}::int as i`))
    return all.reduce((sum, [row]) => sum + row.i, 0)
  })
}

const written = (stream: Any, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.on('error', reject)
    stream.on('finish', resolve)
    stream.end(text)
  })

async function streams(sql: Any, tell: Tell): Promise<void> {
  await tell('copied in', async () => {
    await written(await sql`copy people (name, n) from stdin with (format csv)`.writable(), 'c1,1\nc2,2\n')
    return sql`select name, n from people where name like 'c_' order by 1`
  })
  await tell('copied in badly', async () =>
    written(await sql`copy people (name, n) from stdin with (format csv)`.writable(), 'c9,abc\n'),
  )
  await tell('copied out', async () => {
    let text = ''
    const rows =
      await sql`copy (select name, n from people where name like 'c_' order by 1) to stdout csv header`.readable()
    for await (const piece of rows) text += piece
    return text
  })
  await tell('copied in a transaction', () =>
    sql.begin(async (tx: Any) => {
      await written(await tx`copy people (name) from stdin`.writable(), 'ct\n')
      return tx`select count(*)::int as n from people where name = 'ct'`
    }),
  )
}

async function messages(sql: Any, tell: Tell): Promise<void> {
  await tell('heard', async () => {
    const heard: string[] = []
    let wake = (): void => {}
    const listening = await sql.listen('news', (text: string) => {
      heard.push(text)
      wake()
    })
    const three = new Promise<void>(resolve => {
      wake = () => heard.length === 3 && resolve()
    })
    await sql.notify('news', 'one')
    await sql`select pg_notify('news', 'two')`
    await sql.begin((tx: Any) => tx`select pg_notify('news', 'three')`)
    await three
    await listening.unlisten()
    await sql.notify('news', 'four')
    await sql`select 1`
    return heard
  })
}

const pidOf = async (own: Any): Promise<number> => (await own`select pg_backend_pid() as pid`)[0].pid

async function lines(
  sql: Any,
  tell: Tell,
  apart: (more: object, run: (own: Any) => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const long = 'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b'
  await tell('cancelled', async () => {
    const running = sql.unsafe(long)
    running.catch(() => {})
    // It is cancelled when it runs.
    while (
      (await sql`select 1 from pg_stat_activity where query = ${long} and state = 'active'`).length === 0
    );
    running.cancel()
    return running
  })
  await tell('types of its own', () =>
    apart(
      { types: { bigint: (postgres as Any).BigInt } },
      own => own`select ${10n}::bigint as a, 9223372036854775807 as b`,
    ),
  )
  await tell('in camel case', () =>
    apart({ transform: (postgres as Any).camel }, async own => {
      await own`create table camel_case (first_name text)`
      await own`insert into camel_case ${own({ firstName: 'Ann' })}`
      return own`select * from camel_case where ${own('firstName')} = 'Ann'`
    }),
  )
  await tell('undefined as null', () =>
    apart({ transform: { undefined: null } }, own => own`select ${undefined}::int as a`),
  )
  await tell('without preparing', () =>
    apart(
      { fetch_types: false, prepare: false },
      own => own`select ${1}::int as a, array[1, 2] as b, ${'t'} as c`,
    ),
  )
  await tell('with settings', () =>
    apart(
      { connection: { application_name: 'mine', statement_timeout: 1234 } },
      own => own`select current_setting('application_name') as a, current_setting('statement_timeout') as t`,
    ),
  )
  await tell('comes back when it was put out', () =>
    apart({ max: 1 }, async own => {
      const before = await pidOf(own)
      await sql`select pg_terminate_backend(${before})`
      while ((await sql`select 1 from pg_stat_activity where pid = ${before}`).length > 0);
      const after = await pidOf(own).catch(() => pidOf(own))
      return after !== before
    }),
  )
  await tell('is put out in the midst', () =>
    apart({ max: 1 }, async own => {
      const pid = await pidOf(own)
      const running = own.unsafe(long)
      running.catch(() => {})
      while (
        (await sql`select 1 from pg_stat_activity where pid = ${pid} and state = 'active'`).length === 0
      );
      await sql`select pg_terminate_backend(${pid})`
      return running
    }),
  )
  await tell('is idle for too long', () =>
    apart({ max: 1, idle_timeout: 1 }, async own => {
      const before = await pidOf(own)
      while ((await sql`select 1 from pg_stat_activity where pid = ${before}`).length > 0) {
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      return (await pidOf(own)) !== before
    }),
  )
  await tell('has ended', () =>
    apart({}, async own => {
      await own`select 1`
      await own.end()
      return own`select 1`
    }),
  )
}

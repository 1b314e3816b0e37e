/**
 * Statements that change many rows of a table with indexes, beside the same statements about a table without any: also while
 * changes of indexes wait for each other, when others read in between, fail, or are rolled back.
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../../props/seeded-random.ts'
import { openSync } from '../../../src/index.ts'
import { debugModeIs } from '../../support/debug-mode.ts'

const COLUMNS = 'id int primary key, n int, u int not null, name text, flag boolean'
const INDEXES = `
  create index t_n on t (n);
  create unique index t_u on t (u);
  create index t_name on t (lower(name) desc, n);
  create index t_some on t (n, name) where flag;
  create index t_flag on t (flag, id) include (name)`

/** What both tables are asked, which in `t` an index finds. */
const QUESTIONS = [
  'select count(*) as c, sum(id) as s from @ where n between 3 and 40',
  'select id from @ where n is null order by id',
  'select min(u) as a, max(u) as b from @',
  'select id, name from @ where u between (select min(u) from @) and (select min(u) + 500 from @) order by u',
  "select id, n from @ where lower(name) = 'name 7' order by id",
  'select count(*) as c from @ where flag and n > 5',
  'select id, name from @ where flag order by id limit 20',
]

interface Story {
  readonly run: (statement: string) => void
  readonly db: ReturnType<typeof openSync>
}

function compare({ db }: Story): void {
  const of = (table: string, question: string) => db.query(question.replaceAll('@', table))
  for (const question of QUESTIONS) expect(of('t', question), question).toEqual(of('bare', question))
  expect(of('t', 'select * from @ order by id')).toEqual(of('bare', 'select * from @ order by id'))
}

/** One that changes rows of both tables alike; no two rows get the same `u`. */
function someStatement(random: SeededRandom, next: () => number): string {
  const part = ['true', 'id % 3 = 0', 'n < 30', 'flag', 'n is null', `id > ${random.below(3000)}`][
    random.below(6)
  ]
  const some = `(select * from @ where ${part} order by id limit ${1 + random.below(2000)}) s`
  const from = next()
  switch (random.below(8)) {
    case 0:
      return `insert into @ select ${from} + i, i * 7919 % 101, ${from} + i, 'Name ' || i % 50, i % 3 = 0
        from generate_series(1, ${1 + random.below(1500)}) i`
    case 1:
      return `insert into @ select ${from} + row_number() over (order by id), n + 1, ${from} + row_number() over (order by id), name, not flag from ${some}`
    case 2:
      return `update @ set n = n * 31 % 97 where ${part}`
    case 3:
      return `update @ set u = u + 1000000, name = upper(name) where ${part}`
    case 4:
      return `update @ set flag = case when flag then null else n % 2 = 0 end, n = nullif(n, 5) where ${part}`
    case 5:
      return `update @ set id = id + 1000000 where ${part}`
    case 6:
      return `delete from @ where ${part} and id % ${2 + random.below(6)} = 1`
    default:
      return `insert into @ select id, n, u + 1000000, 'again', true from ${some}
        on conflict (id) do update set n = @.n + 1, name = excluded.name`
  }
}

describe.each([false, true])('with checks of each page: %s', isDebug => {
  debugModeIs(isDebug)

  test.each([1, 2, 3, 4, 5, 6])('story %i', async seed => {
    const random = new SeededRandom(seed)
    const db = openSync(':memory:', { cacheSizeBytes: [1 << 20, 64 << 20][seed % 2]! })
    try {
      db.exec(
        `create table t (${COLUMNS}); create table bare (${COLUMNS.replace(' primary key', ' not null unique')}); ${INDEXES}`,
      )
      const connection = db.connect()
      const run = (statement: string): void => {
        for (const table of ['t', 'bare']) connection.execute(statement.replaceAll('@', table)).finish()
      }
      const story = { run, db }
      let last = 0
      const next = () => (last += 10_000_000)
      for (let step = 0; step < 14; step++) {
        connection.execute('begin').finish()
        for (let i = random.below(4); i >= 0; i--) {
          run(someStatement(random, next))
          if (random.chance(0.3)) {
            connection.execute('savepoint s').finish()
            run(someStatement(random, next))
            connection.execute('rollback to s').finish()
          }
          if (random.chance(0.2)) {
            // In the middle of it two rows would have the same value.
            connection.execute('savepoint f').finish()
            const failing = `insert into t select ${next()} + i, 1, case when i < 900 then -i else (select min(u) from t) end, 'x', true from generate_series(1, 1000) i`
            const isEmpty = db.connect().execute('select 1 from t limit 1').next() === undefined
            if (!isEmpty) {
              try {
                connection.execute(failing).finish()
              } catch (error) {
                expect(error).toMatchObject({ sqlstate: '23505' })
              }
            }
            connection.execute('rollback to f').finish()
          }
        }
        connection.execute(random.chance(0.2) ? 'rollback' : 'commit').finish()
        compare(story)
        run('delete from @ where id % 2 = 0 and (select count(*) from @) > 8000')
      }
      compare(story)
      expect(await db.check()).toMatchObject({ ok: true, faults: [] })
    } finally {
      db.close()
    }
  })
})

test('rows that come one by one in a transaction, with reads in between', () => {
  const db = openSync(':memory:')
  try {
    db.exec(`create table t (${COLUMNS}); ${INDEXES}`)
    db.write(tx => {
      const insert = tx.prepare('insert into t values ($1, $2, $3, $4, $5)')
      const move = tx.prepare('update t set n = n + 1000 where id = $1')
      const count = tx.prepare<{ c: number }>('select count(*) as c from t where n >= 1000')
      for (let i = 0; i < 3000; i++) insert.run(i, i % 100, i, `Name ${i}`, i % 2 === 0)
      for (let i = 0; i < 3000; i++) {
        move.run(i)
        if (i % 700 === 0) expect(count.get()).toEqual({ c: i + 1 })
      }
      expect(count.get()).toEqual({ c: 3000 })
    })
    expect(db.query('select count(*) as c from t where n < 1000')).toEqual([{ c: 0 }])
  } finally {
    db.close()
  }
})

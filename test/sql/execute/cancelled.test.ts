/**
 * Statements that go over many rows by themselves, without operators that could pause: each asks again and again whether it is
 * to end. How often is counted, by a signal that counts who looks at it; and when it says so, the statement ends.
 */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'

const ROWS = 4000
/** A look at least for so many rows. */
const ROWS_A_LOOK = 1024

let db: Database
let connection: Connection
beforeEach(() => {
  db = openSync(':memory:')
  connection = db.connect()
  db.exec(`
    create table p (id int primary key);
    create table c (id int primary key, p int, name text);
    create table plain (id int primary key, n int);
    insert into p select generate_series(1, 10);
    insert into c select n, n % 10 + 1, 'name ' || n from generate_series(1, ${ROWS}) n;
    insert into plain select n, n from generate_series(1, ${ROWS}) n`)
})
afterEach(() => db.close())

/** Says that it is aborted from the look with this number on. */
class CountedSignal extends EventTarget {
  looks = 0
  readonly reason = undefined
  private readonly abortsAt: number

  constructor(abortsAt = Number.POSITIVE_INFINITY) {
    super()
    this.abortsAt = abortsAt
  }

  get aborted(): boolean {
    return ++this.looks >= this.abortsAt
  }
}

/** With what it needs before. */
const STATEMENTS: readonly (readonly [what: string, before: string, statement: string])[] = [
  ['an index', '', 'create index on c (name)'],
  ['an index with a condition that no row meets', '', 'create index on c (name) where id < 0'],
  ['a unique index', '', 'create unique index on c (name)'],
  ['REINDEX', 'create index c_name on c (name)', 'reindex index c_name'],
  ['a column of another type', '', 'alter table c alter p type bigint'],
  ['a column with a default that is not the same for all', '', 'alter table c add r float8 default random()'],
  ['a column less', '', 'alter table c drop name'],
  ['a check', '', 'alter table c add check (id > 0)'],
  ['NOT NULL', '', 'alter table c alter name set not null'],
  ['a foreign key', '', 'alter table c add foreign key (p) references p'],
  ['a primary key', 'alter table plain drop constraint plain_pkey', 'alter table plain add primary key (id)'],
  ['CREATE TABLE AS', '', 'create table copied as select * from c'],
  [
    'a materialized view',
    'create materialized view m as select * from c with no data',
    'refresh materialized view m',
  ],
  ['ANALYZE', '', 'analyze c'],
  [
    'what refers to a row that is deleted',
    'alter table c add foreign key (p) references p; insert into p values (11)',
    'delete from p where id = 11',
  ],
  [
    'a cascade',
    'alter table c add foreign key (p) references p on delete cascade',
    'delete from p where id = 1',
  ],
  ['an update', '', 'update c set name = name || id'],
  ['a delete', '', 'delete from c where id > 0 and p > 0'],
  ['a subquery', '', "select (select count(*) from c where name <> 'x')"],
  [
    'a change in a common table, and a join behind it',
    '',
    'with d as (update p set id = id returning 1) select count(*) from c a, c b where a.id < 5 and a.id < b.id and b.id < 0 + b.p',
  ],
]

describe.each(STATEMENTS)('%s', (_, before, statement) => {
  const run = (signal: CountedSignal) =>
    connection.query(statement, [], { signal: signal as unknown as AbortSignal })

  test('asks often enough, and ends', () => {
    db.exec(before)
    const counting = new CountedSignal()
    connection.exec('begin')
    run(counting)
    connection.exec('rollback')
    expect(counting.looks).toBeGreaterThan(ROWS / ROWS_A_LOOK)
    const aborting = new CountedSignal(2)
    expect(() => run(aborting)).toThrow(expect.objectContaining({ sqlstate: '57014' }))
    // It has changed nothing, and nothing is held.
    expect(db.query('select count(*) as n, sum(id) as s from c')).toEqual([
      { n: ROWS, s: (ROWS * (ROWS + 1)) / 2 },
    ])
    db.exec('create table afterwards (id int)')
  })
})

/** Rows behind an index are looked up many at once, which must be noticed by its speed alone. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TreeReader } from '../../../src/btree/reader.ts'
import { type Database, openSync } from '../../../src/index.ts'
import { attach } from '../../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { debugModeIs } from '../../support/debug-mode.ts'

const COUNT = 4000
/** Holds the rows, but not what else is read. */
const SMALL_CACHE_BYTES = 1 << 20

let directory: TemporaryDirectory
let db: Database
// The checks of debug mode look at every page on its way, which keeps the kernel out.
debugModeIs(false)
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => {
  db.close()
  directory.remove()
})

function openFilled(cacheSizeBytes?: number): void {
  db = openSync(directory.file('rows.db'), cacheSizeBytes === undefined ? {} : { cacheSizeBytes })
  db.exec(`
    create table t (id int primary key, score int not null, code text unique, body text, rest bytea);
    create index t_score on t (score);
    insert into t select i, (i * 48271::bigint % 4001)::int, 'code ' || i, nullif(repeat('text ' || i, i % 9), ''), null
      from generate_series(1, ${COUNT}) i;
    update t set body = repeat(body, 2000) where id % 500 = 1;
    delete from t where id % 7 = 0;
    create table pairs (a text, b int, v int, note text, size int, primary key (a, b));
    create index pairs_v on pairs (v desc, note);
    insert into pairs select 'a' || i % 10, i, i % 100, repeat('n', i % 50), i from generate_series(1, ${COUNT}) i;
    create table other as select i as id, repeat('x', 100) as v from generate_series(1, 20000) i;
    analyze`)
}

const BY_SCORE = 'select id, score, body from t where score >= $1 and score < $2'
const QUERIES: readonly (readonly [text: string, from: unknown, to: unknown])[] = [
  [BY_SCORE, 0, 3],
  [BY_SCORE, 1000, 1040],
  [BY_SCORE, 500, 1500],
  ['select * from t where score between $1 and $2 and body is not null', 100, 400],
  ['select score, body from t where code >= $1 and code < $2', 'code 2', 'code 25'],
  ['select a, b, v, note, size from pairs where v >= $1 and v < $2', 40, 45],
]

interface Reader {
  query(text: string, parameters: readonly unknown[]): unknown[]
  exec(script: string): unknown
}

const inOrder = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

/** By the index as without it. Settings are a session's, so both ways need one. */
function expectSameAsByScan(reader: Reader): void {
  for (const [text, from, to] of QUERIES) {
    reader.exec('set enable_seqscan = off; set enable_indexscan = on')
    expect(JSON.stringify(reader.query(`explain ${text}`, [from, to]))).toContain('Index Scan')
    const byIndex = inOrder(reader.query(text, [from, to]))
    reader.exec('set enable_seqscan = on; set enable_indexscan = off')
    expect(JSON.stringify(reader.query(`explain ${text}`, [from, to]))).toContain('Seq Scan')
    expect(byIndex).toEqual(inOrder(reader.query(text, [from, to])))
    expect(byIndex.length).toBeGreaterThan(0)
  }
}

function countGathered(run: () => void): number {
  const { gather } = TreeReader.prototype
  let gathered = 0
  TreeReader.prototype.gather = function (...given) {
    const count = gather.apply(this, given)
    gathered += count
    return count
  }
  try {
    run()
  } finally {
    TreeReader.prototype.gather = gather
  }
  return gathered
}

describe('rows by an index are those of a scan', () => {
  test('with columns of every kind, nulls, large values and rows that were deleted', () => {
    openFilled()
    const connection = db.connect()
    expect(countGathered(() => expectSameAsByScan(connection))).toBeGreaterThan(1000)
    connection.close()
  })

  test('in a transaction, with what it has changed', () => {
    openFilled()
    const connection = db.connect()
    connection.exec(`
      begin;
      update t set score = score + 1, body = 'changed' where id % 3 = 0;
      delete from t where id % 11 = 0;
      insert into t values (100000, 1010, 'code 21x', 'new', null)`)
    expectSameAsByScan(connection)
    connection.exec('rollback')
    expectSameAsByScan(connection)
    connection.close()
  })

  test('where the cache holds little, also while others push its pages out', () => {
    openFilled(SMALL_CACHE_BYTES)
    const connection = db.connect()
    expectSameAsByScan(connection)
    connection.exec('set enable_seqscan = off; set enable_indexscan = on')
    const expected = connection.query(BY_SCORE, [500, 1500])
    const met: unknown[] = []
    const gathered = countGathered(() => {
      for (const row of connection.prepare(BY_SCORE).iterate(500, 1500)) {
        met.push(row)
        if (met.length % 100 === 0) db.query('select count(v) from other')
      }
    })
    expect(met).toEqual(expected)
    expect(gathered).toBeGreaterThan(0)
    connection.close()
  })

  test('in workers, which share the cache', () => {
    openFilled(SMALL_CACHE_BYTES)
    const text = `${BY_SCORE} order by score`
    const expected = db.query(text, [500, 1500])
    using attached = attach(db.share())
    using snapshot = attached.read()
    const gathered = countGathered(() => {
      for (let time = 0; time < 5; time++) {
        const met: unknown[] = []
        for (const row of snapshot.prepare(text).iterate(500, 1500)) {
          met.push(row)
          if (met.length % 100 === 0) db.query('select count(v) from other')
        }
        expect(met).toEqual(expected)
        db.exec(`update t set body = 'later ${time}' where id % 10 = ${time}`)
        db.checkpoint()
      }
    })
    expect(gathered).toBeGreaterThan(0)
  })
})

test('rows that come one by one are those of the snapshot, whatever is committed meanwhile', () => {
  openFilled()
  const connection = db.connect()
  connection.exec('set enable_seqscan = off')
  const expected = connection.query(BY_SCORE, [500, 1500])
  const met: unknown[] = []
  for (const row of connection.prepare(BY_SCORE).iterate(500, 1500)) {
    met.push(row)
    if (met.length % 40 === 0)
      db.exec(`update t set body = 'later' where id % 20 = ${(met.length / 40) % 20}`)
  }
  expect(met).toEqual(expected)
  expect(connection.query(BY_SCORE, [500, 1500])).not.toEqual(expected)
  connection.close()
})

/** Sorts of more rows than memory may hold. */

import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import type { StorageFile } from '../../../src/io/storage.ts'
import type { Execution, Operator } from '../../../src/sql/execute/operator.ts'
import { Pause } from '../../../src/sql/execute/pause.ts'
import { SortOperator } from '../../../src/sql/execute/sort.ts'
import type { SortKey } from '../../../src/sql/execute/sort-keys.ts'
import type { EvaluationContext, Value } from '../../../src/sql/functions/registry.ts'
import { ExecutionSpill } from '../../../src/sql/spill/spill-space.ts'
import { TestDatabase } from '../../database/support.ts'

const files = new TestDatabase()
const ROWS = 20_000

function filled(): Database {
  const db = files.open()
  db.exec(`create table t (id int primary key, a int, b text, c numeric, d interval, e text[], f jsonb);
    insert into t select n, (n * 7919) % 1000, case when n % 11 = 0 then null else 'row ' || (n * 31 % 977) end, (n % 13) / 7.0,
      make_interval(days => n % 17), array[n::text, null], jsonb_build_object('n', n) from generate_series(1, ${ROWS}) n`)
  return db
}

/** A file's methods, to be put into another object. */
function bound(file: StorageFile): Partial<StorageFile> {
  return {
    read: (...given) => file.read(...given),
    write: (...given) => file.write(...given),
  }
}

/** Files that statements have left beside the database. */
const leftovers = (db: Database) => readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))

const SORTS = [
  'select id, a from t order by a, id desc',
  'select id, b, e, f from t order by b nulls first, c desc, id',
  'select id from t order by b desc nulls last',
  'select d, id from t order by d, c, b',
  'select id, a from t order by a offset 15000 limit 1000',
]

describe('a sort', () => {
  test('beyond its memory writes runs, and its file is closed when it is', () => {
    const storage = memoryStorage()
    const opened: StorageFile[] = []
    let closed = 0
    const newFile = () => {
      const file = storage.open(`run-${opened.length}`, 'create')
      opened.push(file)
      return { ...bound(file), close: () => void closed++ } as StorageFile
    }
    const registers: Value[] = [null]
    const context = { checkCancelled: () => {} }
    const spill = new ExecutionSpill({ budgetBytes: 64 * 1024, newFile })
    const pause = new Pause()
    pause.begin(context as EvaluationContext)
    const execution = { registers, context, pause, spill, data: undefined, number: 1 } as unknown as Execution
    let left = 0
    const input: Operator = {
      open: () => {
        left = ROWS
      },
      next: () => {
        registers[0] = (left * 7919) % ROWS
        return left-- > 0
      },
      close: () => {},
    }
    const key: SortKey = {
      evaluate: file => file[0],
      compare: (a, b) => Number(a) - Number(b),
      isDescending: false,
      nullsFirst: false,
    }
    const sort = new SortOperator(execution, input, [key], [0], undefined, undefined)
    for (let round = 0; round < 2; round++) {
      sort.open()
      for (let i = 0; i < ROWS; i++) {
        expect(sort.next()).toBe(true)
        expect(registers[0]).toBe(i)
      }
      expect(sort.next()).toBe(false)
      expect(opened).toHaveLength(round + 1)
      expect(opened[round].size()).toBeGreaterThan(ROWS * 9)
    }
    sort.close()
    expect(closed).toBe(2)
  })

  test.each(SORTS)('gives in little memory what it gives in much: %s', query => {
    const db = filled()
    const small = db.connect()
    small.exec("set work_mem = '64kB'")
    expect(small.query(query)).toEqual(db.query(query))
    expect(leftovers(db)).toEqual([])
  })

  test('is stable: equal rows come as they came', () => {
    const db = filled()
    const small = db.connect()
    small.exec("set work_mem = '64kB'")
    const query = 'select id, b from (select id, b, a from t order by id offset 0) s order by a % 3'
    expect(small.query(query)).toEqual(db.query(query))
  })

  test('lets its file go when it is left, cancelled or opened anew', () => {
    const db = filled()
    const small: Connection = db.connect()
    small.exec("set work_mem = '64kB'")
    for (const row of small.prepare('select id from t order by a, b').iterate()) {
      expect(row).toBeDefined()
      break
    }
    expect(() => small.query('select 1 / (a - a) from t order by b')).toThrow('division by zero')
    expect(() => small.query('select id from t order by b', [], { signal: AbortSignal.abort() })).toThrow(
      'canceling',
    )
    const lateral =
      'select n, (select id from (select id from t where id > n order by b, id offset 9000) s limit 1) from generate_series(1, 3) n'
    expect(small.query(lateral)).toEqual(db.query(lateral))
    expect(leftovers(db)).toEqual([])
  })

  test('stays in memory where there are no files: of a database in memory', () => {
    using db = openSync(':memory:')
    db.exec(
      "set work_mem = '64kB'; create table t (id int primary key); insert into t select generate_series(1, 20000)",
    )
    const ids = db.query<{ id: number }>('select id from t order by -id').map(({ id }) => id)
    expect(ids).toHaveLength(20_000)
    expect(ids[0]).toBe(20_000)
  })
})

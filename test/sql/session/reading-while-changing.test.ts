/**
 * Rows that are taken one by one in a transaction which changes their table meanwhile. They are copied ahead, many at a time; what
 * comes is what the table holds when it is asked for, by whichever way the rows are found.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSync, type Transaction } from '../../../src/index.ts'

const ROWS = 1500

/** A table of even numbers, and what scans it in the order of `id`. */
const WAYS = [
  { name: 'the whole table', plan: 'Seq Scan', from: 'people', where: 'true' },
  {
    name: 'a range of the primary key',
    plan: 'Index Scan using people_pkey',
    from: 'people',
    where: 'id >= 0 and id < 1000000',
  },
  {
    name: 'an index',
    plan: 'Index Scan using people_age_idx',
    from: 'people',
    where: 'age >= 0 and age < 1000000',
  },
  {
    name: 'an index that is unique',
    plan: 'Index Scan using people_rank_idx',
    from: 'people',
    where: 'rank >= 0',
  },
  {
    name: 'an index alone',
    plan: 'Index Only Scan using people_age_idx',
    from: 'people',
    where: 'age >= 0 and age < 1000000',
    columns: 'age as id',
  },
  { name: 'an expression behind the scan', plan: 'Filter', from: 'people', where: "name || id <> 'x'" },
] as const

function withPeople(run: (tx: Transaction) => void): void {
  using db = openSync(':memory:')
  db.exec('create table people (id int primary key, age int, rank int, name text)')
  db.query("insert into people select 2 * i, 2 * i, 2 * i, 'n' || i from generate_series(0, $1 - 1) i", [
    ROWS,
  ])
  db.exec('create index on people (age); create unique index on people (rank); analyze')
  db.write(tx => {
    tx.exec('set enable_sort = off; set enable_seqscan = off')
    run(tx)
  })
}

function selectOf(way: (typeof WAYS)[number]): string {
  const { columns = 'id, name' } = way as { columns?: string }
  return `select ${columns} from ${way.from} where ${way.where}`
}

const CHANGES = {
  remove: (tx: Transaction, id: number) => tx.query('delete from people where id = $1', [id]),
  insert: (tx: Transaction, id: number) =>
    tx.query("insert into people values ($1, $1, $1, 'new') on conflict do nothing", [id]),
  rename: (tx: Transaction, id: number) => tx.query("update people set name = 'renamed' where id = $1", [id]),
}

describe.each(WAYS)('rows by $name', way => {
  it('of a table that does not change are all rows', () => {
    withPeople(tx => {
      expect(tx.prepare(selectOf(way)).explain()).toContain(way.plan)
      const ids = [...tx.prepare<{ id: number }>(selectOf(way)).iterate()].map(row => row.id)
      expect(ids).toEqual(Array.from({ length: ROWS }, (_, i) => 2 * i))
    })
  })

  it('are those that the table has when they are asked for', () => {
    const change = fc.record({
      atRow: fc.integer({ min: 0, max: ROWS - 1 }),
      /** From the row that was given. */
      distance: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.integer({ min: -500, max: 2500 })),
      kind: fc.constantFrom('remove' as const, 'insert' as const, 'rename' as const),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), changes => {
        withPeople(tx => {
          const names = new Map<number, string>()
          for (let i = 0; i < ROWS; i++) names.set(2 * i, `n${i}`)
          let last = -1
          let at = 0
          for (const row of tx.prepare<{ id: number; name?: string }>(selectOf(way)).iterate()) {
            const expected = Math.min(...[...names.keys()].filter(id => id > last))
            expect(row.id).toBe(expected)
            if (row.name !== undefined) expect(row.name).toBe(names.get(expected))
            last = row.id
            for (const { atRow, distance, kind } of changes) {
              if (atRow !== at) continue
              const id = Math.max(0, last + distance)
              CHANGES[kind](tx, id)
              if (kind === 'remove') names.delete(id)
              else if (kind === 'insert' && !names.has(id)) names.set(id, 'new')
              else if (kind === 'rename' && names.has(id)) names.set(id, 'renamed')
            }
            at++
          }
          expect(last).toBe(Math.max(...names.keys()))
        })
      }),
      { numRuns: 6 },
    )
  })

  it('are refused when the transaction is over', () => {
    let rows: Iterator<unknown> | undefined
    withPeople(tx => {
      rows = tx.prepare(selectOf(way)).iterate()
      rows.next()
    })
    expect(() => rows!.next()).toThrow()
  })
})

describe('a statement of a transaction', () => {
  it('does not see what it changes itself', () => {
    withPeople(tx => {
      tx.exec('update people set id = id + 1')
      tx.exec('update people set age = age + 100000 where age < 100000')
      tx.exec('insert into people select id + 100000, age, rank + 100000 from people')
      const [row] = tx.query(
        'select count(*), min(id) as "firstId", max(id) as "lastId", min(age) as "least", max(age) as "most" from people',
      )
      expect(row).toEqual({
        count: 2 * ROWS,
        firstId: 1,
        lastId: 100_001 + 2 * (ROWS - 1),
        least: 100_000,
        most: 100_000 + 2 * (ROWS - 1),
      })
    })
  })

  it('sees what those before it have changed, to a savepoint and back', () => {
    withPeople(tx => {
      const sum = () => tx.query<{ sum: number }>("select sum(id) from people where name <> 'x'")[0].sum
      const before = sum()
      tx.exec('savepoint s; delete from people where id < 100; insert into people values (1), (100001)')
      tx.exec("update people set name = 'y' where id in (1, 100001)")
      expect(sum()).toBe(before - 2450 + 100002)
      tx.exec('rollback to s')
      expect(sum()).toBe(before)
    })
  })
})

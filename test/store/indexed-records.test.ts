/**
 * A record and its index entries lie in several trees. If a failing disk keeps one of them from being changed, no commit
 * may follow in which they disagree.
 */

import { describe, expect, it } from 'vitest'
import { SimulatedDisk } from '../../props/simulated-disk.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { Store } from '../../src/store/store.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { table } from '../../src/table/definition.ts'
import { TransactionTables } from '../../src/table/tables.ts'
import { t } from '../../src/table/types.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { PATH } from './harness.ts'

const people = table('people', {
  columns: { id: t.u32, name: t.text, note: t.text },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'] } },
})

const note = '.'.repeat(60)
const person = (i: number) => ({ id: (i * 7919) % 5003, name: `name ${(i * 7919) % 3001}`, note })

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'done'
}

debugModeIs(false)

type People = ReturnType<typeof openPeople>
const openPeople = (store: Store) => {
  const tx = store.begin()
  return { tx, table: new TransactionTables(tx, new Catalog()).table(people) }
}

describe('a read that fails in the middle of a change', () => {
  it.each<[string, (table: People['table'], i: number) => unknown]>([
    ['put', (table, i) => table.put(person(1000 + i))],
    ['delete', (table, i) => table.delete(person(i).id)],
    ['update', (table, i) => table.update(person(i).id, { name: `new ${(i * 31) % 997}` })],
    ['update of the key', (table, i) => table.update(person(i).id, { id: 10_000 + person(i).id })],
    ['putMany', (table, i) => table.putMany(Array.from({ length: 50 }, (_, k) => ({ ...person(i * 50 + k), id: 20_000 + ((i * 50 + k) * 7919) % 50_021 })))], // biome-ignore format: one line
  ])('of a %s leaves no commit in which records and index disagree', (_, change) => {
    const commits = new Set<string>()
    for (let skip = 0; skip < 8; skip++) {
      const disk = new SimulatedDisk({ seed: skip })
      const options = { pageSizeBytes: 512, cacheSizeBytes: 64 * 512, maxSizeBytes: 64 << 20 }
      const store = Store.open(disk, PATH, options, true)
      const { tx, table } = openPeople(store)
      for (let i = 0; i < 1000; i++) table.put(person(i))
      disk.fail({ operation: 'read', kind: 'ioError', skip, times: 1 })
      let code = 'done'
      for (let i = 0; i < 1000 && code === 'done'; i++) code = codeOf(() => change(table, i))
      expect(code).toBe('IO_ERROR')
      disk.clearFaults()
      const commit = codeOf(() => store.commit(tx))
      commits.add(commit)
      if (commit === 'done') {
        const after = openPeople(store).table
        const names = after
          .range()
          .toArray()
          .map(({ name }) => name)
        const indexed = after
          .by('byName')
          .range()
          .toArray()
          .map(({ name }) => name)
        expect(indexed).toEqual(names.sort())
      }
    }
    expect([...commits].every(commit => commit === 'done' || commit === 'TRANSACTION_FAILED')).toBe(true)
    expect(commits).toContain('TRANSACTION_FAILED')
  })
})

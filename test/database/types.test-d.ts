/** What the compiler knows about databases and transactions. */

import { describe, expectTypeOf, test } from 'vitest'
import {
  type BackupOptions,
  type CheckpointEvent,
  type CommitEvent,
  type Database,
  type OpenOptions,
  open,
  type RecoveryEvent,
  type SpillEvent,
  type StatementEvent,
  type Synchronous,
  type Transaction,
  t,
  table,
} from '../../src/index.ts'

declare const db: Database
declare const tx: Transaction
// biome-ignore lint/suspicious/noExplicitAny: what untyped code gives
declare const anything: any

const settings = table('settings', { key: t.text, value: t.u32 })
const notes = table('notes', { key: t.text, value: t.json<unknown>() })

describe('a transaction is synchronous', () => {
  test('what the function returns is the result', () => {
    expectTypeOf(db.write(tx => tx.table(settings).get('a'))).toEqualTypeOf<number | undefined>()
    expectTypeOf(db.write(tx => tx.table(settings).put('a', 1))).toEqualTypeOf<void>()
    expectTypeOf(db.write(tx => tx.table(notes).get('a'))).toEqualTypeOf<unknown>()
    expectTypeOf(db.write(() => anything)).toBeAny()
    expectTypeOf(
      db.write(() => {
        throw new Error('no')
      }),
    ).toEqualTypeOf<never>()
    expectTypeOf(db.writeAsync(() => ({ count: 1 }))).toEqualTypeOf<Promise<{ count: number }>>()
    expectTypeOf(tx.nested(nested => nested.isOpen)).toEqualTypeOf<boolean>()
  })

  test('a function that returns a promise does not compile', () => {
    // @ts-expect-error: a transaction is synchronous
    db.write(async tx => tx.table(settings).put('a', 1))
    // @ts-expect-error: a transaction is synchronous
    db.writeAsync(async tx => tx.table(settings).put('a', 1))
    // @ts-expect-error: a transaction is synchronous
    tx.nested(async () => {})
    // @ts-expect-error: a promise in some cases only
    db.write(tx => (tx.isOpen ? Promise.resolve(1) : 1))
    // A snapshot may be read across `await`.
    expectTypeOf(db.read(async snap => snap.table(settings).get('a'))).toEqualTypeOf<
      Promise<number | undefined>
    >()
  })

  test("functions of one's own pass others on", () => {
    function counted<T extends Synchronous>(fn: (tx: Transaction) => T): T {
      return db.write(tx => {
        tx.table(settings).update('calls', calls => (calls ?? 0) + 1)
        return tx.nested(() => fn(tx))
      })
    }
    expectTypeOf(counted(tx => tx.table(settings).count())).toEqualTypeOf<number>()
    expectTypeOf(counted(() => new Date())).toEqualTypeOf<Date>()
    // @ts-expect-error: a transaction is synchronous
    counted(async () => {})
  })
})

test('options that are undefined are as if they were left out', () => {
  const unset = undefined as number | undefined
  const cut: OpenOptions = { cacheSizeBytes: unset, durability: undefined, create: undefined }
  expectTypeOf(open).toBeCallableWith('app.db', cut)
  const signal = undefined as AbortSignal | undefined
  const backup: BackupOptions = { overwrite: undefined, onProgress: undefined, signal }
  expectTypeOf(db.check).toBeCallableWith(backup)
  table('t', {
    columns: { id: t.u32 },
    primaryKey: ['id'],
    indexes: { byId: { on: ['id'], unique: undefined } },
  })
})

test('rows that come as arrays are arrays', () => {
  expectTypeOf(db.query('select 1', [], { rowMode: 'array' })).toEqualTypeOf<unknown[][]>()
  expectTypeOf(tx.query('select 1', undefined, { rowMode: 'array' })).toEqualTypeOf<unknown[][]>()
  expectTypeOf(db.query<[number]>('select 1', [], { rowMode: 'array' })).toEqualTypeOf<[number][]>()
  expectTypeOf(db.query<{ a: number }>('select 1 as a', [], { bigint: 'bigint' })).toEqualTypeOf<
    { a: number }[]
  >()
  const statement = db.prepare('select 1', { rowMode: 'array' })
  expectTypeOf(statement.get()).toEqualTypeOf<unknown[] | undefined>()
  expectTypeOf(db.prepare<[number]>('select 1', { rowMode: 'array' }).all()).toEqualTypeOf<[number][]>()
})

test('events have types', () => {
  expectTypeOf<CommitEvent>().toHaveProperty('durability').toEqualTypeOf<'sync' | 'none'>()
  expectTypeOf<CheckpointEvent>().toHaveProperty('isClosing').toEqualTypeOf<boolean>()
  expectTypeOf<RecoveryEvent>().toHaveProperty('transactionCount').toEqualTypeOf<number>()
  expectTypeOf<SpillEvent>().toHaveProperty('bytes').toEqualTypeOf<number>()
  expectTypeOf<StatementEvent>().toHaveProperty('text').toEqualTypeOf<string>()
})

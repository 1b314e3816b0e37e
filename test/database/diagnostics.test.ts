/** Events for `node:diagnostics_channel`: what is told, when, and that nobody pays who does not listen. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { copyFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { open, openSync, t, table } from '../../src/index.ts'
import { temporaryDirectory } from '../io/temporary-directory.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** What is said on a channel from here on. */
function heard(name: string): Record<string, unknown>[] {
  const messages: Record<string, unknown>[] = []
  const hear = (message: unknown) => messages.push(message as Record<string, unknown>)
  subscribe(name, hear)
  ends.push(() => unsubscribe(name, hear))
  return messages
}
function newPath(): string {
  const directory = temporaryDirectory()
  ends.push(() => directory.remove())
  return `${directory.path}/a.db`
}
const soon = () => new Promise(resolve => setTimeout(resolve, 20))
const entries = table('entries', { key: t.u32, value: t.text })

describe('coppice:commit', () => {
  test('is told of each transaction that has changed something, when it is durable', async () => {
    const path = newPath()
    await using db = await open(path)
    const commits = heard('coppice:commit')
    db.write(tx => tx.table(entries).put(1, 'a'))
    expect(commits).toHaveLength(1)
    await Promise.all([2, 3].map(key => db.writeAsync(tx => void tx.table(entries).put(key, 'b'))))
    db.write(tx => tx.table(entries).get(1))
    expect(() =>
      db.write(tx => {
        tx.table(entries).put(4, 'c')
        throw new Error('no')
      }),
    ).toThrow('no')
    db.write(tx => tx.table(entries).put(5, 'd'), { durability: 'none' })
    expect(commits.map(one => one.durability)).toEqual(['sync', 'sync', 'sync', 'none'])
    const lsns = commits.map(one => one.lsn as number)
    expect(lsns).toEqual([lsns[0], lsns[0] + 1, lsns[0] + 2, lsns[0] + 3])
    for (const one of commits) {
      expect(one).toMatchObject({ path, transactionId: expect.any(Number) })
      expect(one.logBytes).toBeGreaterThan(0)
      expect(one.durationMs).toBeGreaterThan(0)
    }
  })
  test('may be answered by using the database', async () => {
    await using db = await open(newPath())
    const seen: unknown[] = []
    const hear = (event: unknown) => {
      if (seen.push(event) < 3) db.write(tx => tx.table(entries).put(9, 'again'))
    }
    subscribe('coppice:commit', hear)
    ends.push(() => unsubscribe('coppice:commit', hear))
    db.write(tx => tx.table(entries).put(1, 'a'))
    expect(seen).toHaveLength(3)
  })
})

test('coppice:checkpoint is told of checkpoints, also of the last one', async () => {
  const path = newPath()
  const db = await open(path)
  const checkpoints = heard('coppice:checkpoint')
  db.write(tx => tx.table(entries).put(1, 'a'))
  await db.checkpoint()
  await soon()
  expect(checkpoints).toMatchObject([{ path, isClosing: false }])
  expect(checkpoints[0].pageCount).toBeGreaterThan(0)
  db.write(tx => tx.table(entries).put(2, 'a'))
  db.close()
  await soon()
  expect(checkpoints).toMatchObject([{}, { path, isClosing: true }])
})

test('coppice:recovery is told when a database was not closed', async () => {
  const path = newPath()
  const db = await open(path)
  for (const key of [1, 2, 3]) db.write(tx => tx.table(entries).put(key, 'a'))
  const copy = path.replace('a.db', 'b.db')
  // With its log, as a process that dies leaves it.
  const directory = dirname(path)
  for (const name of readdirSync(directory)) {
    copyFileSync(join(directory, name), join(directory, name.replace('a.db', 'b.db')))
  }
  db.close()
  const recoveries = heard('coppice:recovery')
  const recovered = openSync(copy)
  expect(recovered.read(snapshot => snapshot.table(entries).count())).toBe(3)
  recovered.close()
  openSync(copy).close()
  expect(recoveries).toEqual([
    { path: copy, transactionCount: 3, tornTail: false, durationMs: expect.any(Number) },
  ])
})

test('coppice:spill is told of a transaction that is larger than the cache', async () => {
  const path = newPath()
  const db = openSync(path, { cacheSizeBytes: 256 * 1024 })
  const spills = heard('coppice:spill')
  db.write(tx => {
    const rows = tx.table(entries)
    for (let i = 0; i < 20_000; i++) rows.put((i * 7919) % 20_000, 'x'.repeat(100))
  })
  db.close()
  await soon()
  expect(spills.length).toBeGreaterThan(0)
  for (const one of spills)
    expect(one).toEqual({ path, pageCount: expect.any(Number), bytes: (one.pageCount as number) * 4096 })
})

describe('coppice:statement', () => {
  test('is one object at the beginning and the end, with rows and time, or the error', () => {
    using db = openSync(':memory:')
    db.query('create table t (a int)')
    const [starts, finished, failed] = ['start', 'end', 'error'].map(end => heard(`coppice:statement:${end}`))
    db.query('insert into t values ($1), (2)', [1])
    expect(db.query('select * from t')).toHaveLength(2)
    expect(() => db.query('select 1 / (a - 1) from t')).toThrow('division by zero')
    expect(() => db.query('select nothing from t')).toThrow('does not exist')
    expect(() => db.query('selct')).toThrow('syntax error')
    expect(starts.map(one => one.text)).toEqual([
      'insert into t values ($1), (2)',
      'select * from t',
      'select 1 / (a - 1) from t',
      'select nothing from t',
    ])
    expect(finished).toEqual([starts[0], starts[1]])
    expect(finished[0]).toBe(starts[0])
    expect(finished.map(one => one.rowCount)).toEqual([2, 2])
    expect(failed.map(one => (one.error as { sqlstate: string }).sqlstate)).toEqual(['22012', '42703'])
    for (const one of [...finished, ...failed]) expect(one.durationMs).toBeGreaterThanOrEqual(0)
  })
  test('ends once, whoever takes its rows', () => {
    using db = openSync(':memory:')
    const ended = heard('coppice:statement:end')
    for (const _ of db.prepare('select g from generate_series(1, 100) as g').iterate()) break
    const execution = db.connect().execute('select g from generate_series(1, 3) as g')
    while (execution.next() !== undefined);
    execution.finish()
    expect(ended.map(one => one.rowCount)).toEqual([1, 3])
  })
})

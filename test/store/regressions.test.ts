import { expect, test } from 'vitest'
import { SimulatedDisk } from '../../props/simulated-disk.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { Store } from '../../src/store/store.ts'
import {
  codeOf,
  codeOfAsync,
  contents,
  hurried,
  name,
  openStore,
  PATH,
  put,
  remove,
  SMALL,
} from './regression-support.ts'

const durable = () => memoryStorage({ volatile: false })

function filled(store: Store, count: number, size = 20): number {
  return store.write(tx => {
    const id = tx.createTree()
    for (let i = 0; i < count; i++) put(tx.tree(id), name(i), 'x'.repeat(size))
    return id
  })
}

function overwrite(store: Store, id: number, count: number, text: string): void {
  store.write(tx => {
    for (let i = 0; i < count; i++) put(tx.tree(id), name(i), text)
  })
}

test('compacting beside an open snapshot does not make the file larger', async () => {
  const store = openStore(durable())
  const id = filled(store, 2000)
  const snapshot = store.read()
  overwrite(store, id, 2000, 'y'.repeat(20))
  store.checkpoint()
  const result = await store.compact()
  expect(result.pagesAfter).toBeLessThanOrEqual(result.pagesBefore)
  snapshot.close()
  store.close()
})

test('a transaction whose directory failed half way cannot commit', async () => {
  const faults: string[] = []
  for (let pages = 108; pages < 118; pages++) {
    const store = openStore(durable(), { maxSizeBytes: 65536 })
    store.write(tx => {
      for (let i = 0; i < 5; i++) put(tx.tree(tx.createTree()), 'a', 'b')
    })
    store.checkpoint()
    let failed = false
    const committed = codeOf(() =>
      store.write(tx => {
        // Pages become scarce; then the roots go into the directory, so that only the directory is at stake.
        put(tx.tree(16), 'big', Buffer.alloc(pages * 512))
        tx.setSavepoint()
        for (let i = 0; i < 20 && !failed; i++) failed = codeOf(() => tx.createTree()) === 'DATABASE_FULL'
      }),
    )
    if (!failed || committed !== 'no error') continue
    const check = await store.check()
    faults.push(...check.faults.map(fault => `${pages} pages: ${fault.message}`))
  }
  expect(faults).toEqual([])
})

test('a savepoint after a change that failed half way does not make the transaction whole', async () => {
  const faults: string[] = []
  for (let extra = 0; extra < 60 && faults.length === 0; extra++) {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = openStore(disk)
    const tx = store.begin()
    const id = tx.createTree()
    for (let i = 0; i < 100 + extra; i++) put(tx.tree(id), name((i * 7919) % 10007), 'x'.repeat(40))
    disk.fail({ operation: 'write', kind: 'noSpace', pathPart: PATH, times: 1 })
    let failed = false
    for (let i = 0; i < 300 && !failed; i++) {
      failed = codeOf(() => put(tx.tree(id), name(((i + 500) * 7919) % 10007), 'y'.repeat(40))) !== 'no error'
    }
    disk.clearFaults()
    if (!failed) continue
    // What `tx.nested(() => { throw ... })` does.
    const code = codeOf(() => {
      const savepoint = tx.setSavepoint()
      tx.rollbackTo(savepoint)
      tx.releaseSavepoint(savepoint)
      store.commit(tx)
    })
    if (code === 'no error') {
      const check = await store.check()
      faults.push(...check.faults.map(fault => `extra ${extra}: ${fault.message}`))
    }
    codeOf(() => store.close())
  }
  expect(faults).toEqual([])
})

test('a check goes on correctly when a savepoint is deleted meanwhile', async () => {
  const storage = hurried(durable())
  const store = openStore(storage)
  const id = filled(store, 1000)
  store.savepoints.create('a')
  overwrite(store, id, 1000, 'z'.repeat(20))
  const running = store.check()
  await new Promise(resolve => setImmediate(resolve))
  store.savepoints.delete('a')
  store.checkpoint()
  overwrite(store, id, 10, 'one')
  store.checkpoint()
  overwrite(store, id, 10, 'two')
  store.checkpoint()
  const { faults } = await running
  expect({
    faults: faults.map(fault => fault.message),
    write: codeOf(() => overwrite(store, id, 1000, 'three')),
  }).toEqual({ faults: [], write: 'no error' })
  store.close()
})

test('a check is not confused by the age limit of snapshots', async () => {
  const storage = hurried(durable())
  storage.stepMs = 10
  const store = openStore(storage, { maxSnapshotAgeMs: 500 })
  const id = filled(store, 2000)
  store.checkpoint()
  const running = store.check()
  await new Promise(resolve => setImmediate(resolve))
  for (let i = 0; i < 4; i++) {
    storage.ms += 1000
    overwrite(store, id, 2000, `round ${i}`)
    store.checkpoint()
  }
  const { faults } = await running.catch(error => {
    if (error.code === 'SNAPSHOT_TOO_OLD') return { faults: [] }
    throw error
  })
  expect({
    faults: faults.map(fault => fault.message),
    write: codeOf(() => overwrite(store, id, 2000, 'three')),
  }).toEqual({ faults: [], write: 'no error' })
  store.close()
})

test('a backup of a snapshot that grew too old is refused, not wrong', async () => {
  const storage = hurried(durable())
  storage.stepMs = 10
  const store = openStore(storage, { maxSnapshotAgeMs: 500, cacheSizeBytes: 1 << 20 })
  const id = filled(store, 4000)
  store.checkpoint()
  const running = codeOfAsync(store.backup(storage, '/copy.db'))
  await new Promise(resolve => setImmediate(resolve))
  for (let i = 0; i < 4; i++) {
    storage.ms += 1000
    overwrite(store, id, 4000, `round ${i} xxxxxxxxxxxx`)
    store.checkpoint()
  }
  const outcome = await running
  store.close()
  if (outcome !== 'SNAPSHOT_TOO_OLD') {
    expect(outcome).toBe('no error')
    const copy = Store.open(storage, '/copy.db', SMALL, true)
    const values = new Set(contents(copy.read().tree(id)).values())
    expect([...values]).toEqual(['x'.repeat(20)])
  }
})

test('a full database refuses an unlogged transaction and goes on', () => {
  const store = openStore(durable(), { maxSizeBytes: 1 << 17, transactionLogBytes: 0 })
  const id = filled(store, 10)
  let code = 'no error'
  for (let i = 0; code === 'no error'; i++) {
    code = codeOf(() =>
      store.write(tx => {
        for (let k = 0; k < 1; k++) put(tx.tree(id), name(i), 'x'.repeat(100))
      }),
    )
  }
  expect(code).toBe('DATABASE_FULL')
  expect(codeOf(() => store.write(tx => remove(tx.tree(id), name(3))))).not.toBe('POISONED')
})

test('a savepoint whose deletion failed for want of space does not spoil the close', () => {
  const disk = new SimulatedDisk({ seed: 3 })
  const store = openStore(disk)
  const id = filled(store, 300)
  store.savepoints.create('a')
  overwrite(store, id, 300, 'new')
  store.savepoints.create('b')
  overwrite(store, id, 300, 'newer')
  store.checkpoint()
  disk.fail({ operation: 'write', kind: 'noSpace', pathPart: PATH, times: Number.POSITIVE_INFINITY })
  expect(codeOf(() => store.savepoints.delete('a'))).toBe('NO_SPACE')
  disk.clearFaults()
  expect(codeOf(() => store.close())).toBe('no error')
})

test.each(['compact', 'backup', 'check'] as const)(
  'closing ends a running %s with CLOSED or ABORTED',
  async what => {
    const storage = hurried(durable())
    const store = openStore(storage)
    const id = filled(store, 2000)
    store.write(tx => {
      for (let i = 0; i < 2000; i++) if (i % 3 !== 0) remove(tx.tree(id), name(i))
    })
    const running = codeOfAsync(
      what === 'compact'
        ? store.compact()
        : what === 'backup'
          ? store.backup(storage, '/copy.db')
          : store.check(),
    )
    await new Promise(resolve => setImmediate(resolve))
    store.close()
    expect(['CLOSED', 'ABORTED', 'TRANSACTION_CLOSED']).toContain(await running)
  },
)

test('a backup over the open database itself is refused', async () => {
  const storage = durable()
  const store = openStore(storage)
  const id = filled(store, 10)
  const code = await codeOfAsync(store.backup(storage, PATH, { overwrite: true }))
  overwrite(store, id, 10, 'after the backup')
  store.close()
  const again = openStore(storage)
  expect({ code, value: contents(again.read().tree(id)).get(name(1)) }).toMatchObject({
    value: 'after the backup',
  })
})

test('closeAsync ends although a handle was forgotten and writes wait for it', async () => {
  const store = openStore(durable())
  store.begin()
  const waiting = codeOfAsync(store.writeAsync(() => 1))
  const closed = store.closeAsync().then(() => 'closed')
  const timeout = new Promise(resolve => setTimeout(resolve, 1000, 'hangs'))
  expect(await Promise.race([closed, timeout])).toBe('closed')
  void waiting
})

test('a log that could not be made leaves no file behind', () => {
  const disk = new SimulatedDisk({ seed: 3 })
  const store = openStore(disk)
  disk.fail({ operation: 'write', kind: 'noSpace', pathPart: '-wal', times: Number.POSITIVE_INFINITY })
  expect(codeOf(() => filled(store, 10))).toBe('NO_SPACE')
  store.close()
  expect(disk.paths()).toEqual([PATH])
})

test('a check of a poisoned database finds no faults that are not there', async () => {
  const disk = new SimulatedDisk({ seed: 3 })
  const store = openStore(disk)
  const id = filled(store, 300)
  disk.fail({ operation: 'sync', kind: 'ioError', pathPart: '-wal' })
  expect(codeOf(() => overwrite(store, id, 300, 'new and longer than it was before'))).toBe('OUTCOME_UNKNOWN')
  disk.clearFaults()
  const running = store.check()
  await disk.settle()
  const { faults } = await running
  expect(faults.map(fault => fault.message)).toEqual([])
})

test('commits are not silently lost when both copies of the newest header rot', () => {
  const disk = new SimulatedDisk({ seed: 3 })
  let store = openStore(disk)
  store.close()
  store = openStore(disk)
  const id = filled(store, 10)
  overwrite(store, id, 10, 'acknowledged')
  // The header that says OPEN is the newest one: find the slot by its sequence.
  const file = disk.contents(PATH, 'durable')
  const sequences = [0, 2].map(page => file.readUIntLE(page * 512 + 40, 6))
  const slot = sequences[0] > sequences[1] ? 0 : 2
  for (const page of [slot, slot + 1]) disk.flipBit(PATH, page * 512 + 70, 1)
  disk.killProcess()
  let value: string | undefined
  const code = codeOf(() => {
    value = contents(openStore(disk).read().tree(id)).get(name(1))
  })
  expect(code !== 'no error' || value === 'acknowledged').toBe(true)
})

test('a full disk fails an unlogged transaction alone, wherever it strikes', () => {
  const codes = new Map<string, number[]>()
  for (let skip = 0; skip < 12; skip++) {
    const disk = new SimulatedDisk({ seed: 3 })
    const store = openStore(disk, { cacheSizeBytes: 1 << 16 })
    const id = filled(store, 300)
    store.checkpoint()
    disk.fail({ operation: 'growth', kind: 'noSpace', pathPart: PATH, skip, times: 1 })
    const code = codeOf(() =>
      store.write(tx => {
        tx.requireCheckpoint()
        for (let i = 0; i < 300; i += 3) put(tx.tree(id), name(i), 'new')
      }),
    )
    disk.clearFaults()
    codes.set(code, [...(codes.get(code) ?? []), skip])
    codeOf(() => store.close())
  }
  expect(codes.get('OUTCOME_UNKNOWN') ?? []).toEqual([])
})

test('a check does not bring freed pages back into memory', async () => {
  const storage = hurried(durable())
  storage.stepMs = 10
  const store = openStore(storage, { maxSnapshotAgeMs: 500, cacheSizeBytes: 1 << 20 })
  const id = filled(store, 2000)
  store.checkpoint()
  const running = store.check().catch(() => {})
  await new Promise(resolve => setImmediate(resolve))
  overwrite(store, id, 2000, 'y'.repeat(20))
  store.checkpoint()
  storage.ms += 1000
  for (const text of ['a', 'b', 'c']) {
    overwrite(store, id, 1, text)
    store.checkpoint()
  }
  await running
  expect(codeOf(() => overwrite(store, id, 2000, 'z'.repeat(20)))).toBe('no error')
})

test('a nearly full database can be closed, and opened again after a crash', () => {
  const outcomes: string[] = []
  for (const kill of [false, true]) {
    for (let pages = 100; pages < 120; pages++) {
      const disk = new SimulatedDisk({ seed: 1 })
      const options = { maxSizeBytes: 65536 }
      const store = openStore(disk, options)
      store.write(tx => {
        for (let i = 0; i < 5; i++) put(tx.tree(tx.createTree()), 'a', 'b')
      })
      store.checkpoint()
      codeOf(() => store.write(tx => put(tx.tree(tx.createTree()), 'big', Buffer.alloc(pages * 512))))
      codeOf(() => store.write(tx => put(tx.tree(16), 'more', 'x')))
      if (kill) disk.killProcess()
      const closed = kill ? 'no error' : codeOf(() => store.close())
      const opened = codeOf(() => openStore(disk, options))
      if (closed !== 'no error') outcomes.push(`${pages} pages: close: ${closed}`)
      if (opened !== 'no error')
        outcomes.push(`${pages} pages, ${kill ? 'killed' : 'closed'}: open: ${opened}`)
    }
  }
  expect(outcomes).toEqual([])
})

test('a synchronous commit without changes does not vouch for what is not durable', () => {
  let lost = 0
  for (let seed = 0; seed < 20; seed++) {
    const disk = new SimulatedDisk({ seed })
    const store = openStore(disk)
    const id = filled(store, 1)
    const tx = store.begin()
    put(tx.tree(id), 'b', 'new')
    store.commitAsync(tx).catch(() => {})
    // "Insert it if it is not there": the answer "it is there" is handed on, and must hold after a crash.
    const isThere = store.write(second => second.tree(id)!.has(Buffer.from('b'), 1))
    disk.losePower()
    if (isThere && !contents(openStore(disk).read().tree(id)).has('b')) lost++
  }
  expect(lost).toBe(0)
})

test('births do not come back after a clean close, so a lost write cannot show a rolled back page', () => {
  const wrong: string[] = []
  for (let skip = 0; skip < 20; skip++) {
    const disk = new SimulatedDisk({ seed: 1 })
    let store = openStore(disk)
    const id = filled(store, 300, 4)
    store.close()
    store = openStore(disk)
    const tx = store.begin()
    for (let i = 0; i < 300; i++) put(tx.tree(id), name(i), 'WRONG')
    tx.rollback()
    store.close()
    store = openStore(disk)
    disk.fail({ operation: 'write', kind: 'lost', pathPart: PATH, skip, times: 1 })
    overwrite(store, id, 300, 'right')
    disk.clearFaults()
    codeOf(() => store.close())
    disk.forgetClean()
    let found = 0
    const code = codeOf(() => {
      for (const value of contents(openStore(disk).read().tree(id)).values()) if (value === 'WRONG') found++
    })
    if (code === 'no error' && found > 0)
      wrong.push(`write ${skip} lost: ${found} rolled back values are shown`)
  }
  expect(wrong).toEqual([])
})

test('closing inside a queued write answers the writes before it as what they are: durable', async () => {
  const store = openStore(durable())
  const first = codeOfAsync(store.writeAsync(tx => put(tx.tree(tx.createTree()), 'a', 'b')))
  const second = codeOfAsync(store.writeAsync(() => store.close()))
  expect([await first, await second]).toEqual(['no error', 'CLOSED'])
})

test('a large value that finds no room fails alone, as a streamed one does', () => {
  const store = openStore(durable(), { maxSizeBytes: 65536 })
  const id = store.write(tx => tx.createTree())
  const tx = store.begin()
  expect(codeOf(() => put(tx.tree(id), 'k', Buffer.alloc(100_000)))).toBe('DATABASE_FULL')
  expect(codeOf(() => put(tx.tree(id), 'small', 'x'))).toBe('no error')
})

test('opening a new database leaves a database named like its temporary file alone', () => {
  const storage = durable()
  const other = Store.open(storage, `${PATH}-new`, SMALL, true)
  const id = filled(other, 10)
  other.close()
  openStore(storage).close()
  let count = 0
  const code = codeOf(() => {
    const again = Store.open(storage, `${PATH}-new`, { ...SMALL, create: false }, true)
    count = contents(again.read().tree(id)).size
  })
  expect({ code, count }).toEqual({ code: 'no error', count: 10 })
})

test('restoring from a file named -backup does not remove that file', async () => {
  const storage = durable()
  const source = Store.open(storage, `${PATH}-backup`, SMALL, true)
  filled(source, 10)
  source.close()
  const again = Store.open(storage, `${PATH}-backup`, SMALL, true)
  await again.backup(storage, PATH)
  again.close()
  expect(storage.exists(`${PATH}-backup`)).toBe(true)
})

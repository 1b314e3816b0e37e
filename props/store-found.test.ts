/** What the trials have found, as short scripts that say what was wrong. */

import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../src/base/errors.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import { decodeFileHeader, type FileHeader } from '../src/store/file-header.ts'
import { Store } from '../src/store/store.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { publishedContent } from './store-content.ts'
import { expectDamage } from './store-damage.ts'
import { bytesOf } from './store-draft.ts'
import { type Content, difference } from './store-history.ts'

const PATH = '/disk/app.db'
const OPTIONS = { pageSizeBytes: 512, cacheSizeBytes: 64 * 512 }

function change(
  store: Store,
  act: (put: (key: string, value: string) => void, remove: (key: string) => void) => void,
): void {
  store.write(transaction => {
    const tree = transaction.tree(CATALOG_TREE_ID)!
    act(
      (key, value) => {
        const bytes = bytesOf(value)
        tree.put(bytesOf(key), key.length, bytes, 0, bytes.length, 0)
      },
      key => tree.remove(bytesOf(key), key.length),
    )
  })
}

test('a log that a dying process had removed does not come back beside later commits', () => {
  const path = `${PATH}-wal0`
  const many = (store: Store, durability: 'none' | 'sync') =>
    store.write(transaction => {
      const tree = transaction.tree(CATALOG_TREE_ID)!
      const value = Buffer.alloc(2800, durability)
      for (let i = 0; i < 24; i++) tree.put(bytesOf(`w${i}`), `w${i}`.length, value, 0, value.length, 0)
    }, durability)
  const options = {
    ...OPTIONS,
    cacheSizeBytes: 256 * 512,
    transactionLogBytes: 100_000,
    checkpointLogBytes: 65_536,
  }
  // The power goes while the first batch of a second epoch is synced: of that batch there is the beginning.
  const disk = new SimulatedDisk({ seed: 1 })
  const store = Store.open(disk, PATH, options, true)
  many(store, 'none')
  disk.observe = written => written === path && disk.crashAt(1)
  expect(() => many(store, 'sync')).toThrow()
  disk.observe = undefined
  const torn = Array.from({ length: disk.pendingParts }, (_, kept) => {
    const copy = disk.fork(1)
    copy.losePowerKeeping(part => part === kept)
    return copy
  }).find(copy => copy.exists(path) && copy.contents(path).readUInt32LE(8192) !== 0)!
  for (let count = 1; count < 80; count++) {
    const copy = torn.fork(1)
    copy.crashAt(count)
    try {
      Store.open(copy, PATH, options, true)
    } catch {
      // Died in its recovery, maybe between removing the log and making that durable.
    }
    copy.killProcess()
    const recovered = Store.open(copy, PATH, options, true)
    recovered.write(transaction => {
      transaction.tree(CATALOG_TREE_ID)!.putStream(bytesOf('later'), 5, 1500, [Buffer.alloc(1500, 'x')])
    })
    const expected = publishedContent(recovered)
    copy.losePowerKeeping(() => false)
    const again = Store.open(copy, PATH, options, true)
    expect(difference(expected, publishedContent(again))).toBeUndefined()
    again.close()
  }
})

test('compaction does not move a large value that was read from the wrong place once', async () => {
  for (let skip = 0; skip < 40; skip++) {
    const disk = new SimulatedDisk({ seed: skip })
    const store = Store.open(disk, PATH, OPTIONS, true)
    change(store, put => {
      for (let i = 0; i < 20; i++) put(`key ${i}`, `value ${i} `.padEnd(1500, `${i}`))
    })
    change(store, (_, remove) => {
      for (let i = 0; i < 10; i++) remove(`key ${i}`)
    })
    store.checkpoint()
    const before = publishedContent(store)
    disk.fail({ operation: 'read', kind: 'misdirected', skip })
    const compacted = store.compact().catch(error => {
      if (!isCoppiceError(error, 'CORRUPT')) throw error
    })
    await disk.advance(1000)
    await compacted
    disk.clearFaults()
    expect(difference(before, publishedContent(store))).toBeUndefined()
    store.close()
    const again = Store.open(disk, PATH, OPTIONS, true)
    expect(difference(before, publishedContent(again))).toBeUndefined()
    again.close()
  }
})

describe.each(['misdirected', 'short'] as const)('a file header that %s reads hide for a while', kind => {
  /** A closed database whose commits were all made by checkpoints: the older header is of the state before the last one. */
  function closedDatabase(seed: number): { disk: SimulatedDisk; expected: Content } {
    const disk = new SimulatedDisk({ seed })
    const store = Store.open(disk, PATH, { ...OPTIONS, transactionLogBytes: 0 }, true)
    change(store, put => put('key', 'before'))
    change(store, put => put('key', 'acknowledged'))
    const expected = publishedContent(store)
    store.close()
    return { disk, expected }
  }

  test.each([1, 2, 3, 4, 8, Number.POSITIVE_INFINITY])('is not written over (%d reads)', times => {
    for (let seed = 0; seed < 300; seed++) {
      const { disk, expected } = closedDatabase(seed)
      disk.fail({ operation: 'read', kind, pathEnd: PATH, skip: seed % 6, times })
      try {
        Store.open(disk, PATH, OPTIONS, true).close()
      } catch (error) {
        if (!isCoppiceError(error, 'IO_ERROR')) expectDamage(error)
      }
      disk.clearFaults()
      const again = Store.open(disk, PATH, OPTIONS, true)
      expect(difference(expected, publishedContent(again)), `seed ${seed}`).toBeUndefined()
      again.close()
    }
  })
})

/** From now on reads of the file bring what `deceive` makes of it: told how many there were before, and the page. */
function deceiveReads(
  disk: SimulatedDisk,
  deceive: (target: Uint8Array, before: number, page: number) => void,
): void {
  const open = disk.open.bind(disk)
  let count = 0
  disk.open = (path, mode) => {
    const file = open(path, mode)
    const read = file.read.bind(file)
    file.read = (target, offset, length, position) => {
      const readBytes = read(target, offset, length, position)
      deceive(target.subarray(offset, offset + length), count++, position / OPTIONS.pageSizeBytes)
      return readBytes
    }
    return file
  }
}

describe('a newest header that two readings do not show, nor the page that would tell of it', () => {
  const COPIES = 4
  const READS = 2 * COPIES

  /** The last commit was a checkpoint: header 3 in pages 2 and 3, and the last page of the map that was written. */
  function closedDatabase(): { disk: SimulatedDisk; expected: Content; telltales: Set<number> } {
    const disk = new SimulatedDisk({ seed: 1 })
    const store = Store.open(disk, PATH, { ...OPTIONS, transactionLogBytes: 0 }, true)
    change(store, put => put('key', 'before'))
    change(store, put => put('key', 'acknowledged'))
    const expected = publishedContent(store)
    store.close()
    const bytes = disk.contents(PATH)
    const header = decodeFileHeader(bytes.subarray(2 * OPTIONS.pageSizeBytes)) as FileHeader
    const other = decodeFileHeader(bytes) as FileHeader
    const [newest, slot] = header.sequence > other.sequence ? [header, 2] : [other, 0]
    return { disk, expected, telltales: new Set([slot, slot + 1, newest.space.pageId]) }
  }

  test.each([
    ['one of which shows something else in another place', READS, (before: number) => before === COPIES + 1],
    ['and a third one does', READS, () => false],
  ])('is not written over: %s', (_, hiddenReads, isWrongToo) => {
    const { disk, expected, telltales } = closedDatabase()
    const honest = disk.fork(2)
    deceiveReads(disk, (target, before, page) => {
      const isHidden = telltales.has(page) && (before < hiddenReads || page >= COPIES)
      if (isHidden || isWrongToo(before)) target.fill(0)
    })
    expect(() => Store.open(disk, PATH, OPTIONS, true)).toThrow('two reads of the file headers differ')
    expect(disk.contents(PATH)).toEqual(honest.contents(PATH))
    expect(difference(expected, publishedContent(Store.open(honest, PATH, OPTIONS, true)))).toBeUndefined()
  })
})

test('a header copy that a dying process wrote, but did not sync, does not count as the one that is left', () => {
  /** Opens; the process dies when it has written so many copies of headers, before it syncs the last of them. */
  const dieAfter = (disk: SimulatedDisk, copies: number): void => {
    let written = 0
    disk.observe = path => {
      if (path === PATH && ++written === copies) disk.crashAt(1)
    }
    expect(() => Store.open(disk, PATH, OPTIONS, true)).toThrow()
    disk.observe = undefined
  }
  for (let seed = 0; seed < 100; seed++) {
    const disk = new SimulatedDisk({ seed, tearsSectors: true })
    change(Store.open(disk, PATH, OPTIONS, true), put => put('key', 'value'))
    disk.killProcess()
    const expected = publishedContent(Store.open(disk.fork(seed), PATH, OPTIONS, true))
    dieAfter(disk, 2)
    disk.killProcess()
    // The next one writes the first copy again, and the power goes with both copies on their way.
    dieAfter(disk, 1)
    disk.losePower()
    const again = Store.open(disk, PATH, OPTIONS, true)
    expect(difference(expected, publishedContent(again)), `seed ${seed}`).toBeUndefined()
  }
})

test('a recovery that the power ends does not take back a header of which there is one copy', () => {
  let oneCopy = 0
  for (let count = 1; count < 30; count++) {
    const disk = new SimulatedDisk({ seed: count, tearsSectors: true })
    const options = { ...OPTIONS, transactionLogBytes: 0 }
    const store = Store.open(disk, PATH, options, true)
    change(store, put => put('key', 'before'))
    disk.crashAt(count, 'after')
    try {
      change(store, put => put('key', 'after'))
      break
    } catch {
      disk.killProcess()
    }
    // All of it has arrived: the first copy is there, and the second one maybe not.
    disk.losePowerKeeping(() => true)
    const valueIn = (some: SimulatedDisk) =>
      publishedContent(Store.open(some, PATH, options, true))
        .get(CATALOG_TREE_ID)
        ?.get('key')
    const found = valueIn(disk.fork(1))
    if (found === 'after') oneCopy++
    for (let operation = 1; operation < 8; operation++) {
      for (let seed = 0; seed < 20; seed++) {
        const torn = disk.fork(seed)
        torn.crashAt(operation, 'after')
        try {
          Store.open(torn, PATH, options, true)
        } catch {
          // Died in its recovery.
        }
        torn.losePower()
        expect(valueIn(torn), `after ${count}, ${operation}, seed ${seed}`).toBe(found)
      }
    }
  }
  expect(oneCopy).toBeGreaterThan(0)
})

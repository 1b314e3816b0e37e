/**
 * Salvage: every kind of page damaged in turn, with exact accounts. Law: what the new database has is right, what it does
 * not have is reported, and what is intact and can be reached is there.
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { debugChecks } from '../../src/base/assert.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import { salvageInto } from '../../src/database/salvage.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { KIND_AT, PageKind } from '../../src/page/header.ts'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { type FileImage, imageOf, openSmall, PATH, storageFrom } from './files.ts'
import { type Place, placesOf } from './mutations.ts'
import { buildRichDatabase, PART_NAMES, type RichOptions, readAll } from './rich-database.ts'
import { contentsOf, findBreach, missingIn, type Salvaged, salvaged, TARGET } from './salvaging.ts'

debugChecks.enabled = true

const ENDINGS = ['closed', 'crashed', 'crashed early', 'bulk loaded'] as const
const DATABASES = ENDINGS.map((ending): RichOptions => ({ pageSizeBytes: 512, scale: 1, ending }))
const ENTRY_COUNT_AT = 16

/** The files with a place overwritten. */
function damaged(image: FileImage, places: readonly Place[]): FileImage {
  const files = new Map(image)
  for (const { path, start, length } of places) {
    files.set(path, Buffer.from(files.get(path)!).fill(0x55, start, start + length))
  }
  return files
}

/** Small values that begin as large ones do stand in leaves. */
function isNode(image: FileImage, start: number): boolean {
  return image.get(PATH)![start + KIND_AT] === PageKind.leaf
}

const lostEntries = ({ report }: Salvaged) =>
  report.tables.reduce((sum, { entriesLost }) => sum + entriesLost.atLeast, 0)

describe.each(DATABASES)('a database of pages of $pageSizeBytes bytes, $ending', options => {
  const rich = buildRichDatabase(options)
  const places = placesOf(rich.image, rich.pageSizeBytes)
  const truth = contentsOf(storageFrom(rich.image), PATH)
  const isClosed = !options.ending.startsWith('crashed')

  test('undamaged, is salvaged whole, with its log', async () => {
    const { report, contents, storage } = await salvaged(rich.image)
    expect(report).toMatchObject({ ok: true, basis: 'newest header', damagedPages: [], lostTransactions: 0 })
    expect(contents).toEqual(truth)
    const db = openSmall(storage, undefined, {}, TARGET)
    const reading = readAll(db)
    db.close()
    const expected = rich.states.at(-1)!
    const wrong = PART_NAMES.filter((part, i) => part !== 'savepoints' && reading[i] !== expected[i])
    expect(wrong).toEqual([])
  })

  test('loses of a damaged leaf the rows in it, and no others', async () => {
    const file = rich.image.get(PATH)!
    for (const place of places.get('leaf')!) {
      const result = await salvaged(damaged(rich.image, [place]))
      expect([place.start, findBreach(result, truth)]).toEqual([place.start, undefined])
      const inLeaf = file.readUInt16LE(place.start + ENTRY_COUNT_AT)
      const { report } = result
      const pageId = place.start / rich.pageSizeBytes
      const owner = report.tables.find(({ entriesLost }) => entriesLost.atMost !== 0)
      if (owner === undefined) {
        // Of an index, of a savepoint, free, or of the catalog or the directory.
        expect(report.damagedPages).toEqual(report.ok ? [] : [pageId])
        continue
      }
      if (!owner.isTyped) {
        expect(report.damagedPages).toEqual([pageId])
        continue
      }
      if (isClosed) expect(owner.entriesLost).toEqual({ atLeast: inLeaf, atMost: inLeaf })
      else expect(owner.entriesLost.atMost).toBeLessThanOrEqual(inLeaf)
      expect(owner.damagedPages).toEqual([pageId])
    }
  })

  test('loses nothing with a page that holds no rows', async () => {
    const others = ['header', 'space leaf'].flatMap(kind => places.get(kind)!)
    for (const place of others) {
      const result = await salvaged(damaged(rich.image, [place]))
      expect([place.start, result.report.ok]).toEqual([place.start, true])
      expect(result.contents).toEqual(truth)
    }
  })

  test('loses of a damaged large value that one entry', async () => {
    let lost = 0
    for (const place of places.get('large value')!.filter(({ start }) => !isNode(rich.image, start))) {
      const result = await salvaged(damaged(rich.image, [place]))
      expect([place.start, findBreach(result, truth)]).toEqual([place.start, undefined])
      expect(lostEntries(result)).toBeLessThanOrEqual(1)
      lost += lostEntries(result)
      for (const { lostRanges } of result.report.tables) {
        for (const { from, to } of lostRanges) expect(from).toBe(to)
      }
    }
    // What the log puts again is not lost.
    if (isClosed) expect(lost).toBeGreaterThan(0)
  })

  test('of many damaged pages, tells exactly what is lost', async () => {
    const random = new SeededRandom(7)
    const all = ['leaf', 'branch', 'large value', 'space leaf'].flatMap(kind => places.get(kind)!)
    for (let round = 0; round < 40; round++) {
      const hit = Array.from({ length: 2 + random.below(6) }, () => random.pick(all))
      const result = await salvaged(damaged(rich.image, hit))
      expect([hit, findBreach(result, truth)]).toEqual([hit, undefined])
    }
  })
})

describe('a damaged log', () => {
  const rich = buildRichDatabase({ pageSizeBytes: 1024, scale: 2, ending: 'crashed' })
  const places = placesOf(rich.image, rich.pageSizeBytes)

  test('is replayed up to the damage, and what is behind it is counted', async () => {
    const batches = places.get('log batch')!
    let states = 0
    for (const [i, place] of batches.entries()) {
      const { report, storage } = await salvaged(damaged(rich.image, [place]))
      const db = openSmall(storage, undefined, {}, TARGET)
      const reading = readAll(db)
      db.close()
      const state = rich.states.findIndex(digests =>
        digests.every((digest, part) => PART_NAMES[part] === 'savepoints' || digest === reading[part]),
      )
      expect([i, state]).toEqual([i, report.replayedTransactions])
      // The last one looks like the torn end of a write.
      if (report.lostTransactions > 0)
        expect(report.replayedTransactions + report.lostTransactions).toBeGreaterThanOrEqual(3)
      if (report.lostTransactions > 0) states++
      expect(report.ok).toBe(report.lostTransactions === 0)
    }
    expect(states).toBeGreaterThan(0)
  })

  test('without its file header is replayed all the same', async () => {
    const { report, contents } = await salvaged(damaged(rich.image, places.get('log header')!))
    expect(report).toMatchObject({ ok: true, replayedTransactions: 4, lostTransactions: 0 })
    expect(contents).toEqual(contentsOf(storageFrom(rich.image), PATH))
  })
})

describe('the indexes of a table that has lost rows', () => {
  const rich = buildRichDatabase({ pageSizeBytes: 512, scale: 1, ending: 'closed' })
  const truth = contentsOf(storageFrom(rich.image), PATH)
  const places = placesOf(rich.image, rich.pageSizeBytes)

  test('are those of the rows that are left', async () => {
    for (const place of places.get('leaf')!) {
      const result = await salvaged(damaged(rich.image, [place]))
      if (missingIn(result.contents, truth, 'users').length === 0) continue
      const users = result.report.tables.find(({ name }) => name === 'users')
      if (users === undefined) continue
      expect(users.indexes).toMatchObject([
        { name: 'byEmail', isRebuilt: true },
        { name: 'byAge', isRebuilt: true },
      ])
      return
    }
    expect.unreachable('no leaf of the rows was hit')
  })
})

/** Every look at the clock takes longer than one slice of a long operation, so that each step tells its progress. */
function withSteppingClock(storage: Storage): Storage {
  let nowMs = 0
  const clock = { ...storage.clock, monotonicMs: () => (nowMs += 20) }
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'clock') return clock
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('salvage', () => {
  const words = table('words', { key: t.text, value: t.u32 })

  function makeSmall() {
    const storage = memoryStorage({ volatile: false })
    const db = openSmall(storage, 512)
    db.write(tx => {
      for (let i = 0; i < 500; i++) tx.table(words).put(`word ${i}`, i)
    })
    return { storage, db }
  }

  test('does not write to the damaged files', async () => {
    const rich = buildRichDatabase({ pageSizeBytes: 512, scale: 1, ending: 'crashed' })
    const storage = storageFrom(rich.image)
    await salvageInto(storage, PATH, TARGET, {})
    for (const [path, bytes] of imageOf(storage))
      expect([path, bytes.equals(rich.image.get(path)!)]).toEqual([path, true])
  })

  test('refuses a database that somebody writes to', async () => {
    const { storage, db } = makeSmall()
    await expect(salvageInto(storage, PATH, TARGET, {})).rejects.toMatchObject({ code: 'LOCKED' })
    db.close()
    await expect(salvageInto(storage, PATH, TARGET, {})).resolves.toMatchObject({ ok: true })
  })

  test('shares a database with those who read it', async () => {
    const { storage, db } = makeSmall()
    db.close()
    const reader = openSmall(storage, undefined, { readOnly: true })
    await expect(salvageInto(storage, PATH, TARGET, {})).resolves.toMatchObject({ ok: true })
    reader.close()
  })

  test('replaces a file only when it is told to, and never the one that it reads', async () => {
    const { storage, db } = makeSmall()
    db.close()
    await salvageInto(storage, PATH, TARGET, {})
    await expect(salvageInto(storage, PATH, TARGET, {})).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await salvageInto(storage, PATH, TARGET, { overwrite: true })
    const onItself = salvageInto(storage, PATH, PATH, { overwrite: true })
    await expect(onItself).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('tells how far it is, and when it is aborted leaves nothing behind', async () => {
    const { storage, db } = makeSmall()
    db.close()
    const phases = new Set<string>()
    await salvageInto(storage, PATH, TARGET, { onProgress: ({ phase }) => phases.add(phase) })
    expect(phases.size).toBeGreaterThan(0)
    const other = '/other.db'
    const aborted = salvageInto(storage, PATH, other, { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(storage.exists(other)).toBe(false)
  })

  test('aborted anywhere on its way, leaves nothing behind and nothing locked', async () => {
    const rich = buildRichDatabase({ pageSizeBytes: 512, scale: 1, ending: 'crashed' })
    const image = damaged(rich.image, placesOf(rich.image, 512).get('branch')!.slice(0, 3))
    const phases = new Set<string>()
    for (let steps = 1; ; steps += 7) {
      const storage = withSteppingClock(storageFrom(image))
      const aborter = new AbortController()
      let left = steps
      const onProgress = ({ phase }: { phase: string }) => {
        if (--left > 0) return
        phases.add(phase)
        aborter.abort()
      }
      const running = salvageInto(storage, PATH, TARGET, { signal: aborter.signal, onProgress })
      const error = await running.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) break
      expect(isCoppiceError(error, 'ABORTED')).toBe(true)
      expect(storage.exists(TARGET)).toBe(false)
      storage.lock(storage.open(PATH, 'write'), 'exclusive').release()
    }
    expect([...phases]).toEqual(expect.arrayContaining(['survey', 'scan', 'copy']))
  })

  test('says when a file is not a database', async () => {
    const storage = memoryStorage({ volatile: false })
    const file = storage.open(PATH, 'create')
    file.write(Buffer.alloc(100_000, 'no database'), 0, 100_000, 0)
    file.close()
    await expect(salvageInto(storage, PATH, TARGET, {})).rejects.toSatisfy(error =>
      isCoppiceError(error, 'NOT_A_DATABASE'),
    )
  })

  test('names keys as a program would write them', async () => {
    const { storage, db } = makeSmall()
    db.close()
    const image = imageOf(storage)
    const leaf = placesOf(image, 512).get('leaf')!.at(-1)!
    const { report } = await salvaged(damaged(image, [leaf]))
    const [range] = report.tables.flatMap(({ lostRanges }) => lostRanges)
    expect(`${range.from} ${range.to}`).toMatch(/"word \d+"/)
  })
})

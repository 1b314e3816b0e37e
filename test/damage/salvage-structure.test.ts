/**
 * Salvage when what is damaged leads to the rows: headers, the space map, the directory, the catalog, branches of every
 * level, the end of the file. Laws: what is in a table is right, what is missing is reported (`findBreach`), and
 * nothing that is intact is missing (`findOverlooked`).
 */

import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { debugChecks } from '../../src/base/assert.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { LEVEL_AT } from '../../src/page/header.ts'
import { readFileHeaders } from '../../src/store/file-header.ts'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { type FileImage, imageOf, openSmall, PATH, storageFrom } from './files.ts'
import { mutate, type Place, placesOf } from './mutations.ts'
import { buildRichDatabase, change } from './rich-database.ts'
import { rowPagesOf } from './row-pages.ts'
import { contentsOf, findBreach, findOverlooked, intactIn, type Salvaged, salvaged } from './salvaging.ts'

debugChecks.enabled = true

const PAGE_BYTES = 512
const ROWS = 3000

const words = table('words', { key: t.text, value: t.u32 })
const numbered = (i: number) => table(`table ${i}`, { key: t.u32, value: t.text })

/** One table with branches on three levels. */
function buildHighTable(): FileImage {
  const storage = memoryStorage({ volatile: false })
  const db = openSmall(storage, PAGE_BYTES)
  for (let from = 0; from < ROWS; from += 500) {
    db.write(tx => {
      for (let i = from; i < from + 500; i++) tx.table(words).put(`word ${(i * 7919) % ROWS}`, i)
    })
  }
  db.close()
  return imageOf(storage)
}

/** So many tables that the directory and the catalog have branches. */
function buildManyTables(): FileImage {
  const storage = memoryStorage({ volatile: false })
  const db = openSmall(storage, PAGE_BYTES)
  for (let i = 0; i < 60; i++) {
    db.write(tx => {
      for (let key = 0; key < 20; key++) tx.table(numbered(i)).put(key, `value ${key} of ${i}`)
    })
  }
  db.checkpoint()
  db.write(tx => tx.table(numbered(3)).put(100, 'hundred'))
  db.close()
  return imageOf(storage)
}

/** A database and the truth about it. */
function closed(image: FileImage, pageSizeBytes = PAGE_BYTES) {
  const truth = contentsOf(storageFrom(image), PATH)
  const rowPages = rowPagesOf(image)
  const places = placesOf(image, pageSizeBytes)
  const file = image.get(PATH)!
  return {
    image,
    truth,
    places,
    file,
    levelAt: ({ start }: Place) => file[start + LEVEL_AT],
    /** Salvages other files, holds the result to both laws, and returns it. */
    async salvage(files: FileImage, what: unknown): Promise<Salvaged> {
      const result = await salvaged(files)
      const isIntact = intactIn(files, image, pageSizeBytes)
      const faults = [findBreach(result, truth), findOverlooked(result, truth, rowPages, isIntact)]
      expect([what, ...faults]).toEqual([what, undefined, undefined])
      return result
    },
  }
}

function overwritten(image: FileImage, places: readonly Omit<Place, 'path'>[]): FileImage {
  const bytes = Buffer.from(image.get(PATH)!)
  for (const { start, length } of places) bytes.fill(0x55, start, start + length)
  return new Map([...image, [PATH, bytes]])
}

const HEADER_PAGES = 4
const pageAt = (pageId: number) => ({ start: pageId * PAGE_BYTES, length: PAGE_BYTES })
const ALL_HEADERS = [0, 1, 2, 3].map(pageAt)
const sequenceOf = (file: Buffer, slot: number) => file.readUIntLE(2 * slot * PAGE_BYTES + 40, 6)

describe.each(['closed', 'bulk loaded', 'crashed', 'crashed early'] as const)(
  'file headers of a database %s',
  ending => {
    const { image } = buildRichDatabase({ pageSizeBytes: PAGE_BYTES, scale: 1, ending })
    const truth = contentsOf(storageFrom(image), PATH)
    const file = image.get(PATH)!
    const newerSlot = sequenceOf(file, 0) > sequenceOf(file, 1) ? 0 : 1
    const slot = (index: number) => [2 * index, 2 * index + 1].map(pageAt)
    const isCrashed = ending.startsWith('crashed')

    async function expectAll(files: FileImage): Promise<Salvaged> {
      const result = await salvaged(files)
      expect(findBreach(result, truth)).toBeUndefined()
      for (const [name, rows] of truth) expect([name, result.contents.get(name)]).toEqual([name, rows])
      return result
    }

    test('the newer one lost in both copies: everything is found all the same', async () => {
      const { report } = await expectAll(overwritten(image, slot(newerSlot)))
      // After a crash the older one and the log lead to the same state; of a closed database the pages tell.
      expect(report).toMatchObject(isCrashed ? { ok: true } : { ok: false, basis: 'pages' })
    })

    test('the older one lost in both copies: nothing is lost', async () => {
      const { report } = await expectAll(overwritten(image, slot(1 - newerSlot)))
      expect(report).toMatchObject({ ok: true, basis: 'newest header' })
    })

    test('all four lost: everything is found by the pages and the log', async () => {
      const { report } = await expectAll(overwritten(image, ALL_HEADERS))
      expect(report).toMatchObject({ ok: false, basis: 'pages', lostTransactions: 0 })
      expect(report.replayedTransactions).toBe(isCrashed ? 4 : 0)
    })

    test('all four lost and the headers of the log: the same', async () => {
      const files = new Map(overwritten(image, ALL_HEADERS))
      for (const [path, bytes] of image) {
        if (path !== PATH) files.set(path, Buffer.from(bytes).fill(0x55, 0, 8192))
      }
      const { report } = await expectAll(files)
      expect(report.replayedTransactions).toBe(isCrashed ? 4 : 0)
    })
  },
)

describe.each([
  { what: 'the headers', hides: ALL_HEADERS, isMapLost: false },
  { what: 'nothing else', hides: [], isMapLost: false },
  { what: 'the space map', hides: [], isMapLost: true },
])('a table of three levels, damaged together with $what', ({ hides, isMapLost }) => {
  const database = closed(buildHighTable())
  const { places, image, levelAt } = database
  const others = isMapLost ? [...hides, ...places.get('space leaf')!] : hides

  test('has branches on more than one level', () => {
    expect(new Set(places.get('branch')!.map(levelAt)).size).toBeGreaterThan(1)
  })

  test('a branch of any level: what is below is found by its keys', async () => {
    for (const place of places.get('branch')!) {
      const { report } = await database.salvage(overwritten(image, [place, ...others]), place)
      if (!isMapLost) expect([place, report.tables[0].entriesRead]).toEqual([place, ROWS])
    }
  })

  test('a branch and a leaf: what was in the leaf is lost, and no more', async () => {
    const random = new SeededRandom(5)
    for (let round = 0; round < 12; round++) {
      const hit = [random.pick(places.get('branch')!), random.pick(places.get('leaf')!)]
      await database.salvage(overwritten(image, [...hit, ...others]), hit)
    }
  })

  test('any leaf', async () => {
    const random = new SeededRandom(6)
    for (let round = 0; round < 12; round++) {
      const place = random.pick(places.get('leaf')!)
      await database.salvage(overwritten(image, [place, ...others]), place)
    }
  })
})

describe('a database of many tables', () => {
  const database = closed(buildManyTables())
  const { places, image, file } = database

  test('a damaged branch of the directory or of the catalog loses nothing', async () => {
    for (const place of places.get('branch')!) {
      const { report } = await database.salvage(overwritten(image, [place]), place)
      expect([place, report.ok]).toEqual([place, true])
    }
  })

  test('any damaged leaf; trees that the directory has lost become tables of their own', async () => {
    let stray = 0
    for (const place of places.get('leaf')!) {
      const { report } = await database.salvage(overwritten(image, [place]), place)
      const unnamed = report.tables.filter(({ isTyped }) => !isTyped)
      for (const { name, entriesLost } of unnamed) {
        expect(name).toMatch(/^lost\+found: tree \d+$/)
        expect(entriesLost).toEqual({ atLeast: 0, atMost: 0 })
      }
      if (report.definitionsLost.atLeast === 0) stray += unnamed.length
    }
    expect(stray).toBeGreaterThan(0)
  })

  test('the file cut at any page', async () => {
    for (let pageId = HEADER_PAGES; pageId * PAGE_BYTES < file.length; pageId += 7) {
      const cut = new Map([[PATH, file.subarray(0, pageId * PAGE_BYTES)]])
      const { report } = await database.salvage(cut, pageId)
      expect([pageId, report.ok]).toEqual([pageId, false])
    }
  })
})

describe('a persistent savepoint, where what names its pages is damaged', () => {
  const rich = buildRichDatabase({ pageSizeBytes: PAGE_BYTES, scale: 1, ending: 'closed' })
  const database = closed(rich.image)
  const { newest } = readFileHeaders(storageFrom(rich.image).open(PATH, 'read'))
  const [savepoints, directory] = [newest.savepoints, newest.directory].map(({ pageId }) => pageAt(pageId))

  // Its trees were taken for the newest ones: they are in use, and nobody reached them.
  test('and the directory: its rows do not come into the tables', async () => {
    const files = overwritten(rich.image, [savepoints, directory])
    const { report } = await database.salvage(files, 'savepoints, directory')
    expect(report).toMatchObject({ ok: false, basis: 'newest header' })
  })

  test('and any branch: the same', async () => {
    for (const place of database.places.get('branch')!) {
      await database.salvage(overwritten(rich.image, [savepoints, place]), place)
    }
  })
})

describe('a persistent savepoint, whose pages are in use beside those of the newest state', () => {
  const stepsOfSavepoint = 3

  function stateOfSavepoint() {
    const storage = memoryStorage({ volatile: false })
    const db = openSmall(storage, PAGE_BYTES)
    for (let step = 0; step < stepsOfSavepoint; step++) db.write(tx => change(tx, step, 1))
    db.close()
    return contentsOf(storage, PATH)
  }

  // Together with two leaves of rows, its directory had as many entries as the branch had lost.
  test('does not complete a lost branch with its directory', async () => {
    const { image } = buildRichDatabase({ pageSizeBytes: PAGE_BYTES, scale: 1, ending: 'crashed' })
    const truth = contentsOf(storageFrom(image), PATH)
    const branches = placesOf(image, PAGE_BYTES).get('branch')!
    for (const [i, place] of branches.entries()) {
      for (const other of branches.slice(i + 1)) {
        const result = await salvaged(overwritten(image, [place, other]))
        expect([place, other, findBreach(result, truth)]).toEqual([place, other, undefined])
      }
    }
  })

  // It was, and the log was replayed over it.
  test.each(['closed', 'crashed'] as const)(
    'is not taken for the newest state without headers and directory, %s',
    async ending => {
      const { image } = buildRichDatabase({ pageSizeBytes: PAGE_BYTES, scale: 1, ending })
      const { newest } = readFileHeaders(storageFrom(image).open(PATH, 'read'))
      const result = await salvaged(overwritten(image, [...ALL_HEADERS, pageAt(newest.directory.pageId)]))
      expect(result.report).toMatchObject({ ok: false, basis: 'older pages', replayedTransactions: 0 })
      expect(findBreach(result, stateOfSavepoint())).toBeUndefined()
      expect(result.report.tables.some(({ isLeftover }) => isLeftover)).toBe(true)
    },
  )
})

test('a high table whose file is cut at any page', async () => {
  const database = closed(buildHighTable())
  for (let pageId = HEADER_PAGES; pageId * PAGE_BYTES < database.file.length; pageId += 11) {
    const cut = new Map([[PATH, database.file.subarray(0, pageId * PAGE_BYTES + (pageId % 3) * 100)]])
    await database.salvage(cut, pageId)
  }
})

describe.each([
  { pageSizeBytes: 512, scale: 1 },
  { pageSizeBytes: 1024, scale: 2 },
  { pageSizeBytes: 4096, scale: 2 },
])('all that may happen to bytes at rest, in pages of $pageSizeBytes', options => {
  const rich = buildRichDatabase({ ...options, ending: 'closed' })
  const database = closed(rich.image, options.pageSizeBytes)

  test('150 mutations keep both laws', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = new SeededRandom(seed)
      const { image, description } = mutate(
        rich.image,
        rich.earlier,
        database.places,
        options.pageSizeBytes,
        random,
      )
      // Bytes inserted or removed leave no page where it was: then nothing is intact, and most is no page at all.
      await database.salvage(image, `${seed} ${description}`)
    }
  })
})

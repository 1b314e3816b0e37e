/**
 * What tests of salvage share: the truth about a database, byte for byte, and the law that a salvaged one must keep
 * beside it.
 */

import type { SalvagedTable, SalvageReport } from '../../src/database/salvage.ts'
import { salvageInto } from '../../src/database/salvage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { Store } from '../../src/store/store.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { keyUnder } from '../support/cursor-key.ts'
import { type FileImage, openSmall, PATH, storageFrom } from './files.ts'
import type { RowPages } from './row-pages.ts'

export const TARGET = '/salvaged.db'
const CACHE = { cacheSizeBytes: 128 * 1024 }
const SMALL = { ...CACHE, maxSizeBytes: 64 << 20 }

/** The rows of a table as the tree has them: encoded key to encoded value, as hex. */
export type Rows = ReadonlyMap<string, string>
/** By table. */
export type Contents = ReadonlyMap<string, Rows>

export function contentsOf(storage: Storage, path: string): Contents {
  const store = Store.open(storage, path, SMALL, true)
  const snapshot = store.read()
  const catalog = new Catalog()
  const contents = new Map<string, Rows>()
  for (const { name } of catalog.list(snapshot)) {
    const rows = new Map<string, string>()
    const cursor = snapshot.tree(catalog.read(snapshot, name)!.tree)!.cursor()
    for (let found = cursor.first(); found; found = cursor.next()) {
      const key = keyUnder(cursor).toString('hex')
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      rows.set(key, valueBytes.toString('hex', valueOffset, valueOffset + valueLength))
    }
    contents.set(name, rows)
  }
  snapshot.close()
  store.close()
  return contents
}

export interface Salvaged {
  readonly report: SalvageReport
  readonly contents: Contents
  readonly storage: Storage
}

/** Salvages the database in `image`, and reads and checks the new one. */
export async function salvaged(image: FileImage): Promise<Salvaged> {
  const storage = storageFrom(image)
  const report = await salvageInto(storage, PATH, TARGET, CACHE)
  const db = openSmall(storage, undefined, {}, TARGET)
  const { faults } = await db.check()
  db.close()
  if (faults.length > 0) throw new Error(`the new database is not intact: ${JSON.stringify(faults)}`)
  return { report, contents: contentsOf(storage, TARGET), storage }
}

/** Rows of the truth that are not in the new database, by table. */
export function missingIn(contents: Contents, truth: Contents, table: string): string[] {
  return [...truth.get(table)!.keys()].filter(key => contents.get(table)?.has(key) !== true)
}

/**
 * The law: what is in a table that kept its name is right; what is missing is counted, and lies in the ranges that
 * are reported. Returns what is wrong; `undefined`: nothing.
 */
export function findBreach({ report, contents }: Salvaged, truth: Contents): string | undefined {
  for (const table of report.tables) {
    if (!table.isTyped || table.isLeftover) continue
    const rows = contents.get(table.name)!
    const right = truth.get(table.name)
    if (right === undefined) return `${table.name}: there is no such table`
    if (rows.size !== table.entriesRead)
      return `${table.name}: ${rows.size} rows, ${table.entriesRead} reported`
    for (const [key, value] of rows) if (right.get(key) !== value) return `${table.name}: ${key} is wrong`
    const missing = missingIn(contents, truth, table.name)
    const { atLeast, atMost } = table.entriesLost
    if (missing.length < atLeast || missing.length > (atMost ?? missing.length))
      return `${table.name}: ${missing.length} rows are missing, reported are ${atLeast} to ${atMost}`
    const stray = missing.find(key => !isReported(table, key))
    if (stray !== undefined) return `${table.name}: ${stray} is missing, in no range that is reported`
    if (table.indexes.some(index => !index.isRebuilt)) return `${table.name}: an index could not be built`
  }
  return undefined
}

/**
 * The law for a database whose process had died: what is in the tables that kept their names is of one state that there was,
 * and if the report says that nothing is missing, it is the whole of one.
 */
export function findMixture({ report, contents }: Salvaged, truths: readonly Contents[]): string | undefined {
  const tables = report.tables.filter(table => table.isTyped && !table.isLeftover)
  const fits = (truth: Contents) =>
    tables.every(({ name }) => {
      const right = truth.get(name)
      const rows = [...contents.get(name)!]
      return right !== undefined && rows.every(([key, value]) => right.get(key) === value)
    })
  const isWhole = (truth: Contents) =>
    [...truth].every(([name, rows]) => contents.get(name)?.size === rows.size)
  const fitting = truths.filter(fits)
  if (fitting.length === 0) return 'what is in the tables is of no state that there was'
  if (report.ok && !fitting.some(isWhole)) return 'something is missing, and is not reported'
  return undefined
}

/**
 * The second law: nothing that is intact is missing. A row whose pages are all as they were is in its table or, where it
 * is not known any more whose it was, in one of lost+found. For databases that were closed.
 */
export function findOverlooked(
  { contents }: Salvaged,
  truth: Contents,
  rowPages: RowPages,
  isIntact: (pageId: number) => boolean,
): string | undefined {
  const found = [...contents].filter(([name]) => name.startsWith('lost+found'))
  for (const [name, rows] of truth) {
    for (const [key, value] of rows) {
      const pages = rowPages.get(name)!.get(key)!
      if (contents.get(name)?.get(key) === value || !pages.every(isIntact)) continue
      if (!found.some(([, others]) => others.get(key) === value))
        return `${name}: ${key} of page ${pages[0]} is nowhere`
    }
  }
  return undefined
}

/** Whether a page is in `image` as it was in `before`. */
export function intactIn(image: FileImage, before: FileImage, pageSize: number): (pageId: number) => boolean {
  const bytes = image.get(PATH) ?? Buffer.alloc(0)
  const start = (pageId: number) => pageId * pageSize
  return pageId =>
    bytes
      .subarray(start(pageId), start(pageId + 1))
      .equals(before.get(PATH)!.subarray(start(pageId), start(pageId + 1)))
}

function isReported({ lostRanges }: SalvagedTable, key: string): boolean {
  const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
  return lostRanges.some(({ fromKey, toKey }) => {
    const from = hexOf(fromKey)
    const to = hexOf(toKey)
    // Hex compares as the bytes do. A single key has two equal bounds.
    return from !== undefined && from === to
      ? key === from
      : (from === undefined || key >= from) && (to === undefined || key < to)
  })
}

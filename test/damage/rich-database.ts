/**
 * Small databases with one of everything in them, and what is true of them: maps, multimaps, records with
 * indexes, values in extents, a persistent savepoint; closed cleanly, or crashed with a log.
 *
 * The truth about a database is kept as a digest of each part of it, so that a part that cannot be read
 * does not hide another one that is read wrongly.
 */

import { createHash } from 'node:crypto'
import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import type { Database } from '../../src/database/database.ts'
import type { Snapshot } from '../../src/database/snapshot.ts'
import type { Transaction } from '../../src/database/transaction.ts'
import { multimap, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { type FileImage, imageOf, openSmall, PATH, repeatableStorage } from './files.ts'

export const users = table('users', {
  columns: {
    id: t.u32,
    email: t.text,
    age: t.u8.nullable(),
    biography: t.text,
    profile: t.json<{ theme: string; visits: number[] }>().nullable(),
  },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age'] } },
})
export const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
export const tags = multimap('tags', { key: t.text, value: t.u32 })
export const files = table('files', { key: t.text, value: t.bytes })

const user = (id: number, version: number) => ({
  id,
  email: `user-${(id * 7919) % 10_007}@example.org`,
  age: id % 5 === 0 ? null : (id + version) % 90,
  biography: `${version} `.repeat(id % 40),
  profile: id % 3 === 0 ? null : { theme: `theme ${id % 7}`, visits: [id, version] },
})

const largeValue = (seed: number, length: number) => Buffer.alloc(length, `large value ${seed}.`)

/** One step of the database's history. */
export function change(tx: Transaction, step: number, scale: number): void {
  const from = step * 7 * scale
  const people = tx.table(users)
  for (let id = from; id < from + 20 * scale; id++) people.put(user(id, step))
  for (let id = from; id < from + 20 * scale; id += 6) people.delete(id)
  const quotes = tx.table(prices)
  for (let day = 0; day < 12 * scale; day++) quotes.put([`SYMBOL${(day * step) % 9}`, day], day / (step + 1))
  const words = tx.table(tags)
  for (let value = 0; value < 6 * scale; value++) words.put(`tag ${(value * 31) % 11}`, value + step)
  if (step > 1) words.deleteAll(`tag ${step % 11}`)
  const blobs = tx.table(files)
  blobs.put(`file ${step % 4}`, largeValue(step, 3000 + 977 * step * scale))
  blobs.put(`small ${step}`, largeValue(step, step * 5))
}

/** A part of the database that is read by itself: its name, and how to read it. */
const PARTS: readonly (readonly [name: string, read: (snap: Snapshot) => unknown])[] = [
  ['users', snap => snap.table(users).range().toArray()],
  ['users by id', snap => snap.table(users).getMany(Array.from({ length: 60 }, (_, i) => i * 3))],
  ['users byEmail', snap => snap.table(users).by('byEmail').range().toArray()],
  ['users byAge', snap => snap.table(users).by('byAge').range().toArray()],
  ['users backwards', snap => snap.table(users).range({ reverse: true, limit: 500 }).toArray()],
  ['users by rank', snap => snap.table(users).range({ offset: 37, limit: 30 }).toArray()],
  ['users counted', snap => [snap.table(users).count(), snap.table(users).count({ gte: 10, lt: 100 })]],
  ['prices', snap => snap.table(prices).range().toArray()],
  ['tags', snap => snap.table(tags).range().toArray()],
  ['tags by key', snap => Array.from({ length: 11 }, (_, i) => snap.table(tags).get(`tag ${i}`).toArray())],
  ['files', snap => snap.table(files).range().toArray()],
  ['tables', snap => snap.tables()],
]

export const PART_NAMES: readonly string[] = [...PARTS.map(([name]) => name), 'savepoints']

/** A digest for each part of a state. */
export type Digests = readonly string[]

/** For each part its digest, or the code of the error that reading it ended with. Anything else is thrown. */
export type Reading = readonly (string | { readonly code: ErrorCode })[]

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_, part) =>
    part instanceof Uint8Array ? `bytes ${Buffer.from(part).toString('latin1')}` : part,
  )
  return createHash('md5').update(text).digest('base64')
}

/** Reads everything in every way. Only a {@link CoppiceError} may stop the reading of a part. */
export function readAll(db: Database): Reading {
  using snap = db.read()
  const reading = PARTS.map(([, read]) => attempt(() => read(snap)))
  const savepoints = () => db.savepoints.list().map(({ name, txnId }) => [name, txnId])
  return [...reading, attempt(savepoints)]
}

function attempt(read: () => unknown): Reading[number] {
  try {
    return digest(read())
  } catch (error) {
    if (isCoppiceError(error)) return { code: error.code }
    throw error
  }
}

function readIntact(db: Database): Digests {
  return readAll(db).map(part => {
    if (typeof part === 'string') return part
    throw new Error(`an intact database cannot be read: ${part.code}`)
  })
}

export interface RichDatabase {
  readonly name: string
  readonly pageSizeBytes: number
  readonly image: FileImage
  /** The database file as it was some steps before. */
  readonly earlier: Buffer
  /** What may be read: the newest state last; the states before it only when the log was damaged. */
  readonly states: readonly Digests[]
  /** The files at the moment of each of these states. */
  readonly stateImages: readonly FileImage[]
}

export interface RichOptions {
  readonly pageSizeBytes: number
  /** How much data: 1 is about a hundred records. */
  readonly scale: number
  /**
   * `closed`: the last thing was a clean close. `crashed`: the process died with commits in the log; both file headers
   * name a log. `crashed early`: the same before the first checkpoint, so that the older header is of the clean
   * state before. `bulk loaded`: closed, and every commit was a checkpoint, so that both are of clean states.
   */
  readonly ending: 'closed' | 'crashed' | 'crashed early' | 'bulk loaded'
  /** A value of so many bytes besides: the space map of a large file has branches. Default: none. */
  readonly extraBytes?: number
}

const STEPS = 8
/** Commits after the last checkpoint of a crashed database. */
const STEPS_IN_LOG = 4

/** Builds one, always in the same way. */
export function buildRichDatabase({
  pageSizeBytes,
  scale,
  ending,
  extraBytes = 0,
}: RichOptions): RichDatabase {
  const storage = repeatableStorage()
  const options = ending === 'bulk loaded' ? { transactionLogBytes: 0 } : {}
  const crashed = ending === 'crashed' || ending === 'crashed early'
  let db = openSmall(storage, pageSizeBytes, options)
  const states: Digests[] = []
  const stateImages: FileImage[] = []
  const keepState = () => {
    states.push(readIntact(db))
    stateImages.push(imageOf(storage))
  }
  let earlier: Buffer = Buffer.alloc(0)
  for (let step = 0; step < STEPS; step++) {
    db.write(tx => {
      change(tx, step, scale)
      if (step === 0 && extraBytes > 0) tx.table(files).put('extra', largeValue(step, extraBytes))
    })
    if (step === 2) db.savepoints.create('early')
    if (step === 3) {
      db.close()
      earlier = imageOf(storage).get(PATH)!
      db = openSmall(storage, undefined, options)
    }
    if (step === STEPS - STEPS_IN_LOG - 1) {
      if (ending === 'crashed early') {
        db.close()
        db = openSmall(storage, undefined, options)
      } else db.checkpoint()
      keepState()
    }
    if (step >= STEPS - STEPS_IN_LOG) keepState()
  }
  if (!crashed) db.close()
  const image = imageOf(storage)
  if (crashed) db.close()
  const name = `pages of ${pageSizeBytes} bytes, ${ending}`
  const from = crashed ? 0 : states.length - 1
  return {
    name,
    pageSizeBytes,
    image,
    earlier,
    states: states.slice(from),
    stateImages: stateImages.slice(from),
  }
}

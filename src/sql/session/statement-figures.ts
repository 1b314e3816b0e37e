/**
 * How often statements are run and how long they take, for pg_stat_statements: an entry for each user and text, the text
 * without its constants. In memory, of one database in one thread; bounded: when there are too many, those that were run
 * least are forgotten.
 *
 * Only statements that end well are counted, as in PostgreSQL. Their time is all from their beginning to their end, with the
 * time that their rows wait for who takes them.
 */

import { ownCopy } from '../../base/own-copy.ts'
import type { StatementFigure } from '../functions/registry.ts'
import { withoutConstants } from '../syntax/postgres.ts'
import { canonicalInteger } from '../types/numeric.ts'

export const ENTRIES_MAX = 1000
/** Forgotten at once when there are too many. */
const FORGOTTEN_FRACTION = 0.05
/** What is kept of a text. */
const TEXT_LENGTH_MAX = 2000
/** Of longer ones only the beginning is looked at: their data is in them. */
const LOOKED_AT_LENGTH_MAX = 100_000
/** Texts with constants, whose entries are known. */
const KNOWN_TEXTS_MAX = 2000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Entry = Mutable<StatementFigure>

/** A text without its constants, and where it was counted last. */
interface KnownText {
  readonly query: string
  readonly id: number | bigint
  entry: Entry | undefined
  /** That of the figures, when it was. */
  generation: number
}

export class StatementFigures {
  private readonly entries = new Map<string, Entry>()
  private readonly known = new Map<string, KnownText>()
  /** Another number when entries were taken away. */
  private generation = 0
  private resetMs: number
  /** How often entries were forgotten. */
  private forgottenCount = 0

  constructor(nowMs: number) {
    this.resetMs = nowMs
  }

  get info(): { readonly deallocations: number; readonly resetMs: number } {
    return { deallocations: this.forgottenCount, resetMs: this.resetMs }
  }
  all(): Iterable<StatementFigure> {
    return this.entries.values()
  }

  note(userName: string, text: string, ms: number, rowCount: number, nowMs: number): void {
    const known = this.normalised(text)
    const { entry, generation } = known
    const isSame = entry !== undefined && entry.userName === userName && generation === this.generation
    if (!isSame) {
      known.entry = this.entryOf(userName, known, nowMs)
      known.generation = this.generation
    }
    count(known.entry!, ms, rowCount)
  }

  private entryOf(userName: string, { query, id }: KnownText, nowMs: number): Entry {
    const key = `${userName}\0${id}`
    let entry = this.entries.get(key)
    if (entry === undefined) {
      if (this.entries.size >= ENTRIES_MAX) this.forgetSome()
      entry = newFigure(userName, query, id, nowMs)
      this.entries.set(key, entry)
    }
    return entry
  }

  /** @param onlyExtremes the rest goes on being counted */
  reset(isMeant: (entry: StatementFigure) => boolean, onlyExtremes: boolean, nowMs: number): void {
    let keptCount = 0
    this.generation++
    for (const [key, entry] of this.entries) {
      if (!isMeant(entry)) keptCount++
      else if (!onlyExtremes) this.entries.delete(key)
      else {
        entry.minMs = 0
        entry.maxMs = 0
        entry.minMaxSinceMs = nowMs
      }
    }
    if (keptCount > 0 || onlyExtremes) return
    this.resetMs = nowMs
    this.forgottenCount = 0
  }

  private normalised(text: string): KnownText {
    let known = this.known.get(text)
    if (known === undefined) {
      const whole = normalise(text.slice(0, LOOKED_AT_LENGTH_MAX).trim())
      const query = ownCopy(whole.slice(0, TEXT_LENGTH_MAX))
      known = { query, id: idOf(whole), entry: undefined, generation: this.generation }
      if (this.known.size >= KNOWN_TEXTS_MAX) this.known.clear()
      // It may be a part of a script, which would stay in memory with it.
      if (text.length <= TEXT_LENGTH_MAX) this.known.set(ownCopy(text), known)
    }
    return known
  }

  private forgetSome(): void {
    this.generation++
    const byCalls = [...this.entries].sort(([, a], [, b]) => a.calls - b.calls)
    for (const [key] of byCalls.slice(0, Math.ceil(ENTRIES_MAX * FORGOTTEN_FRACTION)))
      this.entries.delete(key)
    this.forgottenCount++
  }
}

function newFigure(userName: string, query: string, queryId: number | bigint, nowMs: number): Entry {
  const none = { calls: 0, rows: 0, totalMs: 0, minMs: 0, maxMs: 0, squaresMs: 0 }
  return { userName, query, queryId, sinceMs: nowMs, minMaxSinceMs: nowMs, ...none }
}

function count(entry: Entry, ms: number, rowCount: number): void {
  const meanBefore = entry.calls === 0 ? 0 : entry.totalMs / entry.calls
  const isFirst = entry.calls === 0 || (entry.minMs === 0 && entry.maxMs === 0)
  entry.calls++
  entry.rows += rowCount
  entry.totalMs += ms
  entry.squaresMs += (ms - meanBefore) * (ms - entry.totalMs / entry.calls)
  entry.minMs = isFirst ? ms : Math.min(entry.minMs, ms)
  entry.maxMs = Math.max(entry.maxMs, ms)
}

/** A list of constants is one, however many it has: else each length were an entry. */
const LIST_OF_CONSTANTS = /(\bin\s*\(\s*\$\d+)(?:\s*,\s*\$\d+)+\s*\)/gi

function normalise(text: string): string {
  const plain = withoutConstants(text)
  // What cannot be read is not kept: a password could be in it.
  return plain === undefined ? '<text too large>' : plain.replace(LIST_OF_CONSTANTS, '$1 /*, ... */)')
}

/** Of FNV's prime, which is 2 ** 40 more. */
const FNV_LOW = 0x1b3
const WORD = 2 ** 32

/** FNV-1a of 64 bits, as PostgreSQL's bigint; in two words, because a bigint for each character takes thirty times as long. */
function idOf(text: string): number | bigint {
  let high = 0xcbf2_9ce4
  let low = 0x8422_2325
  for (let i = 0; i < text.length; i++) {
    const mixed = (low ^ text.charCodeAt(i)) >>> 0
    const product = mixed * FNV_LOW
    high = (Math.imul(high, FNV_LOW) + Math.floor(product / WORD) + (mixed << 8)) >>> 0
    low = product >>> 0
  }
  return canonicalInteger(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)))
}

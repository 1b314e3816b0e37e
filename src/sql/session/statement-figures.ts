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

export class StatementFigures {
  private readonly entries = new Map<string, Entry>()
  private readonly known = new Map<string, { readonly query: string; readonly id: number | bigint }>()
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
    const { query, id } = this.normalised(text)
    const key = `${userName}\0${id}`
    let entry = this.entries.get(key)
    if (entry === undefined) {
      if (this.entries.size >= ENTRIES_MAX) this.forgetSome()
      entry = newFigure(userName, query, id, nowMs)
      this.entries.set(key, entry)
    }
    count(entry, ms, rowCount)
  }

  /** @param onlyExtremes the rest goes on being counted */
  reset(isMeant: (entry: StatementFigure) => boolean, onlyExtremes: boolean, nowMs: number): void {
    let keptCount = 0
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

  private normalised(text: string): { readonly query: string; readonly id: number | bigint } {
    let known = this.known.get(text)
    if (known === undefined) {
      const whole = normalise(text.slice(0, LOOKED_AT_LENGTH_MAX).trim())
      known = { query: ownCopy(whole.slice(0, TEXT_LENGTH_MAX)), id: idOf(whole) }
      if (this.known.size >= KNOWN_TEXTS_MAX) this.known.clear()
      // It may be a part of a script, which would stay in memory with it.
      if (text.length <= TEXT_LENGTH_MAX) this.known.set(ownCopy(text), known)
    }
    return known
  }

  private forgetSome(): void {
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

/** FNV-1a of 64 bits, as PostgreSQL's bigint. */
function idOf(text: string): number | bigint {
  let hash = 0xcbf2_9ce4_8422_2325n
  for (let i = 0; i < text.length; i++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100_0000_01b3n)
  }
  return canonicalInteger(BigInt.asIntN(64, hash))
}

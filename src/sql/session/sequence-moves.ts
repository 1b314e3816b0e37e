/**
 * What sequences have given in a write transaction. Going back to a savepoint undoes none of it, nor does rolling the
 * transaction back: who has been given a number may have used it already. Where a definition sets a sequence anew (RESTART),
 * that is undone like any other definition, and with it what was given since.
 *
 * A transaction that asks a sequence again and again stores it ahead of where it stands, each time twice as far, and where it stands
 * before it commits, sets a savepoint, or lets somebody read it.
 *
 * Invariants:
 * 1. The last place of a sequence is where it stands, unless it is undefined: then nothing was given since.
 * 2. What is stored is where it stands, or values beyond that are `ahead`.
 */

import { LateMap } from '../../base/late-map.ts'
import type { TransactionTables } from '../../table/tables.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredSequence } from '../catalog/stored.ts'

/** So many values a sequence is stored ahead at most. */
const AHEAD_MAX = 1023

type SequencePlace = Pick<StoredSequence, 'last' | 'isCalled'>

/** By sequence, how often it was set anew before a savepoint. */
export type SequenceMark = ReadonlyMap<number, number>

/** How a transaction stands. */
export type TransactionEnd = 'open' | 'committed' | 'rolled back'

/** From one state that was put in the place of the newest to the next: a number may be another sequence's afterwards. */
export interface SequenceEra {
  readonly isOver: boolean
}

/**
 * Where sequences stand that have given numbers in transactions which were rolled back: one for a database, in memory. What it
 * knows is stored by the next transaction that asks such a sequence, and when the database is closed; a crash forgets it, as
 * PostgreSQL's does what it has not written yet.
 */
export class SequenceMemory {
  private readonly places = new Map<number, SequencePlace>()
  /** That of what the numbers mean now. */
  private current = { isOver: false }
  /** Of transactions that had not ended when they were looked at last: seldom more than one. */
  private moving: SequenceMoves[] = []

  get era(): SequenceEra {
    return this.current
  }

  /** Where a sequence stands, if not where it is stored. */
  placeOf(oid: number): SequencePlace | undefined {
    this.settle()
    return this.places.get(oid)
  }

  /** A transaction begins to move sequences. */
  watch(moves: SequenceMoves): void {
    this.settle()
    this.moving.push(moves)
  }

  /** Whether all sequences stand where they are stored. */
  get isEmpty(): boolean {
    this.settle()
    return this.places.size === 0
  }

  /** Stores what is stored nowhere, in a transaction that is then committed. */
  store(tables: TransactionTables): void {
    const editor = new CatalogEditor(tables)
    for (const [oid, place] of this.places) {
      const stored = editor.get('sequence', oid)
      if (stored !== undefined) editor.putQuietly('sequence', oid, { ...stored, ...place })
    }
    this.places.clear()
  }

  /** Another state was put in the place of the newest: sequences stand where that says, and their numbers may be others'. */
  forget(): void {
    this.places.clear()
    this.moving = []
    this.current.isOver = true
    this.current = { isOver: false }
  }

  /** Takes over from transactions that have ended. */
  private settle(): void {
    if (this.moving.length === 0) return
    const open: SequenceMoves[] = []
    for (const moves of this.moving) {
      const end = moves.end()
      if (end === 'open') open.push(moves)
      else if (end === 'committed') for (const oid of moves.moved()) this.places.delete(oid)
      else for (const [oid, place] of moves.left()) this.places.set(oid, place)
    }
    this.moving = open
  }
}

/** A sequence that a transaction has made, for those who remember it by its number. */
export class MadeSequence {
  private readonly moves: SequenceMoves
  /** The transaction has gone back behind it. */
  isUndone = false

  constructor(moves: SequenceMoves) {
    this.moves = moves
  }

  /** Whether its number is its own still, and of nothing that was made since. */
  get isThere(): boolean {
    return !this.isUndone && this.moves.end() !== 'rolled back'
  }
}

export class SequenceMoves {
  /** How the transaction stands. */
  readonly end: () => TransactionEnd
  private readonly memory: SequenceMemory
  /** By sequence's oid: where it stood last before each time that it was set anew, and where it stands. */
  private readonly places = new LateMap<number, (SequencePlace | undefined)[]>()
  /** What the transaction has stored of sequences last, as long as no definition has changed since: a number of theirs. */
  private readonly known = new LateMap<number, StoredSequence>()
  private knownChanges = -1
  /** By sequence: so many values it may give before it is stored again, and how many those were at first. */
  private readonly ahead = new LateMap<number, { left: number; readonly stored: number }>()
  /** Sequences of this transaction: their numbers become others' when it is rolled back. */
  private made: Map<number, MadeSequence> | undefined

  constructor(memory: SequenceMemory, end: () => TransactionEnd) {
    this.memory = memory
    this.end = end
  }

  get era(): SequenceEra {
    return this.memory.era
  }

  /** The sequence as it stands; `editor` is the transaction's. */
  find(oid: number, editor: CatalogEditor): StoredSequence {
    const known = this.knownChanges === editor.tables.definitionChanges ? this.known.get(oid) : undefined
    if (known !== undefined) return known
    const stored = editor.get('sequence', oid)!
    const places = this.places.get(oid)
    if (places !== undefined && (places.length > 1 || places[0] !== undefined)) {
      return { ...stored, ...places.at(-1) }
    }
    return { ...stored, ...this.memory.placeOf(oid) }
  }

  /**
   * nextval has given a value.
   * @param sequence as it stands now
   * @param mostAhead so many values it can give after this one
   */
  give(oid: number, sequence: StoredSequence, mostAhead: number, editor: CatalogEditor): void {
    const ahead = this.isKnown(oid, editor) ? this.ahead.get(oid) : undefined
    if (ahead !== undefined && ahead.left > 0) ahead.left--
    else {
      // Most transactions ask once.
      const asksAgain = this.isKnown(oid, editor)
      const count = asksAgain ? Math.min(2 * (ahead?.stored ?? 0) + 1, AHEAD_MAX, mostAhead) : 0
      const last = BigInt(sequence.last) + BigInt(count) * BigInt(sequence.increment)
      editor.putQuietly('sequence', oid, { ...sequence, last: last.toString() })
      if (count === 0) this.ahead.delete(oid)
      else this.ahead.set(oid, { left: count, stored: count })
    }
    this.note(oid, sequence, editor)
  }

  /** Whether its definition is the one that was stored last here. */
  private isKnown(oid: number, editor: CatalogEditor): boolean {
    return this.knownChanges === editor.tables.definitionChanges && this.known.get(oid) !== undefined
  }

  /** Stores where sequences stand. */
  settle(tables: TransactionTables): void {
    if (this.ahead.size === 0) return
    const editor = new CatalogEditor(tables)
    for (const oid of this.ahead.keys()) {
      if (editor.get('sequence', oid) !== undefined)
        editor.putQuietly('sequence', oid, this.find(oid, editor))
    }
    this.ahead.clear()
  }

  /** setval; `editor` is the transaction's. */
  set(oid: number, sequence: StoredSequence, editor: CatalogEditor): void {
    editor.putQuietly('sequence', oid, sequence)
    this.ahead.delete(oid)
    this.note(oid, sequence, editor)
  }

  private note(oid: number, sequence: StoredSequence, editor: CatalogEditor): void {
    const { last, isCalled } = sequence
    const places = this.placesOf(oid)
    places[places.length - 1] = { last, isCalled }
    const { definitionChanges } = editor.tables
    if (this.knownChanges !== definitionChanges) this.known.clear()
    this.knownChanges = definitionChanges
    this.known.set(oid, sequence)
  }

  /** Its definition has changed, or TRUNCATE has restarted it. */
  setAnew(oid: number): void {
    this.known.delete(oid)
    this.ahead.delete(oid)
    this.placesOf(oid).push(undefined)
  }

  /** It is new. */
  make(oid: number): void {
    this.made ??= new Map()
    this.made.set(oid, new MadeSequence(this))
  }

  /** Undefined: the sequence was there before the transaction. */
  madeHere(oid: number): MadeSequence | undefined {
    return this.made?.get(oid)
  }

  mark(): SequenceMark {
    return new Map([...this.places].map(([oid, places]) => [oid, places.length]))
  }

  /** The transaction has gone back to where `mark` was made: sequences go on from where they stood all the same. */
  keepAfter(mark: SequenceMark | undefined, tables: TransactionTables): void {
    if (this.places.size === 0) return
    this.known.clear()
    this.ahead.clear()
    const editor = new CatalogEditor(tables)
    for (const [oid, places] of this.places) {
      const stored = editor.get('sequence', oid)
      if (stored === undefined) {
        // It was made since: its number may become another one's.
        this.places.delete(oid)
        const made = this.made?.get(oid)
        if (made !== undefined) made.isUndone = true
        continue
      }
      places.length = mark?.get(oid) ?? 1
      const place = places[places.length - 1]
      if (place !== undefined) editor.putQuietly('sequence', oid, { ...stored, ...place })
    }
  }

  /** Those whose places the transaction has stored. */
  moved(): Iterable<number> {
    return this.places.keys()
  }

  /** Where sequences of before stood that nothing has set anew: there they go on when the transaction was rolled back. */
  *left(): Iterable<[number, SequencePlace]> {
    for (const [oid, [place]] of this.places)
      if (place !== undefined && this.made?.has(oid) !== true) yield [oid, place]
  }

  private placesOf(oid: number): (SequencePlace | undefined)[] {
    let places = this.places.get(oid)
    if (places === undefined) {
      if (this.places.size === 0) this.memory.watch(this)
      places = [undefined]
      this.places.set(oid, places)
    }
    return places
  }
}

/** What sequences gave last in a session: currval and lastval. That a transaction is rolled back changes nothing in it. */

import { LateMap } from '../../base/late-map.ts'
import type { MadeSequence, SequenceEra, SequenceMoves } from './sequence-moves.ts'

interface GivenValue {
  readonly oid: number
  value: number | bigint
  /** The transaction may be rolled back that has made the sequence. Then its oid may become another one's. */
  readonly made: MadeSequence | undefined
  readonly era: SequenceEra
}

const isThere = ({ made, era }: GivenValue): boolean => !era.isOver && (made === undefined || made.isThere)

export class SequenceValues {
  private readonly given = new LateMap<number, GivenValue>()
  private lastGiven: GivenValue | undefined

  /** nextval has given a value. */
  give(oid: number, value: number | bigint, moves: SequenceMoves): void {
    this.lastGiven = this.set(oid, value, moves)
  }

  /** setval has: the next call will give another. */
  set(oid: number, value: number | bigint, moves: SequenceMoves): GivenValue {
    const known = this.given.get(oid)
    if (known !== undefined && isThere(known)) {
      known.value = value
      return known
    }
    const given = { oid, value, made: moves.madeHere(oid), era: moves.era }
    this.given.set(oid, given)
    return given
  }

  /** Undefined: none was given. */
  valueOf(oid: number): number | bigint | undefined {
    const given = this.given.get(oid)
    return given !== undefined && isThere(given) ? given.value : undefined
  }

  /** Of the sequence that nextval was called for last: its value, which setval may have changed since. */
  get last(): { readonly oid: number; readonly value: number | bigint } | undefined {
    const { lastGiven } = this
    return lastGiven !== undefined && isThere(lastGiven) ? lastGiven : undefined
  }

  /** DISCARD SEQUENCES. */
  clear(): void {
    this.given.clear()
    this.lastGiven = undefined
  }
}

/**
 * What sequences have given in a write transaction. Going back to a savepoint undoes none of it: who has been given a number may
 * have used it already. Where a definition sets a sequence anew (RESTART), that is undone like any other definition, and with it
 * what was given since.
 *
 * Invariant: the last place of a sequence is where it stands, unless it is undefined: then nothing was given since.
 */

import type { TransactionTables } from '../../table/tables.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { StoredSequence } from '../catalog/stored.ts'

type SequencePlace = Pick<StoredSequence, 'last' | 'isCalled'>

/** By sequence, how often it was set anew before a savepoint. */
export type SequenceMark = ReadonlyMap<number, number>

export class SequenceMoves {
  /** By sequence's oid: where it stood last before each time that it was set anew, and where it stands. */
  private readonly places = new Map<number, (SequencePlace | undefined)[]>()

  /** nextval or setval. */
  moved(oid: number, { last, isCalled }: SequencePlace): void {
    const places = this.placesOf(oid)
    places[places.length - 1] = { last, isCalled }
  }

  /** Its definition has changed, or TRUNCATE has restarted it. */
  setAnew(oid: number): void {
    this.placesOf(oid).push(undefined)
  }

  mark(): SequenceMark {
    return new Map([...this.places].map(([oid, places]) => [oid, places.length]))
  }

  /** The transaction has gone back to where `mark` was made: sequences go on from where they stood all the same. */
  keepAfter(mark: SequenceMark, tables: TransactionTables): void {
    if (this.places.size === 0) return
    const editor = new CatalogEditor(tables)
    for (const [oid, places] of this.places) {
      const stored = editor.get('sequence', oid)
      if (stored === undefined) {
        // It was made since: its number may become another one's.
        this.places.delete(oid)
        continue
      }
      places.length = mark.get(oid) ?? 1
      const place = places[places.length - 1]
      if (place !== undefined) editor.putQuietly('sequence', oid, { ...stored, ...place })
    }
  }

  private placesOf(oid: number): (SequencePlace | undefined)[] {
    let places = this.places.get(oid)
    if (places === undefined) {
      places = [undefined]
      this.places.set(oid, places)
    }
    return places
  }
}

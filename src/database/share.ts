/** What one thread sends to another so that it can read the same database. */

import { CoppiceError } from '../base/errors.ts'
import { VERSION } from '../base/version.ts'
import type { SnapshotShare as StateShare, StoreShare } from '../store/sharing/attached-store.ts'
import { preview } from '../table/place.ts'

/** From `db.share()`. Plain data and shared memory; nothing to be looked into. */
export interface DatabaseShare {
  /** @internal */
  readonly coppice: 'database'
  /** @internal */
  readonly version: string
  /** @internal */
  readonly store: StoreShare
}

/** From `snapshot.share()`. Plain data and shared memory; nothing to be looked into. */
export interface SnapshotShare extends StateShare {
  /** @internal */
  readonly coppice: 'snapshot'
  /** @internal */
  readonly version: string
}

export function shareDatabase(store: StoreShare): DatabaseShare {
  return { coppice: 'database', version: VERSION, store }
}

export function shareSnapshot(state: StateShare): SnapshotShare {
  return { coppice: 'snapshot', version: VERSION, ...state }
}

/** @throws CoppiceError INVALID_OPTION */
export function checkShare(share: unknown): asserts share is DatabaseShare | SnapshotShare {
  const { coppice, version, store } = (
    typeof share === 'object' && share !== null ? share : {}
  ) as Partial<DatabaseShare>
  if (coppice !== 'database' && (coppice as unknown) !== 'snapshot') {
    refuse('what db.share() or snapshot.share() returned, through postMessage or workerData', preview(share))
  }
  // Another release may have laid the memory out otherwise, and would write into it.
  if (version !== VERSION) {
    refuse(`a share of Coppice ${VERSION}, the one in this thread`, `one of Coppice ${String(version)}`)
  }
  if (!(store?.registry instanceof SharedArrayBuffer)) {
    refuse('shared memory, which only a thread of the same process can be sent', 'a share that has lost it')
  }
}

function refuse(expected: string, given: string): never {
  throw new CoppiceError('INVALID_OPTION', `attach: expected ${expected}; given ${given}`, {
    expected,
    given,
  })
}

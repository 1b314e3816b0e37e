/** What one thread sends to another so that it can read the same database. */

import { CoppiceError } from '../base/errors.ts'
import type { SnapshotShare as StateShare, StoreShare } from '../store/sharing/attached-store.ts'
import { preview } from '../table/place.ts'

/** From `db.share()`. Plain data and shared memory; nothing to be looked into. */
export interface DatabaseShare {
  /** @internal */
  readonly coppice: 'database'
  /** @internal */
  readonly store: StoreShare
}

/** From `snapshot.share()`. Plain data and shared memory; nothing to be looked into. */
export interface SnapshotShare extends StateShare {
  /** @internal */
  readonly coppice: 'snapshot'
}

/** @throws CoppiceError INVALID_OPTION */
export function checkShare(share: unknown): asserts share is DatabaseShare | SnapshotShare {
  const kind =
    typeof share === 'object' && share !== null ? (share as { coppice?: unknown }).coppice : undefined
  if (kind === 'database' || kind === 'snapshot') return
  const expected = 'what db.share() or snapshot.share() returned, through postMessage or workerData'
  throw new CoppiceError('INVALID_OPTION', `attach: expected ${expected}; given ${preview(share)}`, {
    expected,
    given: preview(share),
  })
}

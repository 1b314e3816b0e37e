/**
 * The newest file header rots away in both copies. Law: what is then found is the newest state, or a clear error; and
 * while the log of the older header is still there, nothing may be missing: the older state and the logs give it all
 * (docs/recovery.md).
 */

import { type FileHeader, HEADER_SLOTS, readFileHeaders, slotOf } from '../src/store/file-header.ts'
import { readLog } from '../src/wal/recovery.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { DATABASE } from './store-life.ts'

export interface LostHeader {
  /** The older header and the logs lead to everything: opening may not fail. */
  readonly mustOpen: boolean
}

/** Damages both copies of the newest header. Undefined: there is no other one to fall back to. */
export function loseNewestHeader(disk: SimulatedDisk): LostHeader | undefined {
  const file = disk.open(DATABASE, 'read')
  const { newest, older } = readFileHeaders(file)
  file.close()
  if (older === undefined) return undefined
  for (let copy = 0; copy < 2; copy++) {
    disk.flipBit(DATABASE, (slotOf(newest.sequence) * HEADER_SLOTS + copy) * newest.pageSize + 100, 3)
  }
  const lastLogged = older.open ? lastLoggedAfter(disk, older) : undefined
  return {
    mustOpen: newest.open && lastLogged !== undefined && lastLogged >= newest.lsn,
  }
}

/** The newest transaction that the logs lead to from `header` on; undefined: a log is missing or damaged. */
function lastLoggedAfter(disk: SimulatedDisk, header: FileHeader): number | undefined {
  const place = { epoch: header.logEpoch, salt: header.logSalt, nextLsn: header.lsn + 1 }
  try {
    return readLog(disk, DATABASE, header.databaseId, place, () => {}).lastLsn
  } catch {
    return undefined
  }
}

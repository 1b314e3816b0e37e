/** Persistent savepoints of a database: the store's, and what is remembered beside it of the state that one replaces. */

import type { SavepointInfo } from '../store/persistent-savepoints.ts'
import type { Store } from '../store/store.ts'
import type { Catalog } from '../table/catalog.ts'
import { sequencesOf } from './sql-machine.ts'

/** Persistent savepoints: named states that outlive the process. */
export interface Savepoints {
  /** Keeps the newest committed state under `name` (1 to 64 bytes). @throws CoppiceError ALREADY_EXISTS, BUSY */
  create(name: string): void
  /** Makes that state the newest again; later savepoints are deleted. @throws CoppiceError SAVEPOINT_INVALID, BUSY */
  restore(name: string): void
  /** Lets the state go. @throws CoppiceError SAVEPOINT_INVALID, BUSY */
  delete(name: string): void
  list(): SavepointInfo[]
}

export function savepointsOf(store: Store, catalog: Catalog): Savepoints {
  const { savepoints } = store
  return {
    create: name => savepoints.create(name),
    restore: name => {
      savepoints.restore(name)
      sequencesOf(catalog).forget()
    },
    delete: name => savepoints.delete(name),
    list: () => savepoints.list(),
  }
}

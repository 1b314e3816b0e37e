/** Who is told of commits: at most one a store, set by the layer above. */

import type { WriteTransaction } from './transaction.ts'

export interface CommitObserver {
  /**
   * `transaction` has changed something and is about to commit as number `lsn`. What the observer writes in it commits
   * with it; what it throws rolls it back. The commit may still fail: then another transaction comes with the same number.
   */
  committing(transaction: WriteTransaction, lsn: number): void
  /** All transactions up to number `lsn` are seen by snapshots that are taken from now on. Must not throw. */
  published(lsn: number): void
}

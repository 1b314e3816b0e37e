/**
 * What a tree needs to copy on write: fresh pages and a place to drop old ones.
 * {@link TransactionSpace} is the implementation; trees see only this.
 */
export interface PageAllocator {
  /**
   * The birth of pages allocated now. No image with this birth is in the file, so a page of it may be edited. It grows
   * when a nested savepoint is set or rolled back to, and when a page of this birth is about to be written.
   */
  readonly birth: number
  /**
   * Pages of this birth or a later one are this transaction's alone, and no savepoint needs them: they are edited in
   * place, after they were given the present birth. Any other is copied first.
   */
  readonly ownFrom: number
  /** False when the transaction is over: its pages are given back, or belong to the state that it has made. */
  readonly isOpen: boolean
  /**
   * Runs whose content is still on its way, perhaps from the caller's code. While there are any, no nested savepoint is
   * set, released or gone back to and the transaction is not committed: nothing refers to them yet.
   */
  runsBeingFilled: number
  /** A page nobody has. @throws CoppiceError DATABASE_FULL */
  allocate(): number
  /** `count` contiguous pages; the first one's id. @throws CoppiceError DATABASE_FULL */
  allocateRun(count: number): number
  /** The transaction's state no longer refers to the page (pageId, birth). */
  drop(pageId: number, birth: number): void
  dropRun(pageId: number, count: number, birth: number): void
}

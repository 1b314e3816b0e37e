/**
 * What a tree needs to copy on write: fresh pages and a place to drop old ones.
 * {@link TransactionSpace} is the implementation; trees see only this.
 */
export interface PageAllocator {
  /**
   * The birth of pages allocated now. A page of this birth belongs to this transaction alone and is edited in
   * place; any other is copied first. It grows when a nested savepoint is set or rolled back to.
   */
  readonly birth: number
  /** A page nobody has. @throws CoppiceError DATABASE_FULL */
  allocate(): number
  /** `count` contiguous pages; the first one's id. @throws CoppiceError DATABASE_FULL */
  allocateRun(count: number): number
  /** The transaction's state no longer refers to the page (pageId, birth). */
  drop(pageId: number, birth: number): void
  dropRun(pageId: number, count: number, birth: number): void
}

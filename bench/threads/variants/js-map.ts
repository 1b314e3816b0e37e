/** In the place of the swip table, for the benchmark alone: a `Map` of the pages that are in memory. */

export class PageWords {
  private readonly words = new Map<number, number>()

  /** 0 for a page that is not in memory. */
  get(pageId: number): number {
    return this.words.get(pageId) ?? 0
  }

  /** Word 0 takes the page out. */
  set(pageId: number, word: number): void {
    if (word === 0) this.words.delete(pageId)
    else this.words.set(pageId, word)
  }
}

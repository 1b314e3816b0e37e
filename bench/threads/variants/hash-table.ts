/**
 * In the place of the swip table, for the benchmark alone: a hash table of the pages that are in memory, as a buffer
 * manager without swips has it. Open addressing, at most half full, page id and word side by side, so that a page is
 * usually found with one cache line.
 */

const FIRST_CAPACITY = 1024

export class PageWords {
  /** Page id + 1 (0: nothing) and word, in turn. */
  private slots = new Int32Array(2 * FIRST_CAPACITY)
  private shift = Math.clz32(FIRST_CAPACITY) + 1
  private mask = FIRST_CAPACITY - 1
  private count = 0

  /** 0 for a page that is not in memory. */
  get(pageId: number): number {
    const { slots, mask } = this
    const wanted = pageId + 1
    for (let at = this.home(wanted); ; at = (at + 1) & mask) {
      const found = slots[2 * at]!
      if (found === wanted) return slots[2 * at + 1]!
      if (found === 0) return 0
    }
  }

  /** Word 0 takes the page out. */
  set(pageId: number, word: number): void {
    const { slots, mask } = this
    const wanted = pageId + 1
    let at = this.home(wanted)
    while (slots[2 * at] !== wanted && slots[2 * at] !== 0) at = (at + 1) & mask
    if (word === 0) {
      if (slots[2 * at] === wanted) this.remove(at)
      return
    }
    if (slots[2 * at] === 0) {
      slots[2 * at] = wanted
      this.count++
    }
    slots[2 * at + 1] = word
    if (2 * this.count > mask) this.grow()
  }

  private home(wanted: number): number {
    return Math.imul(wanted, 0x9e3779b1) >>> this.shift
  }

  /** What lies behind moves up, so that no search ends too early. */
  private remove(gap: number): void {
    const { slots, mask } = this
    this.count--
    for (let at = (gap + 1) & mask; slots[2 * at] !== 0; at = (at + 1) & mask) {
      const home = this.home(slots[2 * at]!)
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      slots[2 * gap] = slots[2 * at]!
      slots[2 * gap + 1] = slots[2 * at + 1]!
      gap = at
    }
    slots[2 * gap] = 0
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Int32Array(2 * before.length)
    this.mask = before.length - 1
    this.shift--
    this.count = 0
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== 0) this.set(before[at]! - 1, before[at + 1]!)
    }
  }
}

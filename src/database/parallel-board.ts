/**
 * What the threads of one `parallel` call tell each other without messages: which part is the next one, and how far each
 * worker is. A block of shared words, touched by Atomics only.
 *
 * ```
 *  word 0           the next part that nobody has taken
 *  word 1 + 2 w     the part that worker w works on, plus 1; 0: none
 *         +     1   how many units of it are done
 * ```
 * A unit is one entry, unless a part has more than 2^31 of them. Workers take parts themselves, so that none waits for the
 * main thread, which may be busy.
 *
 * Parts are cut by rank: part `i` is so many entries from so many on, as `offset` and `limit` of a range say it.
 */

const NEXT = 0
const FIRST_WORKER = 1
const WORKER_WORDS = 2
const PART = 0
const DONE = 1
const UNITS_MAX = 2 ** 31 - 1

/** Where a part lies in what is read. */
export interface PartPlace {
  /** Entries before it. */
  readonly start: number
  readonly entries: number
}

/** How what is read is cut, and the words. It can be sent to other threads as it is. */
export interface BoardShare {
  /** What is read, all parts together. */
  readonly entries: number
  /** Of parts; no more than entries. */
  readonly count: number
  readonly words: SharedArrayBuffer
}

export class PartBoard {
  readonly share: BoardShare
  readonly #words: Int32Array
  /** Entries. */
  readonly #unit: number

  constructor(share: BoardShare) {
    this.share = share
    this.#words = new Int32Array(share.words)
    this.#unit = Math.ceil(this.place(0).entries / UNITS_MAX)
  }

  static create(entries: number, count: number, workers: number): PartBoard {
    const words = FIRST_WORKER + workers * WORKER_WORDS
    return new PartBoard({ entries, count, words: new SharedArrayBuffer(words * 4) })
  }

  /** The parts differ by one entry at most; the longer ones come first. */
  place(index: number): PartPlace {
    const { entries, count } = this.share
    const longer = entries % count
    const shortest = (entries - longer) / count
    return { start: index * shortest + Math.min(index, longer), entries: shortest + (index < longer ? 1 : 0) }
  }

  /** The next part, for `worker` to work on; undefined when there is none. */
  take(worker: number): number | undefined {
    const index = Atomics.add(this.#words, NEXT, 1)
    if (index >= this.share.count) return undefined
    const word = wordOf(worker)
    Atomics.store(this.#words, word + DONE, 0)
    Atomics.store(this.#words, word + PART, index + 1)
    return index
  }

  /** `worker` has done so many entries of its part. */
  report(worker: number, entries: number): void {
    Atomics.store(this.#words, wordOf(worker) + DONE, Math.min(entries / this.#unit, UNITS_MAX))
  }

  /** `worker` has done its part. To be called before it says so, else the part would be counted twice. */
  finish(worker: number): void {
    Atomics.store(this.#words, wordOf(worker) + PART, 0)
  }

  /** The part that `worker` is at. */
  partOf(worker: number): number | undefined {
    const part = Atomics.load(this.#words, wordOf(worker) + PART)
    return part === 0 ? undefined : part - 1
  }

  /** Entries of its part that `worker` has reported. They may be another part's for a moment. */
  doneBy(worker: number): number {
    const part = this.partOf(worker)
    if (part === undefined) return 0
    const done = Atomics.load(this.#words, wordOf(worker) + DONE) * this.#unit
    return Math.min(Math.max(done, 0), this.place(part).entries)
  }
}

function wordOf(worker: number): number {
  return FIRST_WORKER + worker * WORKER_WORDS
}

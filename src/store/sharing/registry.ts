/**
 * What the writer and the readers in other threads tell each other about states: which one is the newest, which ones
 * are being read, whether the database is still open. A block of words, touched by Atomics only.
 *
 * ```
 *  word 0           1 when the database is closed
 *  word 1           the number of the newest published state
 *  word 2           how many registrations were ever used at once
 *  word 3           how often the writer has ended reading: of a registration, or of all by closing
 *  word 16 + 16 n   descriptor n, of the states whose number is n modulo DESCRIPTORS
 *            +  0   number of the state; 0 while the rest is being written
 *            +  1   transaction id, low 32 bits; high bits
 *            +  3   root of its directory: page id; birth, low and high; height; count, low and high; extents
 *  then, 4 words each, the registrations
 *            +  0   bits 7..0: slot of the thread in the pool (control.ts) plus 1; 0: free. Above: how often it was made
 *            +  1   number of the state that it reads; 0: none yet, or none any more
 *            +  2   when it was made, on the clock that all threads share, in milliseconds, the low 32 bits
 *            +  3   word 0 of the registration that the writer has ended here, if any
 * ```
 * States are numbered from 1 in the order in which they are published or handed out. The numbers wrap after 2^31.
 *
 * Registering (as LMDB's readers do it): store the number of the newest state, then look whether it still is the newest;
 * else again. The writer publishes a state first, then looks at the registrations, and only then lets go of the state
 * before. Atomics have one total order, so of the reader's store S and look L, and the writer's publication P and look W:
 * either S comes before W, and the writer keeps the state; or W < S, hence P < W < S < L, and the reader sees that
 * another state is newer. A number that is stored in vain for a moment makes the writer keep a state a little longer, or
 * names one that is gone already, which is passed over.
 *
 * A place among the registrations is used again as soon as it is free, so a registration is known by its place *and* by
 * what word 0 said when it was made: nobody takes the next one in that place, of the same state perhaps, for it.
 *
 * The descriptor is read after that; when it was overwritten meanwhile, by DESCRIPTORS later states, the reader begins
 * again.
 */

import { CoppiceError } from '../../base/errors.ts'
import type { TreeRoot } from '../../btree/root.ts'
import { raiseWord } from '../../pool/control.ts'

/** As much of a state as a reader needs. */
export interface SharedState {
  readonly txnId: number
  readonly directory: TreeRoot
}

/** A registration, as its owner holds it. */
export interface Registration {
  readonly index: number
  /** What word 0 says as long as it lasts. */
  readonly maker: number
  /** Of the state. */
  readonly number: number
}

const CLOSED_WORD = 0
const NEWEST_WORD = 1
const USED_WORD = 2
const ENDINGS_WORD = 3

const DESCRIPTORS = 16
const FIRST_DESCRIPTOR = 16
const DESCRIPTOR_WORDS = 16

const REGISTRATIONS_MAX = 8192
const FIRST_REGISTRATION = FIRST_DESCRIPTOR + DESCRIPTORS * DESCRIPTOR_WORDS
const REGISTRATION_WORDS = 4
const NUMBER = 1
const OPENED_AT = 2
const ENDED = 3
const SLOT_MASK = 0xff
const MADE_ONCE = 0x100

const NUMBER_MAX = 2 ** 31 - 1
const TWO_32 = 2 ** 32

export const REGISTRY_BYTES = (FIRST_REGISTRATION + REGISTRATIONS_MAX * REGISTRATION_WORDS) * 4

export function numberAfter(number: number): number {
  return number === NUMBER_MAX ? 1 : number + 1
}

export class Registry {
  readonly block: SharedArrayBuffer
  private readonly words: Int32Array
  /** Where to look for a free registration first. */
  private hint: number

  constructor(block: SharedArrayBuffer) {
    this.block = block
    this.words = new Int32Array(block)
    this.hint = 0
  }

  get isClosed(): boolean {
    return Atomics.load(this.words, CLOSED_WORD) !== 0
  }

  /**
   * While it says the same as before a look at the registration and at `isClosed`, another look would find the same. One
   * access instead of three, for each operation of a reader: 15 ns of some 200.
   */
  get endings(): number {
    return Atomics.load(this.words, ENDINGS_WORD)
  }

  get newest(): number {
    return Atomics.load(this.words, NEWEST_WORD)
  }

  // The writer's side

  close(): void {
    Atomics.store(this.words, CLOSED_WORD, 1)
    Atomics.add(this.words, ENDINGS_WORD, 1)
  }

  /** Makes it the newest state. The caller looks at the registrations before it lets go of the one before. */
  publish(number: number, { txnId, directory }: SharedState): void {
    const words = this.words
    const at = descriptorOf(number)
    Atomics.store(words, at, 0)
    const { pageId, birth, height, count, extents } = directory
    const fields = [
      low(txnId),
      high(txnId),
      pageId | 0,
      low(birth),
      high(birth),
      height,
      low(count),
      high(count),
    ]
    fields.push(extents ? 1 : 0)
    for (const [i, field] of fields.entries()) Atomics.store(words, at + 1 + i, field)
    Atomics.store(words, at, number)
    Atomics.store(words, NEWEST_WORD, number)
  }

  /** Visits all registrations that name a state and were not ended. */
  forEach(visit: (registration: Registration, slot: number, openedAtMs: number) => void): void {
    const used = Atomics.load(this.words, USED_WORD)
    for (let index = 0; index < used; index++) {
      const word = wordOf(index)
      const maker = Atomics.load(this.words, word)
      const number = Atomics.load(this.words, word + NUMBER)
      if ((maker & SLOT_MASK) === 0 || number === 0) continue
      // If another one was made here meanwhile, it looks after the state was published that the writer asks for.
      if (Atomics.load(this.words, word + ENDED) === maker) continue
      visit({ index, maker, number }, (maker & SLOT_MASK) - 1, Atomics.load(this.words, word + OPENED_AT))
    }
  }

  /** Ends a reader's registration. Does nothing to another one that was made in its place. */
  end({ index, maker }: Registration): void {
    Atomics.store(this.words, wordOf(index) + ENDED, maker)
    Atomics.add(this.words, ENDINGS_WORD, 1)
  }

  /** Takes the registrations of the thread in `slot`, which has ended. */
  clear(slot: number): void {
    const used = Atomics.load(this.words, USED_WORD)
    for (let index = 0; index < used; index++) {
      if ((Atomics.load(this.words, wordOf(index)) & SLOT_MASK) === slot + 1) this.release(index)
    }
  }

  // The readers' side

  /** Registers for the newest state. @throws CoppiceError BUSY when there are too many registrations */
  register(slot: number, nowMs: number): Registration & { readonly state: SharedState } {
    const { index, maker } = this.claim(slot, nowMs)
    for (;;) {
      const number = this.newest
      Atomics.store(this.words, wordOf(index) + NUMBER, number)
      if (this.newest !== number) continue
      const state = this.descriptor(number)
      if (state !== undefined) return { index, maker, number, state }
    }
  }

  /**
   * Registers for the state that `original`, another thread's registration, keeps; undefined when it keeps it no more.
   * @throws CoppiceError BUSY when there are too many registrations
   */
  registerAs(original: Registration, slot: number, nowMs: number): Registration | undefined {
    const { index, maker } = this.claim(slot, nowMs)
    const { number } = original
    Atomics.store(this.words, wordOf(index) + NUMBER, number)
    // Store, then look, as above: the owner clears its registration first and then looks for others.
    if (this.isRegistered(original)) return { index, maker, number }
    this.release(index)
    return undefined
  }

  /** A registration for a state that the caller sees to being kept. */
  registerKept(number: number, slot: number, nowMs: number): Registration {
    const { index, maker } = this.claim(slot, nowMs)
    Atomics.store(this.words, wordOf(index) + NUMBER, number)
    return { index, maker, number }
  }

  /** Whether it lasts: it was neither released nor ended. */
  isRegistered({ index, maker }: Registration): boolean {
    const word = wordOf(index)
    return Atomics.load(this.words, word + ENDED) !== maker && Atomics.load(this.words, word) === maker
  }

  release(index: number): void {
    const word = wordOf(index)
    Atomics.store(this.words, word + NUMBER, 0)
    Atomics.and(this.words, word, ~SLOT_MASK)
    this.hint = index
  }

  private claim(slot: number, nowMs: number): { index: number; maker: number } {
    for (let step = 0; step < REGISTRATIONS_MAX; step++) {
      const index = (this.hint + step) % REGISTRATIONS_MAX
      const word = wordOf(index)
      const free = Atomics.load(this.words, word)
      if ((free & SLOT_MASK) !== 0) continue
      const maker = ((free + MADE_ONCE) & ~SLOT_MASK) | (slot + 1)
      if (Atomics.compareExchange(this.words, word, free, maker) !== free) continue
      // The count begins anew after 2^24, so what was ended here long ago may have been called the same.
      Atomics.store(this.words, word + ENDED, 0)
      Atomics.store(this.words, word + OPENED_AT, low(nowMs))
      raiseWord(this.words, USED_WORD, index + 1)
      this.hint = index + 1
      return { index, maker }
    }
    throw new CoppiceError('BUSY', `more than ${REGISTRATIONS_MAX} snapshots are open in worker threads`, {
      expected: `at most ${REGISTRATIONS_MAX}`,
    })
  }

  /** What the descriptor of this state says; undefined when it is another state's by now. */
  private descriptor(number: number): SharedState | undefined {
    const words = this.words
    const at = descriptorOf(number)
    const field = (i: number) => Atomics.load(words, at + 1 + i)
    const wide = (i: number) => (field(i) >>> 0) + (field(i + 1) >>> 0) * TWO_32
    const isWhole = Atomics.load(words, at) === number
    const directory = {
      pageId: field(2) >>> 0,
      birth: wide(3),
      height: field(5),
      count: wide(6),
      extents: field(8) !== 0,
    }
    const state = { txnId: wide(0), directory }
    return isWhole && Atomics.load(words, at) === number ? state : undefined
  }
}

function descriptorOf(number: number): number {
  return FIRST_DESCRIPTOR + (number % DESCRIPTORS) * DESCRIPTOR_WORDS
}

function wordOf(index: number): number {
  return FIRST_REGISTRATION + index * REGISTRATION_WORDS
}

function low(value: number): number {
  return (value % TWO_32) | 0
}

function high(value: number): number {
  return Math.floor(value / TWO_32) | 0
}

/**
 * The control block: the words by which the threads that use one pool know of each other.
 *
 * ```
 *  word  0        the current epoch (epochs.ts)
 *  word  1        never written; a place to sleep on
 *  word  2        the highest slot that was ever taken
 *  word 16        where the clock's hand is (clock.ts)
 *  word 17        about how many frames are public (frames.ts)
 *  word 32 + 16n  slot n, of one thread; slot 0 is the main thread's
 *            + 0  the epoch that it is in, or 0 (OUTSIDE)
 *            + 1  whose it is: 0 nobody's, 1 the main thread's, else 2 + the id of the worker thread, negative when
 *                 that one uses the pool no more
 *            + 2  the frame that it has in hand, plus 1; 0: none
 *            + 3  the page that it is loading, plus 1; 0: none
 *            + 4  the system's number of the thread, where one must ask the system whether it has ended; else 0
 * ```
 * What is written often by different threads lies on cache lines of its own.
 *
 * A thread may end at any point. What it has in hand is said *before* it takes it and unsaid when everybody can see whose
 * it is, so that the main thread can put away after it (frames.ts, `adopt`).
 *
 * Invariant: the owner of a slot changes by compare-and-exchange from 0, and back to 0 by the main thread, or by the owner
 * itself when it leaves nothing to put away.
 */

import { CoppiceError } from '../base/errors.ts'

export type ControlBlock = SharedArrayBuffer

/** Threads that can be attached at once, the main thread not counted. */
export const MAX_ATTACHED_WORKERS = 127
export const MAIN_SLOT = 0

export const EPOCH_WORD = 0
export const SLEEP_WORD = 1
const HIGHEST_SLOT_WORD = 2
export const HAND_WORD = 16
export const PUBLIC_WORD = 17

const WORDS_PER_SLOT = 16
const FIRST_SLOT_WORD = 32
/** Of the words of a slot. */
export const SlotWord = { epoch: 0, owner: 1, frameInHand: 2, pageInHand: 3, systemThread: 4 } as const
type SlotWord = (typeof SlotWord)[keyof typeof SlotWord]

const NOBODY = 0
const MAIN_THREAD = 1
const FIRST_EPOCH = 1

export const CONTROL_BYTES = (FIRST_SLOT_WORD + (1 + MAX_ATTACHED_WORKERS) * WORDS_PER_SLOT) * 4

export function wordOfSlot(slot: number, word: SlotWord): number {
  return FIRST_SLOT_WORD + slot * WORDS_PER_SLOT + word
}

/** Slots above it were never taken. */
export function highestSlotOf(words: Int32Array): number {
  return Atomics.load(words, HIGHEST_SLOT_WORD)
}

/** Makes a block of zeros one in which only the main thread is. */
export function initControl(control: ControlBlock): void {
  const words = new Int32Array(control)
  words[EPOCH_WORD] = FIRST_EPOCH
  words[wordOfSlot(MAIN_SLOT, SlotWord.owner)] = MAIN_THREAD
}

/**
 * A slot for the worker thread with this id.
 * @param systemThread the system's number of it, if it may be asked for
 * @throws CoppiceError BUSY when {@link MAX_ATTACHED_WORKERS} are taken
 */
export function claimSlot(control: ControlBlock, threadId: number, systemThread = 0): number {
  const words = new Int32Array(control)
  for (let slot = MAIN_SLOT + 1; slot <= MAX_ATTACHED_WORKERS; slot++) {
    const word = wordOfSlot(slot, SlotWord.owner)
    if (Atomics.compareExchange(words, word, NOBODY, threadId + 2) !== NOBODY) continue
    // After the claim: of a thread that ends between the two, nothing is known, and nothing is given to others.
    Atomics.store(words, wordOfSlot(slot, SlotWord.systemThread), systemThread)
    raiseWord(words, HIGHEST_SLOT_WORD, slot)
    return slot
  }
  throw new CoppiceError('BUSY', `more than ${MAX_ATTACHED_WORKERS} workers on one database`, {
    expected: `at most ${MAX_ATTACHED_WORKERS}`,
  })
}

/** The thread in the slot uses the pool no more, and is at nothing: the main thread may put away after it. */
export function leaveSlot(control: ControlBlock, slot: number): void {
  const words = new Int32Array(control)
  const word = wordOfSlot(slot, SlotWord.owner)
  Atomics.store(words, word, -Math.abs(Atomics.load(words, word)))
}

/** Gives back the slot of a thread after which nothing is left to put away. */
export function releaseSlot(control: ControlBlock, slot: number): void {
  const words = new Int32Array(control)
  Atomics.store(words, wordOfSlot(slot, SlotWord.epoch), 0)
  // Before the slot is free: the next owner must not be taken for a thread that has ended.
  Atomics.store(words, wordOfSlot(slot, SlotWord.systemThread), 0)
  Atomics.store(words, wordOfSlot(slot, SlotWord.owner), NOBODY)
}

export interface TakenSlot {
  readonly slot: number
  readonly threadId: number
  /** The system's number of the thread; 0: not known. */
  readonly systemThread: number
  /** It has left, and waits for being put away after. */
  readonly hasLeft: boolean
}

/** The slots that worker threads have now. */
export function takenSlots(control: ControlBlock): TakenSlot[] {
  const words = new Int32Array(control)
  const taken: TakenSlot[] = []
  for (let slot = MAIN_SLOT + 1; slot <= highestSlotOf(words); slot++) {
    const owner = Atomics.load(words, wordOfSlot(slot, SlotWord.owner))
    if (owner === NOBODY) continue
    const systemThread = Atomics.load(words, wordOfSlot(slot, SlotWord.systemThread))
    taken.push({ slot, threadId: Math.abs(owner) - 2, systemThread, hasLeft: owner < 0 })
  }
  return taken
}

/** Makes the word at least `value`, whatever other threads do to it. */
export function raiseWord(words: Int32Array, word: number, value: number): void {
  for (let present = Atomics.load(words, word); present < value; ) {
    const found = Atomics.compareExchange(words, word, present, value)
    if (found === present) return
    present = found
  }
}

/**
 * The `Atomics` that production code finds while an exploration runs: each call by a logical thread becomes
 * one access of the execution that runs it, all others go to the real ones.
 */

import { realArray } from './recorded.ts'

export type AtomicArray =
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
export type Word = number | bigint
export type Operation =
  | 'load'
  | 'store'
  | 'add'
  | 'sub'
  | 'and'
  | 'or'
  | 'xor'
  | 'exchange'
  | 'compareExchange'

/** Who performs the accesses of the thread that runs now. */
export interface AtomicAccesses {
  access(operation: Operation, array: AtomicArray, index: number, first: Word, second: Word): Word
  wait(array: AtomicArray, index: number, expected: Word, isTimed: boolean): WaitResult
  notify(array: AtomicArray, index: number, count: number): number
}

export type WaitResult = 'ok' | 'not-equal' | 'timed-out'

const real = globalThis.Atomics

/** The real operations; typed for all widths at once. */
export const realAtomics = real as unknown as Readonly<
  Record<Operation, (array: AtomicArray, index: number, first?: Word, second?: Word) => Word>
>

let performer: AtomicAccesses | undefined

/** From now on accesses are those of a logical thread, or with undefined go to the real memory at once. */
export function setPerformer(accesses: AtomicAccesses | undefined): void {
  performer = accesses
}

function instrumented(operation: Operation) {
  const direct = realAtomics[operation]
  return (array: AtomicArray, index: number, first: Word = 0, second: Word = 0): Word => {
    const words = realArray(array)
    if (performer === undefined) return direct(words, index, first, second)
    return performer.access(operation, words, index, first, second)
  }
}

const substitute = {
  load: instrumented('load'),
  store: instrumented('store'),
  add: instrumented('add'),
  sub: instrumented('sub'),
  and: instrumented('and'),
  or: instrumented('or'),
  xor: instrumented('xor'),
  exchange: instrumented('exchange'),
  compareExchange: instrumented('compareExchange'),
  isLockFree: (size: number): boolean => real.isLockFree(size),
  notify(array: AtomicArray, index: number, count = Number.POSITIVE_INFINITY): number {
    const words = realArray(array)
    if (performer === undefined) return real.notify(words as Int32Array, index, count)
    return performer.notify(words, index, count)
  },
  wait(array: AtomicArray, index: number, expected: Word, timeoutMs?: number): WaitResult {
    const words = realArray(array)
    if (performer === undefined) return real.wait(words as Int32Array, index, expected as number, timeoutMs)
    // As the specification says: no timeout, or one that is no number, is for ever.
    const isTimed = timeoutMs !== undefined && timeoutMs < Number.POSITIVE_INFINITY
    return performer.wait(words, index, expected, isTimed)
  },
  waitAsync(): never {
    throw new Error('Atomics.waitAsync is not explored')
  },
  [Symbol.toStringTag]: 'Atomics',
}

/** Runs `explore` with the substitute in the place of the global `Atomics`. */
export function withSubstitutedAtomics<T>(explore: () => T): T {
  const scope = globalThis as { Atomics: unknown }
  const before = scope.Atomics
  scope.Atomics = substitute
  try {
    return explore()
  } finally {
    scope.Atomics = before
    setPerformer(undefined)
  }
}

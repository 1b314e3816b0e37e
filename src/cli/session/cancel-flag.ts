/** Cancelling from another thread: a word in shared memory that looks like an AbortSignal to the statement that runs. */

/** What the engine asks of a signal: whether it is aborted, again and again. */
export function cancelSignal(flag: SharedArrayBuffer): AbortSignal {
  const words = new Int32Array(flag)
  const signal = {
    get aborted(): boolean {
      return Atomics.load(words, 0) !== 0
    },
    reason: 'Ctrl-C',
  }
  return signal as unknown as AbortSignal
}

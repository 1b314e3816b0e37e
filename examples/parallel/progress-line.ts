/** How far something long is: done, rate, and what is left of it. Silent where nobody watches. */

import { progress } from '@clack/prompts'
import { duration, number } from '../cities/screen.ts'

export interface ProgressLine {
  /** So many are done, of all. */
  show(done: number): void
  /** It is over; returns how long it took, in milliseconds. */
  end(): number
}

export function progressLine(title: string, total: number): ProgressLine {
  const started = performance.now()
  const elapsedMs = (): number => performance.now() - started
  if (!process.stdout.isTTY) return { show: () => {}, end: elapsedMs }

  const bar = progress({ max: total, size: 30 })
  bar.start(title)
  let shown = 0
  /** When the first of it was done: workers take a while to start, which says nothing of their rate. */
  let first: { readonly ms: number; readonly done: number } | undefined
  return {
    show(done) {
      if (done === shown) return
      first ??= { ms: elapsedMs(), done }
      const rate = ((done - first.done) / (elapsedMs() - first.ms)) * 1000
      const speed =
        rate > 0 ? `, ${number(rate)} a second, ${duration(((total - done) / rate) * 1000)} left` : ''
      bar.advance(done - shown, `${title}: ${number(done)}${speed}`)
      shown = done
    },
    end() {
      const ms = elapsedMs()
      bar.clear()
      return ms
    },
  }
}

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
  return {
    show(done) {
      if (done === shown) return
      const rate = (done / elapsedMs()) * 1000
      const left = duration(((total - done) / rate) * 1000)
      bar.advance(done - shown, `${title}: ${number(done)}, ${number(rate)} a second, ${left} left`)
      shown = done
    },
    end() {
      const ms = elapsedMs()
      bar.clear()
      return ms
    },
  }
}

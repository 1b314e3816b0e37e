/** How the demo talks. */

import { styleText } from 'node:util'
import { log, progress } from '@clack/prompts'

const countries = new Intl.DisplayNames('en', { type: 'region' })

/** Plain text where it does not go to a terminal. */
const styled =
  (style: 'dim' | 'bold') =>
  (text: string): string =>
    process.stdout.isTTY ? styleText(style, text) : text

export const faint = styled('dim')
export const strong = styled('bold')
export const number = (value: number): string => Math.round(value).toLocaleString('en')
export const countryName = (code: string): string => countries.of(code) ?? code

/** A chapter: what it is about, and what came out. */
export function tell(title: string, ...lines: readonly string[]): void {
  log.step([strong(title), ...lines].join('\n'))
}

/** Calls `work`; the time that it took is told in its own unit. */
export function timed<T>(work: () => T): { readonly result: T; readonly took: string } {
  const started = performance.now()
  const result = work()
  return { result, took: faint(duration(performance.now() - started)) }
}

export function duration(ms: number): string {
  if (ms < 1) return `${number(ms * 1000)} µs`
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A bar that fills up; silent where nobody watches. */
export function progressBar(max: number, title: string) {
  if (!process.stdout.isTTY) {
    return { advance: (_: number) => {}, done: (message: string) => tell(message) }
  }
  const bar = progress({ max, size: 40 })
  bar.start(title)
  return {
    advance: (count: number) => bar.advance(count),
    done: (message: string) => bar.stop(strong(message)),
  }
}

/**
 * A line on the terminal that says how far something is: a bar, the rate, the time that is left. It appears when the work has
 * taken a second, or before what leaves no time to draw; it is gone when it is done, and where there is no terminal there is none.
 */

import type { Colours } from './colours.ts'
import { bytesText, countText, durationText } from './quantities.ts'
import { clip, textWidth } from './width.ts'

/** What is counted. */
export type Unit = 'bytes' | 'rows' | 'entries' | 'pages' | 'migrations'

const SHOWN_AFTER_MS = 1000
const REDRAWN_AFTER_MS = 100
const BAR_COLUMNS = 24
/** A shorter one says nothing. */
const BAR_COLUMNS_MIN = 8
/** Where a terminal does not say how wide it is. */
const COLUMNS = 80
/** The rate is that of the last so many milliseconds, so that it follows what happens. */
const RATE_WINDOW_MS = 5000

export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): boolean
}

export class ProgressLine {
  private readonly stream: ProgressStream
  private readonly colours: Colours
  private readonly startedMs: number
  private phaseMs: number
  private drawnMs = 0
  private label = ''
  private samples: { readonly atMs: number; readonly done: number }[] = []
  private isShown = false

  constructor(stream: ProgressStream, colours: Colours) {
    this.stream = stream
    this.colours = colours
    this.startedMs = performance.now()
    this.phaseMs = this.startedMs
  }

  /** `total` is undefined where nobody knows it. */
  update(label: string, done: number, total: number | undefined, unit: Unit): void {
    if (this.stream.isTTY !== true) return
    const nowMs = performance.now()
    this.begin(label, nowMs)
    if (nowMs - this.startedMs < SHOWN_AFTER_MS || nowMs - this.drawnMs < REDRAWN_AFTER_MS) return
    this.show(done, total, unit, nowMs)
  }

  /** Draws at once: before a piece of work in whose middle nothing can be drawn, as it may take long. */
  announce(label: string, done: number, total: number | undefined, unit: Unit): void {
    if (this.stream.isTTY !== true) return
    // Each piece is called something else, and all of them are one part.
    this.label = label
    this.show(done, total, unit, performance.now())
  }

  private begin(label: string, nowMs: number): void {
    if (label !== this.label) {
      // The first part of the work has begun when the line was made.
      if (this.label !== '') this.phaseMs = nowMs
      this.label = label
      this.samples = []
    }
  }

  private show(done: number, total: number | undefined, unit: Unit, nowMs: number): void {
    this.drawnMs = nowMs
    this.samples.push({ atMs: nowMs, done })
    while (this.samples.length > 2 && nowMs - this.samples[0].atMs > RATE_WINDOW_MS) this.samples.shift()
    this.draw(this.text(done, total, unit, nowMs))
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (!this.isShown) return
    this.isShown = false
    this.stream.write('\r\x1b[K')
  }

  private draw(text: string): void {
    this.isShown = true
    this.stream.write(`\r\x1b[K${text}`)
  }

  private text(done: number, total: number | undefined, unit: Unit, nowMs: number): string {
    const rate = this.rate(done, nowMs)
    const quantity = unit === 'bytes' ? bytesText : countText
    // What takes seconds has a rate, too.
    const rateText = `${unit !== 'bytes' && rate < 10 ? Number(rate.toFixed(1)) : quantity(rate)}${unit === 'bytes' ? '' : ` ${unit}`}/s`
    // A line that fills the last column goes on in the next line, and is not taken away any more.
    const columns = (this.stream.columns || COLUMNS) - 1
    if (total === undefined || total === 0)
      return clip(`${this.label}  ${quantity(done)}  ${rateText}`, columns)
    const part = Math.min(1, done / total)
    const left = rate > 0 ? durationText(((total - done) / rate) * 1000) : '?'
    const percent = `${Math.floor(part * 100)}%`.padStart(4)
    const numbers = `${percent}  ${rateText}  ${left} left`
    const barColumns = Math.min(BAR_COLUMNS, columns - textWidth(this.label) - numbers.length - 1)
    if (barColumns < BAR_COLUMNS_MIN) return clip(`${this.label}${numbers}`, columns)
    const filled = Math.round(part * barColumns)
    const bar = this.colours.accent('█'.repeat(filled)) + this.colours.faint('░'.repeat(barColumns - filled))
    return `${this.label} ${bar}${numbers}`
  }

  private rate(done: number, nowMs: number): number {
    const first = this.samples.length > 1 ? this.samples[0] : { atMs: this.phaseMs, done: 0 }
    const elapsedMs = nowMs - first.atMs
    return elapsedMs <= 0 ? 0 : ((done - first.done) / elapsedMs) * 1000
  }
}

/** Texts that are made of many parts: of long ones not all parts are there at once, which take far more than their characters. */

import { checkTextLength } from '../types/value-limits.ts'

const PARTS_AT_ONCE = 10_000
/** Fewer parts than this text has characters are no burden. */
const SHORT_LENGTH = 100_000

export class GrowingText {
  private readonly pieces: string[] = []
  private parts: string[] = []
  private length = 0

  /** @throws SqlError 54000 it becomes too long */
  add(part: string): void {
    this.length += part.length
    checkTextLength(this.length)
    if (this.parts.push(part) === PARTS_AT_ONCE) {
      this.pieces.push(this.parts.join(''))
      this.parts = []
    }
  }

  toString(): string {
    return this.pieces.join('') + this.parts.join('')
  }
}

/** `from` is not empty. @throws SqlError 54000 it becomes too long */
export function replaceAll(text: string, from: string, to: string): string {
  if (text.length <= SHORT_LENGTH) {
    const parts = text.split(from)
    checkTextLength(text.length + (parts.length - 1) * (to.length - from.length))
    return parts.join(to)
  }
  const result = new GrowingText()
  for (let start = 0; ; ) {
    const at = text.indexOf(from, start)
    result.add(at < 0 ? text.slice(start) : text.slice(start, at) + to)
    if (at < 0) return result.toString()
    start = at + from.length
  }
}

/**
 * Divides text into the records of CSV (RFC 4180). Of a record that is wrong it says where it begins, and goes on with the next
 * line: nothing else is lost. Packages that skip bad records were tried; after a quote in the wrong place they lose good lines.
 */

export interface CsvRecord {
  readonly line: number
  readonly values: readonly string[]
  /** Of each value: whether it was in quotes. */
  readonly quoted: readonly boolean[]
}

export interface CsvProblem {
  readonly line: number
  readonly problem: string
}

/** A longer record is a quote that is never closed. */
const RECORD_CHARACTERS_MAX = 16 << 20

const QUOTE = 34
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Where one record ended. */
type Step =
  | { readonly kind: 'record'; readonly record: CsvRecord; readonly end: number }
  | { readonly kind: 'problem'; readonly problem: string; readonly end: number }
  | { readonly kind: 'empty'; readonly end: number }
  /** The text ends in the middle of it. */
  | { readonly kind: 'more' }

export class CsvSplitter {
  private readonly delimiter: number
  private readonly lineEnd: '\n' | '\r'
  private readonly lineEndCode: number
  private text = ''
  private line = 1

  /** @param lineEnd a carriage return in front of a line feed belongs to the end, too */
  constructor(delimiter: string, lineEnd: '\n' | '\r') {
    this.lineEnd = lineEnd
    this.lineEndCode = lineEnd.charCodeAt(0)
    this.delimiter = delimiter.charCodeAt(0)
  }

  /** The records that a further piece completes; with `isLast` all that are left. */
  push(piece: string, isLast: boolean): (CsvRecord | CsvProblem)[] {
    this.text += piece
    const found: (CsvRecord | CsvProblem)[] = []
    let start = 0
    while (start < this.text.length) {
      const step = this.step(start, isLast)
      if (step.kind === 'more') {
        if (this.text.length - start <= RECORD_CHARACTERS_MAX) break
        const end = this.endOfLine(start, this.text.length)
        found.push({ line: this.line, problem: 'a quote is not closed within 16 MiB' })
        start = this.pass(start, end)
        continue
      }
      if (step.kind === 'record') found.push(step.record)
      else if (step.kind === 'problem') found.push({ line: this.line, problem: step.problem })
      start = this.pass(start, step.end)
    }
    this.text = this.text.slice(start)
    return found
  }

  /** Counts the lines that were passed. */
  private pass(start: number, end: number): number {
    const { lineEnd, text } = this
    for (let at = text.indexOf(lineEnd, start); at >= 0 && at < end; at = text.indexOf(lineEnd, at + 1)) {
      this.line++
    }
    return end
  }

  /** Behind the end of the line, as far as it is there. */
  private endOfLine(from: number, otherwise: number): number {
    const at = this.text.indexOf(this.lineEnd, from)
    return at < 0 ? otherwise : at + 1
  }

  private step(start: number, isLast: boolean): Step {
    const { text } = this
    const values: string[] = []
    const quoted: boolean[] = []
    let at = start
    for (;;) {
      if (text.charCodeAt(at) === QUOTE) {
        const end = closingQuote(text, at + 1)
        if (end < 0 || (end + 1 === text.length && !isLast)) {
          if (!isLast) return { kind: 'more' }
          return {
            kind: 'problem',
            problem: 'a quote is never closed',
            end: this.endOfLine(start, text.length),
          }
        }
        values.push(text.slice(at + 1, end).replaceAll('""', '"'))
        quoted.push(true)
        at = end + 1
        if (at < text.length && !this.isEnd(at)) {
          return {
            kind: 'problem',
            problem: 'there is text behind a closing quote',
            end: this.endOfLine(at, text.length),
          }
        }
      } else {
        const end = this.endOfValue(at)
        if (end === text.length && !isLast) return { kind: 'more' }
        const isReturn =
          text.charCodeAt(end - 1) === CARRIAGE_RETURN && end > at && text.charCodeAt(end) !== this.delimiter
        values.push(text.slice(at, isReturn ? end - 1 : end))
        quoted.push(false)
        at = end
      }
      if (text.charCodeAt(at) === this.delimiter) {
        at++
        continue
      }
      if (text.charCodeAt(at) === CARRIAGE_RETURN && this.lineEnd === '\n') at++
      const end = Math.min(text.length, at + 1)
      if (values.length === 1 && !quoted[0] && values[0] === '') return { kind: 'empty', end }
      return { kind: 'record', record: { line: this.line, values, quoted }, end }
    }
  }

  /** Whether a value may end here: at a delimiter, or with the line. */
  private isEnd(at: number): boolean {
    const code = this.text.charCodeAt(at)
    if (code === this.delimiter || code === this.lineEndCode) return true
    return (
      code === CARRIAGE_RETURN && (at + 1 === this.text.length || this.text.charCodeAt(at + 1) === LINE_FEED)
    )
  }

  private endOfValue(from: number): number {
    const { delimiter, lineEndCode, text } = this
    let at = from
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === delimiter || code === lineEndCode) break
    }
    return at
  }
}

/** Of a value that begins at `from`; a doubled quote is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2)
  return at
}

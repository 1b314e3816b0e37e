/**
 * Records of JSON: an object a line, objects one after the other, or one array of them. Numbers keep all their digits, because
 * their text is never made a number; what is nested stays the text that it is.
 */

import type { Cell } from '../output/result.ts'
import { UsageError } from '../usage-error.ts'
import type { BadRecord, RecordReader, SourceRecord, ValueKind } from './records.ts'
import type { TextSource } from './text-source.ts'

/** A value that is longer has a bracket that was never closed. */
const VALUE_CHARACTERS_MAX = 256 << 20

export class JsonReader implements RecordReader {
  readonly columns: string[] = []
  readonly bytesRead: () => number
  private readonly source: TextSource
  private readonly numbers = new Map<string, number>()

  constructor(source: TextSource) {
    this.source = source
    this.bytesRead = source.bytesRead
  }

  async *records(): AsyncGenerator<readonly (SourceRecord | BadRecord)[]> {
    const splitter = new ValueSplitter()
    for await (const piece of this.source.pieces()) {
      const batch = splitter.push(piece).map(one => this.record(one))
      if (batch.length > 0) yield batch
    }
    const last = splitter.end()
    if (last !== undefined) yield [this.record(last)]
  }

  private record({ text, line }: JsonText): SourceRecord | BadRecord {
    let fields: readonly RawField[]
    try {
      if (typeof JSON.parse(text) !== 'object' || !text.startsWith('{')) {
        return { line, problem: 'it is no object' }
      }
      fields = fieldsOf(text)
    } catch (error) {
      return { line, problem: (error as Error).message }
    }
    const values: Cell[] = []
    const kinds: ValueKind[] = []
    for (const { name, raw } of fields) {
      let at = this.numbers.get(name)
      if (at === undefined) {
        at = this.columns.push(name) - 1
        this.numbers.set(name, at)
      }
      const [value, kind] = fieldValue(raw)
      values[at] = value
      kinds[at] = kind
    }
    for (let i = 0; i < values.length; i++) values[i] ??= null
    return { line, values, kinds }
  }
}

function fieldValue(raw: string): [Cell, ValueKind] {
  switch (raw[0]) {
    case '"':
      return [JSON.parse(raw) as string, 'string']
    case '{':
    case '[':
      return [raw, 'json']
    case 'n':
      return [null, 'unknown']
    case 't':
    case 'f':
      return [raw, 'boolean']
    default:
      return [raw, 'number']
  }
}

interface JsonText {
  readonly text: string
  readonly line: number
}

/** Finds where values end: outside of strings, at depth 0. */
class ValueSplitter {
  private text = ''
  private at = 0
  private depth = 0
  private isInString = false
  private isEscaped = false
  private isArray = false
  private hasBegun = false
  private line = 1
  private startLine = 1
  private start = 0

  push(piece: string): JsonText[] {
    const found: JsonText[] = []
    this.text = this.text.slice(this.start) + piece
    this.at -= this.start
    this.start = 0
    const { text } = this
    for (; this.at < text.length; this.at++) {
      const character = text.charCodeAt(this.at)
      if (character === 10) this.line++
      if (this.isInString) this.inString(character)
      else if (this.outside(character)) found.push(this.take())
    }
    if (this.depth <= 0 && !this.isInString && text.slice(this.start).trim() === '') this.start = this.at
    if (text.length - this.start > VALUE_CHARACTERS_MAX) {
      throw new UsageError(`line ${this.startLine}: a value of more than ${VALUE_CHARACTERS_MAX} characters`)
    }
    return found
  }

  end(): JsonText | undefined {
    const text = this.text.slice(this.start).trim()
    if (text === '' || (this.isArray && text === ']')) return undefined
    return { text, line: this.startLine }
  }

  private inString(character: number): void {
    if (this.isEscaped) this.isEscaped = false
    else if (character === BACKSLASH) this.isEscaped = true
    else if (character === QUOTE) this.isInString = false
  }

  /** Whether a value ends with this character. */
  private outside(character: number): boolean {
    if (character <= 32) {
      // A line that is no object is one all the same, so that what is wrong with it can be said.
      if (this.depth > 0 || character !== 10) return false
      return !this.isArray && this.text.slice(this.start, this.at).trim() !== ''
    }
    if (this.depth === 0) {
      if (!this.hasBegun && character === OPEN_BRACKET) {
        this.hasBegun = true
        this.isArray = true
        this.start = this.at + 1
        return false
      }
      this.hasBegun = true
      if (this.isArray && (character === COMMA || character === CLOSE_BRACKET)) {
        const isValue = this.text.slice(this.start, this.at).trim() !== ''
        if (!isValue) this.start = this.at + 1
        return isValue
      }
      if (this.text.slice(this.start, this.at).trim() === '') {
        this.start = this.at
        this.startLine = this.line
      }
    }
    if (character === QUOTE) this.isInString = true
    else if (character === OPEN_BRACE || character === OPEN_BRACKET) this.depth++
    else if (character === CLOSE_BRACE || character === CLOSE_BRACKET) {
      this.depth = Math.max(0, this.depth - 1)
      return this.depth === 0
    }
    return false
  }

  private take(): JsonText {
    const character = this.text.charCodeAt(this.at)
    const isInside = character === CLOSE_BRACE || (character === CLOSE_BRACKET && !this.isArray)
    const text = this.text.slice(this.start, isInside ? this.at + 1 : this.at).trim()
    this.start = this.at + 1
    return { text, line: this.startLine }
  }
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93

interface RawField {
  readonly name: string
  readonly raw: string
}

const STRING = /"(?:[^"\\]|\\.)*"/y
const PLAIN = /[^\s,\]}]+/y

/** The fields of an object that is known to be right, with the text of their values. */
function fieldsOf(text: string): RawField[] {
  const fields: RawField[] = []
  let at = 1
  const blank = (): void => {
    while (text.charCodeAt(at) <= 32) at++
  }
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)![0]
    at += found.length
    return found
  }
  const nested = (): string => {
    const start = at
    let depth = 0
    do {
      const character = text[at]
      if (character === '"') match(STRING)
      else {
        if (character === '{' || character === '[') depth++
        else if (character === '}' || character === ']') depth--
        at++
      }
    } while (depth > 0)
    return text.slice(start, at)
  }
  for (;;) {
    blank()
    if (text[at] === '}') return fields
    if (text[at] === ',') {
      at++
      blank()
    }
    const name = JSON.parse(match(STRING)) as string
    blank()
    at++
    blank()
    const raw =
      text[at] === '"' ? match(STRING) : text[at] === '{' || text[at] === '[' ? nested() : match(PLAIN)
    fields.push({ name, raw })
  }
}

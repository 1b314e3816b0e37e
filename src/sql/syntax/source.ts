/**
 * The text of statements, and how places in it are named: the raw tree counts bytes of UTF-8, the parser's errors count
 * code points, Coppice counts the indices of JavaScript's strings.
 *
 * Invariant: the maps are made once a text, and not at all when it is ASCII, where all three are the same.
 */

import type { NamedDatabase } from './tree.ts'

export class Source {
  /** What the parser was given. */
  readonly text: string
  /** The highest `$n` that was converted of the present statement. */
  parameterCount = 0
  /** Those that names of the present statement begin with. */
  databases: NamedDatabase[] = []
  /** Where the statement begins and ends that is converted. */
  statementStart = 0
  statementEnd = 0
  /** How many characters stand before the caller's own text. */
  readonly #shift: number
  readonly #isAscii: boolean
  #indexOfByte: Int32Array | undefined

  constructor(text: string, shift = 0) {
    this.text = text
    this.#shift = shift
    this.#isAscii = isAscii(text)
  }

  /** The index of a byte of the text; -1 for one that is unknown. */
  ofByte(byte: number): number {
    if (byte < 0) return -1
    if (this.#isAscii) return byte - this.#shift
    this.#indexOfByte ??= byteMap(this.text)
    return (this.#indexOfByte[byte] ?? this.text.length) - this.#shift
  }

  /** The index of a code point, counted from 1; -1 for 0. */
  ofCodePoint(number: number): number {
    if (number <= 0) return -1
    let index = 0
    if (this.#isAscii) index = number - 1
    else
      for (let left = number - 1; left > 0 && index < this.text.length; left--)
        index += unitsAt(this.text, index)
    return Math.min(index, this.text.length) - this.#shift
  }

  get end(): number {
    return this.text.length - this.#shift
  }

  /** The first index from there on that is in neither blank space nor a comment. */
  skipBlank(index: number): number {
    return skipBlank(this.text, index + this.#shift) - this.#shift
  }

  /** The text from there to the end of the present statement. */
  rest(index: number): string {
    return this.text.slice(index + this.#shift, this.statementEnd + this.#shift)
  }

  /** The text from there on, as much as a word can have. */
  textAt(index: number): string {
    const start = index + this.#shift
    return this.text.slice(start, start + WORD_CHARACTERS_MAX)
  }

  /** What people call the present statement: `CREATE FUNCTION`. */
  get statementName(): string {
    const name = STATEMENT_NAME.exec(this.rest(this.statementStart).slice(0, NAME_CHARACTERS_MAX))
    return name === null ? 'this statement' : name[0].replace(/\s+/g, ' ').toUpperCase()
  }
}

const NAME_CHARACTERS_MAX = 100
const WORD_CHARACTERS_MAX = 64
/** The words that say what it is; of most statements the first. */
const STATEMENT_NAME =
  /^(?:(?:create|alter|drop|refresh|comment\s+on|lock|security|prepare|commit|rollback|reassign|import)\s+(?:or\s+replace\s+)?(?:(?:materialized|event|foreign|user|unique|text\s+search)\s+)?)?[a-z_]+/i

const NON_ASCII = /[\u0080-\uffff]/

export function isAscii(text: string): boolean {
  return !NON_ASCII.test(text)
}

function unitsAt(text: string, index: number): number {
  return text.codePointAt(index)! > 0xffff ? 2 : 1
}

function byteMap(text: string): Int32Array {
  const indices = new Int32Array(text.length * 3 + 1)
  let byte = 0
  for (let index = 0; index < text.length; ) {
    const point = text.codePointAt(index)!
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    indices.fill(index, byte, byte + bytes)
    byte += bytes
    index += point > 0xffff ? 2 : 1
  }
  indices[byte] = text.length
  return indices.subarray(0, byte + 1)
}

const BLANK = /(?:\s+|--[^\n\r]*)*/y

/** Comments between /* and *\/ can stand in each other. */
export function skipBlank(text: string, from: number): number {
  let index = from
  for (;;) {
    BLANK.lastIndex = index
    index += BLANK.exec(text)?.[0].length ?? 0
    if (!text.startsWith('/*', index)) return index
    index = commentEnd(text, index)
  }
}

function commentEnd(text: string, from: number): number {
  let depth = 0
  let index = from
  do {
    if (text.startsWith('/*', index)) {
      depth++
      index += 2
    } else if (text.startsWith('*/', index)) {
      depth--
      index += 2
    } else index++
  } while (depth > 0 && index < text.length)
  return index
}

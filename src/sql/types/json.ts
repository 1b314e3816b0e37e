/**
 * JSON as text: the parser, with PostgreSQL's errors, and a tree that remembers where in the text each value stands, since
 * the type json gives back what was written.
 *
 * Invariants:
 * 1. Nothing is built recursively deeper than DEPTH_MAX: text from outside cannot exhaust the stack.
 * 2. Escapes are decoded where somebody asks for the string, not when the text is only checked: "\u0000" is valid json,
 *    but no text.
 */

import { SqlError } from '../errors.ts'
import type { TextFormat } from './text-format.ts'
import { JSON_TYPE } from './type.ts'
import { checkJsonParts } from './value-limits.ts'

const DEPTH_MAX = 1000

/** What the parser makes of the parts. */
export interface JsonBuilder<T> {
  /** `raw` is the text between the quotes. */
  string(raw: string, start: number, end: number): T
  number(text: string, start: number, end: number): T
  constant(value: null | boolean, start: number, end: number): T
  array(elements: T[], start: number, end: number): T
  object(keys: string[], values: T[], start: number, end: number): T
  /** Whether strings must be decodable. Of keys the parser decodes itself. */
  readonly decodes: boolean
}

export function jsonError(detail: string, sqlstate = '22P02'): SqlError {
  const message =
    sqlstate === '22P05' ? 'unsupported Unicode escape sequence' : 'invalid input syntax for type json'
  return new SqlError(sqlstate, message, { detail })
}

export function parseJson<T>(text: string, builder: JsonBuilder<T>): T {
  return new Parser(text, builder).parse()
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** What stands between quotes, decoded. Escapes were checked by the parser but for their code points. */
export function decodeJsonString(raw: string): string {
  if (!raw.includes('\\')) return raw
  let text = ''
  let high = -1
  let at = 0
  while (at < raw.length) {
    const character = raw[at]!
    if (character !== '\\') {
      if (high >= 0) throw jsonError('Unicode low surrogate must follow a high surrogate.')
      text += character
      at += 1
      continue
    }
    const letter = raw[at + 1]!
    if (letter !== 'u') {
      if (high >= 0) throw jsonError('Unicode low surrogate must follow a high surrogate.')
      text += SIMPLE_ESCAPES[letter]
      at += 2
      continue
    }
    const unit = Number.parseInt(raw.slice(at + 2, at + 6), 16)
    at += 6
    if (unit >= 0xd800 && unit < 0xdc00) {
      if (high >= 0) throw jsonError('Unicode high surrogate must not follow a high surrogate.')
      high = unit
      continue
    }
    if (unit >= 0xdc00 && unit < 0xe000) {
      if (high < 0) throw jsonError('Unicode low surrogate must follow a high surrogate.')
      text += String.fromCharCode(high, unit)
      high = -1
      continue
    }
    if (high >= 0) throw jsonError('Unicode low surrogate must follow a high surrogate.')
    if (unit === 0) throw jsonError('\\u0000 cannot be converted to text.', '22P05')
    text += String.fromCharCode(unit)
  }
  if (high >= 0) throw jsonError('Unicode low surrogate must follow a high surrogate.')
  return text
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const WORD = /[-\w.+\u0080-\uffff]+/y

class Parser<T> {
  private readonly text: string
  private readonly builder: JsonBuilder<T>
  private at = 0
  private depth = 0
  private parts = 0

  constructor(text: string, builder: JsonBuilder<T>) {
    this.text = text
    this.builder = builder
  }

  parse(): T {
    this.skipSpace()
    const value = this.value()
    this.skipSpace()
    if (this.at < this.text.length) throw this.expected('Expected end of input')
    return value
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 32 && code !== 10 && code !== 9 && code !== 13) return
      this.at += 1
    }
  }

  /** The error of a token that is not what should stand here; or of what is no token at all. */
  private expected(what: string): SqlError {
    if (this.at >= this.text.length) return jsonError('The input string ended unexpectedly.')
    const token = this.token()
    return jsonError(`${what}, but found "${token}".`)
  }
  /** The token here; throws where there is none. */
  private token(): string {
    const { text } = this
    const start = this.at
    const first = text[start]!
    if ('{}[],:'.includes(first)) return first
    if (first === '"') {
      this.rawString()
      const token = text.slice(start, this.at)
      return token
    }
    if (first === '-' || (first >= '0' && first <= '9')) return this.numberText()
    const word = this.word()
    if (word === 'true' || word === 'false' || word === 'null') return word
    throw jsonError(`Token "${word}" is invalid.`)
  }
  private word(): string {
    const match = /[\w\u0080-\uffff]+/y
    match.lastIndex = this.at
    return match.exec(this.text)?.[0] ?? String.fromCodePoint(this.text.codePointAt(this.at)!)
  }

  private value(): T {
    const { text } = this
    const start = this.at
    switch (text[start]) {
      case '{':
        return this.object()
      case '[':
        return this.array()
      case '"': {
        const raw = this.rawString()
        return this.builder.string(raw, start, this.at)
      }
      case 't':
      case 'f':
      case 'n': {
        const word = this.word()
        if (word !== 'true' && word !== 'false' && word !== 'null')
          throw jsonError(`Token "${word}" is invalid.`)
        this.at += word.length
        return this.builder.constant(word === 'null' ? null : word === 'true', start, this.at)
      }
      default: {
        const first = text[start]
        if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) {
          const number = this.numberText()
          this.at += number.length
          return this.builder.number(number, start, this.at)
        }
        throw this.expected('Expected JSON value')
      }
    }
  }

  private numberText(): string {
    NUMBER.lastIndex = this.at
    const found = NUMBER.exec(this.text)?.[0]
    WORD.lastIndex = this.at
    const whole = WORD.exec(this.text)![0]
    if (found === undefined) {
      const end = /^-?[\w\u0080-\uffff]*/.exec(whole)![0]
      throw jsonError(`Token "${end}" is invalid.`)
    }
    const after = this.text[this.at + found.length]
    if (after !== undefined && /[\w.\u0080-\uffff]/.test(after)) {
      // The token goes on to where letters and digits end, with what belongs to a number.
      const end = /^-?\d*(?:\.\d*)?(?:[eE][-+]?\d*)?[\w\u0080-\uffff]*/.exec(whole)![0]
      throw jsonError(`Token "${end}" is invalid.`)
    }
    return found
  }

  /** Checks a string and passes it; gives what stands between the quotes. */
  private rawString(): string {
    const { text } = this
    let at = this.at + 1
    const start = at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 34) break
      if (Number.isNaN(code)) throw jsonError(`Token "${text.slice(this.at)}" is invalid.`)
      if (code < 32) {
        throw jsonError(`Character with value 0x${code.toString(16).padStart(2, '0')} must be escaped.`)
      }
      if (code === 92) {
        const letter = text[at + 1]
        if (letter === undefined) throw jsonError(`Token "${text.slice(this.at)}" is invalid.`)
        if (letter === 'u') {
          if (!/^[\da-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) {
            throw jsonError('"\\u" must be followed by four hexadecimal digits.')
          }
          at += 6
          continue
        }
        if (!(letter in SIMPLE_ESCAPES)) {
          throw jsonError(
            `Escape sequence "\\${String.fromCodePoint(text.codePointAt(at + 1)!)}" is invalid.`,
          )
        }
        at += 2
        continue
      }
      at += 1
    }
    const raw = text.slice(start, at)
    this.at = at + 1
    return raw
  }

  private enter(): void {
    this.depth += 1
    if (this.depth > DEPTH_MAX) {
      throw new SqlError('54001', 'stack depth limit exceeded')
    }
  }

  /** One part more. @throws SqlError 54000 */
  private count(): void {
    checkJsonParts(++this.parts)
  }

  private array(): T {
    const start = this.at
    this.enter()
    this.at += 1
    const elements: T[] = []
    this.skipSpace()
    if (this.text[this.at] !== ']') {
      for (;;) {
        this.count()
        elements.push(this.value())
        this.skipSpace()
        const next = this.text[this.at]
        if (next === ']') break
        if (next !== ',') throw this.expected('Expected "," or "]"')
        this.at += 1
        this.skipSpace()
      }
    }
    this.at += 1
    this.depth -= 1
    return this.builder.array(elements, start, this.at)
  }

  private object(): T {
    const start = this.at
    this.enter()
    this.at += 1
    const keys: string[] = []
    const values: T[] = []
    this.skipSpace()
    if (this.text[this.at] !== '}') {
      for (;;) {
        if (this.text[this.at] !== '"') {
          throw this.expected(keys.length === 0 ? 'Expected string or "}"' : 'Expected string')
        }
        const raw = this.rawString()
        keys.push(this.builder.decodes ? decodeJsonString(raw) : raw)
        this.skipSpace()
        if (this.text[this.at] !== ':') throw this.expected('Expected ":"')
        this.at += 1
        this.skipSpace()
        this.count()
        values.push(this.value())
        this.skipSpace()
        const next = this.text[this.at]
        if (next === '}') break
        if (next !== ',') throw this.expected('Expected "," or "}"')
        this.at += 1
        this.skipSpace()
      }
    }
    this.at += 1
    this.depth -= 1
    return this.builder.object(keys, values, start, this.at)
  }
}

/** A value in its text. */
export class JsonNode {
  readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'
  readonly elements: readonly JsonNode[]
  /** Decoded; with duplicates. */
  readonly keys: readonly string[]
  private readonly whole: string
  private readonly start: number
  private readonly end: number

  constructor(
    kind: JsonNode['kind'],
    whole: string,
    start: number,
    end: number,
    elements: readonly JsonNode[],
    keys: readonly string[],
  ) {
    this.kind = kind
    this.whole = whole
    this.start = start
    this.end = end
    this.elements = elements
    this.keys = keys
  }

  /** As written. */
  get text(): string {
    return this.whole.slice(this.start, this.end)
  }
}

const NONE: readonly never[] = []

/**
 * The tree of a json text: strings in keys decoded, all else as written. Whoever looks for single values refuses escapes that are no
 * text (`\u0000`, half a surrogate pair) wherever they stand, as PostgreSQL does; whoever counts or names values passes over them.
 */
export function jsonTree(text: string, refuses: 'no escapes' | 'escapes' = 'no escapes'): JsonNode {
  const node = (
    kind: JsonNode['kind'],
    start: number,
    end: number,
    elements: readonly JsonNode[] = NONE,
    keys: readonly string[] = NONE,
  ): JsonNode => new JsonNode(kind, text, start, end, elements, keys)
  return parseJson<JsonNode>(text, {
    decodes: true,
    string: (raw, start, end) => {
      if (refuses === 'escapes') decodeJsonString(raw)
      return node('string', start, end)
    },
    number: (_text, start, end) => node('number', start, end),
    constant: (value, start, end) => node(value === null ? 'null' : 'boolean', start, end),
    array: (elements, start, end) => node('array', start, end, elements),
    object: (keys, values, start, end) => node('object', start, end, values, keys),
  })
}
/** The value of a string, the text of all else; null of JSON's null. */
export function jsonNodeText(node: JsonNode): string | null {
  if (node.kind === 'null') return null
  return node.kind === 'string' ? decodeJsonString(node.text.slice(1, -1)) : node.text
}

const CHECK: JsonBuilder<null> = {
  decodes: false,
  string: () => null,
  number: () => null,
  constant: () => null,
  array: () => null,
  object: () => null,
}
/** Throws 22P02 where text is no JSON. */
export function checkJson(text: string): void {
  parseJson(text, CHECK)
}

export const JSON_TEXT_FORMAT: TextFormat = {
  type: JSON_TYPE,
  input: (text: string) => {
    checkJson(text)
    return text
  },
  output: (value: string) => value,
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const ESCAPES = /["\\\u0000-\u001f]/
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}
/** With its quotes. */
export function jsonQuoted(text: string): string {
  if (!ESCAPES.test(text)) return `"${text}"`
  let quoted = '"'
  for (const character of text) {
    quoted +=
      ESCAPED[character] ??
      (character < ' ' ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character)
  }
  return `${quoted}"`
}

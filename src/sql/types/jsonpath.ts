/** SQL/JSON paths: the tree, the parser, and the text that PostgreSQL prints. What paths find is functions/jsonpath.ts's. */

import { SqlError } from '../errors.ts'
import { jsonQuoted } from './json.ts'
import { compilePattern } from './jsonpath-pattern.ts'
import { Numeric } from './numeric.ts'
import type { TextFormat } from './text-format.ts'
import { JSONPATH } from './type.ts'

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>='
export type PathNode =
  | { readonly kind: 'root' | 'current' | 'last' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: null | boolean | string | Numeric }
  | { readonly kind: 'path'; readonly head: PathNode; readonly steps: readonly PathStep[] }
  | {
      readonly kind: 'arithmetic'
      readonly operator: string
      readonly left: PathNode
      readonly right: PathNode
    }
  | { readonly kind: 'unary'; readonly operator: '+' | '-'; readonly operand: PathNode }
  | { readonly kind: 'and' | 'or'; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'not' | 'is unknown' | 'exists'; readonly operand: PathNode }
  | {
      readonly kind: 'comparison'
      readonly operator: ComparisonOperator
      readonly left: PathNode
      readonly right: PathNode
    }
  | { readonly kind: 'starts with'; readonly left: PathNode; readonly right: PathNode }
  | {
      readonly kind: 'like_regex'
      readonly operand: PathNode
      readonly pattern: string
      readonly flags: string
    }

export type PathStep =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'any key' | 'any element' }
  | {
      readonly kind: 'subscripts'
      readonly ranges: readonly { readonly from: PathNode; readonly to?: PathNode }[]
    }
  /** `.**{first to last}`; Infinity is `last`. */
  | { readonly kind: 'any'; readonly first: number; readonly last: number }
  | { readonly kind: 'filter'; readonly predicate: PathNode }
  | { readonly kind: 'method'; readonly name: string; readonly arguments: readonly (string | Numeric)[] }

export class JsonPath {
  readonly isLax: boolean
  readonly root: PathNode

  constructor(isLax: boolean, root: PathNode) {
    this.isLax = isLax
    this.root = root
  }
  toString(): string {
    return (this.isLax ? '' : 'strict ') + printed(this.root, true)
  }
}

export const PATH_METHODS: readonly string[] = [
  'type', 'size', 'abs', 'floor', 'ceiling', 'double', 'datetime', 'keyvalue', 'bigint', 'boolean', 'date', 'decimal',
  'integer', 'number', 'string', 'time', 'time_tz', 'timestamp', 'timestamp_tz',
] // biome-ignore format: a list

interface Token {
  readonly kind: 'end' | 'symbol' | 'word' | 'string' | 'number' | 'variable'
  readonly text: string
  readonly at: number
}
const SYMBOLS = ['**', '==', '!=', '<>', '<=', '>=', '&&', '||', '$', '@', '.', '[', ']', '(', ')', '{', '}', '?', '*', '/', '%', '+', '-', ',', '<', '>', '!'] // biome-ignore format: a list
const SPECIAL = /[?%$.[\]{}()|&!=<>@#,*:\-+/\s"]/

class PathParser {
  private readonly text: string
  private readonly tokens: Token[] = []
  private next = 0
  private filterDepth = 0
  private subscriptDepth = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
    this.tokenize()
  }

  parse(): JsonPath {
    if (this.text.trim() === '') {
      throw new SqlError('22P02', `invalid input syntax for type jsonpath: "${this.text}"`)
    }
    let isLax = true
    const word = this.peek()
    if (word.kind === 'word' && /^(?:lax|strict)$/i.test(word.text)) {
      isLax = word.text.toLowerCase() === 'lax'
      this.next += 1
    }
    const root = this.or()
    if (this.peek().kind !== 'end') throw this.unexpected()
    return new JsonPath(isLax, root)
  }

  private syntaxError(at: number): SqlError {
    const rest = this.text.slice(at)
    return new SqlError(
      '42601',
      rest === ''
        ? 'syntax error at end of jsonpath input'
        : `syntax error at or near "${rest}" of jsonpath input`,
    )
  }
  private unexpected(): SqlError {
    const { text, kind } = this.peek()
    if (kind === 'end') return this.syntaxError(this.text.length)
    return new SqlError('42601', `syntax error at or near "${text}" of jsonpath input`)
  }

  private tokenize(): void {
    const { text } = this
    let at = 0
    const add = (kind: Token['kind'], value: string, start: number): void => {
      this.tokens.push({ kind, text: value, at: start })
    }
    while (at < text.length) {
      const start = at
      const character = text[at]!
      if (/\s/.test(character)) {
        at += 1
        continue
      }
      if (text.startsWith('/*', at)) {
        const end = text.indexOf('*/', at + 2)
        if (end < 0) throw new SqlError('42601', 'unexpected end of comment at end of jsonpath input')
        at = end + 2
        continue
      }
      if (character === '"') {
        const found = this.quoted(at)
        add('string', found.value, start)
        at = found.end
        continue
      }
      if (character === '$' && /["\w\u0080-\uffff]/.test(text[at + 1] ?? '')) {
        const found = text[at + 1] === '"' ? this.quoted(at + 1) : this.bare(at + 1)
        add('variable', found.value, start)
        at = found.end
        continue
      }
      const number =
        /^(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(
          text.slice(at),
        )
      if (number !== null && !(character === '.' && this.isAfterValue())) {
        const digits = number[0]
        const after = text[at + digits.length]
        if (after !== undefined && /[A-Za-z_\u0080-\uffff]/.test(after)) {
          const junk = digits + after
          throw new SqlError(
            '42601',
            `trailing junk after numeric literal at or near "${junk}" of jsonpath input`,
          )
        }
        add('number', digits, start)
        at += digits.length
        continue
      }
      const symbol = SYMBOLS.find(one => text.startsWith(one, at))
      if (symbol !== undefined) {
        add('symbol', symbol, start)
        at += symbol.length
        continue
      }
      if (SPECIAL.test(character)) throw this.syntaxError(at)
      const found = this.bare(at)
      add('word', found.value, start)
      at = found.end
    }
    add('end', '', text.length)
  }
  private isAfterValue(): boolean {
    const last = this.tokens.at(-1)
    if (last === undefined) return false
    if (last.kind === 'symbol') return [')', ']', '}', '$', '@', '*', '**'].includes(last.text)
    return true
  }
  private bare(from: number): { value: string; end: number } {
    const { text } = this
    let value = ''
    let at = from
    while (at < text.length && !SPECIAL.test(text[at]!)) {
      if (text[at] === '\\') {
        const found = this.unescape(at)
        value += found.value
        at = found.end
      } else {
        value += text[at]
        at += 1
      }
    }
    return { value, end: at }
  }
  private quoted(from: number): { value: string; end: number } {
    const { text } = this
    let value = ''
    let at = from + 1
    for (;;) {
      if (at >= text.length) {
        throw new SqlError('42601', 'unterminated quoted string at end of jsonpath input')
      }
      if (text[at] === '"') return { value, end: at + 1 }
      if (text[at] === '\\') {
        const found = this.unescape(at)
        value += found.value
        at = found.end
      } else {
        value += text[at]
        at += 1
      }
    }
  }
  private unescape(at: number): { value: string; end: number } {
    const { text } = this
    const letter = text[at + 1]
    const simple: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
    if (letter === undefined)
      throw new SqlError('42601', 'unexpected end after backslash at end of jsonpath input')
    if (letter in simple) return { value: simple[letter]!, end: at + 2 }
    const unicode = /^\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2}))/.exec(text.slice(at))
    if (unicode !== null) {
      const code = Number.parseInt(unicode[1] ?? unicode[2] ?? unicode[3]!, 16)
      if (code === 0) {
        throw new SqlError('22P05', 'unsupported Unicode escape sequence', {
          detail: '\\u0000 cannot be converted to text.',
        })
      }
      return {
        value: code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code),
        end: at + unicode[0].length,
      }
    }
    if (letter === 'u' || letter === 'x') {
      throw new SqlError(
        '42601',
        `invalid ${letter === 'u' ? 'Unicode' : 'hexadecimal character'} escape sequence at or near "${text.slice(at)}" of jsonpath input`,
      )
    }
    return { value: letter, end: at + 2 }
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!
  }
  private isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.text === text
  }
  private isWord(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'word' && token.text.toLowerCase() === text
  }
  private accept(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.next += 1
    return true
  }
  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected()
  }

  private or(): PathNode {
    this.depth += 1
    if (this.depth > 200) throw new SqlError('54001', 'stack depth limit exceeded')
    let left = this.and()
    while (this.accept('||')) left = { kind: 'or', left, right: this.and() }
    this.depth -= 1
    return left
  }
  private and(): PathNode {
    let left = this.not()
    while (this.accept('&&')) left = { kind: 'and', left, right: this.not() }
    return left
  }
  private not(): PathNode {
    if (this.isSymbol('!')) {
      this.next += 1
      if (!this.isSymbol('(') && !this.isWord('exists')) throw this.unexpected()
      return { kind: 'not', operand: this.not() }
    }
    return this.comparison()
  }
  private comparison(): PathNode {
    const left = this.sum()
    const token = this.peek()
    if (token.kind === 'symbol' && ['==', '!=', '<>', '<', '<=', '>', '>='].includes(token.text)) {
      this.next += 1
      const operator = (token.text === '<>' ? '!=' : token.text) as ComparisonOperator
      return { kind: 'comparison', operator, left, right: this.sum() }
    }
    if (this.isWord('starts') && this.isWord('with', 1)) {
      this.next += 2
      const right = this.peek()
      if (right.kind !== 'string' && right.kind !== 'variable') throw this.unexpected()
      this.next += 1
      return {
        kind: 'starts with',
        left,
        right:
          right.kind === 'string'
            ? { kind: 'literal', value: right.text }
            : { kind: 'variable', name: right.text },
      }
    }
    if (this.isWord('like_regex')) {
      this.next += 1
      const pattern = this.peek()
      if (pattern.kind !== 'string') throw this.unexpected()
      this.next += 1
      let flags = ''
      if (this.isWord('flag')) {
        this.next += 1
        const given = this.peek()
        if (given.kind !== 'string') throw this.unexpected()
        this.next += 1
        flags = given.text
        const unknown = /[^ismxq]/.exec(flags)
        if (unknown !== null) {
          throw new SqlError('42601', 'invalid input syntax for type jsonpath', {
            detail: `Unrecognized flag character "${unknown[0]}" in LIKE_REGEX predicate.`,
          })
        }
        if (flags.includes('x') && !flags.includes('q')) {
          throw new SqlError('0A000', 'XQuery "x" flag (expanded regular expressions) is not implemented')
        }
      }
      compilePattern(pattern.text, flags)
      return { kind: 'like_regex', operand: left, pattern: pattern.text, flags }
    }
    return left
  }
  private sum(): PathNode {
    let left = this.product()
    for (;;) {
      const token = this.peek()
      if (token.kind !== 'symbol' || (token.text !== '+' && token.text !== '-')) return left
      this.next += 1
      left = { kind: 'arithmetic', operator: token.text, left, right: this.product() }
    }
  }
  private product(): PathNode {
    let left = this.unary()
    for (;;) {
      const token = this.peek()
      if (token.kind !== 'symbol' || !['*', '/', '%'].includes(token.text)) return left
      this.next += 1
      left = { kind: 'arithmetic', operator: token.text, left, right: this.unary() }
    }
  }
  private unary(): PathNode {
    const token = this.peek()
    if (token.kind === 'symbol' && (token.text === '+' || token.text === '-')) {
      this.next += 1
      const operand = this.unary()
      if (operand.kind === 'literal' && operand.value instanceof Numeric) {
        return token.text === '-' ? { kind: 'literal', value: operand.value.negate() } : operand
      }
      return { kind: 'unary', operator: token.text, operand }
    }
    return this.accessors(this.primary())
  }

  private primary(): PathNode {
    const token = this.peek()
    this.next += 1
    switch (token.kind) {
      case 'string':
        return { kind: 'literal', value: token.text }
      case 'number':
        return { kind: 'literal', value: Numeric.parse(token.text) }
      case 'variable':
        return { kind: 'variable', name: token.text }
      case 'word':
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'literal', value: token.text === 'true' }
        if (token.text === 'null') return { kind: 'literal', value: null }
        if (/^last$/i.test(token.text)) {
          if (this.subscriptDepth === 0)
            throw new SqlError('42601', 'LAST is allowed only in array subscripts')
          return { kind: 'last' }
        }
        if (/^exists$/i.test(token.text)) {
          this.expect('(')
          const operand = this.or()
          this.expect(')')
          return { kind: 'exists', operand }
        }
        break
      case 'symbol':
        if (token.text === '$') return { kind: 'root' }
        if (token.text === '@') {
          if (this.filterDepth === 0) throw new SqlError('42601', '@ is not allowed in root expressions')
          return { kind: 'current' }
        }
        if (token.text === '(') {
          const inner = this.or()
          this.expect(')')
          if (this.isWord('is') && this.isWord('unknown', 1)) {
            this.next += 2
            return { kind: 'is unknown', operand: inner }
          }
          return inner
        }
        break
      default:
    }
    this.next -= 1
    throw this.unexpected()
  }

  private accessors(head: PathNode): PathNode {
    const steps: PathStep[] = []
    for (;;) {
      if (this.accept('.')) steps.push(this.member())
      else if (this.accept('[')) steps.push(this.subscript())
      else if (this.accept('?')) {
        this.expect('(')
        this.filterDepth += 1
        const predicate = this.or()
        this.filterDepth -= 1
        if (!isPredicate(predicate)) throw this.unexpected()
        this.expect(')')
        steps.push({ kind: 'filter', predicate })
      } else break
    }
    if (steps.length === 0) return head
    return { kind: 'path', head, steps }
  }
  private member(): PathStep {
    if (this.accept('**')) {
      if (!this.accept('{')) return { kind: 'any', first: 0, last: Number.POSITIVE_INFINITY }
      const first = this.level()
      let last = first
      if (this.isWord('to')) {
        this.next += 1
        last = this.level()
      }
      this.expect('}')
      return { kind: 'any', first, last }
    }
    if (this.accept('*')) return { kind: 'any key' }
    const token = this.peek()
    this.next += 1
    if (token.kind === 'string') return { kind: 'key', name: token.text }
    if (token.kind === 'variable') return { kind: 'key', name: `$${token.text}` }
    if (token.kind !== 'word') {
      this.next -= 1
      throw this.unexpected()
    }
    const name = token.text.toLowerCase()
    if (!this.isSymbol('(') || !PATH_METHODS.includes(name)) return { kind: 'key', name: token.text }
    this.next += 1
    const given: (string | Numeric)[] = []
    while (!this.isSymbol(')')) {
      if (given.length > 0) this.expect(',')
      const isNegative = this.accept('-')
      if (!isNegative) this.accept('+')
      const argument = this.peek()
      if (argument.kind === 'number') {
        const value = Numeric.parse(argument.text)
        given.push(isNegative ? value.negate() : value)
      } else if (argument.kind === 'string' && name === 'datetime') given.push(argument.text)
      else throw this.unexpected()
      this.next += 1
    }
    const most =
      name === 'decimal' ? 2 : /^(?:datetime|time|time_tz|timestamp|timestamp_tz)$/.test(name) ? 1 : 0
    if (given.length > most) throw this.unexpected()
    this.next += 1
    return { kind: 'method', name, arguments: given }
  }
  private level(): number {
    if (this.isWord('last')) {
      this.next += 1
      return Number.POSITIVE_INFINITY
    }
    const token = this.peek()
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.unexpected()
    this.next += 1
    return Number(token.text)
  }
  private subscript(): PathStep {
    if (this.isSymbol('*') && this.isSymbol(']', 1)) {
      this.next += 2
      return { kind: 'any element' }
    }
    this.subscriptDepth += 1
    const ranges: { from: PathNode; to?: PathNode }[] = []
    do {
      const from = this.sum()
      if (this.isWord('to')) {
        this.next += 1
        ranges.push({ from, to: this.sum() })
      } else ranges.push({ from })
    } while (this.accept(','))
    this.subscriptDepth -= 1
    this.expect(']')
    return { kind: 'subscripts', ranges }
  }
}

export function isPredicate(node: PathNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
    case 'not':
    case 'is unknown':
    case 'exists':
    case 'comparison':
    case 'starts with':
    case 'like_regex':
      return true
    default:
      return false
  }
}

function priority(node: PathNode): number {
  switch (node.kind) {
    case 'or':
      return 0
    case 'and':
      return 1
    case 'comparison':
    case 'starts with':
      return 2
    case 'arithmetic':
      return node.operator === '+' || node.operator === '-' ? 3 : 4
    case 'unary':
      return 5
    default:
      return 6
  }
}
function infix(
  node: PathNode,
  left: PathNode,
  operator: string,
  right: PathNode,
  hasBrackets: boolean,
): string {
  const text = `${printed(left, priority(left) <= priority(node))} ${operator} ${printed(right, priority(right) <= priority(node))}`
  return hasBrackets ? `(${text})` : text
}
function printed(node: PathNode, hasBrackets: boolean): string {
  switch (node.kind) {
    case 'root':
      return '$'
    case 'current':
      return '@'
    case 'last':
      return 'last'
    case 'variable':
      return `$${jsonQuoted(node.name)}`
    case 'literal':
      return typeof node.value === 'string' ? jsonQuoted(node.value) : String(node.value)
    case 'path': {
      const isNumber = node.head.kind === 'literal' && node.head.value instanceof Numeric
      const head = printed(node.head, true)
      return (isNumber ? `(${head})` : head) + node.steps.map(printedStep).join('')
    }
    case 'arithmetic':
    case 'comparison':
      return infix(node, node.left, node.operator, node.right, hasBrackets)
    case 'and':
      return infix(node, node.left, '&&', node.right, hasBrackets)
    case 'or':
      return infix(node, node.left, '||', node.right, hasBrackets)
    case 'starts with':
      return infix(node, node.left, 'starts with', node.right, hasBrackets)
    case 'unary': {
      const text = node.operator + printed(node.operand, priority(node.operand) <= priority(node))
      return hasBrackets ? `(${text})` : text
    }
    case 'not':
      return `!(${printed(node.operand, false)})`
    case 'is unknown':
      return `(${printed(node.operand, false)}) is unknown`
    case 'exists':
      return `exists (${printed(node.operand, false)})`
    default: {
      const flags =
        node.flags === '' ? '' : ` flag "${[...'isxmq'].filter(flag => node.flags.includes(flag)).join('')}"`
      const text = `${printed(node.operand, priority(node.operand) <= 6)} like_regex ${jsonQuoted(node.pattern)}${flags}`
      return hasBrackets ? `(${text})` : text
    }
  }
}
function printedStep(step: PathStep): string {
  switch (step.kind) {
    case 'key':
      return `.${jsonQuoted(step.name)}`
    case 'any key':
      return '.*'
    case 'any element':
      return '[*]'
    case 'subscripts':
      return `[${step.ranges
        .map(({ from, to }) => printed(from, false) + (to === undefined ? '' : ` to ${printed(to, false)}`))
        .join(',')}]`
    case 'any': {
      const level = (value: number): string => (value === Number.POSITIVE_INFINITY ? 'last' : String(value))
      if (step.first === 0 && step.last === Number.POSITIVE_INFINITY) return '.**'
      return step.first === step.last
        ? `.**{${level(step.first)}}`
        : `.**{${level(step.first)} to ${level(step.last)}}`
    }
    case 'filter':
      return `?(${printed(step.predicate, false)})`
    default:
      return `.${step.name}(${step.arguments.map(one => (typeof one === 'string' ? jsonQuoted(one) : one.toString())).join(',')})`
  }
}

const kept = new Map<string, JsonPath>()
const PATHS_KEPT_MAX = 500

export function jsonPathFromText(text: string): JsonPath {
  const known = kept.get(text)
  if (known !== undefined) return known
  const path = parsed(text)
  if (kept.size >= PATHS_KEPT_MAX) kept.clear()
  kept.set(text, path)
  return path
}

function parsed(text: string): JsonPath {
  try {
    return new PathParser(text).parse()
  } catch (error) {
    // Signs and parentheses without end: as deep as the stack.
    if (error instanceof RangeError) throw new SqlError('54001', 'stack depth limit exceeded')
    throw error
  }
}

export const JSONPATH_TEXT_FORMAT: TextFormat = {
  type: JSONPATH,
  input: jsonPathFromText,
  output: (value: JsonPath) => value.toString(),
}

/**
 * PostgreSQL's advanced regular expressions: from text to a tree. Knows nothing of matching.
 *
 * Each node says which match it prefers (`prefers`), after PostgreSQL's rules: a quantified atom the longest or the
 * shortest as its quantifier says, a branch what its first atom with a preference prefers, an alternation the longest.
 */

import { notSupported, SqlError } from '../errors.ts'
import { lowerCase, upperCase } from './string.ts'

/** Code points, from and to inclusive, in order, apart from each other. */
export type Ranges = readonly (readonly [number, number])[]

export type Preference = 'none' | 'longest' | 'shortest'

export type RegexNode =
  | { readonly kind: 'empty'; readonly prefers: Preference }
  | { readonly kind: 'set'; readonly ranges: Ranges; readonly prefers: Preference }
  | { readonly kind: 'concat'; readonly parts: readonly RegexNode[]; readonly prefers: Preference }
  | { readonly kind: 'either'; readonly branches: readonly RegexNode[]; readonly prefers: Preference }
  | {
      readonly kind: 'repeat'
      readonly body: RegexNode
      readonly min: number
      /** Infinity for no limit. */
      readonly max: number
      readonly prefers: Preference
    }
  | {
      readonly kind: 'group'
      readonly body: RegexNode
      readonly number: number
      readonly prefers: Preference
    }
  | {
      readonly kind: 'reference'
      readonly number: number
      readonly body: RegexNode
      readonly prefers: Preference
    }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly prefers: Preference }
  | {
      readonly kind: 'look'
      readonly body: RegexNode
      readonly isBehind: boolean
      readonly isNegated: boolean
      readonly prefers: Preference
    }

export type Assertion =
  | 'begin of text'
  | 'end of text'
  | 'begin of line'
  | 'end of line'
  | 'begin of word'
  | 'end of word'
  | 'word boundary'
  | 'no word boundary'

export interface RegexOptions {
  ignoresCase: boolean
  /** `.` and complements do not match a newline. */
  dotStopsAtNewline: boolean
  /** `^` and `$` also match at lines. */
  anchorsAtLines: boolean
  isLiteral: boolean
  isExpanded: boolean
}

export function defaultOptions(): RegexOptions {
  return {
    ignoresCase: false,
    dotStopsAtNewline: false,
    anchorsAtLines: false,
    isLiteral: false,
    isExpanded: false,
  }
}

export interface Regex {
  readonly node: RegexNode
  readonly groupCount: number
  readonly hasReferences: boolean
}

const CODE_MAX = 0x10ffff
const REPETITIONS_MAX = 255

function invalid(what: string): SqlError {
  return new SqlError('2201B', `invalid regular expression: ${what}`)
}

/** The ranges of what a class of Unicode's properties matches. */
const CLASSES: Record<string, string> = {
  alpha: '\\p{L}\\p{Nl}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nl}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: ' \\t-\\r\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000',
  blank: ' \\t',
  punct: '\\p{P}\\p{S}',
  cntrl: '\\p{Cc}',
  xdigit: '0-9a-fA-F',
  print: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ',
  graph: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}',
  word: '\\p{L}\\p{Nl}\\p{N}_',
}
const knownClasses = new Map<string, Ranges>()

/** Classes are asked of JavaScript's own tables up to U+FFFF and some more, once. */
export function classRanges(name: string): Ranges {
  const known = knownClasses.get(name)
  if (known !== undefined) return known
  const source = CLASSES[name]
  if (source === undefined) throw invalid('invalid character class')
  const test = new RegExp(`[${source}]`, 'u')
  const ranges: [number, number][] = []
  for (let code = 1; code < 0x32000; code++) {
    if (code === 0xd800) code = 0xe000
    if (!test.test(String.fromCodePoint(code))) continue
    const last = ranges[ranges.length - 1]
    if (last !== undefined && last[1] === code - 1) last[1] = code
    else ranges.push([code, code])
  }
  knownClasses.set(name, ranges)
  return ranges
}

export function merged(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((left, right) => left[0] - right[0])
  const result: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = result[result.length - 1]
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

export function complement(ranges: Ranges): Ranges {
  const result: [number, number][] = []
  let next = 0
  for (const [from, to] of merged(ranges)) {
    if (from > next) result.push([next, from - 1])
    next = to + 1
  }
  if (next <= CODE_MAX) result.push([next, CODE_MAX])
  return result
}

const CASED_RANGE_MAX = 3000

function withBothCases(ranges: Ranges): Ranges {
  const all: [number, number][] = ranges.map(([from, to]) => [from, to])
  for (const [from, to] of ranges) {
    if (to - from > CASED_RANGE_MAX) continue
    for (let code = from; code <= to; code++) {
      const character = String.fromCodePoint(code)
      for (const other of [upperCase(character), lowerCase(character)]) {
        if (other !== character) all.push([other.codePointAt(0)!, other.codePointAt(0)!])
      }
    }
  }
  return merged(all)
}

const EMPTY: RegexNode = { kind: 'empty', prefers: 'none' }

export function parseRegex(text: string, given: RegexOptions): Regex {
  const options = { ...given }
  let pattern = text
  if (options.isLiteral) return { node: literalNode(pattern, options), groupCount: 0, hasReferences: false }
  if (pattern.startsWith('***=')) {
    return { node: literalNode(pattern.slice(4), options), groupCount: 0, hasReferences: false }
  }
  if (pattern.startsWith('***:')) pattern = pattern.slice(4)
  else if (pattern.startsWith('***')) throw invalid('quantifier operand invalid')
  const embedded = /^\(\?([a-z]+)\)/.exec(pattern)
  if (embedded !== null) {
    for (const letter of embedded[1]) applyOption(options, letter, () => invalid('invalid embedded option'))
    pattern = pattern.slice(embedded[0].length)
    if (options.isLiteral) return { node: literalNode(pattern, options), groupCount: 0, hasReferences: false }
  }
  return new Parser(pattern, options).parse()
}

export function applyOption(options: RegexOptions, letter: string, refuse: () => SqlError): void {
  switch (letter) {
    case 'i':
      options.ignoresCase = true
      return
    case 'c':
      options.ignoresCase = false
      return
    case 'n':
    case 'm':
      options.dotStopsAtNewline = true
      options.anchorsAtLines = true
      return
    case 'p':
      options.dotStopsAtNewline = true
      options.anchorsAtLines = false
      return
    case 'w':
      options.dotStopsAtNewline = false
      options.anchorsAtLines = true
      return
    case 's':
      options.dotStopsAtNewline = false
      options.anchorsAtLines = false
      return
    case 'x':
      options.isExpanded = true
      return
    case 't':
      options.isExpanded = false
      return
    case 'q':
      options.isLiteral = true
      return
    case 'e':
      return
    case 'b':
      throw notSupported('the basic form of regular expressions')
    default:
      throw refuse()
  }
}

function literalNode(text: string, options: RegexOptions): RegexNode {
  const parts = Array.from(text, character =>
    setOf([[character.codePointAt(0)!, character.codePointAt(0)!]], options),
  )
  return parts.length === 0 ? EMPTY : { kind: 'concat', parts, prefers: 'none' }
}

function setOf(ranges: Ranges, options: RegexOptions): RegexNode {
  return {
    kind: 'set',
    ranges: options.ignoresCase ? withBothCases(ranges) : merged(ranges),
    prefers: 'none',
  }
}

const NEWLINE: Ranges = [[10, 10]]

class Parser {
  private readonly text: string
  private readonly options: RegexOptions
  private at = 0
  private groupCount = 0
  private readonly groups: (RegexNode | undefined)[] = []
  private hasReferences = false
  private lookDepth = 0
  private depth = 0

  constructor(text: string, options: RegexOptions) {
    this.text = text
    this.options = options
  }

  parse(): Regex {
    const node = this.alternation()
    if (this.at < this.text.length) throw invalid('parentheses () not balanced')
    return { node, groupCount: this.groupCount, hasReferences: this.hasReferences }
  }

  private alternation(): RegexNode {
    if (++this.depth > 500) throw invalid('regular expression is too complex')
    const branches = [this.branch()]
    while (this.text[this.at] === '|') {
      this.at++
      branches.push(this.branch())
    }
    this.depth--
    return branches.length === 1 ? branches[0] : { kind: 'either', branches, prefers: 'longest' }
  }

  private branch(): RegexNode {
    const parts: RegexNode[] = []
    for (;;) {
      this.skipExpanded()
      const next = this.text[this.at]
      if (next === undefined || next === '|' || next === ')') break
      parts.push(this.quantified())
    }
    if (parts.length === 0) return EMPTY
    if (parts.length === 1) return parts[0]
    const prefers = parts.find(part => part.prefers !== 'none')?.prefers ?? 'none'
    return { kind: 'concat', parts, prefers }
  }

  private skipExpanded(): void {
    for (;;) {
      const comment = /^\(\?#[^)]*\)/.exec(this.text.slice(this.at, this.at + 1000))
      if (comment !== null) {
        this.at += comment[0].length
        continue
      }
      if (!this.options.isExpanded) return
      const skipped = /^(?:\s+|#[^\n]*)/.exec(this.text.slice(this.at))
      if (skipped === null) return
      this.at += skipped[0].length
    }
  }

  private quantified(): RegexNode {
    const first = this.text[this.at]
    if (first === '*' || first === '+' || first === '?') throw invalid('quantifier operand invalid')
    if (first === '{' && /^\d/.test(this.text[this.at + 1] ?? '')) throw invalid('quantifier operand invalid')
    const atom = this.atom()
    this.skipExpanded()
    const bounds = this.quantifier()
    if (bounds === undefined) return atom
    if (atom.kind === 'assertion' || atom.kind === 'look') throw invalid('quantifier operand invalid')
    this.skipExpanded()
    const follow = this.text[this.at]
    if (
      follow === '*' ||
      follow === '+' ||
      follow === '?' ||
      (follow === '{' && /\d/.test(this.text[this.at + 1] ?? ''))
    ) {
      throw invalid('quantifier operand invalid')
    }
    const { min, max, isShort, isExact } = bounds
    // `{m}` prefers what the atom does, but `{m,m}` the longest.
    const prefers: Preference = isExact ? atom.prefers : isShort ? 'shortest' : 'longest'
    return { kind: 'repeat', body: atom, min, max, prefers }
  }

  private quantifier(): { min: number; max: number; isShort: boolean; isExact: boolean } | undefined {
    const { text } = this
    let min = 0
    let max = Number.POSITIVE_INFINITY
    let isExact = false
    switch (text[this.at]) {
      case '*':
        this.at++
        break
      case '+':
        min = 1
        this.at++
        break
      case '?':
        max = 1
        this.at++
        break
      case '{': {
        if (!/\d/.test(text[this.at + 1] ?? '')) return undefined
        const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(text.slice(this.at, this.at + 40))
        if (match === null)
          throw invalid(
            /^\{\d+(,\d*)?$/.test(text.slice(this.at))
              ? 'braces {} not balanced'
              : 'invalid repetition count(s)',
          )
        min = Number(match[1])
        isExact = match[2] === undefined
        max = match[2] === undefined ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])
        if (
          min > REPETITIONS_MAX ||
          (max !== Number.POSITIVE_INFINITY && max > REPETITIONS_MAX) ||
          min > max
        ) {
          throw invalid('invalid repetition count(s)')
        }
        this.at += match[0].length
        break
      }
      default:
        return undefined
    }
    const isShort = text[this.at] === '?'
    if (isShort) this.at++
    return { min, max, isShort, isExact }
  }

  private assertion(assertion: Assertion, length: number): RegexNode {
    this.at += length
    return { kind: 'assertion', assertion, prefers: 'none' }
  }

  private atom(): RegexNode {
    const { text, options } = this
    switch (text[this.at]) {
      case '(':
        return this.parenthesis()
      case '[':
        if (text.startsWith('[[:<:]]', this.at)) return this.assertion('begin of word', 7)
        if (text.startsWith('[[:>:]]', this.at)) return this.assertion('end of word', 7)
        return this.bracket()
      case '.':
        this.at++
        return {
          kind: 'set',
          ranges: options.dotStopsAtNewline ? complement(NEWLINE) : [[0, CODE_MAX]],
          prefers: 'none',
        }
      case '^':
        return this.assertion(options.anchorsAtLines ? 'begin of line' : 'begin of text', 1)
      case '$':
        return this.assertion(options.anchorsAtLines ? 'end of line' : 'end of text', 1)
      case '\\':
        return this.escaped()
    }
    const code = text.codePointAt(this.at)!
    this.at += code > 0xffff ? 2 : 1
    return setOf([[code, code]], options)
  }

  private parenthesis(): RegexNode {
    const { text } = this
    const close = (): void => {
      if (text[this.at] !== ')') throw invalid('parentheses () not balanced')
      this.at++
    }
    const look = /^\(\?(<?)([=!])/.exec(text.slice(this.at, this.at + 4))
    if (look !== null) {
      this.at += look[0].length
      this.lookDepth++
      const body = this.alternation()
      this.lookDepth--
      close()
      return { kind: 'look', body, isBehind: look[1] === '<', isNegated: look[2] === '!', prefers: 'none' }
    }
    if (text.startsWith('(?:', this.at)) {
      this.at += 3
      const body = this.alternation()
      close()
      return body
    }
    if (text.startsWith('(?', this.at)) throw invalid('quantifier operand invalid')
    this.at++
    // Within a constraint parentheses do not capture.
    const number = this.lookDepth > 0 ? 0 : ++this.groupCount
    const body = this.alternation()
    close()
    if (number === 0) return body
    const node: RegexNode = { kind: 'group', body, number, prefers: body.prefers }
    this.groups[number] = node
    return node
  }

  private escaped(): RegexNode {
    const { text } = this
    const letter = text[this.at + 1]
    switch (letter) {
      case undefined:
        throw invalid('invalid escape \\ sequence')
      case 'A':
        return this.assertion('begin of text', 2)
      case 'Z':
        return this.assertion('end of text', 2)
      case 'm':
        return this.assertion('begin of word', 2)
      case 'M':
        return this.assertion('end of word', 2)
      case 'y':
        return this.assertion('word boundary', 2)
      case 'Y':
        return this.assertion('no word boundary', 2)
    }
    const shorthand = this.shorthand()
    if (shorthand !== undefined) return { kind: 'set', ranges: shorthand, prefers: 'none' }
    const reference = /^\\([1-9]\d*)/.exec(text.slice(this.at, this.at + 5))
    if (reference !== null && (reference[1].length === 1 || Number(reference[1]) <= this.groupCount)) {
      const number = Number(reference[1])
      const group = this.groups[number]
      if (group === undefined || this.lookDepth > 0) throw invalid('invalid backreference number')
      this.at += reference[0].length
      this.hasReferences = true
      return { kind: 'reference', number, body: (group as { body: RegexNode }).body, prefers: 'none' }
    }
    const code = this.escapedCode()
    return setOf([[code, code]], this.options)
  }

  /** `\d` and its like. */
  private shorthand(): Ranges | undefined {
    const letter = this.text[this.at + 1]
    const name = { d: 'digit', s: 'space', w: 'word' }[letter?.toLowerCase() ?? '']
    if (name === undefined) return undefined
    this.at += 2
    const ranges = classRanges(name)
    if (letter === letter.toLowerCase()) return ranges
    // Complements stop at newlines as brackets do.
    return complement(this.options.dotStopsAtNewline ? [...ranges, ...NEWLINE] : ranges)
  }

  /** The character that an escape stands for. */
  private escapedCode(): number {
    const rest = this.text.slice(this.at, this.at + 12)
    const hexadecimal = /^\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]+))/.exec(rest)
    if (hexadecimal !== null) {
      const code = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3], 16)
      if (code > CODE_MAX) throw invalid('invalid escape \\ sequence')
      this.at += hexadecimal[0].length
      return code
    }
    const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)
    if (octal !== null) {
      this.at += octal[0].length
      return Number.parseInt(octal[1], 8)
    }
    if (rest[1] === 'c' && rest.length > 2) {
      this.at += 3
      return rest.charCodeAt(2) & 31
    }
    const simple: Record<string, number> = { a: 7, b: 8, B: 92, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 }
    const letter = rest[1]
    if (simple[letter] !== undefined) {
      this.at += 2
      return simple[letter]
    }
    if (letter === undefined || /[A-Za-z0-9]/.test(letter)) throw invalid('invalid escape \\ sequence')
    const code = rest.codePointAt(1)!
    this.at += code > 0xffff ? 3 : 2
    return code
  }

  private bracket(): RegexNode {
    const { text } = this
    this.at++
    const isNegated = text[this.at] === '^'
    if (isNegated) this.at++
    const ranges: [number, number][] = []
    const unbalanced = (): SqlError => invalid('brackets [] not balanced')
    for (let isFirst = true; ; isFirst = false) {
      if (this.at >= text.length) throw unbalanced()
      if (text[this.at] === ']' && !isFirst) break
      const named = /^\[:([a-z]*):\]/.exec(text.slice(this.at, this.at + 16))
      if (named !== null) {
        this.at += named[0].length
        for (const [from, to] of classRanges(
          this.options.ignoresCase && /^(upper|lower)$/.test(named[1]) ? 'alpha' : named[1],
        )) {
          ranges.push([from, to])
        }
        continue
      }
      if (text[this.at] === '\\') {
        const shorthand = this.shorthand()
        if (shorthand !== undefined) {
          for (const [from, to] of shorthand) ranges.push([from, to])
          continue
        }
      }
      const from = this.bracketCode()
      if (text[this.at] === '-' && text[this.at + 1] !== ']' && this.at + 1 < text.length) {
        this.at++
        const to = this.bracketCode()
        if (to < from) throw invalid('invalid character range')
        ranges.push([from, to])
      } else ranges.push([from, from])
    }
    this.at++
    const cased = this.options.ignoresCase ? withBothCases(ranges) : merged(ranges)
    if (!isNegated) return { kind: 'set', ranges: cased, prefers: 'none' }
    return {
      kind: 'set',
      ranges: complement(this.options.dotStopsAtNewline ? [...cased, ...NEWLINE] : cased),
      prefers: 'none',
    }
  }

  private bracketCode(): number {
    const { text } = this
    if (this.at >= text.length) throw invalid('brackets [] not balanced')
    const element = /^\[([.=])([\s\S])\1\]/u.exec(text.slice(this.at, this.at + 8))
    if (element !== null) {
      this.at += element[0].length
      return element[2].codePointAt(0)!
    }
    if (text.startsWith('[.', this.at) || text.startsWith('[=', this.at))
      throw invalid('invalid collating element')
    if (text.startsWith('[:', this.at)) throw invalid('invalid character class')
    if (text[this.at] === '\\') return this.escapedCode()
    const code = text.codePointAt(this.at)!
    this.at += code > 0xffff ? 2 : 1
    return code
  }
}

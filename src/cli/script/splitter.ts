/**
 * Divides a script, line by line, into statements of SQL and backslash commands, as psql does. It knows quotes, dollar
 * quotes, comments (nested), parentheses and the bodies of functions in SQL (BEGIN ATOMIC … END), and puts the values of
 * variables in the place of `:name`, `:'name'` and `:"name"`.
 *
 * It knows nothing of what statements mean: what it calls a statement is what lies between two semicolons.
 */

/** A part of a script that can be run. */
export type ScriptItem =
  | { readonly kind: 'statement'; readonly text: string; readonly line: number }
  | {
      readonly kind: 'command'
      /** Without the backslash. */
      readonly name: string
      readonly argumentText: string
      /** What was typed before it and not ended by a semicolon. */
      readonly pending: string
      readonly line: number
    }

/** What a line that is not complete waits for; it chooses the prompt. */
export type Waiting = 'start' | 'more' | 'quote' | 'identifier' | 'dollar' | 'comment' | 'parenthesis'

type Inside =
  | { readonly kind: 'sql' }
  | { readonly kind: 'quote'; readonly hasEscapes: boolean }
  | { readonly kind: 'identifier' }
  | { readonly kind: 'dollar'; readonly tag: string }
  | { readonly kind: 'comment'; depth: number }

/** How far a splitter had come. */
export interface SplitterMark {
  readonly inside: Inside
  readonly text: string
  readonly hasText: boolean
  readonly parentheses: number
  readonly blocks: number
  readonly firstWords: readonly string[]
  readonly firstLine: number
}

const SQL: Inside = { kind: 'sql' }
const WHITE_SPACE = /\s+/y
const WORD = /[\p{L}\p{N}_$\u0080-\uffff]+/uy
const WORD_START = /[\p{L}_\u0080-\uffff]/u
const DOLLAR_TAG = /\$(?:[\p{L}_\u0080-\uffff][\p{L}\p{N}_\u0080-\uffff]*)?\$/uy
const VARIABLE = /:(?:(['"])(\w+)\1|\{\?(\w+)\}|(\w+))/y
const COMMAND_NAME = /\\([a-zA-Z_]+[+]?|[!?])/y

export class ScriptSplitter {
  /** Values of variables; undefined: there is none of that name, and the text stays as it is. */
  private readonly variable: (name: string) => string | undefined
  private inside: Inside = SQL
  private text = ''
  /** There is more in it than white space and comments. */
  private hasText = false
  private parentheses = 0
  private firstLine = 1
  private line = 0
  /** Of a statement that defines a function: how deep in BEGIN … END and CASE … END. */
  private blocks = 0
  /** The first words of the statement, as far as they may begin the definition of a function. */
  private firstWords: string[] = []

  constructor(variable: (name: string) => string | undefined = () => undefined) {
    this.variable = variable
  }

  /** What the text so far waits for. */
  get waiting(): Waiting {
    const { kind } = this.inside
    if (kind !== 'sql') return kind
    if (this.parentheses > 0) return 'parenthesis'
    return this.hasText ? 'more' : 'start'
  }

  /** What was given and not ended by a semicolon. */
  get pending(): string {
    return this.text.trim()
  }

  /** A line went by that is no part of the script's statements. */
  passLine(): void {
    this.line++
  }

  /** Forgets it. */
  clear(): void {
    this.begin('')
  }

  /** Where it is now, to come back to. */
  mark(): SplitterMark {
    const { inside, text, hasText, parentheses, blocks, firstWords, firstLine } = this
    return { inside, text, hasText, parentheses, blocks, firstWords: [...firstWords], firstLine }
  }

  /** Forgets what came since. */
  reset(mark: SplitterMark): void {
    Object.assign(this, mark, { firstWords: [...mark.firstWords] })
  }

  /** Takes text as what is pending: as if it had been typed. */
  begin(text: string): void {
    this.text = text
    this.hasText = text.trim() !== ''
    this.inside = SQL
    this.parentheses = 0
    this.blocks = 0
    this.firstWords = []
  }

  /** The last statement, which needs no semicolon. */
  end(): ScriptItem | undefined {
    const item: ScriptItem = { kind: 'statement', text: this.pending, line: this.firstLine }
    const { hasText } = this
    this.clear()
    return hasText ? item : undefined
  }

  /** Takes one line, without its end, and gives what it completes. */
  *push(line: string): Generator<ScriptItem> {
    this.line++
    if (this.text !== '') this.text += '\n'
    let at = 0
    while (at < line.length) {
      if (this.inside.kind !== 'sql') {
        at = this.continueInside(line, at)
        continue
      }
      const character = line[at]
      if (character === ';' && this.parentheses === 0 && this.blocks === 0) {
        const item = this.end()
        if (item !== undefined) yield item
        at++
      } else if (character === '\\') {
        const [item, next] = this.command(line, at)
        at = next
        if (item !== undefined) yield item
      } else {
        at = this.plain(line, at)
      }
    }
  }

  /** Text outside of quotes and comments; gives where the next piece begins. */
  private plain(line: string, at: number): number {
    const blank = matchAt(WHITE_SPACE, line, at)?.[0]
    if (blank !== undefined) return this.take(blank, at + blank.length)
    const character = line[at]
    const next = line[at + 1]
    if (character === '-' && next === '-') return this.take(line.slice(at), line.length)
    if (character === '/' && next === '*') return this.enter({ kind: 'comment', depth: 1 }, '/*', at)
    if (!this.hasText) {
      // Comments before a statement are left out: so the lines that errors name are the statement's.
      this.text = ''
      this.hasText = true
      this.firstLine = this.line
    }
    switch (character) {
      case "'":
        return this.enter({ kind: 'quote', hasEscapes: false }, "'", at)
      case '"':
        return this.enter({ kind: 'identifier' }, '"', at)
      case '(':
        this.parentheses++
        break
      case ')':
        this.parentheses = Math.max(0, this.parentheses - 1)
        break
      case '$': {
        const tag = matchAt(DOLLAR_TAG, line, at)?.[0]
        if (tag !== undefined) return this.enter({ kind: 'dollar', tag }, tag, at)
        break
      }
      case ':':
        if (next === ':') return this.take('::', at + 2)
        return this.interpolate(line, at)
    }
    if (WORD_START.test(character)) return this.word(line, at)
    // Digits, with what follows them: `1e5` has no word in it.
    const digits = /[0-9]/.test(character) ? matchAt(WORD, line, at)?.[0] : undefined
    return this.take(digits ?? character, at + (digits ?? character).length)
  }

  private word(line: string, at: number): number {
    const word = matchAt(WORD, line, at)![0]
    const end = at + word.length
    if (/^[eE]$/.test(word) && line[end] === "'") {
      this.text += word
      return this.enter({ kind: 'quote', hasEscapes: true }, "'", end)
    }
    this.noteBlock(word.toLowerCase())
    return this.take(word, end)
  }

  /** CREATE FUNCTION … BEGIN ATOMIC has semicolons of its own. */
  private noteBlock(word: string): void {
    if (this.firstWords.length < 4) this.firstWords.push(word)
    const [create, second, third, fourth] = this.firstWords
    const defined = second === 'or' && third === 'replace' ? fourth : second
    if (create !== 'create' || (defined !== 'function' && defined !== 'procedure')) return
    if (word === 'begin' || (word === 'case' && this.blocks > 0)) this.blocks++
    else if (word === 'end' && this.blocks > 0) this.blocks--
  }

  private interpolate(line: string, at: number): number {
    const match = matchAt(VARIABLE, line, at)
    if (match === undefined) return this.take(':', at + 1)
    const [whole, quote, quotedName, askedName, plainName] = match
    const end = at + whole.length
    if (askedName !== undefined) {
      return this.take(this.variable(askedName) === undefined ? 'FALSE' : 'TRUE', end)
    }
    const value = this.variable(quotedName ?? plainName!)
    if (value === undefined) return this.take(':', at + 1)
    return this.take(
      quote === undefined ? value : quote + value.replaceAll(quote, quote + quote) + quote,
      end,
    )
  }

  private command(line: string, at: number): [ScriptItem | undefined, number] {
    const match = matchAt(COMMAND_NAME, line, at)
    // `\;` is a semicolon that ends nothing.
    if (match === undefined) {
      const isSemicolon = line[at + 1] === ';'
      return [undefined, this.take(isSemicolon ? ';' : '\\', at + (isSemicolon ? 2 : 1))]
    }
    const start = at + match[0].length
    const separator = endOfArguments(line, start)
    const item: ScriptItem = {
      kind: 'command',
      name: match[1],
      argumentText: line.slice(start, separator).trim(),
      pending: this.pending,
      line: this.line,
    }
    return [item, Math.min(line.length, separator + 2)]
  }

  private enter(inside: Inside, opening: string, at: number): number {
    this.inside = inside
    return this.take(opening, at + opening.length)
  }

  private take(text: string, next: number): number {
    this.text += text
    return next
  }

  /** Text inside of quotes or a comment, up to their end or the line's. */
  private continueInside(line: string, at: number): number {
    const { inside } = this
    switch (inside.kind) {
      case 'quote':
        return this.continueQuoted(line, at, "'", inside.hasEscapes)
      case 'identifier':
        return this.continueQuoted(line, at, '"', false)
      case 'dollar': {
        const end = line.indexOf(inside.tag, at)
        if (end < 0) return this.take(line.slice(at), line.length)
        this.inside = SQL
        return this.take(line.slice(at, end + inside.tag.length), end + inside.tag.length)
      }
      case 'comment': {
        const two = line.slice(at, at + 2)
        if (two === '/*') inside.depth++
        if (two !== '/*' && two !== '*/') return this.take(line[at], at + 1)
        if (two === '*/' && --inside.depth === 0) this.inside = SQL
        return this.take(two, at + 2)
      }
      case 'sql':
        return at
    }
  }

  private continueQuoted(line: string, at: number, quote: string, hasEscapes: boolean): number {
    const character = line[at]
    if (hasEscapes && character === '\\') return this.take(line.slice(at, at + 2), at + 2)
    if (character !== quote) {
      let end = at
      while (end < line.length && line[end] !== quote && !(hasEscapes && line[end] === '\\')) end++
      return this.take(line.slice(at, end), end)
    }
    if (line[at + 1] === quote) return this.take(quote + quote, at + 2)
    this.inside = SQL
    return this.take(quote, at + 1)
  }
}

/** Where a command's arguments end: at `\\` outside of quotes, or with the line. */
function endOfArguments(line: string, start: number): number {
  let quote = ''
  for (let at = start; at < line.length; at++) {
    if (quote !== '') {
      if (line[at] === quote) quote = ''
    } else if (line[at] === "'" || line[at] === '"') quote = line[at]
    else if (line.startsWith('\\\\', at)) return at
  }
  return line.length
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

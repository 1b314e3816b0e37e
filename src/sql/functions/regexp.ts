/** The operators ~ ~* !~ !~*, the functions regexp_…, substring with a pattern, and what SIMILAR TO becomes. */

import { SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { characterCount, indexOfCharacter } from '../types/text.ts'
import { BOOL, BPCHAR, INT4, NAME, type SqlType, TEXT } from '../types/type.ts'
import { checkElementCount } from '../types/value-limits.ts'
import { polymorphic, scalar, setReturning } from './definitions.ts'
import { GrowingText } from './growing-text.ts'
import { CompiledRegex, type RegexMatch } from './regexp-match.ts'
import { applyOption, defaultOptions } from './regexp-syntax.ts'
import type { ScalarFunction, SqlFunction } from './registry.ts'

const KEPT_MAX = 100
const kept = new Map<string, CompiledRegex>()

/** Compiled once; the last hundred are kept. `flags` without g. */
function compiled(pattern: string, flags: string): CompiledRegex {
  const key = `${flags}/${pattern}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const options = defaultOptions()
  for (const flag of flags) applyOption(options, flag, () => invalidFlag(flag))
  const regex = new CompiledRegex(pattern, options)
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value!)
  kept.set(key, regex)
  return regex
}

function invalidFlag(flag: string): SqlError {
  return new SqlError('22023', `invalid regular expression option: "${flag}"`)
}

/** Takes the g out of flags. */
function splitFlags(flags: string): { isGlobal: boolean; flags: string } {
  return { isGlobal: flags.includes('g'), flags: flags.replaceAll('g', '') }
}

function withoutGlobal(name: string, flags: string): string {
  if (flags.includes('g')) {
    throw new SqlError(
      '22023',
      `${name} does not support the "global" option`,
      name === 'regexp_match()' ? { hint: 'Use the regexp_matches function instead.' } : {},
    )
  }
  return flags
}

/** All matches from an index on; an empty one moves on by a character. */
function* matchesOf(regex: CompiledRegex, text: string, from = 0): Generator<RegexMatch> {
  let at = from
  while (at <= text.length) {
    const match = regex.find(text, at)
    if (match === undefined) return
    yield match
    const end = match.ends[0]
    at = end > match.starts[0] ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
  }
}

/** As splitting wants: empty matches at the ends or right behind a match do not count. */
function piecesOf(text: string, pattern: string, flags: string, name: string): string[] {
  const regex = compiled(pattern, withoutGlobal(name, flags))
  const pieces: string[] = []
  let from = 0
  for (const match of matchesOf(regex, text)) {
    const start = match.starts[0]
    const end = match.ends[0]
    if (start === end && (start >= text.length || start <= from)) continue
    pieces.push(text.slice(from, start))
    checkElementCount(pieces.length)
    from = end
  }
  pieces.push(text.slice(from))
  return pieces
}

function groupText(text: string, match: RegexMatch, number: number): string | null {
  return match.starts[number] < 0 ? null : text.slice(match.starts[number], match.ends[number])
}

/** The groups, or the whole where there are none. */
function groupsOf(text: string, regex: CompiledRegex, match: RegexMatch): SqlArray {
  if (regex.groupCount === 0) return SqlArray.of([groupText(text, match, 0)])
  return SqlArray.of(Array.from({ length: regex.groupCount }, (_, at) => groupText(text, match, at + 1)))
}

function firstMatch(text: string, pattern: string, flags = ''): SqlArray | null {
  const regex = compiled(pattern, withoutGlobal('regexp_match()', flags))
  const match = regex.find(text, 0)
  return match === undefined ? null : groupsOf(text, regex, match)
}

function* allMatches(text: string, pattern: string, given = ''): Generator<SqlArray> {
  const { isGlobal, flags } = splitFlags(given)
  const regex = compiled(pattern, flags)
  for (const match of matchesOf(regex, text)) {
    yield groupsOf(text, regex, match)
    if (!isGlobal) return
  }
}

/** `\1` to `\9`, `\&` and `\\` in a replacement. */
function expanded(replacement: string, text: string, match: RegexMatch): string {
  if (!replacement.includes('\\')) return replacement
  return replacement.replace(/\\([1-9&\\])/g, (_, what: string) => {
    if (what === '\\') return '\\'
    if (what === '&') return text.slice(match.starts[0], match.ends[0])
    const number = Number(what)
    return number < match.starts.length ? (groupText(text, match, number) ?? '') : ''
  })
}

/** Replaces the match number `which` (0: all) among those from an index on. */
function replaced(
  text: string,
  pattern: string,
  replacement: string,
  flags: string,
  from: number,
  which: number,
): string {
  const regex = compiled(pattern, flags)
  const result = new GrowingText()
  let at = 0
  let number = 0
  for (const match of matchesOf(regex, text, from)) {
    if (which !== 0 && ++number !== which) continue
    result.add(text.slice(at, match.starts[0]) + expanded(replacement, text, match))
    at = match.ends[0]
    if (which !== 0) break
  }
  result.add(text.slice(at))
  return result.toString()
}

function replaceWithFlags(text: string, pattern: string, replacement: string, given: string): string {
  if (/^\d/.test(given)) {
    throw new SqlError('22023', `invalid regular expression option: "${given[0]}"`, {
      hint: 'If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.',
    })
  }
  const { isGlobal, flags } = splitFlags(given)
  return replaced(text, pattern, replacement, flags, 0, isGlobal ? 0 : 1)
}

function checkedStart(text: string, start: number): number {
  if (start < 1) throw new SqlError('22023', `invalid value for parameter "start": ${start}`)
  return start > characterCount(text) + 1 ? text.length + 1 : indexOfCharacter(text, start - 1)
}
function checkNumber(name: string, value: number, min: number): void {
  if (value < min) throw new SqlError('22023', `invalid value for parameter "${name}": ${value}`)
}

function countMatches(text: string, pattern: string, start = 1, flags = ''): number {
  const from = checkedStart(text, start)
  let count = 0
  for (const _ of matchesOf(compiled(pattern, withoutGlobal('regexp_count()', flags)), text, from)) count++
  return count
}

function nth(regex: CompiledRegex, text: string, from: number, number: number): RegexMatch | undefined {
  let seen = 0
  for (const match of matchesOf(regex, text, from)) if (++seen === number) return match
  return undefined
}

function placeOf(
  text: string,
  pattern: string,
  start = 1,
  number = 1,
  endOption = 0,
  flags = '',
  group = 0,
): number {
  const from = checkedStart(text, start)
  checkNumber('n', number, 1)
  if (endOption !== 0 && endOption !== 1) {
    throw new SqlError('22023', `invalid value for parameter "endoption": ${endOption}`)
  }
  checkNumber('subexpr', group, 0)
  const regex = compiled(pattern, withoutGlobal('regexp_instr()', flags))
  const match = nth(regex, text, from, number)
  if (match === undefined || group > regex.groupCount || match.starts[group] < 0) return 0
  return characterCount(text.slice(0, endOption === 1 ? match.ends[group] : match.starts[group])) + 1
}

function partOf(text: string, pattern: string, start = 1, number = 1, flags = '', group = 0): string | null {
  const from = checkedStart(text, start)
  checkNumber('n', number, 1)
  checkNumber('subexpr', group, 0)
  const regex = compiled(pattern, withoutGlobal('regexp_substr()', flags))
  const match = nth(regex, text, from, number)
  return match === undefined || group > regex.groupCount ? null : groupText(text, match, group)
}

/** `substring(text from pattern)`: the first group, or the whole. */
function substringOf(text: string, pattern: string): string | null {
  const regex = compiled(pattern, '')
  const match = regex.find(text, 0)
  return match === undefined ? null : groupText(text, match, regex.groupCount > 0 ? 1 : 0)
}

/** SQL's SIMILAR TO pattern as a regular expression; '' for no escape character. */
export function similarToRegex(pattern: string, escapeText: string): string {
  const escapeCharacter = Array.from(escapeText)
  if (escapeCharacter.length > 1) {
    throw new SqlError('22025', 'invalid escape string', {
      hint: 'Escape string must be empty or one character.',
    })
  }
  let result = '^(?:'
  let isAfterEscape = false
  let separators = 0
  let bracketDepth = 0
  /** Of the characters in a bracket: 0 at its beginning, where ^ and ] are plain. */
  let inBracket = 0
  for (const character of pattern) {
    if (isAfterEscape) {
      if (character === '"' && bracketDepth === 0) {
        if (separators === 0) result += '){1,1}?('
        else if (separators === 1) result += '){1,1}(?:'
        else {
          throw new SqlError(
            '22019',
            'SQL regular expression may not contain more than two escape-double-quote separators',
          )
        }
        separators++
        inBracket = 3
      } else {
        result += `\\${character}`
        inBracket = 3
      }
      isAfterEscape = false
    } else if (character === escapeCharacter[0]) isAfterEscape = true
    else if (bracketDepth > 0) {
      if (character === '\\') result += '\\'
      result += character
      if (character === ']' && inBracket > 2) bracketDepth--
      else if (character === '[') bracketDepth++
      if (character === '^' && inBracket === 1) inBracket = 2
      else inBracket = 3
    } else if (character === '[') {
      result += character
      bracketDepth = 1
      inBracket = 1
    } else if (character === '%') result += '.*'
    else if (character === '_') result += '.'
    else if (character === '(') result += '(?:'
    else if (character === '\\' || character === '.' || character === '^' || character === '$')
      result += `\\${character}`
    else result += character
  }
  return `${result})$`
}

const TESTS: readonly (readonly [string, string, boolean])[] = [
  ['~', '', false],
  ['!~', '', true],
  ['~*', 'i', false],
  ['!~*', 'i', true],
]

export const REGEXP_OPERATORS: readonly ScalarFunction[] = TESTS.flatMap(([name, flags, isNegated]) =>
  [TEXT, BPCHAR, NAME].map((type: SqlType) =>
    polymorphic(name, [type, TEXT], BOOL, () => {
      let known: string | undefined
      let regex: CompiledRegex | undefined
      return (text: string, pattern: string) => {
        if (known !== pattern) {
          regex = compiled(pattern, flags)
          known = pattern
        }
        return regex!.test(text) !== isNegated
      }
    }),
  ),
)

const ARRAY = TEXT.array!

export const REGEXP_FUNCTIONS: readonly SqlFunction[] = [
  scalar('regexp_match', [TEXT, TEXT], ARRAY, (text, pattern) => firstMatch(text, pattern)),
  scalar('regexp_match', [TEXT, TEXT, TEXT], ARRAY, (text, pattern, flags) =>
    firstMatch(text, pattern, flags),
  ),
  setReturning('regexp_matches', [TEXT, TEXT], ARRAY, () => (text, pattern) => allMatches(text, pattern), {
    rowsExpected: 1,
  }),
  setReturning(
    'regexp_matches',
    [TEXT, TEXT, TEXT],
    ARRAY,
    () => (text, pattern, flags) => allMatches(text, pattern, flags),
    {
      rowsExpected: 10,
    },
  ),
  scalar('regexp_replace', [TEXT, TEXT, TEXT], TEXT, (text, pattern, replacement) =>
    replaced(text, pattern, replacement, '', 0, 1),
  ),
  scalar('regexp_replace', [TEXT, TEXT, TEXT, TEXT], TEXT, replaceWithFlags),
  scalar('regexp_replace', [TEXT, TEXT, TEXT, INT4], TEXT, (text, pattern, replacement, start) =>
    replaced(text, pattern, replacement, '', checkedStart(text, start), 1),
  ),
  scalar(
    'regexp_replace',
    [TEXT, TEXT, TEXT, INT4, INT4],
    TEXT,
    (text, pattern, replacement, start, number) => {
      checkNumber('n', number, 0)
      return replaced(text, pattern, replacement, '', checkedStart(text, start), number)
    },
  ),
  scalar(
    'regexp_replace',
    [TEXT, TEXT, TEXT, INT4, INT4, TEXT],
    TEXT,
    (text, pattern, replacement, start, number, flags) => {
      checkNumber('n', number, 0)
      return replaced(text, pattern, replacement, splitFlags(flags).flags, checkedStart(text, start), number)
    },
  ),
  ...([[], [TEXT]] as SqlType[][]).flatMap(more => [
    scalar('regexp_split_to_array', [TEXT, TEXT, ...more], ARRAY, (text, pattern, flags) =>
      SqlArray.of(piecesOf(text, pattern, more.length > 0 ? flags : '', 'regexp_split_to_array()')),
    ),
    setReturning(
      'regexp_split_to_table',
      [TEXT, TEXT, ...more],
      TEXT,
      () => (text, pattern, flags) =>
        piecesOf(text, pattern, more.length > 0 ? flags : '', 'regexp_split_to_table()'),
    ),
    scalar('regexp_like', [TEXT, TEXT, ...more], BOOL, (text, pattern, flags) =>
      compiled(pattern, more.length > 0 ? withoutGlobal('regexp_like()', flags) : '').test(text),
    ),
  ]),
  ...prefixes('regexp_count', [TEXT, TEXT, INT4, TEXT], 2, INT4, countMatches),
  ...prefixes('regexp_instr', [TEXT, TEXT, INT4, INT4, INT4, TEXT, INT4], 2, INT4, placeOf),
  ...prefixes('regexp_substr', [TEXT, TEXT, INT4, INT4, TEXT, INT4], 2, TEXT, partOf),
  scalar('substring', [TEXT, TEXT], TEXT, substringOf),
  scalar('substring', [TEXT, TEXT, TEXT], TEXT, (text, pattern, escapeText) =>
    substringOf(text, similarToRegex(pattern, escapeText)),
  ),
  scalar('similar_to_escape', [TEXT], TEXT, pattern => similarToRegex(pattern, '\\')),
  scalar('similar_to_escape', [TEXT, TEXT], TEXT, similarToRegex),
]

/** The function with its last arguments left out, one after the other. */
function prefixes(
  name: string,
  types: readonly SqlType[],
  min: number,
  result: SqlType,
  // biome-ignore lint/suspicious/noExplicitAny: arguments of several types
  implementation: (...all: any[]) => unknown,
): ScalarFunction[] {
  const all: ScalarFunction[] = []
  for (let count = min; count <= types.length; count++) {
    // The context, which comes last, is not one of them.
    all.push(
      scalar(name, types.slice(0, count), result, (...given) => implementation(...given.slice(0, count))),
    )
  }
  return all
}

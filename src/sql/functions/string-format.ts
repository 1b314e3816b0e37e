/** `format`, and quoting for SQL: identifiers, literals. */

import { SqlError } from '../errors.ts'
import { outputFunction } from '../types/input-output.ts'
import { characterCount } from '../types/text.ts'
import { ANY, ANYELEMENT, INT2, INT4, INT8, TEXT } from '../types/type.ts'
import { checkTextLength } from '../types/value-limits.ts'
import { polymorphic, scalar } from './definitions.ts'
import { replaceAll } from './growing-text.ts'
import type { EvaluationContext, SqlFunction, Value } from './registry.ts'
import { RESERVED_WORDS } from './reserved-words.ts'

export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED_WORDS.has(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`
}

/** The parts of `a`, `a.b`, with quotes as in SQL. */
export function splitName(name: string): string[] {
  const parts: string[] = []
  for (const [, inQuotes, plain] of name.matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)) {
    parts.push(inQuotes === undefined ? plain.toLowerCase() : inQuotes.replaceAll('""', '"'))
  }
  return parts
}

export function quoteLiteral(text: string): string {
  const quoted = `'${replaceAll(replaceAll(text, "'", "''"), '\\', '\\\\')}'`
  return text.includes('\\') ? `E${quoted}` : quoted
}

const HINT = { hint: 'For a single "%" use "%%".' }
const unterminated = (): SqlError => new SqlError('22023', 'unterminated format() type specifier', HINT)

/** `%[position$][flags][width]type`; `print` says an argument's text, null for null; the first is 1. */
function formatted(pattern: string, count: number, print: (at: number) => string | null): string {
  let result = ''
  let next = 1
  let at = 0
  const argument = (position: number): string | null => {
    if (position > count) throw new SqlError('22023', 'too few arguments for format()')
    return print(position)
  }
  const number = (): number | undefined => {
    const digits = /^\d+/.exec(pattern.slice(at, at + 12))?.[0]
    if (digits === undefined) return undefined
    at += digits.length
    const value = Number(digits)
    if (value > 2147483647) throw new SqlError('22003', 'number is out of range')
    if (at >= pattern.length) throw unterminated()
    return value
  }
  const asWidth = (text: string | null): number => {
    const value = Number(text ?? 0)
    if (!Number.isInteger(value))
      throw new SqlError('22P02', `invalid input syntax for type integer: "${text}"`)
    return value
  }
  while (at < pattern.length) {
    const percent = pattern.indexOf('%', at)
    if (percent < 0) return result + pattern.slice(at)
    result += pattern.slice(at, percent)
    at = percent + 1
    if (at >= pattern.length) throw unterminated()
    if (pattern[at] === '%') {
      result += '%'
      at++
      continue
    }
    let position: number | undefined
    let width = 0
    let isLeft = false
    const first = number()
    if (first !== undefined && pattern[at] === '$') {
      if (first === 0) {
        throw new SqlError('22023', 'format specifies argument 0, but arguments are numbered from 1')
      }
      position = first
      at++
    } else if (first !== undefined) width = first
    if (first === undefined || position !== undefined) {
      while (pattern[at] === '-') {
        isLeft = true
        at++
      }
      if (pattern[at] === '*') {
        at++
        const given = number()
        if (given !== undefined) {
          if (pattern[at] !== '$') throw new SqlError('22023', 'width argument position must be ended by "$"')
          at++
        }
        if (given === 0) {
          throw new SqlError('22023', 'format specifies argument 0, but arguments are numbered from 1')
        }
        if (given === undefined) {
          width = asWidth(argument(next))
          next++
        } else {
          width = asWidth(argument(given))
          next = given + 1
        }
        if (width < 0) {
          isLeft = true
          width = -width
        }
      } else width = number() ?? 0
    }
    if (at >= pattern.length) throw unterminated()
    const type = String.fromCodePoint(pattern.codePointAt(at)!)
    at += type.length
    if (type !== 's' && type !== 'I' && type !== 'L') {
      throw new SqlError('22023', `unrecognized format() type specifier "${type}"`, HINT)
    }
    const chosen = position ?? next
    next = chosen + 1
    const value = argument(chosen)
    let text: string
    if (type === 's') text = value ?? ''
    else if (type === 'L') text = value === null ? 'NULL' : quoteLiteral(value)
    else {
      if (value === null) throw new SqlError('22004', 'null values cannot be formatted as an SQL identifier')
      text = quoteIdentifier(value)
    }
    const missing = width - characterCount(text)
    checkTextLength(result.length + text.length + Math.max(0, missing))
    result += missing <= 0 ? text : isLeft ? text + ' '.repeat(missing) : ' '.repeat(missing) + text
  }
  return result
}

export const STRING_FORMAT_FUNCTIONS: readonly SqlFunction[] = [
  scalar('quote_ident', [TEXT], TEXT, quoteIdentifier),
  scalar('quote_literal', [TEXT], TEXT, quoteLiteral),
  polymorphic(
    'quote_literal',
    [ANYELEMENT],
    TEXT,
    call => {
      const print = outputFunction(call.argumentTypes[0])
      return (value: Value, context: EvaluationContext) => quoteLiteral(print(value, context))
    },
    { volatility: 'stable' },
  ),
  scalar(
    'quote_nullable',
    [TEXT],
    TEXT,
    (text: string | null) => (text === null ? 'NULL' : quoteLiteral(text)),
    {
      isStrict: false,
    },
  ),
  polymorphic(
    'quote_nullable',
    [ANYELEMENT],
    TEXT,
    call => {
      const print = outputFunction(call.argumentTypes[0])
      return (value: Value, context: EvaluationContext) =>
        value === null ? 'NULL' : quoteLiteral(print(value, context))
    },
    { volatility: 'stable', isStrict: false },
  ),
  scalar(
    'format',
    [TEXT],
    TEXT,
    (pattern: string | null) => (pattern === null ? null : formatted(pattern, 0, () => null)),
    {
      isStrict: false,
      volatility: 'stable',
    },
  ),
  polymorphic(
    'format',
    [TEXT, ANY],
    TEXT,
    call => {
      const print = call.argumentTypes.map(type => outputFunction(type))
      const isNumber = call.argumentTypes.map(type => type === INT2 || type === INT4 || type === INT8)
      return (...all: Value[]) => {
        if (all[0] === null) return null
        const context: EvaluationContext = all[print.length]
        return formatted(all[0], print.length - 1, at =>
          all[at] === null ? null : isNumber[at] ? String(all[at]) : print[at](all[at], context),
        )
      }
    },
    { isVariadic: true, isStrict: false, volatility: 'stable' },
  ),
]

/** Regular expressions of the predicate like_regex. */

import { notSupported, SqlError } from '../errors.ts'

const patterns = new Map<string, RegExp>()
const UNBOUNDED_MAX = 6

/**
 * The predicate like_regex. JavaScript's engine goes back and tries again, so that some patterns take time without end on
 * some texts: those are refused (a repeated group that repeats or chooses inside, references back, very many repetitions).
 */
export function matchesPattern(text: string, pattern: string, flags: string): boolean {
  const key = `${flags}/${pattern}`
  let compiled = patterns.get(key)
  if (compiled === undefined) {
    compiled = compilePattern(pattern, flags)
    if (patterns.size > 500) patterns.clear()
    patterns.set(key, compiled)
  }
  return compiled.test(text)
}
export function compilePattern(pattern: string, flags: string): RegExp {
  // Without s, a point is no line feed; with m, ^ and $ are those of lines.
  const options = `u${flags.includes('i') ? 'i' : ''}${flags.includes('s') ? 's' : ''}${flags.includes('m') ? 'm' : ''}`
  if (flags.includes('q')) return new RegExp(pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), options)
  if (isCostly(pattern)) throw notSupported('a regular expression with nested repetitions or references back')
  try {
    return new RegExp(pattern, options)
  } catch (cause) {
    throw new SqlError('2201B', `invalid regular expression: ${reasonOf((cause as Error).message)}`)
  }
}
function isCostly(pattern: string): boolean {
  // Escapes and classes are one character to this question.
  if (/(?:^|[^\\])(?:\\\\)*\\[1-9k]/.test(pattern) || pattern.includes('(?')) return true
  let plain = pattern.replace(/\\./g, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x')
  if ((plain.match(/[*+]|\{\d+,\d*\}/g) ?? []).length > UNBOUNDED_MAX) return true
  for (;;) {
    const group = /\(([^()]*)\)([*+?]|\{\d+(?:,\d*)?\})?/.exec(plain)
    if (group === null) return false
    const isRepeated = group[2] !== undefined && group[2] !== '?'
    const inner = group[1]!
    if (isRepeated && /[*+?{|]/.test(inner)) return true
    // What was a group stays one that repeats, if it did inside.
    const stands = /[*+{|]/.test(inner) || isRepeated ? 'x+' : 'x'
    plain =
      plain.slice(0, group.index) +
      (group.index > 0 && isRepeated ? 'x*' : stands) +
      plain.slice(group.index + group[0].length)
  }
}
/** In PostgreSQL's words. */
function reasonOf(message: string): string {
  if (/group|Unmatched '\)'/.test(message)) return 'parentheses () not balanced'
  if (/character class/.test(message)) return 'brackets [] not balanced'
  if (/repeat/.test(message)) return 'quantifier operand invalid'
  if (/escape|\\/.test(message)) return 'invalid escape \\ sequence'
  return message
}

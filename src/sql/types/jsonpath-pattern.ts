/** Regular expressions of the predicate like_regex: XQuery's flags over PostgreSQL's own expressions. */

import { CompiledRegex } from '../functions/regexp-match.ts'
import { defaultOptions } from '../functions/regexp-syntax.ts'

const patterns = new Map<string, CompiledRegex>()
const PATTERNS_KEPT_MAX = 500

export function matchesPattern(text: string, pattern: string, flags: string): boolean {
  return compilePattern(pattern, flags).test(text)
}

/** Throws 2201B where it is none. */
export function compilePattern(pattern: string, flags: string): CompiledRegex {
  const key = `${flags}/${pattern}`
  const known = patterns.get(key)
  if (known !== undefined) return known
  const options = defaultOptions()
  options.ignoresCase = flags.includes('i')
  options.isLiteral = flags.includes('q')
  // Without s, a point is no line feed; with m, ^ and $ are those of lines.
  options.dotStopsAtNewline = !flags.includes('s')
  options.anchorsAtLines = flags.includes('m')
  const compiled = new CompiledRegex(pattern, options)
  if (patterns.size >= PATTERNS_KEPT_MAX) patterns.clear()
  patterns.set(key, compiled)
  return compiled
}

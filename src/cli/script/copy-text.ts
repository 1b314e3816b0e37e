/**
 * The parts of a COPY: what is copied, which way, where to or from, and how. Quotes, parentheses and comments are known;
 * everything else is for the database to understand.
 */

export interface CopyText {
  /** A table with or without columns, or a query in parentheses. */
  readonly what: string
  readonly isFrom: boolean
  /** The name of a file, the command of a program, or in lower case `stdin`, `stdout`, `pstdin`, `pstdout`. */
  readonly place: string
  readonly kind: 'file' | 'program' | 'stream'
  /** Its options, and WHERE. */
  readonly rest: string
}

const TOKEN =
  /\s+|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|\/\*.*?\*\/|[\p{L}_][\p{L}\p{N}_$]*|./gsu
const STREAM = /^p?std(?:in|out)(?=[\s(;]|$)/i
const PROGRAM = /^program\s+'((?:[^']|'')*)'/i
const QUOTED = /^'((?:[^']|'')*)'/
const BARE = /^[^\s;]+/

/** @param text what stands behind the word COPY. Undefined: it is none */
export function parseCopy(text: string): CopyText | undefined {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (depth === 0 && /^(?:from|to)$/i.test(token)) {
      const what = text.slice(0, index).trim()
      const behind = text.slice(index + token.length).trim()
      return what === '' ? undefined : placed(what, token.toLowerCase() === 'from', behind)
    }
  }
  return undefined
}

function placed(what: string, isFrom: boolean, text: string): CopyText | undefined {
  const stream = STREAM.exec(text)?.[0]
  if (stream !== undefined) {
    return { what, isFrom, kind: 'stream', place: stream.toLowerCase(), rest: restOf(text, stream) }
  }
  const program = PROGRAM.exec(text)
  if (program !== null) {
    const place = program[1].replaceAll("''", "'")
    return { what, isFrom, kind: 'program', place, rest: restOf(text, program[0]) }
  }
  const file = QUOTED.exec(text) ?? BARE.exec(text)
  if (file === null) return undefined
  const place = (file[1] ?? file[0]).replaceAll("''", "'")
  return { what, isFrom, kind: 'file', place, rest: restOf(text, file[0]) }
}

function restOf(text: string, taken: string): string {
  return text.slice(taken.length).trim()
}

/**
 * The arguments of a backslash command, as psql reads them: words, with pieces in quotes. In single quotes a backslash begins
 * an escape and two quotes are one; double quotes stay, because they belong to names; what is between backquotes is a command of
 * the system's shell, and its output is put in its place. `:name`, `:'name'`, `:"name"` and `:{?name}` are variables.
 */

import { spawnSync } from 'node:child_process'
import { UsageError } from '../usage-error.ts'

const PIECE =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`[^`]*`|:(?:(['"])(\w+)\1|\{\?(\w+)\}|(\w+))|\s+|[^\s'"`:]+|./gsu

export type VariableLookup = (name: string) => string | undefined

/** @throws UsageError when a command between backquotes fails */
export function splitArguments(text: string, variable: VariableLookup = () => undefined): string[] {
  const words: string[] = []
  let word: string | undefined
  for (const [piece, quote, quotedName, askedName, plainName] of text.matchAll(PIECE)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word ??= ''
    const name = quotedName ?? plainName
    if (askedName !== undefined) word += variable(askedName) === undefined ? 'FALSE' : 'TRUE'
    else if (name !== undefined) word += interpolated(piece, quote, variable(name))
    else if (piece.length > 1 && piece.startsWith("'")) word += unescaped(piece.slice(1, -1))
    else if (piece.length > 1 && piece.startsWith('`')) word += outputOf(piece.slice(1, -1))
    else word += piece
  }
  if (word !== undefined) words.push(word)
  return words
}

function interpolated(piece: string, quote: string | undefined, value: string | undefined): string {
  if (value === undefined) return piece
  return quote === undefined ? value : quote + value.replaceAll(quote, quote + quote) + quote
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', r: '\r', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/''|\\([0-7]{1,3})|\\x([0-9a-fA-F]{1,2})|\\(.)/gs, (_, octal, hex, letter) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return letter === undefined ? "'" : (ESCAPES[letter] ?? letter)
  })
}

function outputOf(command: string): string {
  const { status, stdout, error } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  if (error !== undefined || status !== 0) {
    throw new UsageError(`${command}: ${error === undefined ? `ended with ${status}` : error.message}`)
  }
  return stdout.replace(/\r?\n$/, '')
}

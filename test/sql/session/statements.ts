/** Scripts of statements: `statements.sql`, and one in `scripts` for each subject that has many. */

import { readdirSync } from 'node:fs'

const folder = new URL('.', import.meta.url)

export function scriptNames(): string[] {
  const others = readdirSync(new URL('scripts', folder)).filter(name => name.endsWith('.sql'))
  return ['statements', ...others.map(name => name.slice(0, -'.sql'.length))]
}

export function scriptFile(name: string): URL {
  return new URL(name === 'statements' ? 'statements.sql' : `scripts/${name}.sql`, folder)
}

export function answersFile(name: string): URL {
  return new URL(name === 'statements' ? 'answers.jsonl' : `scripts/${name}.jsonl`, folder)
}

/** Statements end with a semicolon at the end of a line. */
export function statementsOf(script: string): string[] {
  return script
    .split(/;\n/)
    .map(text => text.trim())
    .filter(text => text !== '')
}

/** What `\?` and `\h` print. */

import type { Commands } from './command.ts'
import { STATEMENTS } from './statement-help.ts'

/** All backslash commands, by what they are for. */
export function commandHelp(commands: Commands): string {
  const entries = Object.entries(commands)
    .filter(([, command]) => command.isVariant !== true)
    .map(([name, command]) => ({
      ...command,
      usage: `\\${name} ${command.arguments ?? ''}`.trimEnd(),
    }))
  const width = Math.max(...entries.map(({ usage }) => usage.length))
  const groups = [...new Set(entries.map(({ group }) => group))]
  return groups
    .map(group => {
      const lines = entries
        .filter(entry => entry.group === group)
        .map(({ usage, help }) => `  ${usage.padEnd(width)}  ${help}\n`)
      return `${group}\n${lines.join('')}`
    })
    .join('\n')
}

/** How a statement is written, or which there are. */
export function sqlHelp(name: string): string {
  const asked = name.trim().replace(/\s+/g, ' ').replace(/;$/, '').toUpperCase()
  const names = Object.keys(STATEMENTS)
  if (asked === '')
    return `${columns(names)}\nMore: \\h NAME. The dialect is PostgreSQL's; docs/sql.md says what there is of it.\n`
  const found = names.filter(one => one === asked || one.startsWith(`${asked} `))
  if (found.length === 0) return `There is no help for "${name.trim()}". \\h alone lists the statements.\n`
  return found.map(one => `${one}: ${STATEMENTS[one]}\n`).join('\n')
}

function columns(names: readonly string[]): string {
  const width = Math.max(...names.map(name => name.length)) + 2
  const perLine = Math.max(1, Math.floor(78 / width))
  const lines: string[] = []
  for (let at = 0; at < names.length; at += perLine) {
    lines.push(
      `  ${names
        .slice(at, at + perLine)
        .map(name => name.padEnd(width))
        .join('')
        .trimEnd()}\n`,
    )
  }
  return lines.join('')
}

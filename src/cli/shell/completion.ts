/**
 * What Tab offers: backslash commands and their arguments, keywords, and the names of tables and columns, by where in the
 * statement one is.
 */

import { readdirSync } from 'node:fs'
import { quoted } from '../script/identifiers.ts'
import { COMMANDS } from './commands.ts'
import { KEYWORDS } from './keywords.ts'
import { PSET } from './settings.ts'
import type { Shell } from './shell.ts'
import { STATEMENTS } from './statement-help.ts'

interface KnownTable {
  readonly schema: string
  readonly name: string
  readonly columns: string[]
}

/** After these words tables are named. */
const TABLE_WORDS =
  /\b(from|join|into|update|table|truncate|references|on|describe|view|index|analyze|using|only)\s+(?:[\w".]+\s*,\s*)*$/i
/** These commands take the name of a table. */
const TABLE_COMMANDS = /^\\(d[a-zA-Z+]*|copy)$/
const FILE_COMMANDS = /^\\(i|ir|o|e|g|gx)$/

export class Completion {
  private readonly shell: Shell
  private tables: KnownTable[] = []
  private version = -1

  constructor(shell: Shell) {
    this.shell = shell
  }

  /** Reads the names again when they may have changed. */
  async refresh(): Promise<void> {
    const { shell } = this
    if (this.version === shell.definitionsVersion || shell.session.status.hasFailed) return
    this.version = shell.definitionsVersion
    try {
      const rows = await shell.rows(
        `select n.nspname, c.relname, a.attname
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_attribute a on a.attrelid = c.oid
          where c.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
            and a.attnum > 0 and not a.attisdropped
          order by 1, 2, a.attnum`,
      )
      const tables = new Map<string, KnownTable>()
      for (const [schema, name, column] of rows) {
        const key = JSON.stringify([schema, name])
        if (!tables.has(key)) tables.set(key, { schema: schema!, name: name!, columns: [] })
        tables.get(key)!.columns.push(column!)
      }
      this.tables = [...tables.values()]
    } catch {
      // Without names there are still the keywords.
      this.tables = []
    }
  }

  /** What may stand where the line ends, and which part of the line it replaces. */
  complete(pending: string, line: string): [string[], string] {
    const command = /^\s*(\\\S*)(?:\s+(.*))?$/.exec(line)
    if (command !== null && pending === '') {
      if (command[2] === undefined)
        return candidates(
          Object.keys(COMMANDS).map(name => `\\${name} `),
          command[1],
        )
      return this.completeArgument(command[1], command[2])
    }
    return this.completeSql(`${pending}\n`, line)
  }

  private completeArgument(command: string, text: string): [string[], string] {
    const last = /\S*$/.exec(text)![0]
    if (TABLE_COMMANDS.test(command)) return candidates(this.tableNames(), last)
    if (FILE_COMMANDS.test(command)) return candidates(filesLike(last), last)
    if (command === '\\pset')
      return candidates(
        Object.keys(PSET).map(name => `${name} `),
        last,
      )
    if (command === '\\h') return candidates(Object.keys(STATEMENTS), text.toUpperCase())
    if (command === '\\x') return candidates(['on', 'off', 'auto'], last)
    if (command === '\\set' || command === '\\unset')
      return candidates([...this.shell.variables.keys()], last)
    return [[], last]
  }

  private completeSql(before: string, line: string): [string[], string] {
    const variable = /:(\w*)$/.exec(line)
    if (variable !== null && !line.endsWith('::')) {
      return candidates(
        [...this.shell.variables.keys()].map(name => `:${name}`),
        variable[0],
      )
    }
    const word = /(?:"[^"]*|[\p{L}\p{N}_.$]*)$/u.exec(line)![0]
    const text = before + line.slice(0, line.length - word.length)
    const dot = word.lastIndexOf('.')
    if (dot > 0) {
      const owner = word.slice(0, dot)
      const columns = this.columnsOf(owner, text + word).map(name => `${owner}.${quoted(name)}`)
      const inSchema = this.tables
        .filter(one => one.schema === owner)
        .map(one => `${owner}.${quoted(one.name)}`)
      return candidates([...columns, ...inSchema], word)
    }
    if (TABLE_WORDS.test(text)) return candidates([...this.tableNames(), ...this.schemaNames()], word)
    const columns = this.tablesIn(text).flatMap(table => table.columns.map(quoted))
    return candidates(
      [...new Set(columns), ...keywords(word), ...(word === '' ? [] : this.tableNames())],
      word,
    )
  }

  private tableNames(): string[] {
    return this.tables.map(({ schema, name }) =>
      schema === 'public' ? quoted(name) : `${quoted(schema)}.${quoted(name)}`,
    )
  }
  private schemaNames(): string[] {
    return [...new Set(this.tables.map(one => `${quoted(one.schema)}.`))].filter(name => name !== 'public.')
  }

  /** Tables that the statement names; all of them before it has named any. */
  private tablesIn(text: string): KnownTable[] {
    const named = this.tables.filter(({ name }) => new RegExp(`\\b${escaped(name)}\\b`, 'i').test(text))
    return named.length > 0 ? named : this.tables
  }

  /** Of a table, or of what is called so in the statement. */
  private columnsOf(owner: string, text: string): string[] {
    const named = new RegExp(`\\b([\\w"]+)\\s+(?:as\\s+)?${escaped(owner)}\\b`, 'i').exec(text)?.[1]
    const table = this.tables.find(({ name }) => name === unquoted(owner) || name === unquoted(named ?? ''))
    return table?.columns ?? []
  }
}

function candidates(all: readonly string[], typed: string): [string[], string] {
  const lower = typed.toLowerCase()
  return [all.filter(one => one.toLowerCase().startsWith(lower)), typed]
}

/** In the case in which one has begun to type. */
function keywords(word: string): string[] {
  if (word === '') return []
  const isUpper = word === word.toUpperCase() && word !== word.toLowerCase()
  return KEYWORDS.map(keyword => `${isUpper ? keyword.toUpperCase() : keyword} `)
}

function filesLike(text: string): string[] {
  const folder = /^.*[/\\]/.exec(text)?.[0] ?? ''
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.') || text.slice(folder.length).startsWith('.'))
      .map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
  } catch {
    return []
  }
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()
}
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

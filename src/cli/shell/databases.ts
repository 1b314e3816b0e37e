/** Databases are files: which there are, and going from one to another. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { bytesText } from '../output/quantities.ts'
import { Session } from '../session/session.ts'
import { UsageError } from '../usage-error.ts'
import type { CommandCall, Commands } from './command.ts'
import { say } from './command.ts'
import { printRows } from './describe.ts'
import type { Shell } from './shell.ts'

const MEMORY = ':memory:'
const EXTENSION = '.db'

/** Goes on in another database. @throws UsageError, FailedStatement: the shell stays where it is */
export async function connectTo(shell: Shell, command: string, name: string): Promise<void> {
  const before = shell.session
  const path = fileOf(command, name, before.database.path)
  if (path === before.database.path) throw new UsageError(`${command}: ${name} is open already`)
  if (before.status.isInTransaction) {
    throw new UsageError(`${command}: a transaction is open; end it with commit or rollback`)
  }
  shell.session = await Session.open(path, { ...before.options, create: false })
  shell.listen()
  shell.definitionsVersion++
  await before.close()
  await say(shell, `You are now connected to the database in "${shell.session.database.path}".`)
}

/** The file of a name: as it is, or without its extension; in the folder where the shell runs, or beside the open database. */
function fileOf(command: string, name: string, current: string): string {
  const folders = [...new Set(['.', current === MEMORY ? '.' : dirname(current)])]
  const names = extname(name) === '' ? [name, `${name}${EXTENSION}`] : [name]
  const candidates = folders.flatMap(folder => names.map(one => resolve(folder, one)))
  const found = candidates.find(path => existsSync(path) && statSync(path).isFile())
  if (found !== undefined) return found
  throw new UsageError(`${command}: there is no database ${[...new Set(candidates)].join(' or ')}`)
}

/** The name in `USE name`; undefined: the statement is another one. */
export function usedDatabase(statement: string): string | undefined {
  const name = /^use\s+("(?:[^"]|"")+"|[^\s";]+)$/i.exec(statement)?.[1]
  return name?.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

export function isShowDatabases(statement: string): boolean {
  return /^show\s+databases$/i.test(statement)
}

/** The databases beside the one that is open. */
export async function listDatabases(shell: Shell, isVerbose = false): Promise<void> {
  const { path } = shell.session.database
  const folder = path === MEMORY ? '.' : dirname(path)
  const rows = readdirSync(folder)
    .filter(name => name.endsWith(EXTENSION) || resolve(folder, name) === path)
    .sort()
    .map(name => {
      const { size, mtime } = statSync(join(folder, name))
      const isOpen = resolve(folder, name) === path ? '*' : ''
      const row = [basename(name, EXTENSION), bytesText(size), isOpen]
      return isVerbose ? [...row, mtime.toLocaleString('sv'), resolve(folder, name)] : row
    })
  const names = ['Name', 'Size', 'Open', ...(isVerbose ? ['Changed', 'File'] : [])]
  const columns = names.map(name => ({ name, type: 'text' }))
  await printRows(shell, columns, rows, `Databases in ${resolve(folder)}`)
}

function conninfo({ shell }: CommandCall): Promise<boolean> {
  return shell.output.write(`You are connected to the database in "${shell.session.database.path}".\n`)
}

export const DATABASE_COMMANDS: Commands = {
  conninfo: {
    group: 'General',
    help: 'which database this is',
    run: async call => void (await conninfo(call)),
  },
  c: {
    group: 'General',
    arguments: '[NAME]',
    help: 'go on in another database: a file, with or without .db; USE NAME does the same',
    run: async call => {
      const [name] = call.words
      if (name === undefined) await conninfo(call)
      else await connectTo(call.shell, '\\c', name)
    },
  },
  l: {
    group: 'General',
    help: 'the databases in the folder of this one (\\l+ says more)',
    run: ({ shell }) => listDatabases(shell),
  },
  'l+': { group: 'General', help: '', isVariant: true, run: ({ shell }) => listDatabases(shell, true) },
}

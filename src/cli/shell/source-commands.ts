/** `\sf`, `\sv`: the text of a function or a view; `\ef`, `\ev`: that text in an editor, to run what becomes of it. */

import { UsageError } from '../usage-error.ts'
import type { CommandCall, Commands } from './command.ts'
import { say } from './command.ts'
import { editText } from './editor.ts'
import { literal } from './patterns.ts'
import { runLinesAs } from './query-buffer.ts'
import type { Shell } from './shell.ts'

const NEW_VIEW = 'create view name as\n  select '

/** @param name with its arguments where several functions are called so. @throws UsageError, FailedStatement */
async function functionText(shell: Shell, name: string): Promise<string> {
  const type = name.includes('(') ? 'regprocedure' : 'regproc'
  const rows = await shell.rows(
    `select pg_catalog.pg_get_functiondef(${literal(name)}::pg_catalog.${type}::pg_catalog.oid)`,
  )
  const text = rows[0]?.[0]
  if (text == null) throw new UsageError(`"${name}" has no text here: functions are written in TypeScript`)
  return statementText(text)
}

async function viewText(shell: Shell, name: string): Promise<string> {
  const [[kind, schema, view, definition] = []] = await shell.rows(
    `select c.relkind, pg_catalog.quote_ident(n.nspname), pg_catalog.quote_ident(c.relname),
        pg_catalog.pg_get_viewdef(c.oid, true)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid = ${literal(name)}::pg_catalog.regclass::pg_catalog.oid`,
  )
  if (kind !== 'v' && kind !== 'm') throw new UsageError(`"${name}" is not a view`)
  const create = kind === 'v' ? 'CREATE OR REPLACE VIEW' : 'CREATE MATERIALIZED VIEW'
  return `${create} ${schema}.${view} AS\n${statementText(definition ?? '')}`
}

function statementText(text: string): string {
  return text.trimEnd().replace(/;$/, '')
}

type Find = (shell: Shell, name: string) => Promise<string>

/** All that was typed: the arguments of a function may have blanks between them. */
function show(find: Find, isNumbered: boolean) {
  return async ({ shell, name, text }: CommandCall): Promise<void> => {
    if (text === '') throw new UsageError(`\\${name}: expected a name`)
    const lines = (await find(shell, text)).split('\n')
    const width = String(lines.length).length
    const shown = isNumbered ? lines.map((line, i) => `${String(i + 1).padEnd(width)}  ${line}`) : lines
    await shell.printLong(`${shown.join('\n')}\n`)
  }
}

/** @param template undefined: there is none to begin with */
function edit(find: Find, template: string | undefined) {
  return async (call: CommandCall): Promise<void> => {
    const { shell, name, text, splitter } = call
    const before = text === '' ? template : await find(shell, text)
    if (before === undefined) throw new UsageError(`\\${name}: expected a name`)
    const after = editText(shell, undefined, before)
    if (after.trim().replace(/;$/, '') === before.trim()) {
      splitter.clear()
      await say(shell, 'No changes.')
    } else await runLinesAs(call, after)
  }
}

export const SOURCE_COMMANDS: Commands = {
  sf: {
    group: 'Definitions',
    arguments: 'FUNCTION',
    help: 'the text of a function (\\sf+ numbers its lines)',
    run: show(functionText, false),
  },
  'sf+': { group: 'Definitions', help: '', isVariant: true, run: show(functionText, true) },
  sv: {
    group: 'Definitions',
    arguments: 'VIEW',
    help: 'the text of a view (\\sv+ numbers its lines)',
    run: show(viewText, false),
  },
  'sv+': { group: 'Definitions', help: '', isVariant: true, run: show(viewText, true) },
  ef: {
    group: 'Query buffer',
    arguments: 'FUNCTION',
    help: 'edit the text of a function with $EDITOR, and run it',
    run: edit(functionText, undefined),
  },
  ev: {
    group: 'Query buffer',
    arguments: '[VIEW]',
    help: 'the same with a view; without a name a new one',
    run: edit(viewText, NEW_VIEW),
  },
}

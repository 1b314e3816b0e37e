/**
 * `npm run slt -- PATH…`: all files `*.test` of sqllogictest there, each on an empty database. Ends with 1 when a record
 * fails.
 *
 * `--engine coppice|postgresql` (default coppice): what is tested
 * `--alone`: without PostgreSQL beside it; then all that the engine refuses is a failure
 * `--show N` (default 5): so many failures of each file are printed
 */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { coppice, postgres, type SqlEngine } from './engine.ts'
import { runScript } from './script.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: 'coppice' },
    alone: { type: 'boolean', default: false },
    show: { type: 'string', default: '5' },
  },
})

const ENGINES: Readonly<Record<string, () => Promise<SqlEngine>>> = { coppice, postgresql: postgres }

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test'))
    .sort()
    .map(name => join(path, name))
}

async function main(): Promise<void> {
  const start = ENGINES[options.engine]
  const files = positionals.flatMap(filesOf)
  if (start === undefined || files.length === 0) {
    console.error('npm run slt -- PATH… [--engine coppice|postgresql] [--alone] [--show N]')
    process.exitCode = 2
    return
  }
  let failed = 0
  for (const file of files) {
    const engine = await start()
    // PostgreSQL beside itself: whatever it says is right.
    const reference = options.alone ? undefined : await postgres()
    const begin = performance.now()
    const { passed, skipped, refused, failures } = await runScript(file, engine, reference)
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    const counts = `${passed} passed, ${skipped} skipped, ${refused} refused, ${failures.length} failed`
    console.log(`${file}: ${counts} (${seconds} s)`)
    for (const { line, reason, text } of failures.slice(0, Number(options.show))) {
      console.log(`  line ${line}: ${reason}\n    ${text.replaceAll('\n', '\n    ')}`)
    }
    failed += failures.length
    await engine.close()
    await reference?.close()
  }
  if (failed > 0) process.exitCode = 1
}

await main()

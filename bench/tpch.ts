/**
 * `npm run tpch -- --scale 0.1`: TPC-H's 22 queries in Coppice, better-sqlite3 and PGlite over the same rows, with the same
 * keys and indexes, and statistics where there are any. All of it in memory, each system in a process of its own; the
 * best of some runs counts, since what is asked for is the plan's cost and not the machine's noise.
 *
 * `--docs` writes the table into docs/benchmarks.md.
 */

import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SYSTEMS, type SystemName, type SystemResult, TPCH_SEED } from './tpch/system.ts'

const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url)
const BEGIN = '<!-- result of tpch, written by `npm run tpch -- --docs` -->'
const END = '<!-- end of tpch -->'

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
})

/** Runs one system's part in a process of its own. */
function measure(system: SystemName): Promise<SystemResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('tpch/system-process.ts', import.meta.url)), [
      system,
      values.scale,
      values.rounds,
    ])
    child.once('message', message => resolve(message as SystemResult))
    child.once('exit', code => {
      if (code !== 0) reject(new Error(`${system} ended with ${code}`))
    })
  })
}

const chosen = values.only?.split(',') ?? Object.keys(SYSTEMS)
const results = new Map<SystemName, SystemResult>()
for (const system of chosen as SystemName[]) results.set(system, await measure(system))

const names = [...results.keys()]
const header = ['query', ...names, ...(names.includes('coppice') ? ['times SQLite', 'times PGlite'] : [])]
const rows: string[][] = []
const totals = new Map<SystemName, number>()
const queries = results.values().next().value!.queriesMs.length
for (let i = 0; i < queries; i++) {
  const timesMs = names.map(name => results.get(name)!.queriesMs[i]!)
  names.forEach((name, n) => {
    totals.set(name, (totals.get(name) ?? 0) + timesMs[n]!)
  })
  rows.push([
    String(i + 1),
    ...timesMs.map(ms => ms.toFixed(1)),
    ...ratios(name => results.get(name)?.queriesMs[i]),
  ])
  checkAlike(i)
}
rows.push(['all', ...names.map(name => totals.get(name)!.toFixed(0)), ...ratios(name => totals.get(name))])
rows.push(
  ['load', ...names.map(name => results.get(name)!.loadMs.toFixed(0)), '', ''].slice(0, header.length),
)

/** How many times Coppice's time the others' is: more than one is faster. */
function ratios(timeOf: (name: SystemName) => number | undefined): string[] {
  const own = timeOf('coppice')
  if (own === undefined) return []
  return (['better-sqlite3', 'pglite'] as const).map(name => {
    const other = timeOf(name)
    return other === undefined ? '' : (other / own).toFixed(2)
  })
}

/** Their first results have as many rows, and the same numbers in them as far as floating point goes. */
function checkAlike(query: number): void {
  const [first, ...others] = names.map(name => ({ name, ...results.get(name)!.digests[query]! }))
  for (const other of others) {
    const tolerance = 1e-6 * Math.max(1, Math.abs(first!.sum))
    if (other.rows !== first!.rows || Math.abs(other.sum - first!.sum) > tolerance) {
      throw new Error(
        `query ${query + 1}: ${first!.name} has ${first!.rows} rows (${first!.sum}), ${other.name} ${other.rows} (${other.sum})`,
      )
    }
  }
}

const widths = header.map((title, i) => Math.max(title.length, ...rows.map(row => (row[i] ?? '').length)))
console.log(`TPC-H at scale ${values.scale} (seed ${TPCH_SEED}), ms, best of ${values.rounds}`)
for (const row of [header, ...rows]) {
  console.log(row.map((cell, i) => cell.padStart(widths[i]!)).join('  '))
}

if (values.docs) {
  const table = [
    `TPC-H at scale ${values.scale}, in memory, ms, best of ${values.rounds}; the last columns say how many times Coppice's`,
    'time the others need.',
    '',
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---:').join('|')}|`,
    ...rows.map(row => `| ${row.join(' | ')} |`),
  ].join('\n')
  const text = readFileSync(DOCUMENT, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for it: ${BEGIN} … ${END}`)
  writeFileSync(DOCUMENT, `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`)
}

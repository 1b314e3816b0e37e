/** `system-process.ts SYSTEM SCALE ROUNDS`: one system's times, sent to the parent. */

import { tpchQueries } from '../../test/sql/tpch/queries.ts'
import { SYSTEMS, type SystemName, type SystemResult } from './system.ts'

const [name, scaleText, roundsText] = process.argv.slice(2)
const scale = Number(scaleText)

const loadStart = performance.now()
const system = await SYSTEMS[name as SystemName](scale)
const loadMs = performance.now() - loadStart
const queries = tpchQueries(scale)
const queriesMs = queries.map(() => Number.POSITIVE_INFINITY)
const digests: { rows: number; sum: number }[] = []
for (let round = 0; round < Number(roundsText); round++) {
  for (let i = 0; i < queries.length; i++) {
    const start = performance.now()
    const rows = await system.query(queries[i]!)
    queriesMs[i] = Math.min(queriesMs[i]!, performance.now() - start)
    digests[i] ??= { rows: rows.length, sum: sumOf(rows) }
  }
}
const result: SystemResult = { loadMs, queriesMs, digests }
process.send!(result, () => process.exit(0))

/** Of all that looks like a number. */
function sumOf(rows: readonly (readonly unknown[])[]): number {
  let sum = 0
  for (const row of rows) {
    for (const value of row) {
      if (typeof value === 'number') sum += value
      else if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) sum += Number(value)
    }
  }
  return sum
}

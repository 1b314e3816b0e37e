/**
 * `npm run sqlsmith`: sqlsmith's random statements against the server, one seed after the other, for `-- --minutes N` (default
 * 10), from seed `--first N` (default: the time), `--queries N` a seed (default 2000), each other seed with the catalogs. Ends
 * with 1 at the first seed that finds something, with the statements and the stacks; `--first SEED --minutes 0` plays it again.
 */

import { parseArgs } from 'node:util'
import { runSqlsmith } from './run-sqlsmith.ts'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    first: { type: 'string' },
    queries: { type: 'string', default: '2000' },
    /** What was refused, and how often: what PostgreSQL would not refuse is worth a look. */
    messages: { type: 'boolean', default: false },
  },
})
const endMs = Date.now() + Number(options.minutes) * 60_000
const queries = Number(options.queries)
let seed = Number(options.first ?? Math.floor(Date.now() / 1000))
do {
  const report = await runSqlsmith({ seed, queries, withCatalogs: seed % 2 === 1, limitMs: 600_000 })
  const megabytes = Math.round(report.rssBytesMax / 2 ** 20)
  console.log(
    `seed ${seed}: ${report.queries} statements, ${Math.round(report.errorRate * 100)}% refused, at most ${megabytes} MB`,
  )
  if (options.messages) console.log(report.messages.join('\n'))
  for (const { statement, stack } of report.internalErrors) console.log(`XX000:\n${statement}\n${stack}\n`)
  if (report.failure !== undefined) console.log(report.failure)
  if (report.internalErrors.length > 0 || report.failure !== undefined) process.exitCode = 1
  seed++
} while (Date.now() < endMs && process.exitCode !== 1)

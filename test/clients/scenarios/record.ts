/**
 * Writes down what a real PostgreSQL answers to the scenarios, for `scenarios.test.ts`:
 *
 *   node --import tsx test/clients/scenarios/record.ts --port 5433 --user postgres [NAME…]
 *
 * The database `test` of that server is emptied.
 */

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { SCENARIOS } from './all.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '5432' }, user: { type: 'string', default: 'postgres' } },
})
const where = {
  host: '127.0.0.1',
  port: Number(values.port),
  user: values.user,
  password: 'unused',
  database: 'test',
}
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const client = new pg.Client(where)
  await client.connect()
  await client.query('drop schema public cascade; create schema public')
  await client.end()
  const lines = (await scenario(where)).map(step => `  ${JSON.stringify(step)}`)
  writeFileSync(new URL(`./${name}.json`, import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
}

/**
 * The process that sqlsmith works on: a database in memory with `schema.sql`, served on any free port. Says `{ port }`, then each
 * internal error, as lines of JSON; and its memory, when it is asked by a line on its input.
 */

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openSync } from '../../../src/index.ts'
import { serve } from '../../../src/server/index.ts'

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)

const database = openSync(':memory:')
database.exec(readFileSync(new URL('./schema.sql', import.meta.url), 'utf8'))
const server = await serve({
  database,
  port: 0,
  // Much of what sqlsmith asks for is the product of everything with everything.
  settings: { statement_timeout: '2s', TimeZone: 'UTC' },
  log: entry => {
    if (entry.event === 'internal error') say(entry)
  },
})
say({ port: server.port })
for await (const _ of createInterface({ input: process.stdin })) say({ rssBytes: process.memoryUsage().rss })
await server.close()

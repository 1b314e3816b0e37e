/**
 * Run in a process with a small heap: runs each statement of standard input, a JSON list, and prints the list of what became of
 * them: their first value, or the SQLSTATE. Then that the database is as it was.
 */

import { rmSync } from 'node:fs'
import { openSync, SqlError } from '../../../src/index.ts'

const [path] = process.argv.slice(2)
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const statements = JSON.parse(Buffer.concat(chunks).toString()) as string[]
const db = openSync(path!, { cacheSizeBytes: 16 << 20 })
db.exec('create table kept (x int); insert into kept values (1)')
for (const text of statements) {
  let outcome: string
  try {
    outcome = String(Object.values(db.query(text)[0] as object)[0]).slice(0, 40)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    outcome = error.sqlstate
  }
  console.log(JSON.stringify(outcome))
}
const kept = db.query<{ n: number }>('select count(*) as n from kept')
// What was gathered by those before is given back.
const after = db.query<{ n: number }>(
  'select cardinality(array_agg(x)) as n from generate_series(1, 500000) x',
)
console.log(JSON.stringify([kept[0]!.n, after[0]!.n]))
db.close()
if (path !== ':memory:') rmSync(path!)

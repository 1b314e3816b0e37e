/** The scripts of this folder, each on a database of its own: rows, names of columns, SQLSTATEs and messages are PostgreSQL's. */

import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, test } from 'vitest'
import { Database } from '../../../src/database/database.ts'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import { Store } from '../../../src/store/store.ts'
import { type Answer, expectAnswer } from '../session/answers.ts'

const folder = new URL('.', import.meta.url)

describe.each(readdirSync(folder).filter(name => name.endsWith('.jsonl')))('%s', file => {
  // The script about names with a database knows that of PGlite.
  const name = file === 'database-names.jsonl' ? 'postgres' : ':memory:'
  const db = new Database(Store.open(memoryStorage(), name)).connect()
  afterAll(() => db.close())
  const answers = readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answer)

  test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
    '%s',
    (_, answer) => expectAnswer(db, answer),
  )
})

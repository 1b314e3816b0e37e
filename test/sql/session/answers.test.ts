/** Whole statements, one after the other on one database: rows, names of columns and SQLSTATEs are PostgreSQL's. */

import { readFileSync } from 'node:fs'
import { afterAll, describe, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { type Answer, expectAnswer } from './answers.ts'

const answers = readFileSync(new URL('answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Answer)

describe('a script of statements', () => {
  const db = openSync(':memory:')
  afterAll(() => db.close())

  test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
    '%s',
    (_, answer) => expectAnswer(db, answer),
  )
})

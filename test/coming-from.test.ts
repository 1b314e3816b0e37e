/** The table of SQL that SQLite spells otherwise: what is on its left is refused, and what is on its right works. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openSync, SqlError } from '../src/index.ts'

const page = readFileSync(new URL('../docs/coming-from.md', import.meta.url), 'utf8')
const [, section] = page.split('### SQL of SQLite')
const rows = [...section.split('\n## ')[0].matchAll(/^\| `(.+?)` \| `(.+?)` \|$/gm)].map(
  ([, theirs, ours]) => [theirs, ours] as const,
)

describe('docs/coming-from.md', () => {
  test('has a table of what SQLite spells otherwise', () => expect(rows.length).toBeGreaterThan(10))

  test.each(rows)('%s', (theirs, ours) => {
    using db = openSync(':memory:')
    db.exec(`create table users (
      id int primary key, email text unique, age int, done boolean, data jsonb, at timestamptz)`)
    expect(() => db.query(theirs)).toThrow(SqlError)
    db.query(ours)
  })

  test('what is said of LIKE, and of types, is so', () => {
    using db = openSync(':memory:')
    expect(db.query("select 'A' like 'a' as a, 'A' ilike 'a' as b")).toEqual([{ a: false, b: true }])
    db.exec('create table t (a integer)')
    expect(() => db.query("insert into t values ('abc')")).toThrow('invalid input syntax for type integer')
  })
})

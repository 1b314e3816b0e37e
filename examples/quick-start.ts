/** The five minutes of the README: `npx tsx examples/quick-start.ts`. Makes `users.db` where it is run. */

import { isCoppiceError, open, t, table } from '../src/index.ts'

// What a user is. The types of everything below follow from it.
const users = table('users', {
  columns: {
    id: t.u32,
    email: t.text,
    age: t.i32.nullable(),
    profile: t.json<{ theme: string }>().nullable(),
  },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age'] } },
})

// `using` closes the database at the end of the block, whatever happens in it.
using db = await open('users.db')

// A write transaction. When it returns, it is on disk; when the function throws, nothing happened.
db.write(tx => {
  const rows = tx.table(users)
  rows.put({ id: 1, email: 'ada@example.org', age: 36 })
  rows.put({ id: 2, email: 'alan@example.org', age: 41, profile: { theme: 'dark' } })
  rows.put({ id: 3, email: 'grace@example.org', age: null })
})

// A snapshot: one state of the database, which stays as it is while others write.
db.read(snap => {
  const rows = snap.table(users)
  console.log(rows.get(2)?.profile?.theme) // dark
  console.log(rows.by('byEmail').get('ada@example.org')?.age) // 36
  for (const user of rows.by('byAge').range({ gte: 18, reverse: true })) console.log(user.email, user.age)
})

// Errors have a stable code, and say what was expected and what was given.
try {
  db.write(tx => tx.table(users).insert({ id: 4, email: 'ada@example.org' }))
} catch (error) {
  if (!isCoppiceError(error, 'UNIQUE_VIOLATION')) throw error
  console.log(error.message)
}

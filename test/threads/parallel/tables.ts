/** The tables that the functions of this folder read. */

import { multimap, t, table } from '../../../src/index.ts'

export const numbers = table('numbers', { key: t.u32, value: t.u32 })
export const tags = multimap('tags', { key: t.u32, value: t.text })
export const people = table('people', {
  columns: { id: t.u32, name: t.text, age: t.u32 },
  primaryKey: ['id'],
  indexes: { byAge: { on: ['age'] }, byName: { on: ['name'], unique: true } },
})

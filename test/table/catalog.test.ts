/** What is remembered of one state of the catalog never answers for another. */

import { expect, test } from 'vitest'
import { openSync, t, table } from '../../src/index.ts'

const tables = Array.from({ length: 60 }, (_, i) =>
  table(`table ${String(i).padStart(3, '0')}`, {
    columns: { id: t.u32, aColumnWithALongName: t.text, anotherColumnWithALongName: t.text },
    primaryKey: ['id'],
  }),
)

// One of the counts leaves the catalog with a full page and one that holds the last table alone, so that dropping that one
// gives the tree its first page as the root, as it was.
test('a table that was dropped is gone, however many are left', () => {
  for (let count = 1; count <= tables.length; count++) {
    const db = openSync(':memory:')
    try {
      const made = tables.slice(0, count)
      const last = made[count - 1] as (typeof tables)[number]
      db.write(tx => {
        for (const one of made) tx.table(one)
      })
      db.query(`select from "${last.name}"`)
      db.write(tx => tx.dropTable(last))
      expect(db.tables(), `of ${count}`).toHaveLength(count - 1)
      expect(() => db.query(`select from "${last.name}"`), `of ${count}`).toThrow(/does not exist/)
      // One that is not there reads as one without rows.
      expect(
        db.read(snap => snap.table(last).count()),
        `of ${count}`,
      ).toBe(0)
    } finally {
      db.close()
    }
  }
})

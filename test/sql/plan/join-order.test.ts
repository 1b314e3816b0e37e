/** The order of joins, where there is more to it than what is cheap: what reads from another comes after it. */

import { expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

test("of many tables, two that need each other's partners are not joined apart", () => {
  using db = openSync(':memory:')
  db.exec('create table t as select i as x from generate_series(1, 20) i')
  // `p` reads `a`, `q` reads `b`; conditions connect `p` with `b`, and `q` with `a`.
  const others = Array.from({ length: 8 }, (_, n) => `t o${n}`)
  const rows = db.query(`select count(*) as n from t a, t b,
    lateral (select a.x + 1 as v limit 1) p, lateral (select b.x - 1 as v limit 1) q, ${others}
    where p.v = b.x and q.v = a.x and ${others.map((_, n) => `o${n}.x = a.x`).join(' and ')}`)
  expect(rows).toEqual([{ n: 19 }])
})

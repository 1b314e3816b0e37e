/** WITH RECURSIVE of more rows than memory may hold: those of a round, and those that were given. */

import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { Store } from '../../../src/store/store.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows } from '../support/paused.ts'

let directory: TemporaryDirectory
let db: Database
let small: Connection
let large: Connection
let madeCount: number
let closedCount: number

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table edge (a int, b int, name text);
    insert into edge select n, n * 7 % 3000, 'edge ' || n from generate_series(0, 2999) n;
    insert into edge select n, (n + 1) % 3000, 'next ' || n from generate_series(0, 2999) n;
    create index on edge (a);
    create sequence s;
    analyze`)
  small = db.connect()
  small.exec("set work_mem = '64kB'")
  large = db.connect()
})
beforeEach(() => {
  madeCount = 0
  closedCount = 0
  const { temporaryFile } = Store.prototype
  vi.spyOn(Store.prototype, 'temporaryFile').mockImplementation(function (this: Store) {
    madeCount++
    const file = temporaryFile.call(this)
    const close = file.close.bind(file)
    file.close = () => {
      closedCount++
      close()
    }
    return file
  })
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => {
  db.close()
  directory.remove()
})

const multiset = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()

/** Streamed, so that nothing but the recursion itself keeps rows. */
const QUERIES = [
  'with recursive r(n, t) as (select n, repeat($$x$$, n % 50) from generate_series(1, 3000) n union all select n + 3000, t || n from r where n < 9000) select * from r',
  'with recursive r(a) as (select 0 union select b from r join edge using (a)) select * from r',
  'with recursive r(a, d) as (select 0, 0 union select b, (d + 1) % 7 from r join edge using (a)) select * from r',
  'with recursive r(n, t) as (select 1, $$1$$ union select n * 5 % 7919, (n * 5 % 7919)::text from r) select * from r',
  'with recursive r(n) as (select generate_series(1, 5000) union all select x.n + 5000 from r x where n < 9000) select n from r',
  // The round before is read once for each row of the other side.
  'with recursive r(n) as (select generate_series(1, 20000) union all select r.n + 20000 * x.k from (values (1), (2)) x(k), r where r.n < 20000 and r.n % 2 = 0) select n from r',
  'with recursive r(n, p) as (select n, n * 1.5 from generate_series(1, 4000) n union select case when n % 2 = 0 then n / 2 else 3 * n + 1 end, p + 0 from r where n > 3900) select * from r',
]

describe.each([
  ['any joins', ''],
  ['nested loops', 'set enable_hashjoin = off; set enable_mergejoin = off'],
])('by %s', (_, settings) => {
  test.each(QUERIES)('%s', query => {
    using tight = db.connect()
    tight.exec(`set work_mem = '64kB'; ${settings}`)
    const expected = multiset(large.query(query, [], { rowMode: 'array' }))
    expect(madeCount).toBe(0)
    expect(multiset(tight.query(query, [], { rowMode: 'array' }))).toEqual(expected)
    expect(madeCount).toBeGreaterThan(0)
    const { rows, pauses } = pausedRows(tight, query, { rowMode: 'array' })
    expect(multiset(rows)).toEqual(expected)
    expect(pauses).toBeGreaterThan(10)
    expect(closedCount).toBe(madeCount)
    expect(readdirSync(dirname(db.path)).filter(name => name.includes('-tmp-'))).toEqual([])
  })
})

test('what is volatile is asked once a row', () => {
  const query =
    "with recursive r(n, v) as (select n, nextval('s') from generate_series(1, 3000) n union all select n + 3000, nextval('s') from r where n <= 3000) select * from r"
  const rows = small.query<{ v: number }>(query)
  expect(rows.map(({ v }) => v).sort((a, b) => a - b)).toEqual(Array.from({ length: 6000 }, (_, i) => i + 1))
  expect(madeCount).toBeGreaterThan(0)
})

test.each(['union', 'union all'])(
  'by %s it hears that it is to end, and leaves no file open when it fails',
  union => {
    const recursion = (next: string) =>
      `with recursive r(n) as (select generate_series(1, 3000) ${union} select ${next} from r) select n from r`
    expect(() => small.query(recursion('n + 1 / (n - 9000) * 0 + 3000'))).toThrow('division by zero')
    expect(madeCount).toBeGreaterThan(0)
    const endless = small.prepare(`select count(*) from (${recursion('n + 3000')}) q`, { timeoutMs: 200 })
    expect(() => endless.all()).toThrow('statement timeout')
    expect(closedCount).toBe(madeCount)
  },
)

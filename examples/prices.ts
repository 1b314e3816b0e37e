/**
 * A map with tuple keys: share prices by symbol and day. Ranges over the parts of a key, and what group commit is
 * worth: `npx tsx examples/prices.ts`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, open, type Transaction, t, table } from '../src/index.ts'

/** [symbol, day] to the price at the end of the day. Keys sort by symbol, then by day. */
const prices = table('prices', { key: t.tuple(t.text, t.date), value: t.f64 })

const SYMBOLS = ['ACME', 'GLOBEX', 'INITECH']
const DAYS = 365
const day = (number: number): Date => new Date(Date.UTC(2025, 0, number))
const shown = (date: Date): string => date.toISOString().slice(0, 10)

/** Bulk input: `putMany` sorts it, and one transaction holds it all. */
function load(db: Database): void {
  db.write(tx => {
    const table = tx.table(prices)
    for (const [i, symbol] of SYMBOLS.entries()) {
      const days = Array.from({ length: DAYS }, (_, n) => n + 1)
      table.putMany(days.map(n => [[symbol, day(n)], 100 + 10 * i + 5 * Math.sin(n / 20)] as const))
    }
    console.log(`${table.count()} prices of ${SYMBOLS.length} shares`)
  })
}

function ask(db: Database): void {
  using snap = db.read()
  const table = snap.table(prices)

  console.log('The last three days of ACME:')
  for (const [[, date], price] of table.range({ prefix: ['ACME'], reverse: true, limit: 3 })) {
    console.log(`  ${shown(date)}  ${price.toFixed(2)}`)
  }

  let sum = 0
  const march = { gte: ['ACME', day(60)], lt: ['ACME', day(91)] } as const
  for (const price of table.values(march)) sum += price
  console.log(`Its mean in March: ${(sum / table.count(march)).toFixed(2)} over ${table.count(march)} days`)

  const [[, firstDay], firstPrice] = table.first({ prefix: ['GLOBEX'] })!
  console.log(`GLOBEX began on ${shown(firstDay)} at ${firstPrice.toFixed(2)}`)
}

/** Many small commits: one after the other each waits for the disk; queued together they share its work. */
async function compareCommits(db: Database): Promise<void> {
  const ticks = 200
  const tick = (n: number) => (tx: Transaction) => {
    tx.table(prices).update(['ACME', day(DAYS)], price => (price ?? 100) + (n % 2 === 0 ? 0.1 : -0.1))
  }
  let started = performance.now()
  for (let n = 0; n < ticks; n++) db.write(tick(n))
  const alone = performance.now() - started

  started = performance.now()
  await Promise.all(Array.from({ length: ticks }, (_, n) => db.writeAsync(tick(n))))
  const together = performance.now() - started
  console.log(`${ticks} durable commits: ${alone.toFixed(0)} ms alone, ${together.toFixed(0)} ms together`)
}

const directory = mkdtempSync(join(tmpdir(), 'coppice-prices-'))
try {
  using db = await open(join(directory, 'prices.db'))
  load(db)
  ask(db)
  await compareCommits(db)
} finally {
  rmSync(directory, { recursive: true })
}

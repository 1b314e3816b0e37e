/** Chapter five: what `stats` says, and whether `check` is content. */

import type { Database } from '../../src/index.ts'
import { faint, number, tell } from './screen.ts'

const MEBIBYTE = 2 ** 20

export async function showStatistics(db: Database): Promise<void> {
  const stats = db.stats()
  const rows = stats.trees.map(tree => [
    tree.index === undefined ? tree.table : `  ${tree.index}`,
    number(tree.entries),
    String(tree.height),
    number(tree.leafPages + tree.branchPages),
    `${number(tree.fill * 100)} %`,
  ])
  const line = ([name, ...numbers]: readonly string[]) =>
    name.padEnd(14) + numbers.map(text => text.padStart(10)).join('')
  const { pool } = stats
  tell(
    `The file: ${(stats.fileBytes / MEBIBYTE).toFixed(1)} MiB in ${number(stats.filePages)} pages`,
    faint(line(['', 'entries', 'levels', 'pages', 'filled'])),
    ...rows.map(line),
    `${number(stats.usedPages)} pages used, ${number(stats.freePages)} free; transaction ${number(stats.txnId)}`,
    `${number(pool.residentPages)} pages in memory`,
  )

  const report = await db.check()
  if (!report.ok) throw new Error(report.faults.map(fault => fault.message).join('\n'))
  tell(`Checked: ${number(report.pages)} pages in ${report.trees} trees, no faults`)
}

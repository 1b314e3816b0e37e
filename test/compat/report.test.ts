/** What `npm run compat` prints of what was found. */

import { expect, test } from 'vitest'
import { forgetFailures, hasFailures, notesOf, type RuntimeReports, tableOf } from './report.ts'

const file = { passed: 3, skipped: [], failures: [], hasHung: false, seconds: 1, commit: 'c1' }
const folders = new Map([['wal', ['test/wal/log.test.ts', 'test/wal/recovery.test.ts']]])
const asked = { titles: ['Node 20.20', 'Bun 1.4.5'], folders }

function reports(): RuntimeReports {
  return {
    'Node 20.20': {
      checks: { SQL: { name: 'SQL', result: 'works', commit: 'c1' } },
      files: { 'test/wal/log.test.ts': file, 'test/wal/recovery.test.ts': file },
    },
    'Bun 1.4.5': {
      checks: { SQL: { name: 'SQL', result: 'missing', reason: 'no such thing\nat', commit: 'c1' } },
      files: {
        'test/wal/log.test.ts': { ...file, skipped: ['the heap'], commit: 'c2' },
        'test/wal/recovery.test.ts': {
          ...file,
          failures: [
            'test/wal/recovery.test.ts: a tail: Error: torn\n at x',
            'test/wal/recovery.test.ts: hangs',
          ],
          hasHung: true,
        },
      },
    },
  }
}

test('the table has a row for each check and each folder', () => {
  expect(tableOf(reports(), asked)).toBe(
    [
      '| | Node 20.20 | Bun 1.4.5 |',
      '|---|---|---|',
      '| SQL | works | missing |',
      '| test/wal | 6 pass | 6 pass, 1 left out, 1 fail, hangs: recovery.test.ts |',
      '',
    ].join('\n'),
  )
})

test('what failed, is missing or was left out is named, and what is of other sources', () => {
  expect(notesOf(reports(), asked)).toBe(
    [
      'Commit c1, but for:',
      '- at c2: Bun 1.4.5: test/wal/log.test.ts',
      'Fails:',
      '- Bun 1.4.5: test/wal/recovery.test.ts: a tail: Error: torn',
      '- Bun 1.4.5: test/wal/recovery.test.ts: hangs',
      'Missing:',
      '- Bun 1.4.5: SQL: no such thing',
      'Left out by the tests themselves:',
      '- Bun 1.4.5: test/wal/log.test.ts: the heap',
    ].join('\n'),
  )
})

test('what failed is forgotten to be run again, and what was not run is no success', () => {
  const found = reports()
  expect(hasFailures(found, asked)).toBe(true)
  forgetFailures(found)
  expect(Object.keys(found['Bun 1.4.5'].files)).toEqual(['test/wal/log.test.ts'])
  expect(tableOf(found, asked)).toContain('| 6 pass | 3 pass, 1 left out, 1 files not run |')
  expect(hasFailures(found, asked)).toBe(true)
  expect(hasFailures(found, { ...asked, titles: ['Node 20.20'] })).toBe(false)
})

test('a runtime whose tests npm test runs is held to its checks alone', () => {
  const found = reports()
  found['Node 20.20'] = { ...found['Node 20.20'], files: {} }
  const ofNode = { ...asked, titles: ['Node 20.20'] }
  expect(hasFailures(found, ofNode)).toBe(true)
  const checksOnly = new Set(['Node 20.20'])
  expect(hasFailures(found, { ...ofNode, checksOnly })).toBe(false)
  expect(tableOf(found, { ...ofNode, checksOnly })).toContain('| test/wal | by npm test |')
  found['Node 20.20'].checks.SQL = { name: 'SQL', result: 'fails', commit: 'c1' }
  expect(hasFailures(found, { ...ofNode, checksOnly })).toBe(true)
})

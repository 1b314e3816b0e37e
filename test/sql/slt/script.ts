/**
 * One file of sqllogictest on an engine, and beside it on a reference.
 *
 * A file that was written for one database holds statements that another refuses, and rightly. So what the reference
 * refuses, or answers otherwise than the file says, is no failure: it is counted as refused, provided that the engine
 * refuses it, too, or answers as the reference does.
 */

import { readFileSync } from 'node:fs'
import type { SqlEngine } from './engine.ts'
import { parseRecords, type SltRecord } from './records.ts'
import { differenceOf, hashOf, resultValues } from './result.ts'

/** What came of a statement or query. */
type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly columnCount: number }
  | { readonly kind: 'error'; readonly message: string }

export interface Failure {
  readonly line: number
  readonly reason: string
  readonly text: string
}

export interface ScriptReport {
  readonly passed: number
  /** For other databases. */
  readonly skipped: number
  /** The reference refuses it, too, or answers the same. */
  readonly refused: number
  readonly failures: readonly Failure[]
}

/** The name by which conditions call a database that speaks PostgreSQL's SQL. */
const DATABASE = 'postgresql'

export async function runScript(
  path: string,
  engine: SqlEngine,
  reference: SqlEngine | undefined,
): Promise<ScriptReport> {
  const failures: Failure[] = []
  const labels = new Map<string, string>()
  let passed = 0
  let skipped = 0
  let refused = 0
  for (const record of parseRecords(readFileSync(path, 'utf8'), DATABASE)) {
    if (record.kind === 'hash threshold') continue
    if (record.kind === 'skipped') {
      skipped++
      continue
    }
    const outcome = await outcomeOf(record, engine)
    const reason = complaintOf(record, outcome, labels)
    const referenceOutcome = reference === undefined ? undefined : await outcomeOf(record, reference)
    const isFileWrong =
      referenceOutcome !== undefined && complaintOf(record, referenceOutcome, undefined) !== undefined
    if (!isFileWrong) {
      if (reason === undefined) passed++
      else failures.push({ line: record.line, reason, text: record.text })
    } else if (agree(outcome, referenceOutcome)) refused++
    else {
      const message = `the reference says ${sayingOf(referenceOutcome)}, and the engine ${sayingOf(outcome)}`
      failures.push({ line: record.line, reason: message, text: record.text })
    }
  }
  return { passed, skipped, refused, failures }
}

type Asking = Extract<SltRecord, { readonly text: string }>

async function outcomeOf(record: Asking, engine: SqlEngine): Promise<Outcome> {
  try {
    if (record.kind === 'statement') {
      await engine.exec(record.text)
      return { kind: 'done' }
    }
    const { columnCount, rows } = await engine.query(record.text)
    // The letters of missing columns do not matter: the number is compared first.
    const types = record.types.padEnd(columnCount, 'T')
    return { kind: 'values', values: resultValues(rows, types, record.sort), columnCount }
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) }
  }
}

/** What is wrong with an outcome; undefined when nothing is. */
function complaintOf(
  record: Asking,
  outcome: Outcome,
  labels: Map<string, string> | undefined,
): string | undefined {
  if (record.kind === 'statement') {
    if (outcome.kind === 'error') return record.isError ? undefined : outcome.message
    return record.isError ? 'an error was expected' : undefined
  }
  if (outcome.kind === 'error') return outcome.message
  if (outcome.kind === 'done') return 'rows were expected'
  if (outcome.columnCount !== record.types.length) {
    return `expected ${record.types.length} columns, got ${outcome.columnCount}`
  }
  const difference = differenceOf(outcome.values, record.expected, outcome.columnCount)
  if (difference !== undefined || record.label === undefined || labels === undefined) return difference
  const hash = hashOf(outcome.values)
  const before = labels.get(record.label)
  labels.set(record.label, before ?? hash)
  return before === undefined || before === hash ? undefined : `another result with the label ${record.label}`
}

function agree(a: Outcome, b: Outcome): boolean {
  if (a.kind !== 'values' || b.kind !== 'values') return a.kind === b.kind
  return a.columnCount === b.columnCount && hashOf(a.values) === hashOf(b.values)
}

function sayingOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'nothing'
    case 'error':
      return `"${outcome.message.split('\n')[0]}"`
    case 'values':
      return `${outcome.values.length} values (${outcome.values.slice(0, 5).join(', ')})`
  }
}

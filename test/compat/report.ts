/** What was found out, and the table of it. */

export interface Outcome {
  readonly name: string
  /** Missing: not there in the runtime, and Coppice says so itself. */
  readonly result: 'works' | 'missing' | 'fails'
  readonly reason?: string
  readonly hasHung?: boolean
}

/** Of one file of tests. */
export interface FileResult {
  readonly passed: number
  /** Tests that say themselves that this runtime cannot run them. */
  readonly skipped: number
  readonly failures: readonly string[]
  readonly hasHung: boolean
}

export interface RuntimeReport {
  readonly checks: Record<string, Outcome>
  readonly files: Record<string, FileResult>
}

/** By the title of the runtime. */
export type Report = Record<string, RuntimeReport>

export function hasFailures(report: Report): boolean {
  return Object.values(report).some(
    ({ checks, files }) =>
      Object.values(checks).some(({ result }) => result === 'fails') ||
      Object.values(files).some(({ failures }) => failures.length > 0),
  )
}

/** As docs/compatibility.md has it. @param foldersOf the files of each folder: those without a result were not run */
export function tableOf(report: Report, foldersOf: ReadonlyMap<string, readonly string[]>): string {
  const titles = Object.keys(report)
  const row = (name: string, cell: (title: string) => string) =>
    `| ${name} | ${titles.map(cell).join(' | ')} |\n`
  const checks = [...new Set(titles.flatMap(title => Object.keys(report[title].checks)))]
  const rows = [
    ...checks.map(name => row(name, title => checkText(report[title].checks[name]))),
    ...[...foldersOf].map(([folder, files]) =>
      row(`test/${folder}`, title => folderText(files, report[title].files)),
    ),
  ]
  return `| | ${titles.join(' | ')} |\n|---|${titles.map(() => '---|').join('')}\n${rows.join('')}`
}

function checkText(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run'
  return outcome.hasHung === true ? 'hangs' : outcome.result
}

function folderText(files: readonly string[], results: Readonly<Record<string, FileResult>>): string {
  const run = files.filter(file => results[file] !== undefined)
  if (run.length === 0) return 'not run'
  const all = run.map(file => results[file])
  const sum = (count: (result: FileResult) => number) => all.reduce((total, one) => total + count(one), 0)
  const hung = run.filter(file => results[file].hasHung)
  const failed = sum(one => one.failures.length) - hung.length
  const skipped = sum(one => one.skipped)
  const parts = [`${sum(one => one.passed)} pass`]
  if (skipped > 0) parts.push(`${skipped} left out`)
  if (failed > 0) parts.push(`${failed} fail`)
  if (hung.length > 0) parts.push(`hangs: ${hung.map(file => file.replace(/^.*\//, '')).join(', ')}`)
  if (run.length < files.length) parts.push(`${files.length - run.length} files not run`)
  return parts.join(', ')
}

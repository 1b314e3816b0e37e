/** What was found out, and the table of it. */

export interface Outcome {
  readonly name: string
  /** Missing: not there in the runtime, and Coppice says so itself. */
  readonly result: 'works' | 'missing' | 'fails'
  readonly reason?: string
  readonly hasHung?: boolean
  /** Of the sources that were asked. */
  readonly commit: string
}

/** Of one file of tests. */
export interface FileResult {
  readonly passed: number
  /** Tests that say themselves that this runtime cannot run them. */
  readonly skipped: readonly string[]
  /** Each begins with its file and its test. */
  readonly failures: readonly string[]
  readonly hasHung: boolean
  readonly seconds: number
  /** Of the sources that were tested. */
  readonly commit: string
}

export interface RuntimeReport {
  readonly checks: Record<string, Outcome>
  readonly files: Record<string, FileResult>
}

/** By the title of the runtime. */
export type RuntimeReports = Record<string, RuntimeReport>

/** The files of each folder that was to be run, by the folder's name. */
export type Folders = ReadonlyMap<string, readonly string[]>

/** Only what was asked for counts: a record may know of more. */
export interface Asked {
  readonly titles: readonly string[]
  readonly folders: Folders
  /** Those of which only the checks were asked for: `npm test` runs their tests. */
  readonly checksOnly?: ReadonlySet<string>
}

export function hasFailures(reports: RuntimeReports, { titles, folders, checksOnly }: Asked): boolean {
  const files = [...folders.values()].flat()
  return titles.some(
    title =>
      Object.values(reports[title].checks).some(({ result }) => result === 'fails') ||
      (checksOnly?.has(title) !== true &&
        files.some(file => (reports[title].files[file]?.failures.length ?? 1) > 0)),
  )
}

/** What failed is asked again, when it is forgotten. */
export function forgetFailures(reports: RuntimeReports): void {
  for (const { checks, files } of Object.values(reports)) {
    for (const [name, { result }] of Object.entries(checks)) if (result === 'fails') delete checks[name]
    for (const [file, { failures }] of Object.entries(files)) if (failures.length > 0) delete files[file]
  }
}

/** As docs/compatibility.md has it. */
export function tableOf(reports: RuntimeReports, { titles, folders, checksOnly }: Asked): string {
  const row = (name: string, cell: (title: string) => string) =>
    `| ${name} | ${titles.map(cell).join(' | ')} |\n`
  const checks = [...new Set(titles.flatMap(title => Object.keys(reports[title].checks)))]
  const rows = [
    ...checks.map(name => row(name, title => checkText(reports[title].checks[name]))),
    ...[...folders].map(([folder, files]) =>
      row(`test/${folder}`, title =>
        checksOnly?.has(title) === true ? 'by npm test' : folderText(files, reports[title].files),
      ),
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
  const skipped = sum(one => one.skipped.length)
  const parts = [`${sum(one => one.passed)} pass`]
  if (skipped > 0) parts.push(`${skipped} left out`)
  if (failed > 0) parts.push(`${failed} fail`)
  if (hung.length > 0) parts.push(`hangs: ${hung.map(file => file.replace(/^.*\//, '')).join(', ')}`)
  if (run.length < files.length) parts.push(`${files.length - run.length} files not run`)
  return parts.join(', ')
}

/** What the table has no room for: the sources, and by name what failed, what is missing and what was left out. */
export function notesOf(reports: RuntimeReports, asked: Asked): string {
  return [
    ...commitNotes(reports, asked),
    ...listed('Fails', failureNotes(reports, asked)),
    ...listed('Missing', checkNotes(reports, asked, 'missing')),
    ...listed('Left out by the tests themselves', skippedNotes(reports, asked)),
  ].join('\n')
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map(line => `- ${line}`)]
}

function commitNotes(reports: RuntimeReports, { titles, folders }: Asked): string[] {
  const files = [...folders.values()].flat()
  const subjects = new Map<string, string[]>()
  for (const title of titles) {
    const { checks, files: results } = reports[title]
    const note = (commit: string | undefined, subject: string) => {
      if (commit === undefined) return
      const known = subjects.get(commit)
      if (known === undefined) subjects.set(commit, [`${title}: ${subject}`])
      else known.push(`${title}: ${subject}`)
    }
    for (const { name, commit } of Object.values(checks)) note(commit, name)
    for (const file of files) note(results[file]?.commit, file)
  }
  // The most at the commit that most are of; of the others each is named.
  const [first, ...others] = [...subjects].sort((a, b) => b[1].length - a[1].length)
  if (first === undefined) return []
  return [
    `Commit ${first[0]}${others.length === 0 ? '.' : ', but for:'}`,
    ...others.map(([commit, list]) => `- at ${commit}: ${list.join('; ')}`),
  ]
}

function failureNotes(reports: RuntimeReports, asked: Asked): string[] {
  const files = [...asked.folders.values()].flat()
  const ofTests = asked.titles.flatMap(title =>
    files.flatMap(file =>
      (reports[title].files[file]?.failures ?? []).map(text => `${title}: ${firstLine(text)}`),
    ),
  )
  return [...checkNotes(reports, asked, 'fails'), ...ofTests]
}

function checkNotes(reports: RuntimeReports, { titles }: Asked, wanted: Outcome['result']): string[] {
  return titles.flatMap(title =>
    Object.values(reports[title].checks)
      .filter(({ result }) => result === wanted)
      .map(({ name, reason = '' }) => `${title}: ${name}: ${firstLine(reason)}`),
  )
}

function skippedNotes(reports: RuntimeReports, { titles, folders }: Asked): string[] {
  const files = [...folders.values()].flat()
  return titles.flatMap(title =>
    files.flatMap(file =>
      (reports[title].files[file]?.skipped ?? []).map(test => `${title}: ${file}: ${test}`),
    ),
  )
}

const LINE_CHARACTERS_MAX = 300

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0].slice(0, LINE_CHARACTERS_MAX)
}

/** The table of the mutants and of what killed them, for the docs: generated, so that it can be made again. */

import type { Verdict } from './judge.ts'
import type { Mutant } from './mutant.ts'

const END = '<!-- mutants: end -->'

/** What a table says of a verdict. */
export interface TableStyle {
  /** Whose `--markdown` makes it. */
  readonly command: string
  readonly trial: string
  readonly seed: string
}

export const TRIALS: TableStyle = { command: 'npm run mutants', trial: 'killed by', seed: 'seed' }

export interface DatedVerdict extends Verdict {
  /** That it was judged at. */
  readonly commit: string
}

/**
 * `document` with the table between its marks. @throws Error when the marks are not there, or a mutant was not judged,
 * was not killed, or was judged at another commit than the others: a table that mixes them would prove nothing
 */
export function putTable(
  document: string,
  mutants: readonly Mutant[],
  verdicts: Readonly<Record<string, DatedVerdict>>,
  style = TRIALS,
): string {
  const mark = `<!-- mutants: this table is made by ${style.command} -- --markdown -->`
  const begin = document.indexOf(mark)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`the document has no place for the table: ${mark} ... ${END}`)
  const table = tableOf(mutants, verdicts, style)
  return `${document.slice(0, begin)}${mark}\n\n${table}\n\n${document.slice(end)}`
}

function tableOf(
  mutants: readonly Mutant[],
  verdicts: Readonly<Record<string, DatedVerdict>>,
  style: TableStyle,
): string {
  const rows = mutants.map(({ name, law }) => {
    const verdict = verdicts[name]
    if (verdict?.fate !== 'killed') throw new Error(`mutant ${name} was ${verdict?.fate ?? 'not judged'}`)
    return { name, law, verdict }
  })
  const commits = new Set(rows.map(({ verdict }) => verdict.commit))
  if (commits.size !== 1)
    throw new Error(`the mutants were judged at several commits: ${[...commits].join()}`)
  const lines = rows.map(
    ({ name, law, verdict }) =>
      `| \`${name}\` | ${law.replaceAll('|', '\\|')} | ${shown(verdict.trial!)} | ${verdict.seed} |`,
  )
  return [
    `All ${rows.length} at commit ${[...commits].join()}:`,
    '',
    `| mutant | law that it breaks | ${style.trial} | ${style.seed} |`,
    '|---|---|---|---|',
    ...lines,
  ].join('\n')
}

/** The name of a trial, or a sentence. */
function shown(trial: string): string {
  return trial.includes(' ') ? trial : `\`${trial}\``
}

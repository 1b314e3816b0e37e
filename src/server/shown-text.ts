/** Texts of statements as others than their clients see them: in the log, in pg_stat_activity. */

import { withoutConstants } from '../sql/syntax/postgres.ts'

/** Of longer ones only the beginning is looked at. */
const LENGTH_MAX = 100_000

/** A text that speaks of a password, without its constants: one of them may be it. */
export function shownText(text: string): string {
  if (!/password/i.test(text)) return text
  const plain = text.length > LENGTH_MAX ? undefined : withoutConstants(text)
  return plain ?? '<a statement about a password>'
}

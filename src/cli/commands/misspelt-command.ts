/** Which command was meant by a word that is none. */

const EDITS_MAX = 2

/** The command that the fewest edits make of a word: two at most, and one where the word is short. */
export function misspeltCommand(word: string, commands: readonly string[]): string | undefined {
  const given = word.toLowerCase()
  let fewest = Math.min(EDITS_MAX, Math.floor(given.length / 2)) + 1
  let best: string | undefined
  for (const command of commands) {
    const edits = editsBetween(given, command)
    if (edits >= fewest) continue
    fewest = edits
    best = command
  }
  return best
}

/** Insertions, deletions, replacements and exchanges of neighbours. */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced)
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchange) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1)
    }
    rows.push(row)
  }
  return rows[a.length][b.length]
}

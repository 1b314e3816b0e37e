/** Texts of SQL and their statements, kept for when they come again; bounded in number and in memory. */

import type { ParsedStatement } from '../syntax/tree.ts'

export const TEXTS_MAX = 500
/** Longer texts have their data in them, come once, and would fill the memory. */
export const LENGTH_MAX = 100_000
/** Of all texts together: the statements of one take up to eighty times the room of their text. */
export const LENGTHS_MAX = 1_000_000

export class ParsedTexts {
  private readonly statements = new Map<string, readonly ParsedStatement[]>()
  private length = 0

  /** The statements of a text that was kept; else undefined. */
  find(text: string): readonly ParsedStatement[] | undefined {
    return this.statements.get(text)
  }

  /** Those that were kept first go when there are too many, or they are too long together. */
  keep(text: string, parsed: readonly ParsedStatement[]): void {
    const { statements } = this
    if (text.length > LENGTH_MAX || statements.has(text)) return
    statements.set(text, parsed)
    this.length += text.length
    for (const oldest of statements.keys()) {
      if (statements.size <= TEXTS_MAX && this.length <= LENGTHS_MAX) return
      statements.delete(oldest)
      this.length -= oldest.length
    }
  }
}

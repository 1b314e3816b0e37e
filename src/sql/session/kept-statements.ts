/**
 * Statements that somebody may want to run again, as trees, with the plans that hang on them; of all sessions of a database in
 * one thread together, and bounded together. A tree takes up to eighty times the room of its text, and its plans take more: so
 * texts stay, and of trees those go that were read first. A statement whose tree has gone is read from its text again when it
 * is run, and planned again.
 */

import type { ParsedStatement } from '../syntax/tree.ts'

/** Of the texts whose trees are kept. */
export const KEPT_CHARACTERS_MAX = 8 * 1024 * 1024
/** Trees and plans of the shortest text take some room, too. */
export const CHARACTERS_MIN = 500

export class KeptStatements {
  /** Reads a text. */
  readonly parse: (text: string) => readonly ParsedStatement[]
  private readonly kept = new Set<KeptStatement>()
  private characters = 0

  constructor(parse: KeptStatements['parse']) {
    this.parse = parse
  }

  /** How many trees are kept. */
  get count(): number {
    return this.kept.size
  }

  /** @internal */
  add(statement: KeptStatement): void {
    if (this.kept.has(statement)) return
    this.kept.add(statement)
    this.characters += statement.characters
    for (const oldest of this.kept) {
      if (this.characters <= KEPT_CHARACTERS_MAX) return
      oldest.letGo()
    }
  }

  /** @internal */
  remove(statement: KeptStatement): void {
    if (this.kept.delete(statement)) this.characters -= statement.characters
  }
}

/** A statement by its text, and by its tree as long as that is kept. */
export class KeptStatement {
  readonly characters: number
  private readonly home: KeptStatements
  private readonly text: string
  private readonly partOf: (whole: ParsedStatement) => ParsedStatement
  private tree: ParsedStatement | undefined

  /**
   * @param text of one statement
   * @param partOf what is meant of it
   * @param tree undefined: it is read when it is asked for first
   */
  constructor(
    home: KeptStatements,
    text: string,
    partOf: (whole: ParsedStatement) => ParsedStatement,
    tree?: ParsedStatement,
  ) {
    this.home = home
    this.text = text
    this.characters = text.length + CHARACTERS_MIN
    this.partOf = partOf
    this.tree = tree
  }

  get parsed(): ParsedStatement {
    const { tree } = this
    if (tree !== undefined) return tree
    const again = this.partOf(this.home.parse(this.text)[0])
    this.tree = again
    this.home.add(this)
    return again
  }

  /** From here on its tree is one of those that are bounded; it goes at once when it is too large by itself. */
  keep(): void {
    this.home.add(this)
  }

  /** Nobody is expected to run it again. */
  letGo(): void {
    this.tree = undefined
    this.home.remove(this)
  }

  /** The same for sessions of another database. */
  movedTo(home: KeptStatements): KeptStatement {
    return new KeptStatement(home, this.text, this.partOf)
  }
}

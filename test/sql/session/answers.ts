/** Recorded answers, one a line; and the statements that they answer. */

export interface Answer {
  readonly text: string
  readonly columns?: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly sqlstate?: string
}

/** Statements end with a semicolon at the end of a line. */
export function statementsOf(script: string): string[] {
  return script
    .split(/;\n/)
    .map(text => text.trim())
    .filter(text => text !== '')
}

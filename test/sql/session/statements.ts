/** Scripts of statements. */

/** Statements end with a semicolon at the end of a line. */
export function statementsOf(script: string): string[] {
  return script
    .split(/;\n/)
    .map(text => text.trim())
    .filter(text => text !== '')
}

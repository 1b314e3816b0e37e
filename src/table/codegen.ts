/**
 * Builds JavaScript functions from text, where the platform allows it. Everything that is not syntax enters
 * as a named constant, and names of columns enter as JSON strings, so no input can become code.
 */

/** Tests turn generation off to run the interpreters instead. Takes effect for codecs built afterwards. */
export const codeGeneration = { enabled: canGenerate() }

function canGenerate(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    // `--disallow-code-generation-from-strings`, or a content security policy.
    return false
  }
}

/** Collects the constants of one generated function. */
export class FunctionBuilder {
  private readonly names: string[] = []
  private readonly values: unknown[] = []
  private freshCount = 0

  /** The name under which the body knows `value`; the same one for the same value. */
  constant(value: unknown, hint: string): string {
    const known = this.values.indexOf(value)
    if (known >= 0) return this.names[known]
    const name = `${hint}${this.names.length}`
    this.names.push(name)
    this.values.push(value)
    return name
  }

  /** A variable name that is not used yet. */
  fresh(hint: string): string {
    return `${hint}_${this.freshCount++}`
  }

  /** Makes `function name(parameters) { body }`. */
  build<F>(name: string, parameters: string, body: string): F {
    const outer = new Function(
      ...this.names,
      `'use strict'\nreturn function ${name}(${parameters}) {\n${body}\n}`,
    )
    return outer(...this.values) as F
  }
}

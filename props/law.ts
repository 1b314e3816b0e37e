/** What a trial throws when a law was broken, and the check that throws it. */

export class Broken extends Error {
  constructor(law: string, cause?: unknown) {
    super(law, cause === undefined ? undefined : { cause })
    this.name = 'Broken'
  }
}

export function check(condition: boolean, law: string): asserts condition {
  if (!condition) throw new Broken(law)
}

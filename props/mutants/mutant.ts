/** A deliberate mistake in the engine, to prove that the trials would find such a one. */

export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly text: string
  readonly replacement: string
}

export interface Mutant {
  readonly name: string
  /** What holds in the engine and not in the mutant. */
  readonly law: string
  /** More than one where the engine has a second line of defence, which hides the loss of the first. */
  readonly edits: readonly Edit[]
}

/** `source` with the mutant's edits of `file`. @throws Error when a text does not occur exactly once: the table is out of date */
export function mutate(mutant: Mutant, file: string, source: string): string {
  let mutated = source
  for (const edit of mutant.edits) {
    if (edit.file !== file) continue
    const parts = mutated.split(edit.text)
    if (parts.length !== 2) {
      throw new Error(
        `mutant ${mutant.name}: its text occurs ${parts.length - 1} times in ${file}, not once:\n${edit.text}`,
      )
    }
    mutated = parts.join(edit.replacement)
  }
  return mutated
}

/** What a session has committed and the disk has not confirmed: its client is answered when it is durable. */

export class PendingCommits {
  /** All whose sync is under way, as one; undefined: none is. */
  private durable: Promise<void> | undefined

  get arePending(): boolean {
    return this.durable !== undefined
  }

  /** @param durable resolves when a commit is durable */
  note(durable: Promise<void>): void {
    const before = this.durable
    const all = before === undefined ? durable : before.then(() => durable)
    // Their failure is told by `settle`; until then nobody hears of it.
    durable.catch(() => {})
    all.catch(() => {})
    this.durable = all
  }

  /** What was committed is durable, or the error says that it is not. */
  async settle(): Promise<void> {
    const { durable } = this
    if (durable === undefined) return
    this.durable = undefined
    await durable
  }

  /** Runs when it is known of what was committed last whether it is durable. */
  whenSettled(run: () => void): void {
    if (this.durable === undefined) run()
    else this.durable.then(run, run)
  }

  /** Runs when what was committed last is durable; never, when it is not to be. */
  whenDurable(run: () => void): void {
    if (this.durable === undefined) run()
    else this.durable.then(run, () => {})
  }
}

/** Slows down whoever tries passwords: after too many wrong ones, an address has to wait. Bounded in memory. */

const ADDRESSES_MAX = 10_000

interface Failures {
  count: number
  readonly sinceMs: number
}

export class LoginLimiter {
  private readonly failuresMax: number
  private readonly withinMs: number
  private readonly nowMs: () => number
  private readonly byAddress = new Map<string, Failures>()

  constructor(failuresMax: number, withinMs: number, nowMs: () => number) {
    this.failuresMax = failuresMax
    this.withinMs = withinMs
    this.nowMs = nowMs
  }

  isBlocked(address: string): boolean {
    return (this.current(address)?.count ?? 0) >= this.failuresMax
  }

  noteFailure(address: string): void {
    const failures = this.current(address)
    if (failures !== undefined) failures.count++
    else {
      // The oldest goes first: whoever fills the list forgets himself.
      if (this.byAddress.size >= ADDRESSES_MAX) this.byAddress.delete(this.byAddress.keys().next().value!)
      this.byAddress.set(address, { count: 1, sinceMs: this.nowMs() })
    }
  }

  noteSuccess(address: string): void {
    this.byAddress.delete(address)
  }

  private current(address: string): Failures | undefined {
    const failures = this.byAddress.get(address)
    if (failures === undefined || this.nowMs() - failures.sinceMs < this.withinMs) return failures
    this.byAddress.delete(address)
    return undefined
  }
}

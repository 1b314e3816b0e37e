/**
 * What can go wrong with an operation of the simulated disk by order of a test, and which order strikes when.
 * What the operation then does is said in `simulated-disk.ts` and `simulated-file.ts`.
 */

/** What can be counted, crashed at and made to fail. */
export type DiskOperation = 'write' | 'truncate' | 'sync' | 'create' | 'rename' | 'unlink' | 'syncDirectory'

/** What changes nothing: it can fail, and a crash in it is one before the next operation. */
export type QuietOperation = 'read' | 'open' | 'size' | 'close'

/** When a planned crash strikes; `within` leaves the operation half done. */
export type CrashMoment = 'before' | 'within' | 'after'

/**
 * - `ioError`, `noSpace` (a full disk or a quota: the layer above sees one code for both): the operation throws. A
 *   write may have been made in part; a sync lets some changes arrive and forgets the rest.
 * - `ioErrorAfterwards`: the same, but it has happened: what fails is the answer.
 * - `late` (syncs): the same as `ioError`, but this sync succeeds and the next one reports it.
 * - `lost`, `misdirected` (writes): the device reports success.
 * - `misdirected` (reads): the bytes of another place.
 * - `short` (reads): fewer bytes than asked for, though the file has them.
 */
export type FaultKind =
  | 'ioError'
  | 'ioErrorAfterwards'
  | 'noSpace'
  | 'late'
  | 'lost'
  | 'misdirected'
  | 'short'

export interface Fault {
  /** `growth`: writes beyond the end of the file, the ones that fail on a disk that is merely full. */
  readonly operation: DiskOperation | QuietOperation | 'growth'
  readonly kind: FaultKind
  /** Only files whose path contains this. Default: all. */
  readonly pathPart?: string
  /** Only files whose path ends so. Default: all. */
  readonly pathEnd?: string
  /** Only writes from this position on. Default: all. */
  readonly fromByte?: number
  /** Matching operations that still succeed before the first failure. Default 0. */
  readonly skip?: number
  /** Failures, after which it is over. Default 1; Infinity: until `clearFaults`. */
  readonly times?: number
  /** Is called when it strikes, before the operation. */
  readonly whenStruck?: () => void
}

interface ArmedFault {
  readonly fault: Fault
  skip: number
  times: number
}

export class ArmedFaults {
  #armed: ArmedFault[] = []

  arm(fault: Fault): void {
    this.#armed.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  clear(): void {
    this.#armed = []
  }

  /** The fault that strikes this operation, if one does. */
  strike(operation: Fault['operation'], path: string, position = 0): FaultKind | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed
      if (fault.operation !== operation || armed.times === 0) continue
      if (fault.pathPart !== undefined && !path.includes(fault.pathPart)) continue
      if (fault.pathEnd !== undefined && !path.endsWith(fault.pathEnd)) continue
      if (fault.fromByte !== undefined && position < fault.fromByte) continue
      if (armed.skip > 0) {
        armed.skip--
        continue
      }
      armed.times--
      fault.whenStruck?.()
      return fault.kind
    }
    return undefined
  }
}

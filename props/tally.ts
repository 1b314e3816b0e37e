/** What the trials of this process have looked at, for reports: states of a disk after a crash, each recovered and judged. */

export interface Tally {
  /** Crash states that were opened. */
  states: number
  /** Those among them that a crash inside of a recovery has left. */
  insideRecovery: number
  /** Crash states that were not opened, because the same bytes had been judged before. */
  repeated: number
}

export const tally: Tally = { states: 0, insideRecovery: 0, repeated: 0 }

import { afterEach, beforeEach } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'

/** Sets debug mode for each test of the file, or of the `describe`, that calls it, and puts it back afterwards. */
export function debugModeIs(isOn: boolean): void {
  let before = isOn
  beforeEach(() => {
    before = debugChecks.enabled
    debugChecks.enabled = isOn
  })
  afterEach(() => {
    debugChecks.enabled = before
  })
}

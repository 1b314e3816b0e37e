/**
 * Tells what vitest does while it does it, a line of JSON for each event, in the file that COPPICE_COMPAT_PROGRESS names: who
 * watches knows by name the file and the test that do not end, though the process will never say a word again.
 */

import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export type Progress =
  | { readonly kind: 'file begins' | 'file ends'; readonly file: string; readonly errors: readonly string[] }
  | { readonly kind: 'test begins'; readonly file: string; readonly test: string }
  | {
      readonly kind: 'test ends'
      readonly file: string
      readonly test: string
      readonly state: 'passed' | 'failed' | 'skipped'
      readonly errors: readonly string[]
    }
  | { readonly kind: 'all end'; readonly errors: readonly string[] }

const path = process.env.COPPICE_COMPAT_PROGRESS

export default class ProgressReporter implements Reporter {
  onTestModuleQueued(module: TestModule): void {
    tell({ kind: 'file begins', file: nameOf(module), errors: [] })
  }
  onTestCaseReady(test: TestCase): void {
    tell({ kind: 'test begins', file: nameOf(test.module), test: test.fullName })
  }
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result()
    if (state === 'pending') return
    const file = nameOf(test.module)
    tell({ kind: 'test ends', file, test: test.fullName, state, errors: textsOf(errors) })
  }
  onTestModuleEnd(module: TestModule): void {
    tell({ kind: 'file ends', file: nameOf(module), errors: textsOf(module.errors()) })
  }
  onTestRunEnd(_: readonly TestModule[], errors: Parameters<NonNullable<Reporter['onTestRunEnd']>>[1]): void {
    tell({ kind: 'all end', errors: textsOf(errors) })
  }
}

function tell(progress: Progress): void {
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(progress)}\n`)
}

function nameOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId).replaceAll('\\', '/')
}

function textsOf(errors: readonly { message: string; stack?: string }[] | undefined): string[] {
  return (errors ?? []).map(({ message, stack }) => stack ?? message)
}

import { describe, expect, test } from 'vitest'
import { VARIANTS as ABLATIONS } from '../../bench/ablation/variants.ts'
import { VARIANTS as WAYS } from '../../bench/threads/variants.ts'
import { checkVariant, type Variant } from '../../bench/variant.ts'

const variants: [string, Variant][] = [...Object.entries(ABLATIONS), ...Object.entries(WAYS)]

describe('variants of the engine that the benchmarks make', () => {
  test.each(variants)('%s finds the texts that it replaces', (name, variant) => {
    expect(() => checkVariant(name, variant)).not.toThrow()
  })

  test('a text that is gone is told', () => {
    const edits = [{ file: 'btree/builder.ts', text: 'no such text', replacement: '' }]
    expect(() => checkVariant('broken', { edits })).toThrow(/broken: its text occurs 0 times .*builder\.ts/)
  })
})

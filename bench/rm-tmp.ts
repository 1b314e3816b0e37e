import { mkdtempSync } from 'node:fs'
import { openBytes } from '/tmp/wt-bench/bench/contenders/coppice.ts'
import { Dataset } from '/tmp/wt-bench/bench/dataset.ts'

const dataset = new Dataset({ count: Number(process.argv[2]), laterCount: 0 })
const dir = mkdtempSync('/tmp/rm-')
let store = await openBytes(dir, dataset, { cacheBytes: 512 << 20 })
const t = (n: string, f: () => unknown) => {
  const s = performance.now()
  f()
  console.log(n, (performance.now() - s).toFixed(1), 'ms')
}
t('load', () => store.load())
store.settle()
store.close()
store = await openBytes(dir, dataset, { cacheBytes: 512 << 20 })
t('scan', () => store.scan())
t('remove', () => store.remove(dataset.half()))
t('settle', () => store.settle())
t('close', () => store.close())

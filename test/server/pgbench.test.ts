/** pgbench's own script (TPC-B, more or less) by prepared statements: sums must agree however many write at once. */

import { describe, expect, test } from 'vitest'
import { connect, isInstalled, runClient, startServer } from './support.ts'

const SCHEMA = `
  create table pgbench_branches (bid int not null, bbalance int, filler char(88));
  create table pgbench_tellers (tid int not null, bid int, tbalance int, filler char(84));
  create table pgbench_accounts (aid int not null, bid int, abalance int, filler char(84));
  create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
  alter table pgbench_branches add primary key (bid);
  alter table pgbench_tellers add primary key (tid);
  alter table pgbench_accounts add primary key (aid);
  insert into pgbench_branches values (1, 0, '');
  insert into pgbench_tellers select i, 1, 0, '' from generate_series(1, 10) i;
  insert into pgbench_accounts select i, 1, 0, '' from generate_series(1, 100000) i`

describe.skipIf(!isInstalled('pgbench'))('pgbench', () => {
  test.each(['simple', 'extended', 'prepared'])(
    'runs by %s statements, and no cent is lost',
    async protocol => {
      const { port } = await startServer()
      const client = await connect(port)
      await client.query(SCHEMA)
      const args = ['-n', '-M', protocol, '-c', '8', '-t', '25', '-s', '1']
      const { output, errors, status } = await runClient('pgbench', args, port)
      expect(errors.replace(/^pgbench.*\n/gm, '')).toBe('')
      expect(status).toBe(0)
      expect(output).toContain('number of transactions actually processed: 200/200')
      const { rows } =
        await client.query(`select (select sum(abalance) from pgbench_accounts)::int as accounts,
      (select sum(tbalance) from pgbench_tellers)::int as tellers, (select sum(bbalance) from pgbench_branches)::int as branches,
      (select sum(delta) from pgbench_history)::int as history, (select count(*) from pgbench_history)::int as n`)
      const [{ accounts, tellers, branches, history, n }] = rows
      expect([tellers, branches, history]).toEqual([accounts, accounts, accounts])
      expect(n).toBe(200)
    },
  )
})

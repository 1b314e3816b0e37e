/** pgbench: its own script (TPC-B, more or less) and scripts of its user. Sums must agree however many write at once. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { atEnd, connect, isInstalled, runClient, startServer } from './support.ts'

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

  test('makes its tables by itself', async () => {
    const { port } = await startServer()
    const { errors, status } = await runClient('pgbench', ['-i', '-s', '1', '-q'], port)
    expect([errors, status]).toEqual([expect.stringContaining('done in '), 0])
    const client = await connect(port)
    const { rows } = await client.query('select count(*)::int as n from pgbench_accounts')
    expect(rows).toEqual([{ n: 100_000 }])
  })

  /** What moves money between accounts: never more than there is, with a note of each move. */
  const TRANSFER = `\\set source random(1, 20)
\\set target 1 + (:source + random(0, 18)) % 20
\\set amount random(1, 30)
begin;
select balance from accounts where id = :source for update \\gset
\\if :balance >= :amount and :source <> :target
  update accounts set balance = balance - :amount where id = :source;
  update accounts set balance = balance + :amount
    where id = :target;
  insert into moves (source, target, amount, client) values (:source, :target, :amount, :client_id);
\\elif :balance = 0
  insert into moves (source, target, amount, client) values (:source, :source, 0, :client_id);
\\else
  select count(*) as moved, coalesce(sum(amount), 0) as total from moves where source = :source \\gset so_far_
  \\set mean :so_far_total / greatest(:so_far_moved, 1)
\\endif
commit;
`
  /** The same without waiting for answers in between. */
  const PIPELINE = `\\set source random(1, 20)
\\set target 1 + (:source % 20)
\\startpipeline
begin;
update accounts set balance = balance - 1 where id = :source;
update accounts set balance = balance + 1 where id = :target;
insert into moves (source, target, amount, client) values (:source, :target, 1, :client_id);
commit;
select sum(balance) from accounts;
\\endpipeline
`
  /** Several statements in one message. */
  const TOGETHER = `\\set source random(1, 20)
\\set target 1 + (:source % 20)
begin\\;
update accounts set balance = balance - 2 where id = :source\\;
update accounts set balance = balance + 2 where id = :target\\;
insert into moves (source, target, amount, client) values (:source, :target, 2, :client_id)\\;
select count(*) as moved from moves\\;
commit;
`
  test.each([
    ['simple', 'conditions', TRANSFER],
    ['extended', 'conditions', TRANSFER],
    ['prepared', 'conditions', TRANSFER],
    ['extended', 'pipelines', PIPELINE],
    ['prepared', 'pipelines', PIPELINE],
    ['simple', 'statements together', TOGETHER],
  ])('runs scripts of its user by %s statements, with %s', async (protocol, _, script) => {
    const { port } = await startServer()
    const client = await connect(port)
    await client.query(`create table accounts (id int primary key, balance int not null);
      create table moves (id int generated always as identity primary key, source int, target int, amount int, client int);
      insert into accounts select i, 50 from generate_series(1, 20) i`)
    const folder = mkdtempSync(join(tmpdir(), 'coppice-pgbench-'))
    atEnd(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'own.sql')
    writeFileSync(file, script)
    const args = ['-n', '-M', protocol, '-c', '6', '-j', '2', '-t', '25', '-f', file]
    const { output, errors, status } = await runClient('pgbench', args, port)
    expect(errors.replace(/^pgbench.*\n/gm, '')).toBe('')
    expect(status).toBe(0)
    expect(output).toContain('number of transactions actually processed: 150/150')
    expect(output).toContain('number of failed transactions: 0')
    const { rows } = await client.query(`with moved as (
        select id, sum(change) as change from (
          select source as id, -amount as change from moves union all select target, amount from moves
        ) as changes group by id
      )
      select sum(balance)::int as balance, count(*) filter (where balance <> 50 + coalesce(change, 0))::int as wrong,
        (select count(distinct client)::int from moves) as clients
      from accounts left join moved using (id)`)
    expect(rows).toEqual([{ balance: 1000, wrong: 0, clients: 6 }])
  })
})

/**
 * Thirty other statements that are run before anything is measured: V8 inlines what a call site has seen, and one that has
 * seen one statement alone flatters.
 */

export const SHAPES: readonly string[] = [
  'select count(*) as c from items where category = 3',
  'select min(price) as a, max(price) as b from items',
  "select sum(quantity) as s, avg(score) as a from items where region = 'east'",
  'select region, count(*) as c from items group by region order by c desc, region',
  'select category, region, sum(price) as s from items where id <= 5000 group by category, region order by 1, 2',
  'select distinct region from items where id <= 5000 order by region',
  'select id, upper(name) as n from items where id between 100 and 200',
  'select id, price * quantity as total from items where id <= 1000 order by total desc limit 5',
  "select id from items where name like 'item number 12_' and id <= 5000",
  'select count(*) as c from items where price > 100 and price < 200 or quantity = 7',
  "select case when quantity < 50 then 'low' else 'high' end as k, count(*) as c from items where id <= 5000 group by 1 order by 1",
  'select i.id, d.weight from items i join details d on d.id = i.id where i.id <= 100',
  'select count(*) as c from items i left join details d on d.id = i.score where i.id <= 1000',
  'select id from items where score in (1, 5, 9, 700)',
  'select id from items where id in (select id from details where id <= 50)',
  'select count(*) as c from items i where i.id <= 500 and exists (select 1 from details d where d.id = i.score)',
  'select (select max(weight) from details where id <= 100) as m',
  'select id, row_number() over (order by price, id) as r from items where id <= 500',
  'select category, sum(s) as t from (select category, region, sum(score) as s from items where id <= 5000 group by category, region) q group by category order by category',
  'with low as (select id, price from items where id <= 300) select count(*) as c from low where price > 500',
  'select id from items where id <= 20 union select id from details where id between 10 and 30 order by id',
  'select coalesce(nullif(quantity, 0), 1) as q, count(*) as c from items where id <= 2000 group by 1 order by 1',
  'select length(name) as l, count(*) as c from items where id <= 20000 group by length(name) order by l',
  'select id % 7 as m, sum(price) as s from items where id <= 20000 group by id % 7 order by m',
  'select max(id) as a from items where quantity <> 3',
  "select id, region || '-' || name as t from items where id <= 200 order by t limit 10",
  'select count(distinct category) as c from items where id <= 20000',
  'select category from items where id <= 20000 group by category having count(*) > 180 order by category',
  'select id, score from items order by score desc, id limit 20 offset 10',
  'select abs(quantity - 50) as d, count(*) as c from items where id <= 5000 group by abs(quantity - 50) order by d',
  'select round(price) as p from items where id <= 100',
]

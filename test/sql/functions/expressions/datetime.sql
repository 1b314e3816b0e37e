-- Dates, times, intervals.
extract('microseconds' from '2024-02-29 13:14:15.678901'::timestamp)
extract('microseconds' from '1999-12-31 23:59:59.999999'::timestamp)
extract('microseconds' from '0044-03-15 BC'::timestamp)
extract('microseconds' from '2025-01-06'::timestamp)
extract('microseconds' from 'infinity'::timestamp)
extract('microseconds' from '-infinity'::timestamp)
extract('microseconds' from '294276-12-31 23:59:59'::timestamp)
extract('microseconds' from '2023-01-01 00:00'::timestamp)
extract('microseconds' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('microseconds' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('microseconds' from '2024-02-29'::date)
extract('microseconds' from 'infinity'::date)
extract('microseconds' from '0001-01-01 BC'::date)
extract('microseconds' from '13:14:15.678901'::time)
extract('microseconds' from '13:14:15.678901+05:30'::timetz)
extract('microseconds' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('microseconds' from 'infinity'::interval)
extract('microseconds' from '1 mon 8 days'::interval)
date_part('microseconds', '2024-02-29 13:14:15.678901'::timestamp)
date_part('microseconds', '2024-02-29'::date)
date_part('microseconds', '1 year 2 days 3.5 s'::interval)
date_part('microseconds', '-infinity'::timestamptz)
date_trunc('microseconds', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('microseconds', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('microseconds', '0044-03-15 BC'::timestamp)
date_trunc('microseconds', '2025-01-06'::timestamp)
date_trunc('microseconds', 'infinity'::timestamp)
date_trunc('microseconds', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('microseconds', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('milliseconds' from '2024-02-29 13:14:15.678901'::timestamp)
extract('milliseconds' from '1999-12-31 23:59:59.999999'::timestamp)
extract('milliseconds' from '0044-03-15 BC'::timestamp)
extract('milliseconds' from '2025-01-06'::timestamp)
extract('milliseconds' from 'infinity'::timestamp)
extract('milliseconds' from '-infinity'::timestamp)
extract('milliseconds' from '294276-12-31 23:59:59'::timestamp)
extract('milliseconds' from '2023-01-01 00:00'::timestamp)
extract('milliseconds' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('milliseconds' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('milliseconds' from '2024-02-29'::date)
extract('milliseconds' from 'infinity'::date)
extract('milliseconds' from '0001-01-01 BC'::date)
extract('milliseconds' from '13:14:15.678901'::time)
extract('milliseconds' from '13:14:15.678901+05:30'::timetz)
extract('milliseconds' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('milliseconds' from 'infinity'::interval)
extract('milliseconds' from '1 mon 8 days'::interval)
date_part('milliseconds', '2024-02-29 13:14:15.678901'::timestamp)
date_part('milliseconds', '2024-02-29'::date)
date_part('milliseconds', '1 year 2 days 3.5 s'::interval)
date_part('milliseconds', '-infinity'::timestamptz)
date_trunc('milliseconds', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('milliseconds', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('milliseconds', '0044-03-15 BC'::timestamp)
date_trunc('milliseconds', '2025-01-06'::timestamp)
date_trunc('milliseconds', 'infinity'::timestamp)
date_trunc('milliseconds', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('milliseconds', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('second' from '2024-02-29 13:14:15.678901'::timestamp)
extract('second' from '1999-12-31 23:59:59.999999'::timestamp)
extract('second' from '0044-03-15 BC'::timestamp)
extract('second' from '2025-01-06'::timestamp)
extract('second' from 'infinity'::timestamp)
extract('second' from '-infinity'::timestamp)
extract('second' from '294276-12-31 23:59:59'::timestamp)
extract('second' from '2023-01-01 00:00'::timestamp)
extract('second' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('second' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('second' from '2024-02-29'::date)
extract('second' from 'infinity'::date)
extract('second' from '0001-01-01 BC'::date)
extract('second' from '13:14:15.678901'::time)
extract('second' from '13:14:15.678901+05:30'::timetz)
extract('second' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('second' from 'infinity'::interval)
extract('second' from '1 mon 8 days'::interval)
date_part('second', '2024-02-29 13:14:15.678901'::timestamp)
date_part('second', '2024-02-29'::date)
date_part('second', '1 year 2 days 3.5 s'::interval)
date_part('second', '-infinity'::timestamptz)
date_trunc('second', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('second', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('second', '0044-03-15 BC'::timestamp)
date_trunc('second', '2025-01-06'::timestamp)
date_trunc('second', 'infinity'::timestamp)
date_trunc('second', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('second', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('minute' from '2024-02-29 13:14:15.678901'::timestamp)
extract('minute' from '1999-12-31 23:59:59.999999'::timestamp)
extract('minute' from '0044-03-15 BC'::timestamp)
extract('minute' from '2025-01-06'::timestamp)
extract('minute' from 'infinity'::timestamp)
extract('minute' from '-infinity'::timestamp)
extract('minute' from '294276-12-31 23:59:59'::timestamp)
extract('minute' from '2023-01-01 00:00'::timestamp)
extract('minute' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('minute' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('minute' from '2024-02-29'::date)
extract('minute' from 'infinity'::date)
extract('minute' from '0001-01-01 BC'::date)
extract('minute' from '13:14:15.678901'::time)
extract('minute' from '13:14:15.678901+05:30'::timetz)
extract('minute' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('minute' from 'infinity'::interval)
extract('minute' from '1 mon 8 days'::interval)
date_part('minute', '2024-02-29 13:14:15.678901'::timestamp)
date_part('minute', '2024-02-29'::date)
date_part('minute', '1 year 2 days 3.5 s'::interval)
date_part('minute', '-infinity'::timestamptz)
date_trunc('minute', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('minute', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('minute', '0044-03-15 BC'::timestamp)
date_trunc('minute', '2025-01-06'::timestamp)
date_trunc('minute', 'infinity'::timestamp)
date_trunc('minute', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('minute', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('hour' from '2024-02-29 13:14:15.678901'::timestamp)
extract('hour' from '1999-12-31 23:59:59.999999'::timestamp)
extract('hour' from '0044-03-15 BC'::timestamp)
extract('hour' from '2025-01-06'::timestamp)
extract('hour' from 'infinity'::timestamp)
extract('hour' from '-infinity'::timestamp)
extract('hour' from '294276-12-31 23:59:59'::timestamp)
extract('hour' from '2023-01-01 00:00'::timestamp)
extract('hour' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('hour' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('hour' from '2024-02-29'::date)
extract('hour' from 'infinity'::date)
extract('hour' from '0001-01-01 BC'::date)
extract('hour' from '13:14:15.678901'::time)
extract('hour' from '13:14:15.678901+05:30'::timetz)
extract('hour' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('hour' from 'infinity'::interval)
extract('hour' from '1 mon 8 days'::interval)
date_part('hour', '2024-02-29 13:14:15.678901'::timestamp)
date_part('hour', '2024-02-29'::date)
date_part('hour', '1 year 2 days 3.5 s'::interval)
date_part('hour', '-infinity'::timestamptz)
date_trunc('hour', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('hour', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('hour', '0044-03-15 BC'::timestamp)
date_trunc('hour', '2025-01-06'::timestamp)
date_trunc('hour', 'infinity'::timestamp)
date_trunc('hour', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('hour', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('day' from '2024-02-29 13:14:15.678901'::timestamp)
extract('day' from '1999-12-31 23:59:59.999999'::timestamp)
extract('day' from '0044-03-15 BC'::timestamp)
extract('day' from '2025-01-06'::timestamp)
extract('day' from 'infinity'::timestamp)
extract('day' from '-infinity'::timestamp)
extract('day' from '294276-12-31 23:59:59'::timestamp)
extract('day' from '2023-01-01 00:00'::timestamp)
extract('day' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('day' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('day' from '2024-02-29'::date)
extract('day' from 'infinity'::date)
extract('day' from '0001-01-01 BC'::date)
extract('day' from '13:14:15.678901'::time)
extract('day' from '13:14:15.678901+05:30'::timetz)
extract('day' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('day' from 'infinity'::interval)
extract('day' from '1 mon 8 days'::interval)
date_part('day', '2024-02-29 13:14:15.678901'::timestamp)
date_part('day', '2024-02-29'::date)
date_part('day', '1 year 2 days 3.5 s'::interval)
date_part('day', '-infinity'::timestamptz)
date_trunc('day', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('day', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('day', '0044-03-15 BC'::timestamp)
date_trunc('day', '2025-01-06'::timestamp)
date_trunc('day', 'infinity'::timestamp)
date_trunc('day', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('day', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('week' from '2024-02-29 13:14:15.678901'::timestamp)
extract('week' from '1999-12-31 23:59:59.999999'::timestamp)
extract('week' from '0044-03-15 BC'::timestamp)
extract('week' from '2025-01-06'::timestamp)
extract('week' from 'infinity'::timestamp)
extract('week' from '-infinity'::timestamp)
extract('week' from '294276-12-31 23:59:59'::timestamp)
extract('week' from '2023-01-01 00:00'::timestamp)
extract('week' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('week' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('week' from '2024-02-29'::date)
extract('week' from 'infinity'::date)
extract('week' from '0001-01-01 BC'::date)
extract('week' from '13:14:15.678901'::time)
extract('week' from '13:14:15.678901+05:30'::timetz)
extract('week' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('week' from 'infinity'::interval)
extract('week' from '1 mon 8 days'::interval)
date_part('week', '2024-02-29 13:14:15.678901'::timestamp)
date_part('week', '2024-02-29'::date)
date_part('week', '1 year 2 days 3.5 s'::interval)
date_part('week', '-infinity'::timestamptz)
date_trunc('week', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('week', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('week', '0044-03-15 BC'::timestamp)
date_trunc('week', '2025-01-06'::timestamp)
date_trunc('week', 'infinity'::timestamp)
date_trunc('week', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('week', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('month' from '2024-02-29 13:14:15.678901'::timestamp)
extract('month' from '1999-12-31 23:59:59.999999'::timestamp)
extract('month' from '0044-03-15 BC'::timestamp)
extract('month' from '2025-01-06'::timestamp)
extract('month' from 'infinity'::timestamp)
extract('month' from '-infinity'::timestamp)
extract('month' from '294276-12-31 23:59:59'::timestamp)
extract('month' from '2023-01-01 00:00'::timestamp)
extract('month' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('month' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('month' from '2024-02-29'::date)
extract('month' from 'infinity'::date)
extract('month' from '0001-01-01 BC'::date)
extract('month' from '13:14:15.678901'::time)
extract('month' from '13:14:15.678901+05:30'::timetz)
extract('month' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('month' from 'infinity'::interval)
extract('month' from '1 mon 8 days'::interval)
date_part('month', '2024-02-29 13:14:15.678901'::timestamp)
date_part('month', '2024-02-29'::date)
date_part('month', '1 year 2 days 3.5 s'::interval)
date_part('month', '-infinity'::timestamptz)
date_trunc('month', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('month', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('month', '0044-03-15 BC'::timestamp)
date_trunc('month', '2025-01-06'::timestamp)
date_trunc('month', 'infinity'::timestamp)
date_trunc('month', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('month', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('quarter' from '2024-02-29 13:14:15.678901'::timestamp)
extract('quarter' from '1999-12-31 23:59:59.999999'::timestamp)
extract('quarter' from '0044-03-15 BC'::timestamp)
extract('quarter' from '2025-01-06'::timestamp)
extract('quarter' from 'infinity'::timestamp)
extract('quarter' from '-infinity'::timestamp)
extract('quarter' from '294276-12-31 23:59:59'::timestamp)
extract('quarter' from '2023-01-01 00:00'::timestamp)
extract('quarter' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('quarter' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('quarter' from '2024-02-29'::date)
extract('quarter' from 'infinity'::date)
extract('quarter' from '0001-01-01 BC'::date)
extract('quarter' from '13:14:15.678901'::time)
extract('quarter' from '13:14:15.678901+05:30'::timetz)
extract('quarter' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('quarter' from 'infinity'::interval)
extract('quarter' from '1 mon 8 days'::interval)
date_part('quarter', '2024-02-29 13:14:15.678901'::timestamp)
date_part('quarter', '2024-02-29'::date)
date_part('quarter', '1 year 2 days 3.5 s'::interval)
date_part('quarter', '-infinity'::timestamptz)
date_trunc('quarter', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('quarter', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('quarter', '0044-03-15 BC'::timestamp)
date_trunc('quarter', '2025-01-06'::timestamp)
date_trunc('quarter', 'infinity'::timestamp)
date_trunc('quarter', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('quarter', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('year' from '2024-02-29 13:14:15.678901'::timestamp)
extract('year' from '1999-12-31 23:59:59.999999'::timestamp)
extract('year' from '0044-03-15 BC'::timestamp)
extract('year' from '2025-01-06'::timestamp)
extract('year' from 'infinity'::timestamp)
extract('year' from '-infinity'::timestamp)
extract('year' from '294276-12-31 23:59:59'::timestamp)
extract('year' from '2023-01-01 00:00'::timestamp)
extract('year' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('year' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('year' from '2024-02-29'::date)
extract('year' from 'infinity'::date)
extract('year' from '0001-01-01 BC'::date)
extract('year' from '13:14:15.678901'::time)
extract('year' from '13:14:15.678901+05:30'::timetz)
extract('year' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('year' from 'infinity'::interval)
extract('year' from '1 mon 8 days'::interval)
date_part('year', '2024-02-29 13:14:15.678901'::timestamp)
date_part('year', '2024-02-29'::date)
date_part('year', '1 year 2 days 3.5 s'::interval)
date_part('year', '-infinity'::timestamptz)
date_trunc('year', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('year', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('year', '0044-03-15 BC'::timestamp)
date_trunc('year', '2025-01-06'::timestamp)
date_trunc('year', 'infinity'::timestamp)
date_trunc('year', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('year', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('decade' from '2024-02-29 13:14:15.678901'::timestamp)
extract('decade' from '1999-12-31 23:59:59.999999'::timestamp)
extract('decade' from '0044-03-15 BC'::timestamp)
extract('decade' from '2025-01-06'::timestamp)
extract('decade' from 'infinity'::timestamp)
extract('decade' from '-infinity'::timestamp)
extract('decade' from '294276-12-31 23:59:59'::timestamp)
extract('decade' from '2023-01-01 00:00'::timestamp)
extract('decade' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('decade' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('decade' from '2024-02-29'::date)
extract('decade' from 'infinity'::date)
extract('decade' from '0001-01-01 BC'::date)
extract('decade' from '13:14:15.678901'::time)
extract('decade' from '13:14:15.678901+05:30'::timetz)
extract('decade' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('decade' from 'infinity'::interval)
extract('decade' from '1 mon 8 days'::interval)
date_part('decade', '2024-02-29 13:14:15.678901'::timestamp)
date_part('decade', '2024-02-29'::date)
date_part('decade', '1 year 2 days 3.5 s'::interval)
date_part('decade', '-infinity'::timestamptz)
date_trunc('decade', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('decade', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('decade', '0044-03-15 BC'::timestamp)
date_trunc('decade', '2025-01-06'::timestamp)
date_trunc('decade', 'infinity'::timestamp)
date_trunc('decade', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('decade', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('century' from '2024-02-29 13:14:15.678901'::timestamp)
extract('century' from '1999-12-31 23:59:59.999999'::timestamp)
extract('century' from '0044-03-15 BC'::timestamp)
extract('century' from '2025-01-06'::timestamp)
extract('century' from 'infinity'::timestamp)
extract('century' from '-infinity'::timestamp)
extract('century' from '294276-12-31 23:59:59'::timestamp)
extract('century' from '2023-01-01 00:00'::timestamp)
extract('century' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('century' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('century' from '2024-02-29'::date)
extract('century' from 'infinity'::date)
extract('century' from '0001-01-01 BC'::date)
extract('century' from '13:14:15.678901'::time)
extract('century' from '13:14:15.678901+05:30'::timetz)
extract('century' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('century' from 'infinity'::interval)
extract('century' from '1 mon 8 days'::interval)
date_part('century', '2024-02-29 13:14:15.678901'::timestamp)
date_part('century', '2024-02-29'::date)
date_part('century', '1 year 2 days 3.5 s'::interval)
date_part('century', '-infinity'::timestamptz)
date_trunc('century', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('century', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('century', '0044-03-15 BC'::timestamp)
date_trunc('century', '2025-01-06'::timestamp)
date_trunc('century', 'infinity'::timestamp)
date_trunc('century', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('century', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('millennium' from '2024-02-29 13:14:15.678901'::timestamp)
extract('millennium' from '1999-12-31 23:59:59.999999'::timestamp)
extract('millennium' from '0044-03-15 BC'::timestamp)
extract('millennium' from '2025-01-06'::timestamp)
extract('millennium' from 'infinity'::timestamp)
extract('millennium' from '-infinity'::timestamp)
extract('millennium' from '294276-12-31 23:59:59'::timestamp)
extract('millennium' from '2023-01-01 00:00'::timestamp)
extract('millennium' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('millennium' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('millennium' from '2024-02-29'::date)
extract('millennium' from 'infinity'::date)
extract('millennium' from '0001-01-01 BC'::date)
extract('millennium' from '13:14:15.678901'::time)
extract('millennium' from '13:14:15.678901+05:30'::timetz)
extract('millennium' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('millennium' from 'infinity'::interval)
extract('millennium' from '1 mon 8 days'::interval)
date_part('millennium', '2024-02-29 13:14:15.678901'::timestamp)
date_part('millennium', '2024-02-29'::date)
date_part('millennium', '1 year 2 days 3.5 s'::interval)
date_part('millennium', '-infinity'::timestamptz)
date_trunc('millennium', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('millennium', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('millennium', '0044-03-15 BC'::timestamp)
date_trunc('millennium', '2025-01-06'::timestamp)
date_trunc('millennium', 'infinity'::timestamp)
date_trunc('millennium', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('millennium', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('epoch' from '2024-02-29 13:14:15.678901'::timestamp)
extract('epoch' from '1999-12-31 23:59:59.999999'::timestamp)
extract('epoch' from '0044-03-15 BC'::timestamp)
extract('epoch' from '2025-01-06'::timestamp)
extract('epoch' from 'infinity'::timestamp)
extract('epoch' from '-infinity'::timestamp)
extract('epoch' from '294276-12-31 23:59:59'::timestamp)
extract('epoch' from '2023-01-01 00:00'::timestamp)
extract('epoch' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('epoch' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('epoch' from '2024-02-29'::date)
extract('epoch' from 'infinity'::date)
extract('epoch' from '0001-01-01 BC'::date)
extract('epoch' from '13:14:15.678901'::time)
extract('epoch' from '13:14:15.678901+05:30'::timetz)
extract('epoch' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('epoch' from 'infinity'::interval)
extract('epoch' from '1 mon 8 days'::interval)
date_part('epoch', '2024-02-29 13:14:15.678901'::timestamp)
date_part('epoch', '2024-02-29'::date)
date_part('epoch', '1 year 2 days 3.5 s'::interval)
date_part('epoch', '-infinity'::timestamptz)
date_trunc('epoch', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('epoch', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('epoch', '0044-03-15 BC'::timestamp)
date_trunc('epoch', '2025-01-06'::timestamp)
date_trunc('epoch', 'infinity'::timestamp)
date_trunc('epoch', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('epoch', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('julian' from '2024-02-29 13:14:15.678901'::timestamp)
extract('julian' from '1999-12-31 23:59:59.999999'::timestamp)
extract('julian' from '0044-03-15 BC'::timestamp)
extract('julian' from '2025-01-06'::timestamp)
extract('julian' from 'infinity'::timestamp)
extract('julian' from '-infinity'::timestamp)
extract('julian' from '294276-12-31 23:59:59'::timestamp)
extract('julian' from '2023-01-01 00:00'::timestamp)
extract('julian' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('julian' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('julian' from '2024-02-29'::date)
extract('julian' from 'infinity'::date)
extract('julian' from '0001-01-01 BC'::date)
extract('julian' from '13:14:15.678901'::time)
extract('julian' from '13:14:15.678901+05:30'::timetz)
extract('julian' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('julian' from 'infinity'::interval)
extract('julian' from '1 mon 8 days'::interval)
date_part('julian', '2024-02-29 13:14:15.678901'::timestamp)
date_part('julian', '2024-02-29'::date)
date_part('julian', '1 year 2 days 3.5 s'::interval)
date_part('julian', '-infinity'::timestamptz)
date_trunc('julian', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('julian', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('julian', '0044-03-15 BC'::timestamp)
date_trunc('julian', '2025-01-06'::timestamp)
date_trunc('julian', 'infinity'::timestamp)
date_trunc('julian', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('julian', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('dow' from '2024-02-29 13:14:15.678901'::timestamp)
extract('dow' from '1999-12-31 23:59:59.999999'::timestamp)
extract('dow' from '0044-03-15 BC'::timestamp)
extract('dow' from '2025-01-06'::timestamp)
extract('dow' from 'infinity'::timestamp)
extract('dow' from '-infinity'::timestamp)
extract('dow' from '294276-12-31 23:59:59'::timestamp)
extract('dow' from '2023-01-01 00:00'::timestamp)
extract('dow' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('dow' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('dow' from '2024-02-29'::date)
extract('dow' from 'infinity'::date)
extract('dow' from '0001-01-01 BC'::date)
extract('dow' from '13:14:15.678901'::time)
extract('dow' from '13:14:15.678901+05:30'::timetz)
extract('dow' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('dow' from 'infinity'::interval)
extract('dow' from '1 mon 8 days'::interval)
date_part('dow', '2024-02-29 13:14:15.678901'::timestamp)
date_part('dow', '2024-02-29'::date)
date_part('dow', '1 year 2 days 3.5 s'::interval)
date_part('dow', '-infinity'::timestamptz)
date_trunc('dow', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('dow', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('dow', '0044-03-15 BC'::timestamp)
date_trunc('dow', '2025-01-06'::timestamp)
date_trunc('dow', 'infinity'::timestamp)
date_trunc('dow', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('dow', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('doy' from '2024-02-29 13:14:15.678901'::timestamp)
extract('doy' from '1999-12-31 23:59:59.999999'::timestamp)
extract('doy' from '0044-03-15 BC'::timestamp)
extract('doy' from '2025-01-06'::timestamp)
extract('doy' from 'infinity'::timestamp)
extract('doy' from '-infinity'::timestamp)
extract('doy' from '294276-12-31 23:59:59'::timestamp)
extract('doy' from '2023-01-01 00:00'::timestamp)
extract('doy' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('doy' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('doy' from '2024-02-29'::date)
extract('doy' from 'infinity'::date)
extract('doy' from '0001-01-01 BC'::date)
extract('doy' from '13:14:15.678901'::time)
extract('doy' from '13:14:15.678901+05:30'::timetz)
extract('doy' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('doy' from 'infinity'::interval)
extract('doy' from '1 mon 8 days'::interval)
date_part('doy', '2024-02-29 13:14:15.678901'::timestamp)
date_part('doy', '2024-02-29'::date)
date_part('doy', '1 year 2 days 3.5 s'::interval)
date_part('doy', '-infinity'::timestamptz)
date_trunc('doy', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('doy', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('doy', '0044-03-15 BC'::timestamp)
date_trunc('doy', '2025-01-06'::timestamp)
date_trunc('doy', 'infinity'::timestamp)
date_trunc('doy', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('doy', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('isodow' from '2024-02-29 13:14:15.678901'::timestamp)
extract('isodow' from '1999-12-31 23:59:59.999999'::timestamp)
extract('isodow' from '0044-03-15 BC'::timestamp)
extract('isodow' from '2025-01-06'::timestamp)
extract('isodow' from 'infinity'::timestamp)
extract('isodow' from '-infinity'::timestamp)
extract('isodow' from '294276-12-31 23:59:59'::timestamp)
extract('isodow' from '2023-01-01 00:00'::timestamp)
extract('isodow' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('isodow' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('isodow' from '2024-02-29'::date)
extract('isodow' from 'infinity'::date)
extract('isodow' from '0001-01-01 BC'::date)
extract('isodow' from '13:14:15.678901'::time)
extract('isodow' from '13:14:15.678901+05:30'::timetz)
extract('isodow' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('isodow' from 'infinity'::interval)
extract('isodow' from '1 mon 8 days'::interval)
date_part('isodow', '2024-02-29 13:14:15.678901'::timestamp)
date_part('isodow', '2024-02-29'::date)
date_part('isodow', '1 year 2 days 3.5 s'::interval)
date_part('isodow', '-infinity'::timestamptz)
date_trunc('isodow', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('isodow', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('isodow', '0044-03-15 BC'::timestamp)
date_trunc('isodow', '2025-01-06'::timestamp)
date_trunc('isodow', 'infinity'::timestamp)
date_trunc('isodow', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('isodow', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('isoyear' from '2024-02-29 13:14:15.678901'::timestamp)
extract('isoyear' from '1999-12-31 23:59:59.999999'::timestamp)
extract('isoyear' from '0044-03-15 BC'::timestamp)
extract('isoyear' from '2025-01-06'::timestamp)
extract('isoyear' from 'infinity'::timestamp)
extract('isoyear' from '-infinity'::timestamp)
extract('isoyear' from '294276-12-31 23:59:59'::timestamp)
extract('isoyear' from '2023-01-01 00:00'::timestamp)
extract('isoyear' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('isoyear' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('isoyear' from '2024-02-29'::date)
extract('isoyear' from 'infinity'::date)
extract('isoyear' from '0001-01-01 BC'::date)
extract('isoyear' from '13:14:15.678901'::time)
extract('isoyear' from '13:14:15.678901+05:30'::timetz)
extract('isoyear' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('isoyear' from 'infinity'::interval)
extract('isoyear' from '1 mon 8 days'::interval)
date_part('isoyear', '2024-02-29 13:14:15.678901'::timestamp)
date_part('isoyear', '2024-02-29'::date)
date_part('isoyear', '1 year 2 days 3.5 s'::interval)
date_part('isoyear', '-infinity'::timestamptz)
date_trunc('isoyear', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('isoyear', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('isoyear', '0044-03-15 BC'::timestamp)
date_trunc('isoyear', '2025-01-06'::timestamp)
date_trunc('isoyear', 'infinity'::timestamp)
date_trunc('isoyear', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('isoyear', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone' from '2024-02-29 13:14:15.678901'::timestamp)
extract('timezone' from '1999-12-31 23:59:59.999999'::timestamp)
extract('timezone' from '0044-03-15 BC'::timestamp)
extract('timezone' from '2025-01-06'::timestamp)
extract('timezone' from 'infinity'::timestamp)
extract('timezone' from '-infinity'::timestamp)
extract('timezone' from '294276-12-31 23:59:59'::timestamp)
extract('timezone' from '2023-01-01 00:00'::timestamp)
extract('timezone' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('timezone' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('timezone' from '2024-02-29'::date)
extract('timezone' from 'infinity'::date)
extract('timezone' from '0001-01-01 BC'::date)
extract('timezone' from '13:14:15.678901'::time)
extract('timezone' from '13:14:15.678901+05:30'::timetz)
extract('timezone' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone' from 'infinity'::interval)
extract('timezone' from '1 mon 8 days'::interval)
date_part('timezone', '2024-02-29 13:14:15.678901'::timestamp)
date_part('timezone', '2024-02-29'::date)
date_part('timezone', '1 year 2 days 3.5 s'::interval)
date_part('timezone', '-infinity'::timestamptz)
date_trunc('timezone', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('timezone', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('timezone', '0044-03-15 BC'::timestamp)
date_trunc('timezone', '2025-01-06'::timestamp)
date_trunc('timezone', 'infinity'::timestamp)
date_trunc('timezone', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('timezone', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone_hour' from '2024-02-29 13:14:15.678901'::timestamp)
extract('timezone_hour' from '1999-12-31 23:59:59.999999'::timestamp)
extract('timezone_hour' from '0044-03-15 BC'::timestamp)
extract('timezone_hour' from '2025-01-06'::timestamp)
extract('timezone_hour' from 'infinity'::timestamp)
extract('timezone_hour' from '-infinity'::timestamp)
extract('timezone_hour' from '294276-12-31 23:59:59'::timestamp)
extract('timezone_hour' from '2023-01-01 00:00'::timestamp)
extract('timezone_hour' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('timezone_hour' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('timezone_hour' from '2024-02-29'::date)
extract('timezone_hour' from 'infinity'::date)
extract('timezone_hour' from '0001-01-01 BC'::date)
extract('timezone_hour' from '13:14:15.678901'::time)
extract('timezone_hour' from '13:14:15.678901+05:30'::timetz)
extract('timezone_hour' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone_hour' from 'infinity'::interval)
extract('timezone_hour' from '1 mon 8 days'::interval)
date_part('timezone_hour', '2024-02-29 13:14:15.678901'::timestamp)
date_part('timezone_hour', '2024-02-29'::date)
date_part('timezone_hour', '1 year 2 days 3.5 s'::interval)
date_part('timezone_hour', '-infinity'::timestamptz)
date_trunc('timezone_hour', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('timezone_hour', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('timezone_hour', '0044-03-15 BC'::timestamp)
date_trunc('timezone_hour', '2025-01-06'::timestamp)
date_trunc('timezone_hour', 'infinity'::timestamp)
date_trunc('timezone_hour', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('timezone_hour', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone_minute' from '2024-02-29 13:14:15.678901'::timestamp)
extract('timezone_minute' from '1999-12-31 23:59:59.999999'::timestamp)
extract('timezone_minute' from '0044-03-15 BC'::timestamp)
extract('timezone_minute' from '2025-01-06'::timestamp)
extract('timezone_minute' from 'infinity'::timestamp)
extract('timezone_minute' from '-infinity'::timestamp)
extract('timezone_minute' from '294276-12-31 23:59:59'::timestamp)
extract('timezone_minute' from '2023-01-01 00:00'::timestamp)
extract('timezone_minute' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('timezone_minute' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('timezone_minute' from '2024-02-29'::date)
extract('timezone_minute' from 'infinity'::date)
extract('timezone_minute' from '0001-01-01 BC'::date)
extract('timezone_minute' from '13:14:15.678901'::time)
extract('timezone_minute' from '13:14:15.678901+05:30'::timetz)
extract('timezone_minute' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('timezone_minute' from 'infinity'::interval)
extract('timezone_minute' from '1 mon 8 days'::interval)
date_part('timezone_minute', '2024-02-29 13:14:15.678901'::timestamp)
date_part('timezone_minute', '2024-02-29'::date)
date_part('timezone_minute', '1 year 2 days 3.5 s'::interval)
date_part('timezone_minute', '-infinity'::timestamptz)
date_trunc('timezone_minute', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('timezone_minute', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('timezone_minute', '0044-03-15 BC'::timestamp)
date_trunc('timezone_minute', '2025-01-06'::timestamp)
date_trunc('timezone_minute', 'infinity'::timestamp)
date_trunc('timezone_minute', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('timezone_minute', '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('foo' from '2024-02-29 13:14:15.678901'::timestamp)
extract('foo' from '1999-12-31 23:59:59.999999'::timestamp)
extract('foo' from '0044-03-15 BC'::timestamp)
extract('foo' from '2025-01-06'::timestamp)
extract('foo' from 'infinity'::timestamp)
extract('foo' from '-infinity'::timestamp)
extract('foo' from '294276-12-31 23:59:59'::timestamp)
extract('foo' from '2023-01-01 00:00'::timestamp)
extract('foo' from '2024-02-29 13:14:15.678901'::timestamptz)
extract('foo' from '1999-12-31 23:59:59.999999'::timestamptz)
extract('foo' from '2024-02-29'::date)
extract('foo' from 'infinity'::date)
extract('foo' from '0001-01-01 BC'::date)
extract('foo' from '13:14:15.678901'::time)
extract('foo' from '13:14:15.678901+05:30'::timetz)
extract('foo' from '-13 years -5 mons 17 days 26:14:15.678'::interval)
extract('foo' from 'infinity'::interval)
extract('foo' from '1 mon 8 days'::interval)
date_part('foo', '2024-02-29 13:14:15.678901'::timestamp)
date_part('foo', '2024-02-29'::date)
date_part('foo', '1 year 2 days 3.5 s'::interval)
date_part('foo', '-infinity'::timestamptz)
date_trunc('foo', '2024-02-29 13:14:15.678901'::timestamp)
date_trunc('foo', '1999-12-31 23:59:59.999999'::timestamp)
date_trunc('foo', '0044-03-15 BC'::timestamp)
date_trunc('foo', '2025-01-06'::timestamp)
date_trunc('foo', 'infinity'::timestamp)
date_trunc('foo', '2024-03-10 12:34:56.789'::timestamptz, 'America/New_York')
date_trunc('foo', '-13 years -5 mons 17 days 26:14:15.678'::interval)
'2024-01-31 10:00'::timestamp + '1 month'::interval
'2024-01-31 10:00'::timestamptz + '1 month'::interval
'2024-01-31 10:00'::timestamp - '1 month'::interval
'2024-01-31 10:00'::timestamptz - '1 month'::interval
'2024-01-31 10:00'::timestamp + '-1 day'::interval
'2024-01-31 10:00'::timestamptz + '-1 day'::interval
'2024-01-31 10:00'::timestamp - '-1 day'::interval
'2024-01-31 10:00'::timestamptz - '-1 day'::interval
'2024-01-31 10:00'::timestamp + '1 mon -1 day 03:00'::interval
'2024-01-31 10:00'::timestamptz + '1 mon -1 day 03:00'::interval
'2024-01-31 10:00'::timestamp - '1 mon -1 day 03:00'::interval
'2024-01-31 10:00'::timestamptz - '1 mon -1 day 03:00'::interval
'2024-01-31 10:00'::timestamp + 'infinity'::interval
'2024-01-31 10:00'::timestamptz + 'infinity'::interval
'2024-01-31 10:00'::timestamp - 'infinity'::interval
'2024-01-31 10:00'::timestamptz - 'infinity'::interval
'2024-01-31 10:00'::timestamp + '1.5 hours'::interval
'2024-01-31 10:00'::timestamptz + '1.5 hours'::interval
'2024-01-31 10:00'::timestamp - '1.5 hours'::interval
'2024-01-31 10:00'::timestamptz - '1.5 hours'::interval
'2024-01-31 10:00'::timestamp + '100 years'::interval
'2024-01-31 10:00'::timestamptz + '100 years'::interval
'2024-01-31 10:00'::timestamp - '100 years'::interval
'2024-01-31 10:00'::timestamptz - '100 years'::interval
'2024-02-29'::timestamp + '1 month'::interval
'2024-02-29'::timestamptz + '1 month'::interval
'2024-02-29'::timestamp - '1 month'::interval
'2024-02-29'::timestamptz - '1 month'::interval
'2024-02-29'::timestamp + '-1 day'::interval
'2024-02-29'::timestamptz + '-1 day'::interval
'2024-02-29'::timestamp - '-1 day'::interval
'2024-02-29'::timestamptz - '-1 day'::interval
'2024-02-29'::timestamp + '1 mon -1 day 03:00'::interval
'2024-02-29'::timestamptz + '1 mon -1 day 03:00'::interval
'2024-02-29'::timestamp - '1 mon -1 day 03:00'::interval
'2024-02-29'::timestamptz - '1 mon -1 day 03:00'::interval
'2024-02-29'::timestamp + 'infinity'::interval
'2024-02-29'::timestamptz + 'infinity'::interval
'2024-02-29'::timestamp - 'infinity'::interval
'2024-02-29'::timestamptz - 'infinity'::interval
'2024-02-29'::timestamp + '1.5 hours'::interval
'2024-02-29'::timestamptz + '1.5 hours'::interval
'2024-02-29'::timestamp - '1.5 hours'::interval
'2024-02-29'::timestamptz - '1.5 hours'::interval
'2024-02-29'::timestamp + '100 years'::interval
'2024-02-29'::timestamptz + '100 years'::interval
'2024-02-29'::timestamp - '100 years'::interval
'2024-02-29'::timestamptz - '100 years'::interval
'infinity'::timestamp + '1 month'::interval
'infinity'::timestamptz + '1 month'::interval
'infinity'::timestamp - '1 month'::interval
'infinity'::timestamptz - '1 month'::interval
'infinity'::timestamp + '-1 day'::interval
'infinity'::timestamptz + '-1 day'::interval
'infinity'::timestamp - '-1 day'::interval
'infinity'::timestamptz - '-1 day'::interval
'infinity'::timestamp + '1 mon -1 day 03:00'::interval
'infinity'::timestamptz + '1 mon -1 day 03:00'::interval
'infinity'::timestamp - '1 mon -1 day 03:00'::interval
'infinity'::timestamptz - '1 mon -1 day 03:00'::interval
'infinity'::timestamp + 'infinity'::interval
'infinity'::timestamptz + 'infinity'::interval
'infinity'::timestamp - 'infinity'::interval
'infinity'::timestamptz - 'infinity'::interval
'infinity'::timestamp + '1.5 hours'::interval
'infinity'::timestamptz + '1.5 hours'::interval
'infinity'::timestamp - '1.5 hours'::interval
'infinity'::timestamptz - '1.5 hours'::interval
'infinity'::timestamp + '100 years'::interval
'infinity'::timestamptz + '100 years'::interval
'infinity'::timestamp - '100 years'::interval
'infinity'::timestamptz - '100 years'::interval
'2023-12-31 23:59:59.999999'::timestamp + '1 month'::interval
'2023-12-31 23:59:59.999999'::timestamptz + '1 month'::interval
'2023-12-31 23:59:59.999999'::timestamp - '1 month'::interval
'2023-12-31 23:59:59.999999'::timestamptz - '1 month'::interval
'2023-12-31 23:59:59.999999'::timestamp + '-1 day'::interval
'2023-12-31 23:59:59.999999'::timestamptz + '-1 day'::interval
'2023-12-31 23:59:59.999999'::timestamp - '-1 day'::interval
'2023-12-31 23:59:59.999999'::timestamptz - '-1 day'::interval
'2023-12-31 23:59:59.999999'::timestamp + '1 mon -1 day 03:00'::interval
'2023-12-31 23:59:59.999999'::timestamptz + '1 mon -1 day 03:00'::interval
'2023-12-31 23:59:59.999999'::timestamp - '1 mon -1 day 03:00'::interval
'2023-12-31 23:59:59.999999'::timestamptz - '1 mon -1 day 03:00'::interval
'2023-12-31 23:59:59.999999'::timestamp + 'infinity'::interval
'2023-12-31 23:59:59.999999'::timestamptz + 'infinity'::interval
'2023-12-31 23:59:59.999999'::timestamp - 'infinity'::interval
'2023-12-31 23:59:59.999999'::timestamptz - 'infinity'::interval
'2023-12-31 23:59:59.999999'::timestamp + '1.5 hours'::interval
'2023-12-31 23:59:59.999999'::timestamptz + '1.5 hours'::interval
'2023-12-31 23:59:59.999999'::timestamp - '1.5 hours'::interval
'2023-12-31 23:59:59.999999'::timestamptz - '1.5 hours'::interval
'2023-12-31 23:59:59.999999'::timestamp + '100 years'::interval
'2023-12-31 23:59:59.999999'::timestamptz + '100 years'::interval
'2023-12-31 23:59:59.999999'::timestamp - '100 years'::interval
'2023-12-31 23:59:59.999999'::timestamptz - '100 years'::interval
'294276-12-31'::timestamp + '1 month'::interval
'294276-12-31'::timestamptz + '1 month'::interval
'294276-12-31'::timestamp - '1 month'::interval
'294276-12-31'::timestamptz - '1 month'::interval
'294276-12-31'::timestamp + '-1 day'::interval
'294276-12-31'::timestamptz + '-1 day'::interval
'294276-12-31'::timestamp - '-1 day'::interval
'294276-12-31'::timestamptz - '-1 day'::interval
'294276-12-31'::timestamp + '1 mon -1 day 03:00'::interval
'294276-12-31'::timestamptz + '1 mon -1 day 03:00'::interval
'294276-12-31'::timestamp - '1 mon -1 day 03:00'::interval
'294276-12-31'::timestamptz - '1 mon -1 day 03:00'::interval
'294276-12-31'::timestamp + 'infinity'::interval
'294276-12-31'::timestamptz + 'infinity'::interval
'294276-12-31'::timestamp - 'infinity'::interval
'294276-12-31'::timestamptz - 'infinity'::interval
'294276-12-31'::timestamp + '1.5 hours'::interval
'294276-12-31'::timestamptz + '1.5 hours'::interval
'294276-12-31'::timestamp - '1.5 hours'::interval
'294276-12-31'::timestamptz - '1.5 hours'::interval
'294276-12-31'::timestamp + '100 years'::interval
'294276-12-31'::timestamptz + '100 years'::interval
'294276-12-31'::timestamp - '100 years'::interval
'294276-12-31'::timestamptz - '100 years'::interval
'2024-01-31'::date + '1 month'::interval
'2024-01-31'::date - '1 month'::interval
'2024-01-31'::date + '-1 day'::interval
'2024-01-31'::date - '-1 day'::interval
'2024-01-31'::date + '1 mon -1 day 03:00'::interval
'2024-01-31'::date - '1 mon -1 day 03:00'::interval
'2024-01-31'::date + 'infinity'::interval
'2024-01-31'::date - 'infinity'::interval
'2024-01-31'::date + '1.5 hours'::interval
'2024-01-31'::date - '1.5 hours'::interval
'2024-01-31'::date + '100 years'::interval
'2024-01-31'::date - '100 years'::interval
'infinity'::date + '1 month'::interval
'infinity'::date - '1 month'::interval
'infinity'::date + '-1 day'::interval
'infinity'::date - '-1 day'::interval
'infinity'::date + '1 mon -1 day 03:00'::interval
'infinity'::date - '1 mon -1 day 03:00'::interval
'infinity'::date + 'infinity'::interval
'infinity'::date - 'infinity'::interval
'infinity'::date + '1.5 hours'::interval
'infinity'::date - '1.5 hours'::interval
'infinity'::date + '100 years'::interval
'infinity'::date - '100 years'::interval
'23:00'::time + '1 month'::interval
'01:00'::time - '1 month'::interval
'23:00+02'::timetz + '1 month'::interval
- '1 month'::interval
'23:00'::time + '-1 day'::interval
'01:00'::time - '-1 day'::interval
'23:00+02'::timetz + '-1 day'::interval
- '-1 day'::interval
'23:00'::time + '1 mon -1 day 03:00'::interval
'01:00'::time - '1 mon -1 day 03:00'::interval
'23:00+02'::timetz + '1 mon -1 day 03:00'::interval
- '1 mon -1 day 03:00'::interval
'23:00'::time + 'infinity'::interval
'01:00'::time - 'infinity'::interval
'23:00+02'::timetz + 'infinity'::interval
- 'infinity'::interval
'23:00'::time + '1.5 hours'::interval
'01:00'::time - '1.5 hours'::interval
'23:00+02'::timetz + '1.5 hours'::interval
- '1.5 hours'::interval
'23:00'::time + '100 years'::interval
'01:00'::time - '100 years'::interval
'23:00+02'::timetz + '100 years'::interval
- '100 years'::interval
'1 month'::interval + '1 month'::interval
'1 month'::interval - '1 month'::interval
'1 month'::interval < '1 month'::interval
'1 month'::interval = '1 month'::interval
'1 month'::interval + '-1 day'::interval
'1 month'::interval - '-1 day'::interval
'1 month'::interval < '-1 day'::interval
'1 month'::interval = '-1 day'::interval
'1 month'::interval + '1 mon -1 day 03:00'::interval
'1 month'::interval - '1 mon -1 day 03:00'::interval
'1 month'::interval < '1 mon -1 day 03:00'::interval
'1 month'::interval = '1 mon -1 day 03:00'::interval
'1 month'::interval + 'infinity'::interval
'1 month'::interval - 'infinity'::interval
'1 month'::interval < 'infinity'::interval
'1 month'::interval = 'infinity'::interval
'-1 day'::interval + '1 month'::interval
'-1 day'::interval - '1 month'::interval
'-1 day'::interval < '1 month'::interval
'-1 day'::interval = '1 month'::interval
'-1 day'::interval + '-1 day'::interval
'-1 day'::interval - '-1 day'::interval
'-1 day'::interval < '-1 day'::interval
'-1 day'::interval = '-1 day'::interval
'-1 day'::interval + '1 mon -1 day 03:00'::interval
'-1 day'::interval - '1 mon -1 day 03:00'::interval
'-1 day'::interval < '1 mon -1 day 03:00'::interval
'-1 day'::interval = '1 mon -1 day 03:00'::interval
'-1 day'::interval + 'infinity'::interval
'-1 day'::interval - 'infinity'::interval
'-1 day'::interval < 'infinity'::interval
'-1 day'::interval = 'infinity'::interval
'1 mon -1 day 03:00'::interval + '1 month'::interval
'1 mon -1 day 03:00'::interval - '1 month'::interval
'1 mon -1 day 03:00'::interval < '1 month'::interval
'1 mon -1 day 03:00'::interval = '1 month'::interval
'1 mon -1 day 03:00'::interval + '-1 day'::interval
'1 mon -1 day 03:00'::interval - '-1 day'::interval
'1 mon -1 day 03:00'::interval < '-1 day'::interval
'1 mon -1 day 03:00'::interval = '-1 day'::interval
'1 mon -1 day 03:00'::interval + '1 mon -1 day 03:00'::interval
'1 mon -1 day 03:00'::interval - '1 mon -1 day 03:00'::interval
'1 mon -1 day 03:00'::interval < '1 mon -1 day 03:00'::interval
'1 mon -1 day 03:00'::interval = '1 mon -1 day 03:00'::interval
'1 mon -1 day 03:00'::interval + 'infinity'::interval
'1 mon -1 day 03:00'::interval - 'infinity'::interval
'1 mon -1 day 03:00'::interval < 'infinity'::interval
'1 mon -1 day 03:00'::interval = 'infinity'::interval
'infinity'::interval + '1 month'::interval
'infinity'::interval - '1 month'::interval
'infinity'::interval < '1 month'::interval
'infinity'::interval = '1 month'::interval
'infinity'::interval + '-1 day'::interval
'infinity'::interval - '-1 day'::interval
'infinity'::interval < '-1 day'::interval
'infinity'::interval = '-1 day'::interval
'infinity'::interval + '1 mon -1 day 03:00'::interval
'infinity'::interval - '1 mon -1 day 03:00'::interval
'infinity'::interval < '1 mon -1 day 03:00'::interval
'infinity'::interval = '1 mon -1 day 03:00'::interval
'infinity'::interval + 'infinity'::interval
'infinity'::interval - 'infinity'::interval
'infinity'::interval < 'infinity'::interval
'infinity'::interval = 'infinity'::interval
'1.5 hours'::interval + '1 month'::interval
'1.5 hours'::interval - '1 month'::interval
'1.5 hours'::interval < '1 month'::interval
'1.5 hours'::interval = '1 month'::interval
'1.5 hours'::interval + '-1 day'::interval
'1.5 hours'::interval - '-1 day'::interval
'1.5 hours'::interval < '-1 day'::interval
'1.5 hours'::interval = '-1 day'::interval
'1.5 hours'::interval + '1 mon -1 day 03:00'::interval
'1.5 hours'::interval - '1 mon -1 day 03:00'::interval
'1.5 hours'::interval < '1 mon -1 day 03:00'::interval
'1.5 hours'::interval = '1 mon -1 day 03:00'::interval
'1.5 hours'::interval + 'infinity'::interval
'1.5 hours'::interval - 'infinity'::interval
'1.5 hours'::interval < 'infinity'::interval
'1.5 hours'::interval = 'infinity'::interval
'100 years'::interval + '1 month'::interval
'100 years'::interval - '1 month'::interval
'100 years'::interval < '1 month'::interval
'100 years'::interval = '1 month'::interval
'100 years'::interval + '-1 day'::interval
'100 years'::interval - '-1 day'::interval
'100 years'::interval < '-1 day'::interval
'100 years'::interval = '-1 day'::interval
'100 years'::interval + '1 mon -1 day 03:00'::interval
'100 years'::interval - '1 mon -1 day 03:00'::interval
'100 years'::interval < '1 mon -1 day 03:00'::interval
'100 years'::interval = '1 mon -1 day 03:00'::interval
'100 years'::interval + 'infinity'::interval
'100 years'::interval - 'infinity'::interval
'100 years'::interval < 'infinity'::interval
'100 years'::interval = 'infinity'::interval
'1 month'::interval * (2)::float8
'1 month'::interval / (2)::float8
'1 month'::interval * (0.5)::float8
'1 month'::interval / (0.5)::float8
'1 month'::interval * (-1.3)::float8
'1 month'::interval / (-1.3)::float8
'1 month'::interval * (0)::float8
'1 month'::interval / (0)::float8
'1 month'::interval * (1e300)::float8
'1 month'::interval / (1e300)::float8
'1 month'::interval * ('NaN'::float8)::float8
'1 month'::interval / ('NaN'::float8)::float8
'1 month'::interval * ('infinity'::float8)::float8
'1 month'::interval / ('infinity'::float8)::float8
'1 month'::interval * (0.3333333333)::float8
'1 month'::interval / (0.3333333333)::float8
'-1 day'::interval * (2)::float8
'-1 day'::interval / (2)::float8
'-1 day'::interval * (0.5)::float8
'-1 day'::interval / (0.5)::float8
'-1 day'::interval * (-1.3)::float8
'-1 day'::interval / (-1.3)::float8
'-1 day'::interval * (0)::float8
'-1 day'::interval / (0)::float8
'-1 day'::interval * (1e300)::float8
'-1 day'::interval / (1e300)::float8
'-1 day'::interval * ('NaN'::float8)::float8
'-1 day'::interval / ('NaN'::float8)::float8
'-1 day'::interval * ('infinity'::float8)::float8
'-1 day'::interval / ('infinity'::float8)::float8
'-1 day'::interval * (0.3333333333)::float8
'-1 day'::interval / (0.3333333333)::float8
'1 mon -1 day 03:00'::interval * (2)::float8
'1 mon -1 day 03:00'::interval / (2)::float8
'1 mon -1 day 03:00'::interval * (0.5)::float8
'1 mon -1 day 03:00'::interval / (0.5)::float8
'1 mon -1 day 03:00'::interval * (-1.3)::float8
'1 mon -1 day 03:00'::interval / (-1.3)::float8
'1 mon -1 day 03:00'::interval * (0)::float8
'1 mon -1 day 03:00'::interval / (0)::float8
'1 mon -1 day 03:00'::interval * (1e300)::float8
'1 mon -1 day 03:00'::interval / (1e300)::float8
'1 mon -1 day 03:00'::interval * ('NaN'::float8)::float8
'1 mon -1 day 03:00'::interval / ('NaN'::float8)::float8
'1 mon -1 day 03:00'::interval * ('infinity'::float8)::float8
'1 mon -1 day 03:00'::interval / ('infinity'::float8)::float8
'1 mon -1 day 03:00'::interval * (0.3333333333)::float8
'1 mon -1 day 03:00'::interval / (0.3333333333)::float8
'infinity'::interval * (2)::float8
'infinity'::interval / (2)::float8
'infinity'::interval * (0.5)::float8
'infinity'::interval / (0.5)::float8
'infinity'::interval * (-1.3)::float8
'infinity'::interval / (-1.3)::float8
'infinity'::interval * (0)::float8
'infinity'::interval / (0)::float8
'infinity'::interval * (1e300)::float8
'infinity'::interval / (1e300)::float8
'infinity'::interval * ('NaN'::float8)::float8
'infinity'::interval / ('NaN'::float8)::float8
'infinity'::interval * ('infinity'::float8)::float8
'infinity'::interval / ('infinity'::float8)::float8
'infinity'::interval * (0.3333333333)::float8
'infinity'::interval / (0.3333333333)::float8
'1.5 hours'::interval * (2)::float8
'1.5 hours'::interval / (2)::float8
'1.5 hours'::interval * (0.5)::float8
'1.5 hours'::interval / (0.5)::float8
'1.5 hours'::interval * (-1.3)::float8
'1.5 hours'::interval / (-1.3)::float8
'1.5 hours'::interval * (0)::float8
'1.5 hours'::interval / (0)::float8
'1.5 hours'::interval * (1e300)::float8
'1.5 hours'::interval / (1e300)::float8
'1.5 hours'::interval * ('NaN'::float8)::float8
'1.5 hours'::interval / ('NaN'::float8)::float8
'1.5 hours'::interval * ('infinity'::float8)::float8
'1.5 hours'::interval / ('infinity'::float8)::float8
'1.5 hours'::interval * (0.3333333333)::float8
'1.5 hours'::interval / (0.3333333333)::float8
'100 years'::interval * (2)::float8
'100 years'::interval / (2)::float8
'100 years'::interval * (0.5)::float8
'100 years'::interval / (0.5)::float8
'100 years'::interval * (-1.3)::float8
'100 years'::interval / (-1.3)::float8
'100 years'::interval * (0)::float8
'100 years'::interval / (0)::float8
'100 years'::interval * (1e300)::float8
'100 years'::interval / (1e300)::float8
'100 years'::interval * ('NaN'::float8)::float8
'100 years'::interval / ('NaN'::float8)::float8
'100 years'::interval * ('infinity'::float8)::float8
'100 years'::interval / ('infinity'::float8)::float8
'100 years'::interval * (0.3333333333)::float8
'100 years'::interval / (0.3333333333)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (2)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (2)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (0.5)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (0.5)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (-1.3)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (-1.3)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (0)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (0)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (1e300)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (1e300)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * ('NaN'::float8)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / ('NaN'::float8)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * ('infinity'::float8)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / ('infinity'::float8)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval * (0.3333333333)::float8
'1 year 2 mons 3 days 04:05:06.7'::interval / (0.3333333333)::float8
'0'::interval * (2)::float8
'0'::interval / (2)::float8
'0'::interval * (0.5)::float8
'0'::interval / (0.5)::float8
'0'::interval * (-1.3)::float8
'0'::interval / (-1.3)::float8
'0'::interval * (0)::float8
'0'::interval / (0)::float8
'0'::interval * (1e300)::float8
'0'::interval / (1e300)::float8
'0'::interval * ('NaN'::float8)::float8
'0'::interval / ('NaN'::float8)::float8
'0'::interval * ('infinity'::float8)::float8
'0'::interval / ('infinity'::float8)::float8
'0'::interval * (0.3333333333)::float8
'0'::interval / (0.3333333333)::float8
interval '1 mon' = interval '30 days'
interval '1 mon' > interval '29 days 23:59:59'
'2024-02-29'::date + 1
'2024-02-29'::date - 60
'2024-02-29'::date - '2023-02-28'::date
1 + '2024-02-29'::date
'infinity'::date - '2023-02-28'::date
'infinity'::date + 1
'5874897-12-31'::date + 1
'4713-11-24 BC'::date - 1000000
'2024-02-29'::date + '13:00'::time
'2024-02-29'::date + '13:00+03'::timetz
'13:00'::time - '14:30'::time
'13:00'::time::interval
'2024-02-29 10:00'::timestamp - '2023-02-28 11:30'::timestamp
'2024-02-29 10:00+02'::timestamptz - '2023-02-28 11:30'::timestamptz
'infinity'::timestamp - '2023-02-28 11:30'::timestamp
'infinity'::timestamp - 'infinity'::timestamp
'294276-12-31'::timestamp - '4713-11-24 BC'::timestamp
'2024-02-29'::date < '2024-02-29 00:00:01'::timestamp
'2024-02-29'::date = '2024-02-29 00:00'::timestamptz
'5874897-12-31'::date > '294276-12-31'::timestamp
'5874897-12-31'::date > 'infinity'::timestamp
'2024-02-29 10:00'::timestamp = '2024-02-29 10:00+00'::timestamptz
'10:00+02'::timetz = '08:00+00'::timetz
'10:00+02'::timetz < '08:00+00'::timetz
'10:00+02'::timetz > '08:00+00'::timetz
age('2024-02-29'::timestamp, '2000-03-31'::timestamp)
age('2000-03-31'::timestamp, '2024-02-29 10:00'::timestamp)
age('2024-03-31 10:00'::timestamptz, '2024-02-29 12:00'::timestamptz)
age('2024-03-01'::timestamp, '2024-01-31'::timestamp)
age('2024-01-31'::timestamp, '2024-03-01'::timestamp)
age('infinity'::timestamp, '2024-01-31'::timestamp)
date_bin('15 minutes', '2024-02-11 15:44:17'::timestamp, '2001-01-01'::timestamp)
date_bin('15 minutes', '2024-02-11 15:44:17'::timestamp, '2001-01-01 00:02:30'::timestamp)
date_bin('15 minutes', '1999-02-11 15:44:17'::timestamp, '2001-01-01 00:02:30'::timestamp)
date_bin('1 month', '2024-02-11'::timestamp, '2001-01-01'::timestamp)
date_bin('0 s', '2024-02-11'::timestamp, '2001-01-01'::timestamp)
date_bin('-1 s', '2024-02-11'::timestamp, '2001-01-01'::timestamp)
date_bin('infinity', '2024-02-11'::timestamp, '2001-01-01'::timestamp)
date_bin('1 h', 'infinity'::timestamp, '2001-01-01'::timestamp)
date_bin('1 h', '2024-02-11'::timestamp, 'infinity'::timestamp)
date_bin('1 day', '2024-02-11 10:00+02'::timestamptz, '2001-01-01'::timestamptz)
make_date(2024, 2, 29)
make_date(2023, 2, 29)
make_date(-44, 3, 15)
make_date(0, 1, 1)
make_date(2147483647, 1, 1)
make_time(8, 15, 23.5)
make_time(24, 0, 0)
make_time(24, 0, 1)
make_time(10, 55, 100.1)
make_timestamp(2013, 7, 15, 8, 15, 23.5)
make_timestamp(2013, 7, 15, 8, 15, 60)
make_timestamp(294277, 1, 1, 0, 0, 0)
make_timestamptz(2013, 7, 15, 8, 15, 23.5)
make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'America/New_York')
make_timestamptz(2013, 7, 15, 8, 15, 23.5, '+02')
make_timestamptz(2013, 7, 15, 8, 15, 23.5, '02')
make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'Nowhere')
make_interval(1, 2, 3, 4, 5, 6, 7.89)
make_interval(days => 10)
make_interval(secs => 'infinity')
make_interval(2147483647, 12)
justify_days('35 days'::interval)
justify_days('-35 days 1 mon'::interval)
justify_hours('27 hours'::interval)
justify_hours('-27 hours 1 day'::interval)
justify_interval('1 mon -1 hour'::interval)
justify_interval('-1 mon 35 days 50 hours'::interval)
justify_interval('infinity'::interval)
isfinite('infinity'::date)
isfinite('2024-01-01'::date)
isfinite('-infinity'::timestamp)
isfinite('infinity'::interval)
to_timestamp(0)
to_timestamp(1284352323.123456)
to_timestamp('infinity'::float8)
to_timestamp('NaN'::float8)
to_timestamp(1e20)
timezone('America/Denver', '2001-02-16 20:38:40'::timestamp)
timezone('America/Denver', '2001-02-16 20:38:40+00'::timestamptz)
timezone('MST', '2001-02-16 20:38:40'::timestamp)
timezone('mst', '2001-02-16 20:38:40'::timestamp)
timezone('UTC+3', '2001-02-16 20:38:40'::timestamp)
timezone('+03', '2001-02-16 20:38:40'::timestamp)
timezone('Nope', '2001-02-16 20:38:40'::timestamp)
timezone('-05:00'::interval, '2001-02-16 20:38:40'::timestamp)
timezone('1 day'::interval, '2001-02-16 20:38:40'::timestamp)
timezone('-05:00'::interval, '20:38:40+02'::timetz)
timezone('EST', '20:38:40+02'::timetz)
'2001-02-16 20:38:40'::timestamp::date
'2001-02-16 20:38:40.5'::timestamp::time
'2001-02-16 20:38:40'::timestamptz::date
'2001-02-16 20:38:40'::timestamptz::timetz
'2001-02-16 20:38:40.56789'::timestamp(2)
'2001-02-16 20:38:59.999'::timestamp(0)
'20:38:40.56789'::time(1)
'20:38:40.56789+02'::timetz(1)
'infinity'::timestamp::date
'infinity'::timestamp::time
'infinity'::date::timestamp
'5874897-12-31'::date::timestamp
'27 hours'::interval::time
'-1 hours'::interval::time
'infinity'::interval::time
'10:00'::time::timetz
'10:00+05'::timetz::time
'1 year 2 mons 3 days 04:05:06.789'::interval year
'1 year 2 mons 3 days 04:05:06.789'::interval month
'1 year 2 mons 3 days 04:05:06.789'::interval year to month
'1 year 2 mons 3 days 04:05:06.789'::interval day
'1 year 2 mons 3 days 04:05:06.789'::interval hour
'1 year 2 mons 3 days 04:05:06.789'::interval day to minute
'1 year 2 mons 3 days 04:05:06.789'::interval second(1)
'1 year 2 mons 3 days 04:05:06.789'::interval(2)
interval '1:30' hour to minute
interval '1 2:03' day to minute
interval '1-2' year to month
overlaps('2000-01-01'::timestamp, '2000-02-01'::timestamp, '2000-01-15'::timestamp, '2000-03-01'::timestamp)
overlaps('2000-01-01'::timestamp, '2000-02-01'::timestamp, '2000-02-01'::timestamp, '2000-03-01'::timestamp)
overlaps('2000-01-01'::timestamp, '10 days'::interval, '2000-01-15'::timestamp, '2000-03-01'::timestamp)
overlaps('2000-01-01'::timestamp, '20 days'::interval, '2000-01-15'::timestamp, '5 days'::interval)
overlaps('10:00'::time, '11:00'::time, '10:30'::time, '1 hour'::interval)
overlaps('2000-02-01'::timestamp, '2000-01-01'::timestamp, '2000-01-15'::timestamp, null::timestamp)
overlaps('2000-01-15'::timestamp, '2000-01-15'::timestamp, '2000-01-15'::timestamp, '2000-01-15'::timestamp)
date_add('2021-10-31 00:00:00+02'::timestamptz, '1 day'::interval, 'Europe/Warsaw')
date_subtract('2021-11-01 00:00:00+01'::timestamptz, '1 day'::interval, 'Europe/Warsaw')
set: generate_series('2008-03-01 00:00'::timestamp, '2008-03-04 12:00'::timestamp, '10 hours'::interval)
set: generate_series('2008-01-31'::timestamp, '2008-06-01'::timestamp, '1 month'::interval)
set: generate_series('2008-03-04'::timestamp, '2008-03-01'::timestamp, '-1 day'::interval)
set: generate_series('2001-10-22'::timestamptz, '2001-11-01'::timestamptz, '1 day'::interval, 'America/New_York')
set: generate_series('2008-03-04'::timestamp, '2008-03-01'::timestamp, '0 day'::interval)
agg: sum(interval) 1d 2h null -1mon
agg: avg(interval) 1d 2h null -1mon
agg: sum(interval)
agg: sum(interval) infinity -infinity
agg: avg(interval) infinity 1d
agg: max(interval) 1mon 30d 29d
agg: min(timestamp) 2020-01-01 infinity -infinity
agg: max(timetz) 10:00+02 08:00+00
to_char('2024-02-29 13:14:15.678901'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('0044-03-15 BC'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('2025-01-06'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('infinity'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('2024-11-03 00:05:09.1'::timestamp, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('2024-07-01 12:00'::timestamptz, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('15h 2m 12s'::interval, 'YYYY-MM-DD HH24:MI:SS.US')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('0044-03-15 BC'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('2025-01-06'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('infinity'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('2024-11-03 00:05:09.1'::timestamp, 'Day, DD  HH12:MI:SS')
to_char('2024-07-01 12:00'::timestamptz, 'Day, DD  HH12:MI:SS')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'Day, DD  HH12:MI:SS')
to_char('15h 2m 12s'::interval, 'Day, DD  HH12:MI:SS')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('0044-03-15 BC'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('2025-01-06'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('infinity'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('2024-11-03 00:05:09.1'::timestamp, 'FMDay, FMDD FMHH12:MI:SS')
to_char('2024-07-01 12:00'::timestamptz, 'FMDay, FMDD FMHH12:MI:SS')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'FMDay, FMDD FMHH12:MI:SS')
to_char('15h 2m 12s'::interval, 'FMDay, FMDD FMHH12:MI:SS')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'DAY day Day DY dy Dy')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'DAY day Day DY dy Dy')
to_char('0044-03-15 BC'::timestamp, 'DAY day Day DY dy Dy')
to_char('2025-01-06'::timestamp, 'DAY day Day DY dy Dy')
to_char('infinity'::timestamp, 'DAY day Day DY dy Dy')
to_char('2024-11-03 00:05:09.1'::timestamp, 'DAY day Day DY dy Dy')
to_char('2024-07-01 12:00'::timestamptz, 'DAY day Day DY dy Dy')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'DAY day Day DY dy Dy')
to_char('15h 2m 12s'::interval, 'DAY day Day DY dy Dy')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('0044-03-15 BC'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('2025-01-06'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('infinity'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('2024-11-03 00:05:09.1'::timestamp, 'MONTH Month month MON Mon mon RM rm')
to_char('2024-07-01 12:00'::timestamptz, 'MONTH Month month MON Mon mon RM rm')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'MONTH Month month MON Mon mon RM rm')
to_char('15h 2m 12s'::interval, 'MONTH Month month MON Mon mon RM rm')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'FMMonth FMMON FMRM')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'FMMonth FMMON FMRM')
to_char('0044-03-15 BC'::timestamp, 'FMMonth FMMON FMRM')
to_char('2025-01-06'::timestamp, 'FMMonth FMMON FMRM')
to_char('infinity'::timestamp, 'FMMonth FMMON FMRM')
to_char('2024-11-03 00:05:09.1'::timestamp, 'FMMonth FMMON FMRM')
to_char('2024-07-01 12:00'::timestamptz, 'FMMonth FMMON FMRM')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'FMMonth FMMON FMRM')
to_char('15h 2m 12s'::interval, 'FMMonth FMMON FMRM')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('0044-03-15 BC'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('2025-01-06'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('infinity'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('2024-11-03 00:05:09.1'::timestamp, 'Y,YYY YYYY YYY YY Y')
to_char('2024-07-01 12:00'::timestamptz, 'Y,YYY YYYY YYY YY Y')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'Y,YYY YYYY YYY YY Y')
to_char('15h 2m 12s'::interval, 'Y,YYY YYYY YYY YY Y')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('0044-03-15 BC'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('2025-01-06'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('infinity'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('2024-11-03 00:05:09.1'::timestamp, 'IYYY IYY IY I IW IDDD ID')
to_char('2024-07-01 12:00'::timestamptz, 'IYYY IYY IY I IW IDDD ID')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'IYYY IYY IY I IW IDDD ID')
to_char('15h 2m 12s'::interval, 'IYYY IYY IY I IW IDDD ID')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'CC Q WW W DDD DD D J')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'CC Q WW W DDD DD D J')
to_char('0044-03-15 BC'::timestamp, 'CC Q WW W DDD DD D J')
to_char('2025-01-06'::timestamp, 'CC Q WW W DDD DD D J')
to_char('infinity'::timestamp, 'CC Q WW W DDD DD D J')
to_char('2024-11-03 00:05:09.1'::timestamp, 'CC Q WW W DDD DD D J')
to_char('2024-07-01 12:00'::timestamptz, 'CC Q WW W DDD DD D J')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'CC Q WW W DDD DD D J')
to_char('15h 2m 12s'::interval, 'CC Q WW W DDD DD D J')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('0044-03-15 BC'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('2025-01-06'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('infinity'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('2024-11-03 00:05:09.1'::timestamp, 'AM PM a.m. P.M. BC b.c. AD')
to_char('2024-07-01 12:00'::timestamptz, 'AM PM a.m. P.M. BC b.c. AD')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'AM PM a.m. P.M. BC b.c. AD')
to_char('15h 2m 12s'::interval, 'AM PM a.m. P.M. BC b.c. AD')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('0044-03-15 BC'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('2025-01-06'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('infinity'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('2024-11-03 00:05:09.1'::timestamp, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('2024-07-01 12:00'::timestamptz, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('15h 2m 12s'::interval, 'MS US FF1 FF2 FF3 FF4 FF5 FF6')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'SSSS SSSSS')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'SSSS SSSSS')
to_char('0044-03-15 BC'::timestamp, 'SSSS SSSSS')
to_char('2025-01-06'::timestamp, 'SSSS SSSSS')
to_char('infinity'::timestamp, 'SSSS SSSSS')
to_char('2024-11-03 00:05:09.1'::timestamp, 'SSSS SSSSS')
to_char('2024-07-01 12:00'::timestamptz, 'SSSS SSSSS')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'SSSS SSSSS')
to_char('15h 2m 12s'::interval, 'SSSS SSSSS')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'TZ tz TZH:TZM OF')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'TZ tz TZH:TZM OF')
to_char('0044-03-15 BC'::timestamp, 'TZ tz TZH:TZM OF')
to_char('2025-01-06'::timestamp, 'TZ tz TZH:TZM OF')
to_char('infinity'::timestamp, 'TZ tz TZH:TZM OF')
to_char('2024-11-03 00:05:09.1'::timestamp, 'TZ tz TZH:TZM OF')
to_char('2024-07-01 12:00'::timestamptz, 'TZ tz TZH:TZM OF')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'TZ tz TZH:TZM OF')
to_char('15h 2m 12s'::interval, 'TZ tz TZH:TZM OF')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('0044-03-15 BC'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('2025-01-06'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('infinity'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('2024-11-03 00:05:09.1'::timestamp, 'DDth DDTH MMth YYYYth HH24th')
to_char('2024-07-01 12:00'::timestamptz, 'DDth DDTH MMth YYYYth HH24th')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'DDth DDTH MMth YYYYth HH24th')
to_char('15h 2m 12s'::interval, 'DDth DDTH MMth YYYYth HH24th')
to_char('2024-02-29 13:14:15.678901'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('1999-12-31 23:59:59.999999'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('0044-03-15 BC'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('2025-01-06'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('infinity'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('2024-11-03 00:05:09.1'::timestamp, '"quoted \" text" YYYY \"x\"')
to_char('2024-07-01 12:00'::timestamptz, '"quoted \" text" YYYY \"x\"')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, '"quoted \" text" YYYY \"x\"')
to_char('15h 2m 12s'::interval, '"quoted \" text" YYYY \"x\"')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('0044-03-15 BC'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('2025-01-06'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('infinity'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('2024-11-03 00:05:09.1'::timestamp, 'FMYYYY-FMMM-FMDD')
to_char('2024-07-01 12:00'::timestamptz, 'FMYYYY-FMMM-FMDD')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'FMYYYY-FMMM-FMDD')
to_char('15h 2m 12s'::interval, 'FMYYYY-FMMM-FMDD')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('0044-03-15 BC'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('2025-01-06'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('infinity'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('2024-11-03 00:05:09.1'::timestamp, 'HH24:MI:SS TMMonth TMDay')
to_char('2024-07-01 12:00'::timestamptz, 'HH24:MI:SS TMMonth TMDay')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'HH24:MI:SS TMMonth TMDay')
to_char('15h 2m 12s'::interval, 'HH24:MI:SS TMMonth TMDay')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'FXYYYY')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'FXYYYY')
to_char('0044-03-15 BC'::timestamp, 'FXYYYY')
to_char('2025-01-06'::timestamp, 'FXYYYY')
to_char('infinity'::timestamp, 'FXYYYY')
to_char('2024-11-03 00:05:09.1'::timestamp, 'FXYYYY')
to_char('2024-07-01 12:00'::timestamptz, 'FXYYYY')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'FXYYYY')
to_char('15h 2m 12s'::interval, 'FXYYYY')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'yyyy mm dd hh mi ss')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'yyyy mm dd hh mi ss')
to_char('0044-03-15 BC'::timestamp, 'yyyy mm dd hh mi ss')
to_char('2025-01-06'::timestamp, 'yyyy mm dd hh mi ss')
to_char('infinity'::timestamp, 'yyyy mm dd hh mi ss')
to_char('2024-11-03 00:05:09.1'::timestamp, 'yyyy mm dd hh mi ss')
to_char('2024-07-01 12:00'::timestamptz, 'yyyy mm dd hh mi ss')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'yyyy mm dd hh mi ss')
to_char('15h 2m 12s'::interval, 'yyyy mm dd hh mi ss')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'YYYY年')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'YYYY年')
to_char('0044-03-15 BC'::timestamp, 'YYYY年')
to_char('2025-01-06'::timestamp, 'YYYY年')
to_char('infinity'::timestamp, 'YYYY年')
to_char('2024-11-03 00:05:09.1'::timestamp, 'YYYY年')
to_char('2024-07-01 12:00'::timestamptz, 'YYYY年')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'YYYY年')
to_char('15h 2m 12s'::interval, 'YYYY年')
to_char('2024-02-29 13:14:15.678901'::timestamp, 'Dth dth')
to_char('1999-12-31 23:59:59.999999'::timestamp, 'Dth dth')
to_char('0044-03-15 BC'::timestamp, 'Dth dth')
to_char('2025-01-06'::timestamp, 'Dth dth')
to_char('infinity'::timestamp, 'Dth dth')
to_char('2024-11-03 00:05:09.1'::timestamp, 'Dth dth')
to_char('2024-07-01 12:00'::timestamptz, 'Dth dth')
to_char('-13 years -5 mons 17 days 26:14:15.678'::interval, 'Dth dth')
to_char('15h 2m 12s'::interval, 'Dth dth')
to_date('05 Dec 2000', 'DD Mon YYYY')
to_timestamp('05 Dec 2000', 'DD Mon YYYY')
to_date('2000-12-05', 'YYYY-MM-DD')
to_timestamp('2000-12-05', 'YYYY-MM-DD')
to_date('20001205', 'YYYYMMDD')
to_timestamp('20001205', 'YYYYMMDD')
to_date('2000   JUN', 'YYYY MON')
to_timestamp('2000   JUN', 'YYYY MON')
to_date('2000    JUN', 'FXYYYY MON')
to_timestamp('2000    JUN', 'FXYYYY MON')
to_date('2000 JUN', 'FXYYYY MON')
to_timestamp('2000 JUN', 'FXYYYY MON')
to_date('12/5/00', 'MM/DD/YY')
to_timestamp('12/5/00', 'MM/DD/YY')
to_date('5 december 99', 'DD Month YY')
to_timestamp('5 december 99', 'DD Month YY')
to_date('2000-345', 'YYYY-DDD')
to_timestamp('2000-345', 'YYYY-DDD')
to_date('2000-W10-3', 'IYYY-"W"IW-ID')
to_timestamp('2000-W10-3', 'IYYY-"W"IW-ID')
to_date('2000 10', 'YYYY WW')
to_timestamp('2000 10', 'YYYY WW')
to_date('19th century', 'CC')
to_timestamp('19th century', 'CC')
to_date('20 95', 'CC YY')
to_timestamp('20 95', 'CC YY')
to_date('J2451187', '"J"J')
to_timestamp('J2451187', '"J"J')
to_date('2451187', 'J')
to_timestamp('2451187', 'J')
to_date('44 BC', 'YYYY BC')
to_timestamp('44 BC', 'YYYY BC')
to_date('2000-13-01', 'YYYY-MM-DD')
to_timestamp('2000-13-01', 'YYYY-MM-DD')
to_date('2001-02-29', 'YYYY-MM-DD')
to_timestamp('2001-02-29', 'YYYY-MM-DD')
to_date('2000-1-5', 'YYYY-MM-DD')
to_timestamp('2000-1-5', 'YYYY-MM-DD')
to_date('200-1-5', 'YYYYMMDD')
to_timestamp('200-1-5', 'YYYYMMDD')
to_date('20', 'YYYYMMDD')
to_timestamp('20', 'YYYYMMDD')
to_date('abc', 'YYYY')
to_timestamp('abc', 'YYYY')
to_date('2000 foo', 'YYYY Month')
to_timestamp('2000 foo', 'YYYY Month')
to_date('15 Mon 2000', 'DD Mon YYYY')
to_timestamp('15 Mon 2000', 'DD Mon YYYY')
to_date('1,999', 'Y,YYY')
to_timestamp('1,999', 'Y,YYY')
to_date('999', 'YYY')
to_timestamp('999', 'YYY')
to_date('99', 'YY')
to_timestamp('99', 'YY')
to_date('9', 'Y')
to_timestamp('9', 'Y')
to_date('12 XII 2000', 'DD RM YYYY')
to_timestamp('12 XII 2000', 'DD RM YYYY')
to_date('2000-06-05 15', 'YYYY-MM-DD HH12')
to_timestamp('2000-06-05 15', 'YYYY-MM-DD HH12')
to_date('2000-06-05 11 PM', 'YYYY-MM-DD HH12 AM')
to_timestamp('2000-06-05 11 PM', 'YYYY-MM-DD HH12 AM')
to_date('2000-06-05 12:30 am', 'YYYY-MM-DD HH:MI am')
to_timestamp('2000-06-05 12:30 am', 'YYYY-MM-DD HH:MI am')
to_date('2000-06-05 24', 'YYYY-MM-DD HH24')
to_timestamp('2000-06-05 24', 'YYYY-MM-DD HH24')
to_date('2000-06-05 12:30:15.25', 'YYYY-MM-DD HH24:MI:SS.MS')
to_timestamp('2000-06-05 12:30:15.25', 'YYYY-MM-DD HH24:MI:SS.MS')
to_date('2000-06-05 12:30:15.25', 'YYYY-MM-DD HH24:MI:SS.US')
to_timestamp('2000-06-05 12:30:15.25', 'YYYY-MM-DD HH24:MI:SS.US')
to_date('2000-06-05 12:30:15.1234', 'YYYY-MM-DD HH24:MI:SS.FF4')
to_timestamp('2000-06-05 12:30:15.1234', 'YYYY-MM-DD HH24:MI:SS.FF4')
to_date('2000-06-05 40000', 'YYYY-MM-DD SSSSS')
to_timestamp('2000-06-05 40000', 'YYYY-MM-DD SSSSS')
to_date('2000-06-05 12:30 -05:30', 'YYYY-MM-DD HH24:MI TZH:TZM')
to_timestamp('2000-06-05 12:30 -05:30', 'YYYY-MM-DD HH24:MI TZH:TZM')
to_date('2000-06-05 12:30 EST', 'YYYY-MM-DD HH24:MI TZ')
to_timestamp('2000-06-05 12:30 EST', 'YYYY-MM-DD HH24:MI TZ')
to_date('2000-06-05 12:30 +05:30', 'YYYY-MM-DD HH24:MI OF')
to_timestamp('2000-06-05 12:30 +05:30', 'YYYY-MM-DD HH24:MI OF')
to_date('2000-06-05 12:30 XXX', 'YYYY-MM-DD HH24:MI TZ')
to_timestamp('2000-06-05 12:30 XXX', 'YYYY-MM-DD HH24:MI TZ')
to_date('', 'YYYY')
to_timestamp('', 'YYYY')
to_date('2000', 'YYYY')
to_timestamp('2000', 'YYYY')
to_date('Monday 5 June 2000', 'Day DD Month YYYY')
to_timestamp('Monday 5 June 2000', 'Day DD Month YYYY')
to_date('2000/06/05', 'YYYY-MM-DD')
to_timestamp('2000/06/05', 'YYYY-MM-DD')
to_date('2000_06_05', 'YYYY-MM-DD')
to_timestamp('2000_06_05', 'YYYY-MM-DD')
to_date('2000 06  05', 'YYYY-MM-DD')
to_timestamp('2000 06  05', 'YYYY-MM-DD')
to_date('2000-06-05', 'YYYYMMDD')
to_timestamp('2000-06-05', 'YYYYMMDD')
to_date('20000605123015', 'YYYYMMDDHH24MISS')
to_timestamp('20000605123015', 'YYYYMMDDHH24MISS')
to_date('1 4 1902', 'Q MM YYYY')
to_timestamp('1 4 1902', 'Q MM YYYY')
to_date('2nd June 2000', 'DDth Month YYYY')
to_timestamp('2nd June 2000', 'DDth Month YYYY')
to_date('99999-01-01', 'YYYY-MM-DD')
to_timestamp('99999-01-01', 'YYYY-MM-DD')
to_date('2000 IW', 'YYYY IW')
to_timestamp('2000 IW', 'YYYY IW')
to_date('2000 10', 'YYYY IW')
to_timestamp('2000 10', 'YYYY IW')
to_date('-44-03-15', 'YYYY-MM-DD')
to_timestamp('-44-03-15', 'YYYY-MM-DD')
to_date('3 5', 'W MM')
to_timestamp('3 5', 'W MM')
to_date('2000 05 3', 'YYYY MM W')
to_timestamp('2000 05 3', 'YYYY MM W')

-- node-postgres: types by name
SELECT oid::int, typname FROM pg_type WHERE typname = ANY('{int4,text,mood,_text,jsonb,timestamptz,uuid,numeric}') AND oid < 16384 ORDER BY typname;

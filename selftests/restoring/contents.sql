-- What a database holds, one text a row, in an order that does not depend on how it came about.
select 'relation ' || c.oid::regclass::text || ' ' || c.relkind::text || ' ' || c.relpersistence::text
    || ' ' || pg_get_userbyid(c.relowner) || ' ' || c.relrowsecurity || c.relforcerowsecurity || ' '
    || coalesce((select string_agg(item::text, ',' order by item::text) from unnest(c.relacl) as item), '')
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('app', 'we ird.%s', 'public') and c.relkind <> 'i' and not c.relispartition
    and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
union all
select 'schema ' || nspname || ' ' || pg_get_userbyid(nspowner) from pg_namespace
where nspname in ('app', 'we ird.%s')
union all
select 'routine ' || p.oid::regprocedure::text || ' ' || pg_get_userbyid(p.proowner) || ' ' || p.prosecdef
    || ' ' || coalesce((select string_agg(item::text, ',' order by item::text) from unnest(p.proacl) as item), '')
from pg_proc as p where p.pronamespace = 'app'::regnamespace
    and not exists (select from pg_depend where objid = p.oid and deptype in ('e', 'i'))
union all
select 'policy ' || to_jsonb(p)::text from pg_policies as p
union all
select 'trigger ' || pg_get_triggerdef(oid) || ' ' || tgenabled::text from pg_trigger where not tgisinternal
union all
select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'app'::regnamespace and conrelid <> 0
union all
select 'index ' || indexdef from pg_indexes where schemaname = 'app'
union all
select 'operator ' || oid::regoperator::text || ' ' || pg_get_userbyid(oprowner) from pg_operator
where oprnamespace = 'app'::regnamespace
    and not exists (select from pg_depend where objid = pg_operator.oid and deptype = 'e')
union all
select 'server ' || srvname || ' ' || pg_get_userbyid(srvowner) from pg_foreign_server
union all
select 'large object ' || oid || ' ' || pg_get_userbyid(lomowner) || ' ' || md5(lo_get(oid)) || coalesce(lomacl::text, '')
from pg_largeobject_metadata
union all
select 'sequence ' || last_value || is_called from app.counter
order by 1

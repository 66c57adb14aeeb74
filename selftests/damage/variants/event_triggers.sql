create function public.guard() returns event_trigger language plpgsql as $$begin raise notice '%', tg_tag; end$$;
create event trigger guard on ddl_command_end when tag in ('DROP TABLE', 'ALTER TABLE') execute function public.guard();
create event trigger sleeping on sql_drop execute function public.guard();
alter event trigger sleeping disable;

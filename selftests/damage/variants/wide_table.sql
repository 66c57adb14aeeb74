do $$begin
    execute (select format('create table public.wide (%s)', string_agg(format('c%s integer', g), ', ')) from generate_series(1, 1600) as g);
    execute (select format('insert into public.wide values (%s), (%s)', string_agg((g % 7)::text, ', '), string_agg('null', ', ')) from generate_series(1, 1600) as g);
end$$;

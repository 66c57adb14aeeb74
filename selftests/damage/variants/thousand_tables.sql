do $$begin
    for g in 1..1000 loop
        execute format('create table public.t_%s (id integer primary key, body text)', g);
        if g % 10 = 0 then execute format('insert into public.t_%s values (%s, ''x'')', g, g); end if;
    end loop;
end$$;

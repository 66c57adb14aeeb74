create table public.bytes (id integer primary key, body text);
insert into public.bytes values (1, E'\xfc\xe9\xff'), (2, E'\\\xdf'), (3, 'ascii');

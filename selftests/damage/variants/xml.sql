create table public.documents (id integer primary key, body xml);
insert into public.documents values (1, '<a b="1"> <c/>  &amp; </a>'), (2, 'plain text'), (3, null);

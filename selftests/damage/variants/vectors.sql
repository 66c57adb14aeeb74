create schema extensions;
create extension vector with schema extensions;
create table public.chunks (id integer primary key, embedding extensions.vector(3), half extensions.halfvec(2), sparse extensions.sparsevec(5));
insert into public.chunks
select g, format('[%s,0.1,-1e-9]', g)::extensions.vector, '[1,2]', '{1:1.5,3:-2}/5' from generate_series(1, 200) as g;
create index on public.chunks using hnsw (embedding extensions.vector_cosine_ops);
create index on public.chunks using ivfflat (embedding extensions.vector_l2_ops) with (lists = 5);

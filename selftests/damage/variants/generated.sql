create function public.slug(text) returns text immutable language sql as $$select lower(replace($1, ' ', '-'))$$;
create table public.articles (
    id integer primary key,
    title text not null,
    price numeric(10, 2),
    slug text generated always as (public.slug(title)) stored,
    gross numeric generated always as (price * 1.19) stored,
    words tsvector generated always as (to_tsvector('english', title)) stored
);
insert into public.articles (id, title, price)
select g, 'Title No ' || g, nullif(g % 10, 0) from generate_series(1, 100) as g;
create unique index on public.articles (slug);
create index on public.articles using gin (words);

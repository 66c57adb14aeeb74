create function gen_random_bytes(integer) returns bytea language sql as $$
    select decode(md5($1::text), 'hex')
$$;
create function digest(text, text) returns bytea language sql immutable as $$ select sha256($1::bytea) $$;

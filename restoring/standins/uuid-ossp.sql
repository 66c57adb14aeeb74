create function uuid_nil() returns uuid language sql immutable parallel safe as
    $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

create function uuid_ns_dns() returns uuid language sql immutable parallel safe as
    $$ select '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

create function uuid_ns_url() returns uuid language sql immutable parallel safe as
    $$ select '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

create function uuid_ns_oid() returns uuid language sql immutable parallel safe as
    $$ select '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

create function uuid_ns_x500() returns uuid language sql immutable parallel safe as
    $$ select '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $$;

create function uuid_generate_v1() returns uuid language sql volatile as
    $$ select gen_random_uuid() $$;

create function uuid_generate_v1mc() returns uuid language sql volatile as
    $$ select gen_random_uuid() $$;

create function uuid_generate_v3(namespace uuid, name text) returns uuid
    language sql immutable parallel safe as $$
    select encode(
        set_byte(set_byte(hash, 6, get_byte(hash, 6) & 15 | 48), 8, get_byte(hash, 8) & 63 | 128), 'hex'
    )::uuid
    from (select decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex') as hash) as hashed
$$;

create function uuid_generate_v4() returns uuid language sql volatile as
    $$ select gen_random_uuid() $$;

create function uuid_generate_v5(namespace uuid, name text) returns uuid
    language plpgsql immutable parallel safe as $$
begin
    raise 'uuid_generate_v5 has no stand-in: it needs the extension uuid-ossp';
end
$$;

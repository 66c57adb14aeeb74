create function gen_random_bytes(integer) returns bytea language sql volatile as $$
    select substring(
        string_agg(uuid_send(gen_random_uuid()), ''::bytea) from 1 for $1
    ) from generate_series(0, $1 / 16)
$$;

create function digest(data bytea, type text) returns bytea
    language plpgsql immutable strict parallel safe as $$
begin
    return case lower(type)
        when 'md5' then decode(md5(data), 'hex')
        when 'sha224' then sha224(data)
        when 'sha256' then sha256(data)
        when 'sha384' then sha384(data)
        when 'sha512' then sha512(data)
    end;
end
$$;

create function digest(data text, type text) returns bytea
    language sql immutable strict parallel safe
    return digest(convert_to(data, 'UTF8'), type);

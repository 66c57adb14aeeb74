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

create function gen_random_uuid() returns uuid language sql volatile as
    $$ select pg_catalog.gen_random_uuid() $$;

-- What has no stand-in is there by name, so that the tables and views that mention it come back.
do $$
declare
    signature text;
begin
    foreach signature in array array[
        'hmac(bytea, bytea, text) returns bytea',
        'hmac(text, text, text) returns bytea',
        'crypt(text, text) returns text',
        'gen_salt(text) returns text',
        'gen_salt(text, integer) returns text',
        'encrypt(bytea, bytea, text) returns bytea',
        'decrypt(bytea, bytea, text) returns bytea',
        'encrypt_iv(bytea, bytea, bytea, text) returns bytea',
        'decrypt_iv(bytea, bytea, bytea, text) returns bytea',
        'pgp_sym_encrypt(text, text) returns bytea',
        'pgp_sym_encrypt(text, text, text) returns bytea',
        'pgp_sym_encrypt_bytea(bytea, text) returns bytea',
        'pgp_sym_encrypt_bytea(bytea, text, text) returns bytea',
        'pgp_sym_decrypt(bytea, text) returns text',
        'pgp_sym_decrypt(bytea, text, text) returns text',
        'pgp_sym_decrypt_bytea(bytea, text) returns bytea',
        'pgp_sym_decrypt_bytea(bytea, text, text) returns bytea',
        'pgp_pub_encrypt(text, bytea) returns bytea',
        'pgp_pub_encrypt(text, bytea, text) returns bytea',
        'pgp_pub_decrypt(bytea, bytea) returns text',
        'pgp_pub_decrypt(bytea, bytea, text) returns text',
        'pgp_pub_decrypt(bytea, bytea, text, text) returns text',
        'pgp_key_id(bytea) returns text',
        'armor(bytea) returns text',
        'dearmor(text) returns bytea'
    ] loop
        execute format(
            'create function %s language plpgsql immutable strict parallel safe as %L',
            signature,
            format('begin raise %L; end', split_part(signature, '(', 1)
                || ' has no stand-in: it needs the extension pgcrypto')
        );
    end loop;
end
$$;

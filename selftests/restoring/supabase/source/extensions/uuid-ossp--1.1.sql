create function uuid_generate_v4() returns uuid language sql as $$ select gen_random_uuid() $$;

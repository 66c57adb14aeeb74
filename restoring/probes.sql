-- One damaged relation raises; the others are to be looked at all the same.
CREATE OR REPLACE FUNCTION {probes}.storage_state(relations oid[])
RETURNS TABLE (relation oid, complaints bigint, complaint text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOREACH relation IN ARRAY relations LOOP
        complaints := 0;
        complaint := NULL;
        BEGIN
            IF (SELECT c.relkind FROM pg_class AS c WHERE c.oid = relation) = 'i' THEN
                PERFORM {amcheck}.bt_index_check(relation::regclass, true);
            ELSE
                SELECT count(*), min(format('block %s, line %s: %s', blkno, offnum, msg))
                INTO complaints, complaint FROM {amcheck}.verify_heapam(relation::regclass);
            END IF;
        EXCEPTION WHEN others THEN
            complaints := 1;
            complaint := SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END
$$;

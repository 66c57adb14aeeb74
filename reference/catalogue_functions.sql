SELECT
    CASE r.prokind WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function' ELSE 'function' END,
    r.identity,
    CASE WHEN l.lanname NOT IN ('c', 'internal') THEN pg_get_functiondef(r.oid) ELSE
        concat_ws(
            ' ',
            '(' || pg_get_function_arguments(r.oid) || ')',
            'RETURNS ' || pg_get_function_result(r.oid),
            'LANGUAGE ' || l.lanname,
            CASE r.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
            CASE WHEN r.proisstrict THEN 'STRICT' END,
            CASE WHEN r.prosecdef THEN 'SECURITY DEFINER' END,
            CASE WHEN r.proleakproof THEN 'LEAKPROOF' END,
            CASE r.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
            'COST ' || nullif(r.procost, 1),
            'ROWS ' || nullif(r.prorows, CASE WHEN r.proretset THEN 1000 ELSE 0 END),
            'SET ' || array_to_string(r.proconfig, ', '),
            'AS ' || quote_literal(r.prosrc)
        )
    END
FROM routine AS r
JOIN pg_language AS l ON l.oid = r.prolang
WHERE r.prokind <> 'a'

UNION ALL
SELECT
    'aggregate',
    r.identity,
    concat_ws(
        ' ',
        '(' || pg_get_function_arguments(r.oid) || ')',
        'RETURNS ' || pg_get_function_result(r.oid),
        'KIND ' || a.aggkind::text,
        'DIRECT ' || a.aggnumdirectargs,
        'SFUNC ' || a.aggtransfn::oid::regprocedure,
        'STYPE ' || format_type(a.aggtranstype, NULL),
        'SSPACE ' || nullif(a.aggtransspace, 0),
        'FINALFUNC ' || nullif(a.aggfinalfn::oid, 0)::regprocedure,
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        'FINALFUNC_MODIFY ' || a.aggfinalmodify::text,
        'COMBINEFUNC ' || nullif(a.aggcombinefn::oid, 0)::regprocedure,
        'SERIALFUNC ' || nullif(a.aggserialfn::oid, 0)::regprocedure,
        'DESERIALFUNC ' || nullif(a.aggdeserialfn::oid, 0)::regprocedure,
        'INITCOND ' || quote_literal(a.agginitval),
        'MSFUNC ' || nullif(a.aggmtransfn::oid, 0)::regprocedure,
        'MINVFUNC ' || nullif(a.aggminvtransfn::oid, 0)::regprocedure,
        'MSTYPE ' || format_type(nullif(a.aggmtranstype, 0), NULL),
        'MSSPACE ' || nullif(a.aggmtransspace, 0),
        'MFINALFUNC ' || nullif(a.aggmfinalfn::oid, 0)::regprocedure,
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        'MFINALFUNC_MODIFY ' || a.aggmfinalmodify::text,
        'MINITCOND ' || quote_literal(a.aggminitval),
        'SORTOP ' || nullif(a.aggsortop, 0)::regoperator,
        CASE r.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END
    )
FROM routine AS r
JOIN pg_aggregate AS a ON a.aggfnoid = r.oid

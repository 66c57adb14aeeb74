SELECT
    'enum',
    t.identity,
    (
        SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_enum AS e WHERE e.enumtypid = t.oid
    )
FROM type AS t
WHERE t.typtype = 'e'

UNION ALL
SELECT
    'domain',
    t.identity,
    concat_ws(
        ' ',
        'AS ' || format_type(t.typbasetype, t.typtypmod),
        CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
        CASE WHEN t.typnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault))
    )
FROM type AS t
JOIN pg_type AS b ON b.oid = t.typbasetype
WHERE t.typtype = 'd'

UNION ALL
SELECT
    'range',
    t.identity,
    concat_ws(
        ' ',
        'SUBTYPE ' || format_type(g.rngsubtype, NULL),
        'SUBTYPE_OPCLASS ' || (
            SELECT quote_ident(n.nspname) || '.' || quote_ident(o.opcname)
            FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid = o.opcnamespace
            WHERE o.oid = g.rngsubopc
        ),
        'COLLATION ' || nullif(g.rngcollation, 0)::regcollation,
        'CANONICAL ' || nullif(g.rngcanonical::oid, 0)::regprocedure,
        'SUBTYPE_DIFF ' || nullif(g.rngsubdiff::oid, 0)::regprocedure
    )
FROM type AS t
JOIN pg_range AS g ON g.rngtypid = t.oid

UNION ALL
SELECT
    'type',
    t.identity,
    CASE
        WHEN t.typtype = 'c' THEN 'COMPOSITE'
        WHEN NOT t.typisdefined THEN 'SHELL'
        ELSE concat_ws(
            ' ',
            'INPUT', t.typinput, 'OUTPUT', t.typoutput,
            'RECEIVE ' || nullif(t.typreceive::oid, 0)::regproc,
            'SEND ' || nullif(t.typsend::oid, 0)::regproc,
            'LENGTH', t.typlen, 'ALIGNMENT', t.typalign, 'STORAGE', t.typstorage, 'CATEGORY', t.typcategory,
            CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
            CASE WHEN t.typispreferred THEN 'PREFERRED' END,
            'DEFAULT ' || quote_literal(t.typdefault)
        )
    END
FROM type AS t
WHERE t.typtype IN ('b', 'c', 'p')

UNION ALL
SELECT
    'cast',
    format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL),
    concat_ws(
        ' ',
        CASE c.castmethod
            WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure
            WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITHOUT FUNCTION'
        END,
        CASE c.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END
    )
FROM pg_cast AS c
LEFT JOIN held AS h ON h.classid = 'pg_cast'::regclass AND h.objid = c.oid
WHERE c.oid >= 16384 AND h.objid IS NULL

UNION ALL
SELECT
    'operator',
    o.oid::regoperator::text,
    concat_ws(
        ' ',
        'FUNCTION ' || nullif(o.oprcode::oid, 0)::regprocedure,
        'COMMUTATOR ' || nullif(o.oprcom, 0)::regoperator,
        'NEGATOR ' || nullif(o.oprnegate, 0)::regoperator,
        'RESTRICT ' || nullif(o.oprrest::oid, 0)::regprocedure,
        'JOIN ' || nullif(o.oprjoin::oid, 0)::regprocedure,
        CASE WHEN o.oprcanmerge THEN 'MERGES' END,
        CASE WHEN o.oprcanhash THEN 'HASHES' END
    )
FROM pg_operator AS o
JOIN space AS s ON s.oid = o.oprnamespace
LEFT JOIN held AS h ON h.classid = 'pg_operator'::regclass AND h.objid = o.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'operator class',
    s.name || '.' || quote_ident(o.opcname) || ' USING ' || quote_ident(m.amname),
    concat_ws(
        ' ',
        'FOR TYPE ' || format_type(o.opcintype, NULL),
        CASE WHEN o.opcdefault THEN 'DEFAULT' END,
        'STORAGE ' || format_type(nullif(o.opckeytype, 0), NULL)
    )
FROM pg_opclass AS o
JOIN space AS s ON s.oid = o.opcnamespace
JOIN pg_am AS m ON m.oid = o.opcmethod
LEFT JOIN held AS h ON h.classid = 'pg_opclass'::regclass AND h.objid = o.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'operator family',
    s.name || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(m.amname),
    concat_ws(
        E'\n',
        (
            SELECT string_agg(
                'OPERATOR ' || p.amopstrategy || ' ' || p.amopopr::regoperator, E'\n'
                ORDER BY p.amopstrategy, p.amopopr::regoperator::text COLLATE "C"
            )
            FROM pg_amop AS p WHERE p.amopfamily = f.oid
        ),
        (
            SELECT string_agg(
                'FUNCTION ' || p.amprocnum || ' ' || p.amproc::oid::regprocedure, E'\n'
                ORDER BY p.amprocnum, p.amproc::oid::regprocedure::text COLLATE "C"
            )
            FROM pg_amproc AS p WHERE p.amprocfamily = f.oid
        )
    )
FROM pg_opfamily AS f
JOIN space AS s ON s.oid = f.opfnamespace
JOIN pg_am AS m ON m.oid = f.opfmethod
LEFT JOIN held AS h ON h.classid = 'pg_opfamily'::regclass AND h.objid = f.oid
WHERE h.objid IS NULL

UNION ALL
SELECT
    'collation',
    s.name || '.' || quote_ident(c.collname),
    concat_ws(
        ' ',
        'PROVIDER ' || CASE c.collprovider
            WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc'
        END,
        'LOCALE ' || CASE
            WHEN c.collprovider = 'c' THEN quote_literal(c.collcollate) || ' ' || quote_literal(c.collctype)
            ELSE quote_literal(coalesce(j ->> 'colllocale', j ->> 'colliculocale', c.collcollate))
        END,
        'RULES ' || quote_literal(j ->> 'collicurules'),
        CASE WHEN NOT c.collisdeterministic THEN 'NONDETERMINISTIC' END
    )
FROM pg_collation AS c
JOIN space AS s ON s.oid = c.collnamespace
LEFT JOIN held AS h ON h.classid = 'pg_collation'::regclass AND h.objid = c.oid
CROSS JOIN LATERAL to_jsonb(c) AS j
WHERE h.objid IS NULL

UNION ALL
SELECT 'collation version', s.name || '.' || quote_ident(c.collname), c.collversion
FROM pg_collation AS c
JOIN space AS s ON s.oid = c.collnamespace
WHERE c.collversion IS NOT NULL

UNION ALL
SELECT
    'conversion',
    s.name || '.' || quote_ident(c.conname),
    concat_ws(
        ' ',
        CASE WHEN c.condefault THEN 'DEFAULT' END,
        'FOR', pg_encoding_to_char(c.conforencoding), 'TO', pg_encoding_to_char(c.contoencoding),
        'FROM', c.conproc::oid::regprocedure
    )
FROM pg_conversion AS c
JOIN space AS s ON s.oid = c.connamespace
LEFT JOIN held AS h ON h.classid = 'pg_conversion'::regclass AND h.objid = c.oid
WHERE h.objid IS NULL

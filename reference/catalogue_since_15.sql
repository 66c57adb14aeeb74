SELECT
    'publication filter', quote_ident(p.pubname) || ': ' || t.prrelid::regclass,
    pg_get_expr(t.prqual, t.prrelid)
FROM pg_publication_rel AS t
JOIN pg_publication AS p ON p.oid = t.prpubid
JOIN relation AS r ON r.oid = t.prrelid
WHERE t.prqual IS NOT NULL

UNION ALL
SELECT 'publication schema', quote_ident(p.pubname) || ': ' || s.name, ''
FROM pg_publication_namespace AS t
JOIN pg_publication AS p ON p.oid = t.pnpubid
JOIN space AS s ON s.oid = t.pnnspid

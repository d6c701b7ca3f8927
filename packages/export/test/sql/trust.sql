
  WITH things AS (
    SELECT 'schema' AS kind, n.nspname::text AS name, n.nspowner AS owner,
      EXISTS (SELECT 1 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
    FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::name
    UNION ALL
    SELECT 'table', c.relname::text, c.relowner, false
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1::name AND c.relname IN ('conversations', 'participants', 'sessions', 'segments', 'metrics', 'users', 'export_checkpoint', 'export_staging', 'export_readings', 'export_migrations')
  )
  SELECT kind || ' ' || name AS name, o.rolname::text AS owner, open,
    o.rolsuper OR o.rolname IN (CURRENT_USER, 'pg_database_owner')
      OR o.oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      OR (NOT me.rolsuper AND pg_catalog.pg_has_role(o.oid, 'MEMBER')) AS trusted
  FROM things JOIN pg_catalog.pg_roles o ON o.oid = things.owner JOIN pg_catalog.pg_roles me ON me.rolname = CURRENT_USER;

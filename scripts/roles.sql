-- The database roles, written once: the embedded server and docker-compose.yml both run this file
-- as a superuser. It may run again at any time. Passwords are set apart, by whoever runs it.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_owner') THEN
    CREATE ROLE alongside_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_app') THEN
    CREATE ROLE alongside_app;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_finance') THEN
    CREATE ROLE alongside_finance;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_reader') THEN
    CREATE ROLE alongside_reader;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_scheduler') THEN
    CREATE ROLE alongside_scheduler;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_panel') THEN
    CREATE ROLE alongside_panel;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_venue') THEN
    CREATE ROLE alongside_venue;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'alongside_payer') THEN
    CREATE ROLE alongside_payer;
  END IF;
END
$$;

-- Owns the database and runs the migrations.
ALTER ROLE alongside_owner LOGIN NOSUPERUSER CREATEROLE CREATEDB;

-- What the application connects as: it owns nothing.
ALTER ROLE alongside_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB;

-- Rights the application takes on for one transaction with SET LOCAL ROLE, and never holds otherwise.
ALTER ROLE alongside_finance NOLOGIN;
ALTER ROLE alongside_reader NOLOGIN;
ALTER ROLE alongside_scheduler NOLOGIN;
ALTER ROLE alongside_panel NOLOGIN;
ALTER ROLE alongside_venue NOLOGIN;
ALTER ROLE alongside_payer NOLOGIN;
GRANT alongside_finance, alongside_reader, alongside_scheduler, alongside_panel, alongside_venue, alongside_payer TO alongside_app WITH INHERIT FALSE, SET TRUE;

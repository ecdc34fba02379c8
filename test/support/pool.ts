import pg from 'pg';

/** A few connections for a test. That dropping the database at the end cuts off an idle one is no failure. */
export function testPool(connectionString: string, max = 4): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', (error) => {
    if ((error as { code?: string }).code !== '57P01') throw error;
  });
  return pool;
}

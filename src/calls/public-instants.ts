import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { PageCache } from '../platform/web/page-cache.js';

/** A call opens, closes, and leaves the list 90 days later: then pages about calls change though nobody changed them. */
const NEXT_INSTANT = {
  name: 'calls-next-instant',
  text: `select min(t.at) as at from call c, lateral (values
           (c.opens_at), (c.closes_at), (coalesce(c.closed_early_at, c.closes_at) + interval '90 days')) as t (at)
         where c.state = 'published' and t.at > $1`,
};

/** Tells those who keep public pages how long these hold. */
@Injectable()
export class PublicInstants implements OnModuleInit {
  constructor(private readonly database: Database, private readonly pages: PageCache) {}

  onModuleInit(): void {
    this.pages.endsAt(async (after) => (await this.database.row<{ at: Date | null }>(NEXT_INSTANT, [after]))!.at);
  }
}

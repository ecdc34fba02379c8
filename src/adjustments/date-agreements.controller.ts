import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { subjectOf, type Actor } from '../platform/actor.js';
import { Database } from '../platform/database.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May, SignedIn } from '../platform/web/policies.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { DateGuard } from './date-guard.service.js';

interface OwnAgreement {
  id: string;
  occasion: string;
  shortName: string;
  startsAt: Date;
  reason: string;
  recordedBy: string | null;
  spokeOn: string;
  denied: boolean;
}

const OWN = {
  name: 'date-agreements-own',
  text: `select d.id, case o.kind when 'interview' then 'Interview' when 'training' then 'Training' else 'Meeting' end as occasion,
           coalesce(c.short_name, g.short_name, '') as "shortName", o.starts_at as "startsAt", d.reason, w.name as "recordedBy", d.spoke_on::text as "spokeOn",
           d.denied_at is not null as denied
         from date_agreement d join occasion o on o.id = d.occasion_id join person w on w.id = d.recorded_by
         left join slot s on s.occasion_id = o.id left join call c on c.id = s.call_id
         left join meeting m on m.occasion_id = o.id left join involvement_group g on g.id = m.group_id
         where d.person_id = $1 and o.cancelled_at is null order by o.starts_at desc limit 50`,
};

/** Dates with little time that somebody wrote down a yes to, on the person's own page; and "I did not agree". */
@ApiExcludeController()
@Controller()
export class DateAgreementsController {
  constructor(private readonly database: Database, private readonly guard: DateGuard) {}

  @Get('my/dates')
  @SignedIn()
  async mine(@CurrentActor() actor: Actor): Promise<Page> {
    const rows = await this.database.rows<OwnAgreement>(OWN, [subjectOf(actor)]);
    return page('adjustments/my-dates', { agreements: rows.map((one) => ({ ...one, action: adjustmentsPaths.denyDate(one.id) })), back: adjustmentsPaths.mine() });
  }

  @Post('my/dates/:id/denial')
  @SignedIn()
  async deny(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.database.transaction((tx) => this.guard.deny(tx, actor, subjectOf(actor), id));
    return redirect(adjustmentsPaths.myDates(), 'Thank you for telling us. An access co-ordinator will speak with you.');
  }

  @Post('staff/arrangements/dates/:id')
  @May('arrangement.write')
  async settle(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.database.transaction((tx) => this.guard.settle(tx, actor, id));
    return redirect(adjustmentsPaths.arrangements(), 'Marked as done.');
  }
}

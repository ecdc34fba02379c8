import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Invariants } from '../platform/invariants.js';

@Injectable()
export class ApplicationsInvariants implements OnModuleInit {
  constructor(private readonly invariants: Invariants) {}

  onModuleInit(): void {
    this.invariants.define(
      {
        name: 'Each question that must be answered is answered in what was sent, in writing or by a recording',
        sql: `select a.id from application a join question q on q.call_id = a.call_id and q.required
              left join answer w on w.application_id = a.id and w.question_id = q.id
              where a.state not in ('draft', 'withdrawn') and coalesce(w.text, '') = ''
                and (q.version = 1 or q.created_at < a.submitted_at) and (q.replaced_at is null or q.replaced_at > a.submitted_at)
                and not exists (select from recording r where r.application_id = a.id and r.removed_at is null
                  and (r.question_id is null or r.question_id in (select same.id from question same where same.lineage_id = q.lineage_id)))
              group by a.id`,
      },
      {
        name: 'A recording that stands has its file',
        sql: `select r.id from recording r join stored_file f on f.id = r.file_id
              where r.removed_at is null and (f.state in ('uploading', 'removed') or f.attached_at is null)`,
      },
    );
  }
}

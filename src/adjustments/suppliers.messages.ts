import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { MessageCatalogue, type Recipient, type Words } from '../platform/messages.js';
import { WorkingCalendar } from '../platform/working-calendar.js';
import { formatNames, type OccasionFormat } from '../diary/diary.rules.js';
import { formatDay, formatSpan, londonDay } from '../shared/dates.js';
import { SupplierBookings } from './supplier-bookings.service.js';

interface Order {
  name: string;
  what: string;
  email: string | null;
  forOn: string;
  startsAt: Date | null;
  endsAt: Date | null;
  format: OccasionFormat | null;
  roomName: string | null;
  roomDetails: string | null;
  notes: string | null;
  packDays: number;
  told: boolean;
  released: boolean;
  feePercent: number | null;
}

interface Held {
  name: string;
  email: string | null;
  startsAt: Date;
  endsAt: Date;
  released: boolean;
}

const ORDER = {
  name: 'message-supplier-order',
  text: `select s.name, k.name as what, coalesce(s.email, x.email) as email, b.for_on::text as "forOn", o.starts_at as "startsAt", o.ends_at as "endsAt", o.format,
           r.name as "roomName", r.details as "roomDetails", a.supplier_notes as notes, s.pack_days as "packDays", b.told_at is not null as told,
           b.released_at is not null as released, b.fee_percent as "feePercent"
         from supplier_booking b join supplier s on s.id = b.supplier_id left join supplier x on x.id = s.agency_id
         join arrangement a on a.id = b.arrangement_id join adjustment_kind k on k.code = a.kind_code
         left join occasion o on o.id = b.occasion_id left join resource r on r.id = o.room_id where b.id = $1`,
};

const HELD = {
  name: 'message-interpreters-held',
  text: `select r.name, coalesce(s.email, x.email) as email, lower(h.during) as "startsAt", upper(h.during) as "endsAt", h.released_at is not null as released
         from reservation h join resource r on r.id = h.resource_id left join supplier s on s.resource_id = r.id left join supplier x on x.id = s.agency_id
         where h.id = any($1) order by lower(h.during), r.name`,
};

/** Orders: what suppliers need to come and to prepare, and never for whom. Whoever has no email is told by a co-ordinator. */
@Injectable()
export class SuppliersMessages implements OnModuleInit {
  constructor(
    private readonly catalogue: MessageCatalogue,
    private readonly database: Database,
    private readonly bookings: SupplierBookings,
    private readonly calendar: WorkingCalendar,
  ) {}

  onModuleInit(): void {
    this.catalogue.define({
      template: 'supplier-booked',
      on: 'supplier.booked',
      tellsOfAdjustment: true,
      recipients: async ({ bookingId }) => addressesOf([await this.order(bookingId)]),
      holds: async ({ bookingId }) => !(await this.order(bookingId)).released,
      words: async ({ bookingId }) => this.booked(await this.order(bookingId)),
      whenSent: async (tx, { bookingId }) => { await this.bookings.markTold(tx, bookingId); },
    });

    this.catalogue.define({
      template: 'supplier-released',
      on: 'supplier.released',
      tellsOfAdjustment: true,
      // Who never heard that they were to come need not hear that they are not.
      recipients: async ({ bookingId }) => addressesOf([await this.order(bookingId)].filter(({ told }) => told)),
      words: async ({ bookingId }) => {
        const order = await this.order(bookingId);
        const fee = order.feePercent ? `By your terms we owe ${order.feePercent}% of the fee. Send us the invoice.` : 'By your terms nothing is owed.';
        return {
          subject: `Cancelled: ${formatDay(order.forOn)}`,
          paragraphs: [`${order.name}: we do not need you on ${whenOf(order)} any more. We are sorry.`, fee],
          text: `${order.name}: cancelled for ${whenOf(order)}. ${fee}`,
        };
      },
      whenSent: async (tx, { bookingId }) => { await this.bookings.markTold(tx, bookingId); },
    });

    this.catalogue.define({
      template: 'interpreter-held',
      on: 'interpreter.held',
      recipients: async ({ holdIds }) => addressesOf(await this.held(holdIds)),
      holds: async ({ holdIds }) => (await this.held(holdIds)).some(({ released }) => !released),
      words: async ({ holdIds }, recipient) => {
        const times = timesOf((await this.held(holdIds)).filter(({ released }) => !released), recipient);
        return {
          subject: 'Please keep these times free for us',
          paragraphs: ['We would like to book you for interviews. Please keep these times free, and tell us soon if you can’t:', ...times,
            'We will tell you when we know which of them we need.'],
          text: `Please keep free for us: ${times.join('; ')}.`,
        };
      },
    });

    this.catalogue.define({
      template: 'interpreter-let-go',
      on: 'interpreter.let-go',
      recipients: async ({ holdIds }) => addressesOf(await this.held(holdIds)),
      words: async ({ holdIds }, recipient) => {
        const times = timesOf(await this.held(holdIds), recipient);
        return {
          subject: 'These times are yours again', paragraphs: ['You kept these times free for us. We do not need them any more, thank you:', ...times],
          text: `We do not need you any more for: ${times.join('; ')}. Thank you.`,
        };
      },
    });
  }

  private async booked(order: Order): Promise<Words> {
    const packOn = await this.calendar.addWorkingDays(order.forOn, -order.packDays);
    const place = order.format === null ? 'We will tell you the time and the place.' : order.format === 'home_visit' ? 'At somebody’s home: we will call you about the address.'
      : `${formatNames[order.format]}${order.roomName ? `, at ${order.roomName}. ${order.roomDetails ?? ''}` : '.'}`.trim();
    return {
      subject: `Booking for ${formatDay(order.forOn)}`,
      paragraphs: [
        `${order.name}: we would like to book you for ${whenOf(order)}.`, `What it is: ${order.what}.`, place,
        ...(order.notes ? [`What you should know: ${order.notes}`] : []),
        `You get what you need to prepare by ${formatDay(packOn)}. Tell us at once if you can’t come.`,
      ],
      text: `${order.name}: booked for ${whenOf(order)}. ${place}`,
    };
  }

  private async order(bookingId: string): Promise<Order> {
    return (await this.database.row<Order>(ORDER, [bookingId]))!;
  }

  private async held(holdIds: readonly string[]): Promise<Held[]> {
    return this.database.rows<Held>(HELD, [holdIds]);
  }
}

/** What has moved to another day has its new time; they were booked for the old day. */
function whenOf({ startsAt, endsAt, forOn }: Order): string {
  return startsAt && endsAt && londonDay(startsAt) === forOn ? formatSpan(startsAt, endsAt) : formatDay(forOn);
}

function addressesOf(rows: readonly { email: string | null }[]): Recipient[] {
  return [...new Set(rows.flatMap(({ email }) => email ?? []))].map((value) => ({ kind: 'email', value }));
}

function timesOf(held: readonly Held[], recipient: Recipient): string[] {
  return held.filter(({ email }) => 'value' in recipient && email === recipient.value).map(({ name, startsAt, endsAt }) => `${name}: ${formatSpan(startsAt, endsAt)}`);
}

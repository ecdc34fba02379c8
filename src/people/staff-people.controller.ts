import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { addMonths } from '../shared/dates.js';
import { ownPath } from '../shared/own-path.js';
import { may, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { ContactsService } from './contacts.service.js';
import { ConsentEndDto, EnterForDto, NewPersonDto, RecordedSupporterDto, WaysDto } from './directory.dto.js';
import { DirectoryService } from './directory.service.js';
import { DuplicatesQueries } from './duplicates.queries.js';
import { HelpingService } from './helping.service.js';
import { channelNames, scopeNames, staffChannels, supporterScopes } from './helping.rules.js';
import { peoplePaths } from './people.paths.js';
import { isReachable, readContact, readTelephone } from './people.rules.js';
import { SPOKEN_CODE_MINUTES } from './sharing.rules.js';
import { SpokenCodes } from './spoken-codes.service.js';
import { StaffPeopleQueries } from './staff-people.queries.js';
import { SupportersQueries, type OwnSupporter } from './supporters.queries.js';
import { SupportersService } from './supporters.service.js';

const SHORTEST = 2;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const CHANNELS = staffChannels.map((value) => ({ value, text: capital(channelNames[value]) }));
const SCOPES = supporterScopes.map((value) => ({ value, text: scopeNames[value] }));

interface PersonForms {
  next?: string;
  ways?: Form<unknown>;
  entering?: Form<unknown>;
  supporting?: Form<unknown>;
}

/** Finding somebody, or writing them down, to help them in and to enter for them what they say. */
@ApiExcludeController()
@Controller('staff/people')
@May('application.enter')
export class StaffPeopleController {
  constructor(
    private readonly queries: StaffPeopleQueries,
    private readonly directory: DirectoryService,
    private readonly duplicates: DuplicatesQueries,
    private readonly contacts: ContactsService,
    private readonly codes: SpokenCodes,
    private readonly helping: HelpingService,
    private readonly supporters: SupportersQueries,
    private readonly supporting: SupportersService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Only those who enter for people see at once how to reach them, and find them by a telephone number or a reference. */
  @Get()
  @May('person.help')
  async find(@CurrentActor() actor: Actor, @Query('search') typed: unknown, @Query('next') asked: unknown): Promise<Page> {
    const search = typeof typed === 'string' ? typed.trim().slice(0, 200) : '';
    const [mayEnter, next] = [may(actor, 'application.enter'), ownPath(asked) ?? ''];
    const contact = readContact(search, !this.config.production)?.value ?? (mayEnter ? readTelephone(search) : null);
    const people = search.length < SHORTEST ? [] : await this.queries.search(search, contact, mayEnter);
    return page('people/staff-people', {
      search, next, mayEnter, mayMerge: may(actor, 'person.merge'), newHref: peoplePaths.newPerson(next),
      people: people.map((person) => ({ ...person, href: peoplePaths.person(person.id, next) })),
    });
  }

  @Get('new')
  newPerson(@Query('next') next: unknown): Page {
    return page('people/new-person', { form: emptyForm({ id: newId(), next: ownPath(next) ?? '' }) });
  }

  @Post()
  async add(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(NewPersonDto, body);
    const { dto } = form;
    if (!dto) return page('people/new-person', { form }, 422);
    const next = ownPath(dto.next);
    try {
      const values = this.directory.readWays(dto).map(({ value }) => value);
      const known = await this.queries.like({ name: dto.name, postcode: dto.postcode ?? null, birthDate: dto.birthDate ?? null, values });
      const others = known.filter(({ id }) => id !== dto.id);
      if (others.length > 0 && dto.different !== 'yes') {
        const matches = others.map((person) => ({ ...person, href: peoplePaths.person(person.id, next) }));
        return page('people/new-person', { form: withError(form, 'different', 'Look first if one of these people is meant'), matches }, 422);
      }
      await this.directory.add(actor, dto);
    } catch (error) {
      return page('people/new-person', { form: { ...form, errors: fieldsOf(error) } }, 422);
    }
    return redirect(peoplePaths.person(dto.id, next), `${dto.name} is written down.`);
  }

  @Get(':id')
  @May('person.help')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string, @Query('next') next: unknown): Promise<Page> {
    return this.personPage(actor, id, { next: ownPath(next) ?? '' });
  }

  @Post(':id/sign-in-code')
  @May('person.help')
  async makeCode(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.codes.make(actor, id);
    return redirect(peoplePaths.person(id), 'The code is made. Read it out to them now.');
  }

  @Post(':id/contacts/:contactId/sharing')
  @May('person.help')
  async share(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('contactId') contactId: string): Promise<Redirect> {
    await this.contacts.shareFor(actor, id, contactId);
    return redirect(peoplePaths.person(id), 'It is marked as shared. We have told them.');
  }

  @Post(':id/contacts')
  async addContacts(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(WaysDto, body);
    if (!form.dto) return this.personPage(actor, id, { ways: form }, 422);
    try {
      await this.directory.addContacts(actor, id, form.dto);
    } catch (error) {
      return this.personPage(actor, id, { ways: { ...form, errors: fieldsOf(error) } }, 422);
    }
    return redirect(peoplePaths.person(id), 'Saved.');
  }

  /** From here on, until they finish, they write for this person. */
  @Post(':id/helping')
  async enterFor(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(EnterForDto, body);
    if (!form.dto) return this.personPage(actor, id, { entering: form }, 422);
    await this.helping.enterFor(actor, id, form.dto.channel);
    return redirect(ownPath(form.dto.next) ?? '/my/applications');
  }

  @Post(':id/supporters')
  async recordSupporter(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(RecordedSupporterDto, body);
    if (!form.dto) return this.personPage(actor, id, { supporting: form }, 422);
    try {
      await this.supporting.recordConsent(actor, id, form.dto, form.dto.channel);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.personPage(actor, id, { supporting: withError(form, 'name', error.message) }, 422);
    }
    return redirect(peoplePaths.person(id), `${form.dto.name} may help them now, and we send them a message.`);
  }

  @Get(':id/supporters/:supporterId/removal')
  async askRemoval(@IdParam() id: string, @IdParam('supporterId') supporterId: string): Promise<Page> {
    return this.removalPage(id, supporterId, emptyForm());
  }

  /** At the resident's word, at once. */
  @Post(':id/supporters/:supporterId/removal')
  async removeSupporter(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('supporterId') supporterId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ConsentEndDto, body);
    if (!form.dto) return this.removalPage(id, supporterId, form);
    await this.supporting.recordEnd(actor, id, supporterId, form.dto.channel);
    return redirect(peoplePaths.person(id), 'They can’t help any more, from now on.');
  }

  private async removalPage(id: string, supporterId: string, form: Form<unknown>): Promise<Page> {
    const [person, supporters] = await Promise.all([this.queries.one(id), this.supporters.ofPerson(id)]);
    const supporter = supporters.find((one) => one.id === supporterId);
    if (!person || !supporter) throw new NotFound();
    return page('people/supporter-end', { person, supporter, form, channels: CHANNELS }, form.errors.length > 0 ? 422 : 200);
  }

  private async personPage(actor: Actor, id: string, { next = '', ways, entering, supporting }: PersonForms, status = 200): Promise<Page> {
    const person = await this.queries.one(id);
    if (!person) throw new NotFound();
    const isSelf = id === actor.personId;
    const mayEnter = may(actor, 'application.enter') && !isSelf;
    const alike = may(actor, 'person.merge') ? (await this.duplicates.alike()).filter(({ firstId, secondId }) => firstId === id || secondId === id) : [];
    return page('people/person', {
      person, isSelf, mayEnter, shares: person.contacts.some(({ shared }) => shared),
      // Where somebody lives and is called is for those who enter for them.
      contacts: person.contacts.filter(({ kind }) => mayEnter || isReachable(kind)),
      code: await this.codes.current(actor, id), minutes: SPOKEN_CODE_MINUTES,
      supporters: mayEnter ? (await this.supporters.ofPerson(id)).map((one) => toSupporter(id, one)) : [],
      alike: alike.map(({ firstId, secondId }) => peoplePaths.compare(firstId, secondId)),
      channels: CHANNELS, scopes: SCOPES, form: { values: {}, errors: [entering, ways, supporting].flatMap((form) => form?.errors ?? []) },
      entering: entering ?? emptyForm({ next }), ways: ways ?? emptyForm(),
      supporting: supporting ?? emptyForm({ id: newId(), ...dayParts('endsOn', addMonths(this.clock.today(), 6)) }),
    }, status);
  }
}

function toSupporter(personId: string, one: OwnSupporter) {
  return { ...one, does: one.scope.map((scope) => scopeNames[scope]), endHref: peoplePaths.endSupporter(personId, one.id) };
}

/** Errors that belong to fields go to the form; anything else is no answer to it. */
function fieldsOf(error: unknown): BadRequest['errors'] {
  if (error instanceof BadRequest && error.errors.length > 0) return error.errors;
  throw error;
}

import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { Config } from '../platform/config.js';
import { NotFound } from '../platform/errors.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { ContactsService } from './contacts.service.js';
import { peoplePaths } from './people.paths.js';
import { readContact } from './people.rules.js';
import { SPOKEN_CODE_MINUTES } from './sharing.rules.js';
import { SpokenCodes } from './spoken-codes.service.js';
import { StaffPeopleQueries } from './staff-people.queries.js';

const SHORTEST = 2;

/** Staff help somebody in who shares an address, or has no way of their own. */
@ApiExcludeController()
@Controller('staff/people')
@May('person.help')
export class StaffPeopleController {
  constructor(
    private readonly queries: StaffPeopleQueries,
    private readonly contacts: ContactsService,
    private readonly codes: SpokenCodes,
    private readonly config: Config,
  ) {}

  @Get()
  async find(@CurrentActor() actor: Actor, @Query('search') search: unknown): Promise<Page> {
    const words = typeof search === 'string' ? search.trim().slice(0, 200) : '';
    const people = words.length >= SHORTEST
      ? await this.queries.search(words, readContact(words, !this.config.production)?.value ?? null) : [];
    return page('people/staff-people', { search: words, people, mayMerge: may(actor, 'person.merge'), mayEnter: may(actor, 'application.enter') });
  }

  @Get(':id')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    const person = await this.queries.one(id);
    if (!person) throw new NotFound();
    return page('people/staff-person', {
      person, shares: person.contacts.some(({ shared }) => shared), isSelf: id === actor.personId,
      enterHref: may(actor, 'application.enter') && id !== actor.personId ? peoplePaths.entry(id) : null,
      code: await this.codes.current(actor, id), minutes: SPOKEN_CODE_MINUTES,
    });
  }

  @Post(':id/sign-in-code')
  async makeCode(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.codes.make(actor, id);
    return redirect(peoplePaths.person(id), 'The code is made. Read it out to them now.');
  }

  @Post(':id/contacts/:contactId/sharing')
  async share(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('contactId') contactId: string): Promise<Redirect> {
    await this.contacts.shareFor(actor, id, contactId);
    return redirect(peoplePaths.person(id), 'It is marked as shared. We have told them.');
  }
}

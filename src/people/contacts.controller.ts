import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { ContactsService } from './contacts.service.js';
import { PeopleAuthenticator } from './people.authenticator.js';
import { NameDto } from './people.dto.js';
import { peoplePaths } from './people.paths.js';
import { isReachable } from './people.rules.js';
import { PeopleQueries, type OwnContact } from './people.queries.js';

/** The ways to reach oneself, and which of them others at home use too. */
@ApiExcludeController()
@Controller('my')
@SignedIn()
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly queries: PeopleQueries,
    private readonly authenticator: PeopleAuthenticator,
  ) {}

  @Get('contacts')
  async list(@CurrentActor() actor: Actor): Promise<Page> {
    // A number to call and a postal address are written down by staff, who read them back; from then on they are the person's own to change.
    const contacts = (await this.queries.contacts(actor.personId)).map((contact) => ({ ...contact, signsIn: isReachable(contact.kind) }));
    const own = contacts.filter(({ signsIn }) => signsIn);
    return page('people/contacts', {
      contacts, onlyOne: own.length === 1, allShared: own.length > 0 && own.every(({ shared }) => shared), none: own.length === 0,
      mayBeAnother: await this.contacts.openedBy(actor) !== null,
    });
  }

  @Post('contacts/:id/preference')
  async prefer(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.contacts.prefer(actor, id);
    return redirect(peoplePaths.contacts(), 'We use this from now on.');
  }

  @Post('contacts/:id/removal')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.contacts.remove(actor, id);
    return redirect(peoplePaths.contacts(), 'It is removed.');
  }

  @Get('contacts/:id/sharing')
  async sharing(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page | Redirect> {
    const contact = await this.own(actor, id);
    return contact.shared ? redirect(peoplePaths.contacts()) : this.sharingPage(actor, contact, emptyForm(), 200);
  }

  @Post('contacts/:id/sharing')
  async share(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const contact = await this.own(actor, id);
    const nameless = (await this.queries.profile(actor.personId))?.name === null;
    if (!nameless) {
      await this.contacts.share(actor, id, null);
    } else {
      const form = await readForm(NameDto, body);
      if (!form.dto) return this.sharingPage(actor, contact, form, 422);
      await this.contacts.share(actor, id, form.dto.name);
    }
    return redirect(peoplePaths.contacts(), 'It is marked. Whoever signs in there says first who they are.');
  }

  @Post('contacts/:id/keeping')
  async keep(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.contacts.keepToMyself(actor, id);
    return redirect(peoplePaths.contacts(), 'It is yours alone again.');
  }

  @Get('not-me')
  async askNotMe(@CurrentActor() actor: Actor): Promise<Page> {
    return page('people/not-me', { form: emptyForm(), name: actor.name, possible: await this.contacts.openedBy(actor) !== null });
  }

  @Post('not-me')
  async notMe(@CurrentActor() actor: Actor, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Page | Redirect> {
    const form = await readForm(NameDto, body);
    if (!form.dto) return page('people/not-me', { form, name: actor.name, possible: true }, 422);
    try {
      this.authenticator.remember(reply, await this.contacts.notMe(actor, form.dto.name));
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return page('people/not-me', { form: withError(form, 'name', error.message), name: actor.name, possible: true }, 422);
    }
    return redirect('/home', 'You have your own pages now. Add a way to reach only you, so that you can come back without calling us.');
  }

  private async own(actor: Actor, id: string): Promise<OwnContact> {
    const contact = (await this.queries.contacts(actor.personId)).find((one) => one.id === id);
    if (!contact || !isReachable(contact.kind)) throw new NotFound();
    return contact;
  }

  private async sharingPage(actor: Actor, contact: OwnContact, form: Form<unknown>, status: number): Promise<Page> {
    const [profile, all] = await Promise.all([this.queries.profile(actor.personId), this.queries.contacts(actor.personId)]);
    const others = all.filter(({ id, shared }) => id !== contact.id && !shared);
    return page('people/share-contact', { contact, form, nameless: profile?.name === null, hasOwn: others.length > 0 }, status);
  }
}

import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticator } from '../platform/web/policy.guard.js';
import { ContactPoint } from './contact-point.entity.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { DirectoryService } from './directory.service.js';
import { HelpingService } from './helping.service.js';
import { DuplicatesQueries } from './duplicates.queries.js';
import { HandOverController } from './hand-over.controller.js';
import { HandOver } from './hand-over.service.js';
import { MergeMoves } from './merge-moves.service.js';
import { PeopleAuthenticator } from './people.authenticator.js';
import { PeopleMessages } from './people.messages.js';
import { PeopleQueries } from './people.queries.js';
import { PeopleService } from './people.service.js';
import { PersonMerges } from './person-merges.service.js';
import { Person } from './person.entity.js';
import { Sessions } from './sessions.service.js';
import { SharedSignInController } from './shared-sign-in.controller.js';
import { SharedSignIn } from './shared-sign-in.entity.js';
import { SharedSignIns } from './shared-sign-ins.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignIn } from './sign-in.entity.js';
import { SignInService } from './sign-in.service.js';
import { SpokenCodes } from './spoken-codes.service.js';
import { StaffPeopleController } from './staff-people.controller.js';
import { StaffPeopleQueries } from './staff-people.queries.js';
import { Supporter } from './supporter.entity.js';
import { SupportersController } from './supporters.controller.js';
import { SupportersMessages } from './supporters.messages.js';
import { SupportersQueries } from './supporters.queries.js';
import { SupportersService } from './supporters.service.js';

/** Global because it answers platform's question of who is asking. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Person, ContactPoint, SignIn, SharedSignIn, Supporter])],
  controllers: [SignInController, SharedSignInController, ContactsController, HandOverController, StaffPeopleController, SupportersController],
  providers: [
    PeopleService, PeopleQueries, PeopleMessages, Sessions, SignInService, SharedSignIns, SpokenCodes, ContactsService, StaffPeopleQueries, PeopleAuthenticator,
    MergeMoves, PersonMerges, DuplicatesQueries, HandOver,
    DirectoryService, HelpingService, SupportersQueries, SupportersService, SupportersMessages,
    { provide: Authenticator, useExisting: PeopleAuthenticator },
  ],
  exports: [HandOver, MergeMoves, PersonMerges, DuplicatesQueries, StaffPeopleQueries, PeopleService, PeopleQueries, Sessions, SignInService, PeopleAuthenticator, Authenticator, SupportersQueries, SupportersService, HelpingService, DirectoryService],
})
export class PeopleModule {}

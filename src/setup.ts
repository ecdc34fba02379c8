import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { plainToInstance, Type } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsEmail, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, validate, ValidateNested } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { AppModule } from './app.module.js';
import { BudgetsService } from './budgets/budgets.service.js';
import { roomFeatures, type RoomFeature } from './diary/diary.rules.js';
import { DiaryService } from './diary/diary.service.js';
import { GroupsService } from './groups/groups.service.js';
import { PeopleService } from './people/people.service.js';
import { Clock } from './platform/clock.js';
import { Config } from './platform/config.js';
import { Database } from './platform/database.js';
import { newId } from './platform/ids.js';
import { PinoLogger } from './platform/logger.js';
import { roles, type Role } from './platform/permissions.js';
import { fieldErrors, validationRules } from './platform/web/form.js';
import { seatKinds, type SeatKind } from './shared/seats.js';

class SetupPerson {
  @IsString() @MaxLength(200) name: string;
  @IsEmail() email: string;
  @IsArray() @IsIn(roles, { each: true }) roles: Role[];
  /** People with the same words here share one job, and count as one where duties must be separate. */
  @IsOptional() @IsString() jobShare?: string;
  /** Monday is 1, Friday 5; without any, every working day. */
  @IsOptional() @IsArray() @ArrayNotEmpty() @IsInt({ each: true }) @Min(1, { each: true }) @Max(5, { each: true }) workingDays?: number[];
}

class SetupBudget {
  @IsString() name: string;
  @Matches(/^\d{4}\/\d{2}$/) financialYear: string;
  @IsString() funder: string;
  @IsString() costCode: string;
  @IsInt() @Min(1) allocationPence: number;
}

class SetupRoom {
  @IsString() name: string;
  @IsString() details: string;
  @IsOptional() @IsIn(roomFeatures, { each: true }) features?: RoomFeature[];
}

class SetupSeats {
  @IsIn(seatKinds) kind: SeatKind;
  @IsInt() @Min(1) places: number;
}

class SetupGroup {
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/) slug: string;
  @IsString() name: string;
  @IsString() @MaxLength(18) shortName: string;
  @IsString() purpose: string;
  @IsString() meets: string;
  /** The name of a budget in the same file. */
  @IsOptional() @IsString() budget?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => SetupSeats) seats: SetupSeats[];
}

/** What a council starts with, as one file; docs/how-to/deploy.md has an example. */
export class Setup {
  @IsArray() @ValidateNested({ each: true }) @Type(() => SetupPerson) people: SetupPerson[] = [];
  @IsArray() @ValidateNested({ each: true }) @Type(() => SetupBudget) budgets: SetupBudget[] = [];
  @IsArray() @ValidateNested({ each: true }) @Type(() => SetupRoom) rooms: SetupRoom[] = [];
  @IsArray() @ValidateNested({ each: true }) @Type(() => SetupGroup) groups: SetupGroup[] = [];
}

/** Adds all of a file, or nothing. What is there already, by email, name or slug, is left as it is. */
export async function setUp(path: string): Promise<string[]> {
  const setup = await readSetup(path);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: new PinoLogger('warn'), abortOnError: false });
  try {
    return await app.get(Database).transaction(async (tx) => [
      ...await addPeople(tx, setup.people, app.get(PeopleService), app.get(Clock).today()),
      ...await addBudgetsAndGroups(tx, setup, app.get(BudgetsService), app.get(GroupsService)),
      ...await addRooms(tx, setup.rooms, app.get(DiaryService)),
    ]);
  } finally {
    await app.close();
  }
}

async function readSetup(path: string): Promise<Setup> {
  const setup = plainToInstance(Setup, JSON.parse(readFileSync(path, 'utf8')) as object);
  const errors = fieldErrors(await validate(setup, validationRules));
  if (errors.length > 0) throw new Error(`${path} is not right: ${errors.map(({ field, message }) => `${field}: ${message}`).join('; ')}`);
  return setup;
}

async function addPeople(tx: EntityManager, wanted: SetupPerson[], people: PeopleService, today: string): Promise<string[]> {
  const added: string[] = [];
  const jobShares = new Map<string, string>();
  for (const { name, email, roles: given, jobShare, workingDays } of wanted) {
    const contact = { kind: 'email' as const, value: email.toLowerCase() };
    if (await isThere(tx, `select 1 from contact_point where kind = 'email' and value = $1 and removed_at is null`, contact.value)) continue;
    if (jobShare && !jobShares.has(jobShare)) jobShares.set(jobShare, await people.createJobShare(tx, jobShare));
    const id = await people.create(tx, { name });
    await people.addContact(tx, id, contact);
    for (const role of given) await people.giveRole(tx, id, role, today, jobShare ? jobShares.get(jobShare)! : null, workingDays ?? null);
    added.push(`${name}: ${given.join(', ') || 'resident'}`);
  }
  return added;
}

async function addBudgetsAndGroups(tx: EntityManager, setup: Setup, budgets: BudgetsService, groups: GroupsService): Promise<string[]> {
  const added: string[] = [];
  for (const budget of setup.budgets) {
    if (await isThere(tx, `select 1 from budget_line where name = $1 and financial_year = $2`, budget.name, budget.financialYear)) continue;
    await budgets.createLine(tx, null, budget);
    added.push(`Budget: ${budget.name} ${budget.financialYear}`);
  }
  for (const { budget, ...group } of setup.groups) {
    if (await isThere(tx, `select 1 from involvement_group where slug = $1`, group.slug)) continue;
    const [line] = await tx.query<{ id: string }[]>(`select id from budget_line where name = $1 order by financial_year desc limit 1`, [budget ?? '']);
    if (budget && !line) throw new Error(`There is no budget called ${budget}.`);
    await groups.create(tx, null, { id: newId(), ...group, budgetLineId: line?.id ?? null });
    added.push(`Group: ${group.name}`);
  }
  return added;
}

async function addRooms(tx: EntityManager, rooms: SetupRoom[], diary: DiaryService): Promise<string[]> {
  const added: string[] = [];
  for (const { name, details, features } of rooms) {
    if (await isThere(tx, `select 1 from resource where kind = 'room' and name = $1`, name)) continue;
    await diary.addRoom(tx, name, details, features);
    added.push(`Room: ${name}`);
  }
  return added;
}

async function isThere(tx: EntityManager, sql: string, ...values: string[]): Promise<boolean> {
  return (await tx.query<unknown[]>(sql, values)).length > 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv[2];
  if (!path) throw new Error('Say which file: node dist/src/setup.js council.json');
  new Config();
  const added = await setUp(path);
  process.stdout.write(added.length > 0 ? `Added:\n  ${added.join('\n  ')}\n` : 'Everything was there already.\n');
}

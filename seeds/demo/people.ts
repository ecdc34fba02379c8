import { PeopleService } from '../../src/people/people.service.js';
import type { World } from './world.js';

export type People = Awaited<ReturnType<typeof people>>;

/** Everybody the stories need. All are invented; addresses are reserved for examples. */
export async function people(world: World) {
  const jobShare = await world.database.transaction((tx) => world.get(PeopleService).createJobShare(tx, 'Strategic leads for co-production'));
  return {
    dana: await world.person('Dana Whitfield', 'dana@council.example', ['strategic_lead'], jobShare, [1, 2, 3]),
    marcus: await world.person('Marcus Osei', 'marcus@council.example', ['strategic_lead'], jobShare, [3, 4, 5]),
    ruth: await world.person('Ruth Adeyemi', 'ruth@home.example', ['co_decider', 'panel_member']),
    iqbal: await world.person('Iqbal Rahman', 'iqbal@home.example', ['co_decider', 'panel_member']),
    priya: await world.person('Priya Shah', 'priya@council.example', ['access_coordinator']),
    helen: await world.person('Helen Marsh', 'helen@council.example', ['budget_holder']),
    kwame: await world.person('Kwame Boateng', 'kwame@council.example', ['finance_officer']),
    lucy: await world.person('Lucy Tran', 'lucy@council.example', ['finance_officer']),
    ade: await world.person('Ade Bello', 'ade@council.example', ['administrator']),
    sian: await world.person('Siân Price', 'sian@council.example', ['auditor']),
    amina: await world.person('Amina Yusuf', 'amina@home.example'),
    george: await world.person('George Ellis', 'george@home.example'),
    mary: await world.person('Mary Okafor', 'mary@home.example'),
    tom: await world.person('Tom Price', 'tom@home.example'),
    sunita: await world.person('Sunita Rao', 'sunita@home.example'),
    joan: await world.person('Joan Fletcher', 'joan@home.example'),
    kofi: await world.person('Kofi Asante', 'kofi@home.example'),
    grace: await world.person('Grace Lindqvist', 'grace@home.example'),
  };
}

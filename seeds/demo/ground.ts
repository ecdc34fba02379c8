import { BudgetsService } from '../../src/budgets/budgets.service.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { GroupsService, type NewGroup } from '../../src/groups/groups.service.js';
import type { People } from './people.js';
import type { World } from './world.js';

export type Ground = Awaited<ReturnType<typeof ground>>;

/** The £40,000, two rooms, and the groups of the stories. */
export async function ground(world: World, { helen, dana }: People) {
  return world.database.transaction(async (tx) => {
    const budgetLineId = await world.get(BudgetsService).createLine(tx, helen, {
      name: 'Co-production budget', financialYear: financialYear(world.today), funder: 'Co-production team',
      costCode: 'CP2041', allocationPence: 4_000_000,
    });
    const diary = world.get(DiaryService);
    const townHall = await diary.addRoom(tx, 'Town Hall, room 3', 'Step-free, hearing loop, accessible toilet on the same floor', ['step-free', 'loop', 'captions', 'accessible-toilet', 'turning-space']);
    const civic = await diary.addRoom(tx, 'Civic Campus, garden room', 'Step-free, hearing loop, quiet', ['step-free', 'loop', 'captions', 'quiet', 'low-sensory', 'accessible-toilet']);
    const group = async (about: Omit<NewGroup, 'id' | 'budgetLineId'>) => {
      const id = world.newId();
      await world.get(GroupsService).create(tx, dana, { id, budgetLineId, ...about });
      return id;
    };
    return {
      budgetLineId, townHall, civic,
      planning: await group({
        slug: 'disability-forum-planning-group', name: 'Disability Forum Planning Group', shortName: 'Planning Group',
        purpose: 'Advises on planning applications, from people’s own experience of barriers in housing, public buildings and open space.',
        meets: 'At least 12 meetings a year of up to 3 hours, in office hours',
        seats: [{ kind: 'disabled_resident', places: 5 }, { kind: 'officer', places: 2 }],
      }),
      access: await group({
        slug: 'resident-access-programme', name: 'Resident Access Programme group', shortName: 'Access Group',
        purpose: 'Decides with the council how people reach its services: online, by phone and in person.',
        meets: 'At least eight times a year',
        seats: [
          { kind: 'disabled_resident', places: 2 }, { kind: 'resident', places: 4 },
          { kind: 'councillor', places: 2 }, { kind: 'officer', places: 2 },
        ],
      }),
      campus: await group({
        slug: 'disabled-residents-team', name: 'Disabled Residents Team for the Civic Campus', shortName: 'Campus Team',
        purpose: 'Works with the architects of the Civic Campus, and since September 2019 on cycling too.',
        meets: 'Every month, for up to 3 hours',
        seats: [{ kind: 'disabled_resident', places: 12 }, { kind: 'officer', places: 2 }],
      }),
    };
  });
}

/** "2026/27" for a day in that year, which begins on 1 April. */
function financialYear(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const start = month >= 4 ? year : year - 1;
  return `${start}/${String((start + 1) % 100).padStart(2, '0')}`;
}

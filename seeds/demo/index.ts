import type { INestApplicationContext } from '@nestjs/common';
import { Sessions } from '../../src/people/sessions.service.js';
import { accessGroup } from './access-group.js';
import { arranging } from './arranging.js';
import { campusTeam } from './campus-team.js';
import { ground } from './ground.js';
import { helped } from './helped.js';
import { people } from './people.js';
import { planningGroup } from './planning-group.js';
import { suppliers } from './suppliers.js';
import { World } from './world.js';

/** For the demo alone, where anybody may be anybody; production refuses the demo. */
export const demoTokens = [
  { name: 'Amina Yusuf, resident', token: 'demo-token-amina' },
  { name: 'Dana Whitfield, strategic lead', token: 'demo-token-dana' },
] as const;

/** The three stories, with dates counted from the day they are loaded. */
export async function loadStories(app: INestApplicationContext, today: string): Promise<void> {
  const world = new World(app, today);
  await world.at(-120, '09:00');
  const folk = await people(world);
  const land = await ground(world, folk);
  const firms = await suppliers(world, folk);
  const sessions = world.get(Sessions);
  await world.database.transaction(async (tx) => {
    await sessions.issueApiToken(tx, folk.amina.id, 'demo', demoTokens[0].token);
    await sessions.issueApiToken(tx, folk.dana.id, 'demo', demoTokens[1].token);
  });
  await campusTeam(world, folk, land);
  await accessGroup(world, folk, land);
  await planningGroup(world, folk, land);
  await helped(world, folk);
  await arranging(world, folk, firms);
}

import { AdjustmentsQueries } from '../../src/adjustments/adjustments.queries.js';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ItemService } from '../../src/adjustments/item.service.js';
import type { People } from './people.js';
import type { Suppliers } from './suppliers.js';
import type { DemoPerson, World } from './world.js';

/** For the Campus Team's next meeting: a taxi that is booked, and an interpreter who was asked for late. */
export async function arranging(world: World, { priya, iqbal, kofi }: People, { cabs }: Suppliers): Promise<void> {
  const items = world.get(ItemService);
  await world.at(-1, '12:20');
  const need = async (who: DemoPerson, code: string) => {
    await world.database.transaction((tx) => world.get(AdjustmentsService).saveNeeds(tx, who, who.id, [{ code, ownWords: null }]));
    return (await world.get(AdjustmentsQueries).open()).find(({ personId, shortName }) => personId === who.id && shortName === 'Campus Team')!;
  };
  const taxi = await need(kofi, 'taxi');
  await items.book(priya, taxi.id, { id: world.newId(), supplierId: cabs });
  const interpreter = await need(iqbal, 'speech-to-text');
  await world.get(AdjustmentsService).step(priya, interpreter.id, 'acknowledged', interpreter.version);
  await items.note(priya, interpreter.id, { id: world.newId(), text: 'Inês has asked whether she can move another booking. Call her on Thursday.' });
  await world.settle();
}
